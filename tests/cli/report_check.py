#!/usr/bin/env python3
"""Checks pages, Markdown and CSV that a report renderer makes of tests/cli/report/*.json.

    report_check.py RENDERER

RENDERER html|markdown|csv reads JSON from standard input. What must be on the page is worked
out here from the JSON; nothing is compared with an earlier page.
"""

import copy
import csv
import html
import html.parser
import io
import json
import math
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
RENDERER = sys.argv[1]
SECTIONS = ["verdict", "metrics", "comparison", "curves", "distributions", "exposure",
            "breakdowns", "examples", "glossary", "data", "reproduce"]
EMPTY = {"area", "br", "hr", "img", "input", "link", "meta"}
problems = 0


def tell(fine, what):
    global problems
    problems += not fine
    print(f"{'ok' if fine else 'not ok'} - {what}")


def draw(form, data):
    """Render; a dictionary or the bytes of a JSON text."""
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    done = subprocess.run([RENDERER, form], input=text, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(f"{form}: exit code {done.returncode}: {done.stderr[-300:]!r}")
    return done.stdout.decode("utf-8")


def load(name):
    return json.loads((HERE / "report" / f"{name}.json").read_text(encoding="utf-8"))


class Page(html.parser.HTMLParser):
    """Nesting, ids, tags, attributes and texts of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.stack, self.wrong, self.ids, self.tags = [], [], [], []
        self.attributes, self.texts, self.section = [], [], None
        self.by_section = {}
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is left open" for tag in self.stack]

    def note(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        here = dict(attributes).get("id")
        if here is not None:
            self.ids.append(here)
        if tag == "section":
            self.section = here

    def handle_starttag(self, tag, attributes):
        self.note(tag, attributes)
        if tag not in EMPTY:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.note(tag, attributes)

    def handle_endtag(self, tag):
        if not self.stack or self.stack[-1] != tag:
            self.wrong.append(f"</{tag}> where {self.stack[-1:]} is open")
        elif self.stack:
            self.stack.pop()
        if tag == "section":
            self.section = None

    def handle_data(self, data):
        if self.stack and self.stack[-1] not in ("style", "title", "desc"):
            self.texts.append(data)
            self.by_section.setdefault(self.section, []).append(data)

    def text(self, section=None):
        return "".join(self.texts if section is None else self.by_section.get(section, []))


# ---- what holds for every page -------------------------------------------------------


def drawings(text):
    return re.findall(r"<svg\b.*?</svg>", text, re.S)


def check_drawing(drawing):
    """One SVG parses as XML, has title and description, numbers everywhere, no colours."""
    root = xml.fromstring(drawing)
    if root.get("aria-hidden") != "true":
        kinds = [child.tag for child in list(root)[:2]]
        named = (root.get("aria-labelledby") or "").split()
        assert kinds == ["title", "desc"], f"begins with {kinds}"
        assert all((child.text or "").strip() for child in list(root)[:2]), "empty title"
        assert named == [child.get("id") for child in list(root)[:2]], "ids of the title"
    width, height = map(float, root.get("viewBox").split()[2:])
    for item in root.iter():
        for name, value in item.attrib.items():
            assert name not in ("style", "fill", "stroke"), f"{name} in a shape"
            assert "nan" not in value.lower() and "inf" not in value.lower(), value
        if item.tag == "text":
            x, y = float(item.get("x")), float(item.get("y"))
            assert 0 <= x <= width and 0 <= y <= height, f"text at {x}, {y}"
        if item.tag == "rect":
            assert float(item.get("height")) >= 0 and float(item.get("width")) >= 0
            assert float(item.get("y")) >= 0


def common_faults(text):
    """What is wrong with a page, whatever it shows."""
    page, faults = Page(text), []
    faults += page.wrong
    if len(set(page.ids)) != len(page.ids):
        faults.append("an id is there twice")
    faults += [f"<{tag}>" for tag in page.tags if tag in ("script", "link", "iframe", "img",
                                                          "object", "embed", "u", "base", "form")]
    for tag, name, value in page.attributes:
        if name in ("src", "href", "action", "data", "xlink:href", "srcset") or name[:2] == "on":
            faults.append(f"{name}={value} in <{tag}>")
    style = "".join(re.findall(r"<style>(.*?)</style>", text, re.S))
    faults += re.findall(r"url\(|@import|https?:|expression\(", style)
    for drawing in drawings(text):
        try:
            check_drawing(drawing)
        except (AssertionError, xml.ParseError) as fault:
            faults.append(f"a drawing: {fault}: {drawing[:120]}")
    if re.search(r"\bnan\b|\binf\b", page.text(), re.I):
        faults.append("nan or inf in the text")
    return faults


def check_common(name, text):
    faults = common_faults(text)
    for fault in faults[:10]:
        print(f"  {fault}")
    tell(not faults, f"{name}: well-formed, refers to nothing outside, drawings are sound")


# ---- numbers -------------------------------------------------------------------------


def four(value):
    """Four decimals, or three digits of what is smaller than they show."""
    size = abs(value)
    decimals = 4 if size < 1e-9 or size >= 0.001 else 2 - math.floor(math.log10(size))
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def numbers_of(data):
    """What the page must show, by section: the same four decimals."""
    wanted = {section: set() for section in SECTIONS}
    for system in data["systems"]:
        first = system["runs"][0]["report"]
        means = system.get("mean") or first["metrics"]
        wanted["metrics"] |= {four(value) for value in means.values() if value is not None}
        if len(system["runs"]) > 1:
            wanted["metrics"] |= {f"± {four(sd)}" for sd in (system.get("sd") or {}).values()
                                  if sd is not None}
        else:
            for low, high in ((first.get("intervals") or {}).get("metrics") or {}).values():
                wanted["metrics"].add(f"{four(low)} to {four(high)}")
        for breakdown in first.get("breakdowns") or []:
            for group in breakdown["groups"]:
                wanted["breakdowns"] |= {four(value) for value in group["metrics"].values()}
                wanted["breakdowns"].add(f"{group['users']:,} user")
    for row in (data.get("comparison") or {}).get("differences", []):
        # The baseline is the judged system, so the page has the difference turned round.
        wanted["comparison"] |= {four(row["value"]), four(row["baseline"])}
        sign = "+" if -row["difference"] > 0 and float(four(row["difference"])) != 0 else ""
        wanted["comparison"].add(sign + four(-row["difference"]))
        wanted["comparison"] |= {"< 0.0001" if p < 0.0001 else four(p)
                                 for p in (row.get(key) for key in ("p", "p_wilcoxon", "p_holm"))
                                 if p is not None}
    for key in ("rows", "users", "movies"):
        if data.get("ratings"):
            wanted["data"].add(f"{data['ratings'][key]:,}")
    return wanted


def check_numbers(name, text, data):
    page = Page(text)
    for section, wanted in numbers_of(data).items():
        if not wanted:
            continue
        lacking = sorted(item for item in wanted if item not in page.text(section))
        tell(not lacking, f"{name}: {len(wanted)} numbers in {section} {lacking[:5] or ''}")


def parts_of(data):
    """Which sections a document calls for."""
    parts = {"verdict", "metrics", "glossary", "data", "reproduce"}
    reports = [run["report"] for system in data["systems"] for run in system["runs"]]
    for key, section in (("distribution", "distributions"), ("exposure", "exposure"),
                         ("breakdowns", "breakdowns"), ("examples", "examples")):
        if any(report.get(key) for report in reports):
            parts.add(section)
    if any(len(report.get("cutoffs") or []) > 1 for report in reports):
        parts.add("curves")
    if data.get("comparison"):
        parts.add("comparison")
    return [section for section in SECTIONS if section in parts]


def check_sections(name, text, data):
    there = [here for here in Page(text).ids if here in SECTIONS]
    wanted = parts_of(data)
    tell(there == wanted, f"{name}: sections {' '.join(wanted)} {there if there != wanted else ''}")


def check_without(data):
    """Each part that is missing or odd leaves its section out, and nothing else."""
    faults = []
    for part in ("cutoffs", "distribution", "exposure", "breakdowns", "examples", "metrics"):
        wanted = parts_of(without(data, part, None))
        if part == "metrics":
            wanted = [section for section in wanted if section not in ("metrics", "glossary")]
        for odd in (None, "odd", 7, [], {}):
            text = draw("html", without(data, part, odd))
            there = [here for here in Page(text).ids if here in SECTIONS]
            if there != wanted or common_faults(text):
                faults.append(f"{part} {odd!r}: {there}, expected {wanted}")
    for fault in faults:
        print(f"  {fault}")
    tell(not faults, "a part that is missing or odd leaves its section out")


def without(data, part, instead):
    less = copy.deepcopy(data)
    for system in less["systems"]:
        for run in system["runs"]:
            run["report"][part] = instead
        if part == "metrics":
            system["mean"] = instead
    return less


def check_odd_numbers(data):
    """Numbers that cannot be are not shown: a dash, or no picture."""
    odd = copy.deepcopy(data)
    for system in odd["systems"]:
        report = system["runs"][0]["report"]
        system["mean"]["recall"] = report["metrics"]["recall"] = 1e300
        for histogram in report["distribution"].values():
            histogram["users"][1] = -5
    page = Page(draw("html", odd))
    tell(not re.search(r"\d{16}", page.text("metrics")), "a number beyond all use is not shown")
    tell("distributions" not in page.ids, "a number of users below zero is not drawn")


# ---- verdict, texts ------------------------------------------------------------------


def check_verdict(full, refused, run):
    text = Page(draw("html", full)).text("verdict")
    tell("Passed" in text and "met all 4 rules" in text, "passed: said in words")
    rate = full["systems"][0]["mean"]["hit_rate"]
    tell(f"Of 100 users, {round(100 * rate)} found" in text, "hits: said in words")
    tell("better in NDCG@10" in text and "against" in text, "against the others: in words")
    text = Page(draw("html", refused)).text("verdict")
    rule = refused["systems"][0]["runs"][0]["verdict"]["rules"][1]
    tell("Refused" in text and "broke 1 of the 4 rules" in text, "refused: said in words")
    tell(f"Hit rate@10 was {four(rule['value'])}; demanded is at least {rule['bound']:g}"
         in text, "refused: the rule that is broken")
    text = Page(draw("html", run)).text("verdict")
    tell("Measured" in text and "Passed" not in text and "Refused" not in text, "no gate")
    odd = copy.deepcopy(full)
    odd["passed"] = "true"
    tell("Measured" in Page(draw("html", odd)).text("verdict"), "passed that is no boolean")


def check_directions(full):
    """Which side is better does not hang on which of the two is the baseline."""
    turned = copy.deepcopy(full)
    champion = turned["systems"][1]["name"]
    rows = [row for row in turned["comparison"]["differences"] if row["system"] == champion]
    for row in rows:
        row["value"], row["baseline"] = row["baseline"], row["value"]
        row["difference"] = -row["difference"]
        row["low"], row["high"] = -row["high"], -row["low"]
        row["system"] = turned["systems"][0]["name"]
    turned["comparison"] |= {"baseline": champion, "differences": rows}
    cut = r"<h3>Against <b class=\"s2\">.*?</table>"
    there = re.search(cut, draw("html", full), re.S).group()
    tell(there == re.search(cut, draw("html", turned), re.S).group(), "a baseline turned round")
    page = Page(draw("html", full)).text("comparison")
    gini = [row for row in rows if row["metric"] == "gini"][0]
    wanted = "better" if gini["difference"] < 0 else "worse"
    tell(f"Gini index@10{wanted}" in page, "less is better for the Gini index")


def check_hostile(full):
    text = draw("html", full)
    page = Page(text)
    shown = page.text("examples")
    movies = {movie for system in full["systems"] for example in
              system["runs"][0]["report"]["examples"] for movie in example["list"]}
    titles = full["systems"][0]["runs"][0]["report"]["titles"]
    lacking = [titles[movie] for movie in movies if titles[movie] not in shown]
    tell(movies and not lacking, f"{len(movies)} titles of examples {lacking or ''}")
    evil = "\"><script>alert(1)</script><img src=x onerror='a()'>&amp;\x07\u202e|`*_[x](y)\n# h"
    bad = json.loads(json.dumps(full))

    def poison(value):
        if isinstance(value, dict):
            return {key: poison(item) for key, item in value.items()}
        if isinstance(value, list):
            return [poison(item) for item in value]
        return value + evil if isinstance(value, str) else value

    bad = poison(bad)
    bad["passed"] = False
    for report in (run["report"] for system in bad["systems"] for run in system["runs"]):
        report["metrics"][evil] = 0.5
        report["distribution"] = {evil: item for item in report.get("distribution", {}).values()}
    text = draw("html", bad)
    check_common("hostile texts", text)
    page = Page(text)
    clean = evil.replace("\x07", "?").replace("\u202e", "?").replace("\n", "?")
    tell(page.text().count(clean) > 20, "hostile texts are shown as they are")
    tell("\x07" not in text and "\u202e" not in text, "control characters are gone")
    broken = (HERE / "report" / "full.json").read_bytes().replace(b"Fargo", b"F\xff\xfe\xc3")
    text = draw("html", broken)
    tell("F????" not in text and "F??? (1996)" in Page(text).text(), "bytes that are not UTF-8")
    text = draw("markdown", bad)
    wild = [line for line in text.split("\n") if re.search(r"(?<!\\)[`*\[]|<", line)
            and not line.startswith(("**", "    ")) and "**no**" not in line]
    tell(not wild, f"Markdown is escaped {wild[:2] or ''}")
    check_tables("hostile", text)


# ---- Markdown and CSV ----------------------------------------------------------------


def check_tables(name, text):
    """Every table of the Markdown has as many cells in each row."""
    faults, cells = [], None
    for line in text.split("\n"):
        if not line.startswith("|"):
            cells = None
            continue
        count = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
        if cells not in (None, count):
            faults.append(line)
        cells = count
    tell(not faults, f"{name}: tables of Markdown {faults[:2] or ''}")


def check_markdown(name, data):
    text = draw("markdown", data)
    check_tables(name, text)
    wanted = numbers_of(data)
    plain = text.replace("(", "").replace(")", "")
    plain = plain.replace("&lt;", "<")
    lacking = [item for section in ("metrics", "comparison") for item in wanted[section]
               if item not in plain]
    tell(not lacking, f"{name}: numbers in Markdown {lacking[:5] or ''}")


def rows_of(data):
    """The CSV that must come out, in numbers."""
    for system in data["systems"]:
        for run in system["runs"]:
            report = run["report"]
            scopes = [(report["k"], report["metrics"],
                       (report.get("intervals") or {}).get("metrics") or {})]
            for cutoff in report.get("cutoffs") or []:
                metrics = cutoff["metrics"]
                if cutoff["k"] == report["k"]:
                    metrics = {m: v for m, v in metrics.items() if m not in report["metrics"]}
                scopes.append((cutoff["k"], metrics, cutoff.get("intervals") or {}))
            for k, metrics, intervals in scopes:
                for metric, value in metrics.items():
                    low, high = intervals.get(metric, (None, None))
                    how = (report["intervals"]["method"], report["intervals"]["confidence"]) \
                        if low is not None else ("", None)
                    protocol = report.get("protocol") or {}
                    yield [system["name"], system["kind"], run.get("seed"), run.get("fold"), k,
                           protocol.get("candidates", ""), protocol.get("profile", ""), metric,
                           value, low, high, *how, report["users"]]


def check_csv(name, data):
    text = draw("csv", data)
    table = list(csv.reader(io.StringIO(text, newline="")))
    names = "system kind seed fold k candidates profile metric value low high interval " \
        "confidence users".split()
    texts = {names.index(word) for word in ("system", "kind", "candidates", "profile", "metric",
                                            "interval")}
    tell(table[0] == names, f"{name}: columns of the CSV")

    def typed(row):
        return [cell if at in texts else None if cell == "" else float(cell)
                for at, cell in enumerate(row)]

    tell([typed(row) for row in table[1:]] == list(rows_of(data)), f"{name}: lines of the CSV")
    named = copy.deepcopy(data)
    named["systems"][0]["name"] = 'a, "b" c'
    table = list(csv.reader(io.StringIO(draw("csv", named), newline="")))
    tell(table[1][0] == 'a, "b" c' and len(table[1]) == len(names), f"{name}: quotes of the CSV")
    tell(text.endswith("\n") and "\r" not in text, f"{name}: ends of lines")


# ---- what was measured, and how ------------------------------------------------------


def each_report(data):
    return [run["report"] for system in data["systems"] for run in system["runs"]]


def check_candidates(full):
    """Every form says that not all movies were ranked."""
    listed = copy.deepcopy(full)
    words = "Only listed candidates were ranked"
    for report in each_report(listed):
        report["protocol"] = {"candidates": "listed"}
    page = Page(draw("html", listed))
    tell(all(words in page.text(section) for section in ("verdict", "metrics")), "page: listed")
    tell(draw("markdown", listed).count(words) == 2, "Markdown: listed")
    tell(all(row["candidates"] == "listed" for row in
             csv.DictReader(io.StringIO(draw("csv", listed)))), "CSV: listed")
    tell(words not in draw("html", full) + draw("markdown", full), "all were ranked: not a word")


def check_runs(full):
    """Means stand without the interval of one run; the first run is called what it is."""
    first = full["systems"][0]["runs"][0]["report"]
    low, high = first["intervals"]["metrics"]["f1"]
    text = f"{four(low)} to {four(high)}"
    tell(text not in draw("html", full) + draw("markdown", full), "no interval beside a mean")
    tell("means over 2 seeds" in Page(draw("html", full)).text("metrics"), "seeds are seeds")
    folds = copy.deepcopy(full)
    for system in folds["systems"]:
        for number, run in enumerate(system["runs"]):
            del run["seed"]
            run["fold"] = number + 1
    page, text = Page(draw("html", folds)), draw("markdown", folds)
    tell("means over 2 folds" in page.text("metrics"), "folds are folds")
    tell("Means over 2 folds" in text and "| fold 2 | Precision@10 |" in text, "Markdown: folds")
    for section in ("curves", "distributions", "exposure", "breakdowns", "examples"):
        tell("of the first run (fold 1)" in page.text(section), f"{section}: of the first fold")
    tell("lists of the first run (fold 1)" in text, "Markdown: cut-offs of the first fold")
    folds = {row["fold"] for row in csv.DictReader(io.StringIO(draw("csv", folds)))}
    tell(folds == {"1", "2"}, "CSV: folds")


def check_gate(refused):
    """The bound that is judged is told, as precisely as anybody wants it."""
    data = copy.deepcopy(refused)
    rules = data["systems"][0]["runs"][0]["verdict"]["rules"]
    rules[0] |= {"low": 0.02694, "high": 0.0338}
    rules.append({"name": "champion.ndcg", "metric": "ndcg", "k": 10, "value": -0.0012,
                  "low": -0.00345678, "high": None, "relation": ">=",
                  "bound": -0.0020542123456789, "passed": False})
    page, text = Page(draw("html", data)).text("verdict"), draw("markdown", data)
    for where, shown in (("page", page), ("Markdown", text)):
        tell("0.0269 to 0.0338" in shown and "at least -0.0035" in shown
             and "at least -0.0021" in shown, f"{where}: intervals of rules")
    tell("surely at least -0.0035; demanded" in page, "page: why the champion's rule is broken")


def check_counts(full):
    """A profile may count what others make a share."""
    data = copy.deepcopy(full)
    for report in each_report(data):
        report["protocol"] = {"profile": "dacrema", "definition": {"coverage_of": "count"}}
        report["distribution"] = {"hit_rate": {"edges": [0, 0.5, 1], "users": [3, 7]}}
    for system in data["systems"]:
        system["mean"]["coverage"] = 2823
    text = draw("html", data)
    page = Page(text)
    tell("2,823 of the 10,506 movies are recommended" in page.text("verdict"), "coverage in words")
    tell("number of movies" in page.text("metrics") and "| 2,823 ±" in draw("markdown", data),
         "coverage is a count")
    tell("1 or more: 7 users" in text, "hits above one are in the last bar")
    tell("found a movie" not in page.text("verdict"), "hits are no share of users")


def check_texts(full):
    data = copy.deepcopy(full)
    data["config"] = {"evaluation.gate.hit_rate": "0.1"}
    data["version"] = "librecsys 0.1.0"
    page, text = Page(draw("html", data)), draw("markdown", data)
    tell("evaluation.gate.hit_rate=0.1" in page.text("data"), "keys of options can be copied")
    tell("librecsys librecsys" not in page.text() + text, "the name of the library, once")
    tell("- Profile: recsys" in text and "- Relevant from 8" in text
         and full["systems"][0]["runs"][1]["report"]["model_hash"] in text, "Markdown: protocol")
    tell("| champion-2026-03.recsys |" in text and "models/champion" in page.text("data"),
         "names without their folders")
    for report in each_report(data):
        report["cutoffs"] = [{"k": k, "metrics": {"ndcg": 0.5, "auc": None}} for k in (1, 2)]
    tell("| AUC" not in draw("markdown", data), "what nobody has is not in Markdown's tables")
    for report in each_report(data):
        for part in report.get("breakdowns") or []:
            part["groups"][0]["name"] = "a very long name of a group " * 4
    tell("…, 2,301 users" in draw("html", data), "a long name leaves room for the users")


# ---- anything ------------------------------------------------------------------------


def spots(value, shape=(), seen=None, path=()):
    """One path to each kind of place in the document."""
    seen = set() if seen is None else seen
    if shape not in seen:
        seen.add(shape)
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) \
        if isinstance(value, list) else ()
    for key, item in items:
        step = key if isinstance(value, dict) else "*"
        yield from spots(item, shape + (step,), seen, path + (key,))


def put(data, path, value):
    if not path:
        return value
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def check_anything(data):
    """Any value in any place: a page all the same."""
    odd = [None, True, -1, 1e308, "<&>", [], {}, [[1, "x"], None], {"metrics": {"ndcg": "x"}}]
    count, faults = 0, []
    for number, path in enumerate(spots(data)):
        for turn in range(2):
            value = odd[(number + 4 * turn) % len(odd)]
            changed = put(data, path, value)
            try:
                fault = common_faults(draw("html", changed))
                draw("markdown", changed)
                list(csv.reader(io.StringIO(draw("csv", changed))))
            except (RuntimeError, UnicodeDecodeError, subprocess.TimeoutExpired) as error:
                fault = [str(error)]
            if fault:
                faults.append(f"{value!r} at {'.'.join(map(str, path))}: {fault[:2]}")
            count += 1
    for fault in faults[:5]:
        print(f"  {fault}")
    tell(not faults, f"odd values in {count} places")


def main():
    full, refused, run = load("full"), load("refused"), load("run")
    for name, data in (("full", full), ("refused", refused), ("run", run)):
        text = draw("html", data)
        check_common(name, text)
        check_sections(name, text, data)
        check_numbers(name, text, data)
        check_markdown(name, data)
        check_csv(name, data)
    check_verdict(full, refused, run)
    check_directions(full)
    check_without(full)
    check_odd_numbers(full)
    check_hostile(full)
    check_candidates(full)
    check_runs(full)
    check_gate(refused)
    check_counts(full)
    check_texts(full)
    for name in ("empty", "odd"):
        check_common(name, draw("html", load(name)))
        draw("markdown", load(name))
        draw("csv", load(name))
    command = html.unescape(draw("html", full))
    tell("--set 'model.x=a b'\\''s <y>'" in command, "the command, as a shell takes it")
    tell(draw("html", full) == draw("html", full), "the same page again")
    check_anything(full)
    sys.exit(1 if problems else 0)


main()
