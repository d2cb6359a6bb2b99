"""Rules of the house that no compiler checks: layers, names, forbidden calls, sizes.

Run by tools/lint.sh from the repository's root. Writes one TAP line per rule; findings are
`file:line: text`. The order of lib/'s folders comes in $LIB_FOLDERS.
"""

import os
import pathlib
import re
import sys

LIB = os.environ["LIB_FOLDERS"].split()
PUBLIC_MAY_INCLUDE = {"stddef.h", "stdint.h"}
MOST_LINES_FUNCTION = 100
MOST_LINES_FILE = 800
MOST_COLUMNS = 96

# What the library must never call, and the files where one of them has a reason to be.
FORBIDDEN = {
    "the host's memory, use base/memory.h": (
        "malloc calloc realloc free strdup strndup reallocarray aligned_alloc posix_memalign "
        "asprintf vasprintf getline getdelim open_memstream",
        {"lib/base/runtime.c"},
    ),
    "the host's streams": ("printf puts putchar perror fprintf fputs vprintf fwrite", set()),
    "the host's process": (
        "exit _exit _Exit quick_exit abort assert raise signal sigaction atexit system fork",
        set(),
    ),
    "the host's environment": ("getenv secure_getenv setenv putenv unsetenv", set()),
    "the host's locale": (
        "setlocale newlocale uselocale localeconv strtod strtof strtold atof scanf sscanf "
        "fscanf toupper tolower isalpha isdigit isspace isalnum isupper islower strcasecmp "
        "strncasecmp strcoll",
        {"lib/base/text.c"},
    ),
    "the clock": (
        "time clock clock_gettime gettimeofday localtime gmtime localtime_r gmtime_r strftime",
        set(),
    ),
    "a hidden generator": ("rand srand random drand48 rand_r arc4random getrandom", set()),
    "unbounded writing": ("strcpy strcat sprintf vsprintf gets strtok alloca", set()),
}

findings = {}


def report(rule, path, line, text):
    findings.setdefault(rule, []).append(f"{path}:{line}: {text}")


def blank(match):
    """The same number of lines, nothing else."""
    return "\n" * match.group().count("\n") or " "


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def strip(source, strings):
    """Source without comments and, if `strings`, without the inside of literals."""

    def replace(match):
        text = match.group()
        if text[0] in "\"'":
            return text[0] * 2 if strings else text
        return blank(match)

    return TOKEN.sub(replace, source)


def lines_of(text):
    return enumerate(text.split("\n"), 1)


def includes(text):
    for number, line in lines_of(text):
        found = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1), found.group(2)


def check_layers(path, text):
    part = path.split("/")
    for number, kind, name in includes(text):
        folder = name.split("/")[0]
        if part[0] == "include":
            if folder != "recsys" and name not in PUBLIC_MAY_INCLUDE:
                report("layers", path, number, f"a public header includes {name}")
        elif part[0] == "lib":
            if kind == "<":
                continue
            if folder not in LIB or not pathlib.Path("lib", name).is_file():
                report("layers", path, number, f'"{name}" is not "FOLDER/file.h" of lib/')
            elif LIB.index(folder) > LIB.index(part[1]):
                report("layers", path, number, f"{part[1]} must not use {folder} ({name})")
        elif part[0] == "cli" and kind == '"':
            own = pathlib.Path("cli", name).is_file() or pathlib.Path(path).with_name(
                pathlib.Path(name).name
            ).is_file()
            if not own and folder != "base":
                report("layers", path, number, f"programs must not use {name}")
        elif part[0] == "bench" and kind == '"':
            # Kernels, sources and statistics are measured alone; all else goes through the
            # public one.
            alone = ("kernels", "models", "eval") if name != "api/fit.h" else ("api",)
            if folder not in alone and not pathlib.Path("bench", name).is_file():
                report("layers", path, number, f"only <recsys/...> may be used, not {name}")
        elif part[0] == "examples" and kind == '"' and "/" in name:
            report("layers", path, number, f"only <recsys/...> may be used, not {name}")


DEFINED = re.compile(r"^(?!static\b|typedef\b|extern\b|struct\b.*;)[a-z_][\w \t*]*?(\w+)\(")


def check_names(path, text):
    """recsys_ belongs to lib/api; everything else that others can link is rs_."""
    folder = path.split("/")[1]
    for number, line in lines_of(text):
        found = DEFINED.match(line)
        if not found or found.group(1).startswith("_") or line.startswith("_Static_assert"):
            continue
        name = found.group(1)
        if name.startswith("recsys_") and folder != "api":
            report("names", path, number, f"{name}: public functions live in lib/api")
        elif not name.startswith(("recsys_", "rs_")):
            report("names", path, number, f"{name}: make it static, or name it rs_{name}")


def check_calls(path, code, with_strings):
    for why, (names, allowed) in FORBIDDEN.items():
        if path in allowed:
            continue
        call = re.compile(r"(?<![\w.>])(" + "|".join(names.split()) + r")\s*\(")
        for number, line in lines_of(code):
            for found in call.finditer(line):
                report("calls", path, number, f"{found.group(1)}(): {why}")
    if path == "lib/base/text.c":
        return
    for number, line in lines_of(with_strings):
        if re.search(r'"[^"]*%[-+ #0-9.*]*l?[aAeEfFgG]', line):
            report("calls", path, number, "a float in a format: use rs_format_real")


def is_generated(text):
    return "written by tools/" in text[:400]


def check_sizes(path, text):
    begin = None
    for number, line in lines_of(text):
        if line == "{":
            begin = number
        elif line == "}" and begin is not None:
            if number - begin + 1 > MOST_LINES_FUNCTION:
                report("sizes", path, begin, f"a function of {number - begin + 1} lines")
            begin = None
        if len(line) > MOST_COLUMNS:
            report("sizes", path, number, f"{len(line)} columns, at most {MOST_COLUMNS}")
    count = text.count("\n")
    if count > MOST_LINES_FILE and not is_generated(text) and not path.startswith("tests/"):
        report("sizes", path, count, f"{count} lines, at most {MOST_LINES_FILE}")


def check_guard(path, text):
    guard = re.search(r"#ifndef (\w+_H)\n#define \1\n", text)
    if path.endswith(".h") and guard is None and not is_generated(text):
        report("names", path, 1, "the header has no include guard")


def check_leftovers(path, text):
    for number, line in lines_of(text):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            report("leftovers", path, number, line.strip())
        if line.rstrip() != line:
            report("leftovers", path, number, "blanks at the end of the line")
    if text and not text.endswith("\n"):
        report("leftovers", path, text.count("\n") + 1, "no newline at the end")


def check_c(path, text):
    code = strip(text, strings=True)
    with_strings = strip(text, strings=False)
    check_layers(path, with_strings)
    check_sizes(path, text)
    check_guard(path, text)
    if path.startswith("lib/"):
        check_names(path, code)
        check_calls(path, code, with_strings)


def main():
    for path in sys.argv[1:]:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        if path != "tools/lint.py":
            check_leftovers(path, text)
        if path.endswith((".c", ".h")):
            check_c(path, text)
    for rule in ("layers", "names", "calls", "sizes", "leftovers"):
        found = findings.get(rule, [])
        print(f"{'not ok' if found else 'ok'} - {rule}")
        for line in found:
            print(f"  {line}")
    return 1 if findings else 0


sys.exit(main())
