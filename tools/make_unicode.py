#!/usr/bin/env python3
"""Write lib/models/unicode_table.h: word characters and lower case of Unicode.

A word character is what Python's re module takes for \\w (letters, digits, numbers), so that
tokens equal scikit-learn's. ASCII is left out: tokens.c knows it.

    python3 tools/make_unicode.py > lib/models/unicode_table.h
"""
import unicodedata

CODES = [c for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000]


def word_ranges():
    ranges = []
    for code in CODES:
        if not chr(code).isalnum():
            continue
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def lower_runs():
    """Runs (first, last, stride, delta): every stride-th code from first to last moves by
    delta. Codes whose lower case is longer than one code are left to tokens.c."""
    runs = []
    for code in CODES:
        lower = chr(code).lower()
        if lower == chr(code) or len(lower) != 1:
            continue
        delta = ord(lower) - code
        if runs and runs[-1][3] == delta:
            first, last, stride, _ = runs[-1]
            step = code - last
            if step in (1, 2) and (first == last or step == stride):
                runs[-1][1:3] = code, step
                continue
        runs.append([code, code, 1, delta])
    return runs


def rows(items):
    line = "   "
    for item in items:
        text = " {" + ", ".join(item) + "},"
        if len(line) + len(text) > 96:
            yield line
            line = "   "
        line += text
    yield line


def main():
    print(f"/* Unicode {unicodedata.unidata_version}: written by tools/make_unicode.py. */")
    print("/* clang-format off */")
    print("static const uint32_t word_ranges[][2] = {")
    print("\n".join(rows([f"0x{a:x}", f"0x{b:x}"] for a, b in word_ranges())))
    print("};")
    print("static const struct lower_run {")
    print("    uint32_t first, last, stride;")
    print("    int32_t delta;")
    print("} lower_runs[] = {")
    print("\n".join(rows([f"0x{a:x}", f"0x{b:x}", str(s), str(d)]
                         for a, b, s, d in lower_runs())))
    print("};")
    print("/* clang-format on */")


if __name__ == "__main__":
    main()
