#!/usr/bin/env python3
"""docs/benchmarks.md and docs/benchmarks-*.svg from docs/benchmarks.csv.

    render.py [--csv docs/benchmarks.csv] [--out docs]
"""
import argparse
import collections
import datetime
import os
import statistics

import charts
import records
from run import ORDER

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OURS = "librecsys"
WAYS = ("corated_cosine", "corated_cosine_plain", "cosine")
WAY = {"cosine": "cosine", "corated_cosine": "co-rated cosine",
       "corated_cosine_plain": "co-rated cosine, no shrinkage", "user_cf": "user CF",
       "item_cf": "item CF", "blend": "blend as shipped", "": ""}
HEAD = """# Benchmarks

Written by `bench/peers/render.py` from [benchmarks.csv](benchmarks.csv), which has every single
measurement, its command among them. `make bench-peers` measures; [bench/README.md](../bench/README.md)
says how, and how long it takes.

Times are the median of the runs, with the least and the most in brackets and the number of runs
behind. The programs of a table took turns, each in a process of its own, on the same data
(`bench_generate`), unless its last line says that they were measured at different times; such
ratios are of different hours of the machine. One thread was pinned to one core with every thread knob at one. Loading
data is not timed. Peak memory is that of the whole process, the interpreter and its modules
included where there is one. "Sample": the library was asked for some rows drawn at random, and
the time is for all rows at that rate; such rows are extrapolated, not measured.
"""


TITLE = {"sklearn": "scikit-learn", "surprise": "Surprise", "lenskit": "LensKit"}


def title(program):
    return TITLE.get(program, program)


def by(found, *names):
    groups = collections.OrderedDict()
    for record in found:
        groups.setdefault(tuple(record[name] for name in names), []).append(record)
    return groups


def size_at(size):
    return ORDER.index(size)


def is_sample(record):
    return bool(record["rows"] and record["of"] and record["rows"] < record["of"])


def whole_seconds(record):
    return record["seconds"] * (record["of"] / record["rows"] if is_sample(record) else 1)


def best_of(found):
    """Runs on all rows, or if there are none, on a sample; and which."""
    whole = [record for record in found if not is_sample(record)]
    return (whole, True) if whole else (found, False)


def time_text(values):
    middle, least, most = records.spread(values)
    digits = 2 if middle >= 10 else 3 if middle >= 0.1 else 4
    if len(values) == 1:
        return f"{middle:.{digits}f} (one run)"
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f}; {len(values)})"


def times_text(ratio):
    return f"{ratio:.1f} ×" if ratio >= 1 else f"{ratio:.2f} × (slower)"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def is_apart(before, after):
    """More than ten minutes."""
    a, b = (datetime.datetime.fromisoformat(when) for when in (before, after))
    return b - a > datetime.timedelta(minutes=10)


class Page:
    def __init__(self, found, out):
        self.found, self.out, self.parts = found, out, [HEAD]

    def add(self, *text):
        self.parts += text

    def of(self, task, **wanted):
        return [r for r in self.found if r["task"] == task and
                all(r[k] == v for k, v in wanted.items())]

    def chart(self, name, title, x_title, y_title, series):
        drawn = charts.draw(title, x_title, y_title, series)
        if drawn is None:
            return
        file = f"benchmarks-{name}.svg"
        with open(os.path.join(self.out, file), "w", encoding="utf-8") as out:
            out.write(drawn)
        self.add(f"![{title}]({file})\n")

    # ---- sections ----------------------------------------------------------------------------

    def machines(self):
        versions = by(self.found, "program", "version")
        self.add("## Machine and versions\n",
                 "\n".join(f"- {name}" for name in sorted({r["machine"] for r in self.found}))
                 + "\n", ", ".join(f"{title(program)} {version}" for program, version in versions
                                   if version) + ".\n")
        seen = by([r for r in self.found if r["ratings"]], "data")
        self.add(table(("Data", "Users", "Movies", "Ratings", "Σ raters²", "Σ activity²"), [
            (data, f"{r[0]['users']:,.0f}", f"{r[0]['movies']:,.0f}", f"{r[0]['ratings']:,.0f}",
             f"{r[0]['raters_squared']:.3g}", f"{r[0]['activity_squared']:.3g}")
            for (data,), r in sorted(seen.items(), key=lambda item: size_at(item[0][0]))]))

    def ours_beside(self, group):
        """Of the records of one comparison, our median for each way."""
        return {way: statistics.median(whole_seconds(r) for r in some)
                for (way,), some in by([r for r in group if r["program"] == OURS], "way").items()}

    def best_isa(self):
        """Runs with the instruction set that is chosen by itself."""
        return [r for r in self.found if r["task"] != "neighbours" or r["program"] != OURS or
                " --isa " not in r["command"]]

    def neighbours(self):
        group = [r for r in self.best_isa() if r["task"] == "neighbours" and r["data"] != "100M"]
        if not group:
            return
        self.add("## The 20 nearest of all users, of all movies\n",
                 "librecsys: the exact co-rated cosine with its default settings (four sums a "
                 "pair), the same without shrinkage, which is what Surprise computes, and the "
                 "cosine over all ratings without minimum, which is what similaripy, implicit "
                 "and scikit-learn compute (one sum a pair). The last columns say how many times "
                 "as long as librecsys each took.\n")
        tables = by(group, "side", "data", "threads")
        for (side, data, threads), some in sorted(
                tables.items(), key=lambda i: (i[0][0] != "users", size_at(i[0][1]), i[0][2])):
            self.add(f"### {side.capitalize()}, {data}, {threads:.0f} "
                     f"thread{'s' if threads > 1 else ''}\n",
                     self.comparison(some) + self.hours(some))

    @staticmethod
    def hours(some):
        """When each library was measured, where that was not in one run."""
        spans = {}
        for r in some:
            first, last = spans.get(r["program"], (r["when"], r["when"]))
            spans[r["program"]] = (min(first, r["when"]), max(last, r["when"]))
        starts = max(first for first, _ in spans.values())
        ends = min(last for _, last in spans.values())
        if starts <= ends or len(spans) < 2 or not is_apart(ends, starts):
            return ""
        return "\nMeasured at different times: " + "; ".join(
            f"{title(program)} {first.replace('T', ' ')} to {last.replace('T', ' ')}"
            for program, (first, last) in sorted(spans.items())) + ".\n"

    def comparison(self, some):
        ours, rows = self.ours_beside(some), []
        for (program, version, way), runs in by(some, "program", "version", "way").items():
            for whole in (True, False):
                part = [r for r in runs if is_sample(r) != whole]
                if not part:
                    continue
                seconds = [whole_seconds(r) for r in part]
                middle = statistics.median(seconds)
                note = "" if whole else f", sample of {part[0]['rows']:,.0f} rows"
                ratio = ["–" if program == OURS or w not in ours else
                         times_text(middle / ours[w]) for w in WAYS]
                rows.append((f"{title(program)} {version}", WAY[way] + note, time_text(seconds),
                             f"{statistics.median(r['busy'] for r in part) * 100:.0f} %",
                             f"{max(r['peak_mb'] for r in part):,.0f}", *ratio))
        return table(("Library", "What", "Time, s", "Cores busy", "Peak, MB",
                      *(f"of {WAY[way]}" for way in WAYS)), rows)

    def series(self, side, x, value, threads=1):
        lines = by([r for r in self.best_isa() if r["task"] == "neighbours" and
                    r["side"] == side and r["threads"] == threads and r["data"] != "100M" and
                    r["way"] != "corated_cosine_plain" or (
                        r["task"] == "neighbours" and r["program"] == "surprise" and
                        r["side"] == side and r["threads"] == threads)], "program", "way")
        found = []
        for (program, way), some in lines.items():
            points = []
            for _, runs in by(some, "data").items():
                runs, whole = best_of(runs)
                points.append((runs[0][x], statistics.median(value(r) for r in runs), whole))
            found.append((f"{program}, {WAY[way].split(',')[0]}" if program == OURS
                          else title(program),
                          points))
        return found

    def sizes(self):
        if not self.of("neighbours"):
            return
        self.add("## Time and memory against size\n",
                 "One thread; hollow points are extrapolated from a sample of rows.\n")
        for side in ("users", "movies"):
            self.chart(side, f"20 nearest of all {side}: time", "ratings", "seconds",
                       self.series(side, "ratings", whole_seconds))
        self.chart("memory", "20 nearest of all users: peak memory of the process", "ratings",
                   "MB", self.series("users", "ratings", lambda r: r["peak_mb"]))

    def growth(self):
        group = [r for r in self.best_isa() if r["task"] == "neighbours" and
                 r["program"] == OURS and r["way"] == "corated_cosine"]
        if not group:
            return
        most = max(r["threads"] for r in group)
        group = [r for r in group if r["threads"] == most]
        self.add("## How it grows\n",
                 f"librecsys, co-rated cosine, {most:.0f} threads. Users: the work of an "
                 "accumulator is Σ raters², one step for each rating in common; lanes take one "
                 "step for 64 pairs and a movie of the shorter list, about rows × ratings / 128 "
                 "in all, less where lists differ in length. Memory grows with the ratings, "
                 "the table of 64 lanes with the movies.\n")
        rows, time, memory = [], {"users": [], "movies": []}, {"users": [], "movies": []}
        for (side, data), some in sorted(by(group, "side", "data").items(),
                                         key=lambda i: (i[0][0] != "users", size_at(i[0][1]))):
            seconds = [r["seconds"] for r in some]
            squares = some[0]["raters_squared" if side == "users" else "activity_squared"]
            middle = statistics.median(seconds)
            peak = max(r["peak_mb"] for r in some)
            time[side].append((squares, middle, True))
            memory[side].append((some[0]["ratings"], peak, True))
            rows.append((side, data, f"{some[0]['ratings']:,.0f}", f"{squares:.3g}",
                         time_text(seconds), f"{middle * most * 1e9 / (squares / 2):.3f}",
                         f"{peak:,.0f}", f"{peak * 1e6 / some[0]['ratings']:.1f}"))
        self.add(table(("Rows", "Data", "Ratings", "Σ of squares", "Time, s",
                        "ns and core per rating in common", "Peak, MB", "Bytes a rating"), rows))
        self.chart("growth", "Time against the squares of the columns", "Σ raters² (users), "
                   "Σ activity² (movies)", "seconds", list(time.items()))
        self.chart("growth-memory", "Peak memory against ratings", "ratings", "MB",
                   list(memory.items()))

    def isas(self):
        group = [r for r in self.of("neighbours", program=OURS) if " --isa " in r["command"]]
        if not group:
            return
        self.add("## Instruction sets\n", "Co-rated cosine, one thread. Same: the lists are the "
                 "same bytes as those of all other rows with this data, by a hash.\n")
        rows = []
        for (side, data), some in by(group, "side", "data").items():
            same = len({r["hash"] for r in self.of("neighbours", program=OURS, side=side,
                                                   data=data, way="corated_cosine")}) == 1
            sets = by(some, "isa")
            base = {isa: statistics.median(r["seconds"] for r in runs)
                    for (isa,), runs in sets.items()}
            for (isa,), runs in sets.items():
                rows.append((side, data, isa, time_text([r["seconds"] for r in runs]),
                             times_text(max(base.values()) / base[isa]),
                             "same" if same else "**differ**"))
        self.add(table(("Rows", "Data", "Instruction set", "Time, s", "Faster than the slowest",
                        "Lists"), rows))

    def check(self):
        group = self.of("check")
        if not group:
            return
        self.add("## Are they right?\n", "Lists of rows drawn at random against similarities to "
                 "all other rows that SciPy computes in doubles.\n")
        self.add(table(("Data", "Rows", "Similarity", "Rows checked", "Rows that differ",
                        "Largest difference"), [
            (data, side, WAY[way], f"{r[-1]['rows']:.0f}", str(r[-1]["bad"]),
             f"{float(r[-1]['difference']):.1e}")
            for (data, side, way), r in by(group, "data", "side", "way").items()]))

    def live(self):
        group = self.of("live")
        if not group:
            return
        self.add("## One query\n", "librecsys: users drawn at random, each with one rating that "
                 "the model lacks; the neighbours are found at the time of the query. implicit: "
                 "item CF from lists made before, with the ratings that it was trained on, "
                 "its row slice included. That is much less work, and much quicker. One thread; "
                 "milliseconds, medians of the runs.\n")
        rows = []
        for (data, program, version, way), some in by(group, "data", "program", "version",
                                                      "way").items():
            middle = [statistics.median(float(r[name]) for r in some)
                      for name in ("median_ms", "p99_ms", "max_ms")]
            rows.append((data, f"{title(program)} {version}", WAY[way], f"{some[0]['rows']:,.0f}",
                         time_text([float(r["median_ms"]) for r in some]),
                         f"{middle[1]:.3f}", f"{middle[2]:.3f}",
                         f"{max(r['peak_mb'] for r in some):,.0f}"))
        self.add(table(("Data", "Library", "What", "Queries", "Median, ms", "99 % within",
                        "Slowest", "Peak, MB"), rows))

    def all(self):
        group = self.of("all")
        if not group:
            return
        self.add("## Lists of 20 for all users\n", "From a model that is trained already. They "
                 "are not the same lists: implicit's are item CF, LensKit's and the first of "
                 "librecsys user CF; LensKit finds neighbours in the call.\n")
        rows = []
        for (data, threads, program, version, way, done), some in by(
                group, "data", "threads", "program", "version", "way", "rows").items():
            note = f", sample of {done:,.0f} users" if is_sample(some[0]) else ""
            seconds = [whole_seconds(r) for r in some]
            rows.append((data, f"{threads:.0f}", f"{title(program)} {version}", WAY[way] + note,
                         time_text(seconds),
                         f"{some[0]['of'] / statistics.median(seconds):,.0f}",
                         f"{max(r['peak_mb'] for r in some):,.0f}"))
        self.add(table(("Data", "Threads", "Library", "What", "Time, s", "Users a second",
                        "Peak, MB"), rows))

    def update(self):
        group = self.of("update")
        if not group:
            return
        self.add("## Updates\n", "`recsys_model_update` with a share of new ratings beside a fit "
                 "on everything. spread: new ratings of users drawn from all ratings; night: of "
                 "few users, half of them new. Keep: the update that leaves content and fusion "
                 "as they are.\n")
        rows = []
        for (data, threads, kind, share), some in by(group, "data", "threads", "kind",
                                                     "share").items():
            r = some[-1]
            users = r["users"] or 1
            rows.append((data, f"{threads:.0f}", str(kind), f"{float(share) * 100:g} %",
                         f"{float(r['rows_changed']) / users * 100:.1f} %",
                         f"{float(r['rows_recomputed']) / users * 100:.1f} %",
                         "full fit" if r.get("full_fit") else "update",
                         f"{float(r['update_s']):.2f}", f"{float(r.get('keep_s', 0)):.2f}",
                         f"{float(r['full_s']):.2f}",
                         times_text(float(r["full_s"]) / float(r["update_s"])),
                         str(r.get("runs", 1)), "same" if r["same"] else "**differ**"))
        self.add(table(("Data", "Threads", "Kind", "New", "Rows changed", "Rows recomputed",
                        "The call took", "Update, s", "Keep, s", "Fit, s", "Faster", "Runs",
                        "Bytes"), rows))

    def ials(self):
        group = self.of("ials")
        if not group:
            return
        self.add("## Iterations of iALS\n", "All users, then all movies, by three steps of "
                 "conjugate gradients for each, which is implicit's default too; median and "
                 "spread of the runs' median iterations.\n")
        rows = []
        for (data, threads, way, program, version), some in by(
                group, "data", "threads", "way", "program", "version").items():
            rows.append((data, f"{threads:.0f}", way, f"{title(program)} {version}",
                         time_text([r["seconds"] for r in some]),
                         f"{max(r['peak_mb'] for r in some):,.0f}"))
        self.add(table(("Data", "Threads", "Size", "Library", "An iteration, s", "Peak, MB"),
                       rows))

    def kernels(self):
        group = [r for r in self.of("kernel") if r.get("kernel")]
        if not group:
            return
        self.add("## Kernels alone\n", "`bench_kernels`: one movie of a list against 64 lanes "
                 "(row), and one movie that two users rated (co-rating). heavy: the 64 most "
                 "active users as lanes, middle: 64 from the middle; counts, of who has enough in "
                 "common to be summed: 512 lanes. Instructions are counted by stepping, cycles are of the processor's real clock. Limit: the least time that "
                 "the vector instructions of a row can take at the rates measured in the same "
                 "run.\n")
        rows = []
        for (kernel, sums, block), some in by(group, "kernel", "sums", "block").items():
            middle = {name: statistics.median(float(r[name]) for r in some)
                      for name in ("ns_row", "cycles_row", "instructions_row", "limit_ns_row",
                                   "ns_corating", "instructions_corating", "times_scalar")}
            share = middle["limit_ns_row"] / middle["ns_row"] if middle["ns_row"] else 0

            def text(name, digits):
                return f"{middle[name]:.{digits}f}" if middle[name] else "–"

            rows.append((kernel, sums, block, text("ns_row", 2), text("cycles_row", 2),
                         text("instructions_row", 1), text("limit_ns_row", 2),
                         f"{share * 100:.0f} %" if share else "–", text("ns_corating", 4),
                         text("instructions_corating", 2), text("times_scalar", 1)))
        self.add(table(("Kernel", "Sums", "Block", "ns a row", "Cycles", "Instructions",
                        "Limit, ns", "Of the limit", "ns a co-rating",
                        "Instructions a co-rating", "× scalar"), rows))
        for r in [r for r in self.of("kernel") if r.get("limits_of")][-1:]:
            self.add(f"The processor's clock was {float(r['ghz']):.2f} GHz; {r['limits_of']}, in "
                     f"a cycle: {float(r['adds_ns']) / float(r['ghz']):.2f} additions, "
                     f"{float(r['shuffles_ns']) / float(r['ghz']):.2f} shuffles, "
                     f"{float(r['products_ns']) / float(r['ghz']):.2f} products of bytes.\n")

    def write(self):
        for part in (self.machines, self.neighbours, self.sizes, self.growth, self.isas,
                     self.check, self.live, self.all, self.update, self.ials, self.kernels):
            part()
        with open(os.path.join(self.out, "benchmarks.md"), "w", encoding="utf-8") as file:
            file.write("\n".join(self.parts))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", default=os.path.join(ROOT, "docs", "benchmarks.csv"))
    parser.add_argument("--out", default=os.path.join(ROOT, "docs"))
    given = parser.parse_args()
    os.makedirs(given.out, exist_ok=True)
    found = records.newest_builds(records.read(given.csv))
    Page(found, given.out).write()


if __name__ == "__main__":
    main()
