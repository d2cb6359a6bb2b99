#!/bin/sh
# Wrong command lines: a message, a hint, exit code 2. Help and version: exit code 0.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"

for program in recsys-train recsys-recommend recsys-model recsys-eval recsys-split recsys-tune; do
    expect "help-$program" 0 "$program" --help
    expect "version-$program" 0 "$program" --version
    expect "unknown-$program" 2 "$program" --colour
    if awk 'length($0) > 80 { exit 1 }' "$golden/help-$program.out"; then :; else
        fail "$program --help is wider than 80 columns"
    fi
    # The man page knows every flag.
    page=$here/../../docs/man/$program.1
    sed -n 's/^  .*--\([a-z-]*\).*/\1/p' "$golden/help-$program.out" >"$tmp/flags"
    while read -r flag; do
        grep -q "Fl -$flag" "$page" || fail "$page lacks --$flag"
    done <"$tmp/flags"
    # It has the same exit codes, and no program has one that docs/errors.md lacks.
    sed -n '/^Exit status:/,/^$/s/^ *\([0-9][0-9]*\) .*/\1/p' "$golden/help-$program.out" >"$tmp/codes"
    [ -s "$tmp/codes" ] || fail "$program --help has no exit codes"
    sed -n '/^.Sh EXIT STATUS/,/^.Sh EXAMPLES/s/^.It \([0-9][0-9]*\)$/\1/p' "$page" |
        diff "$tmp/codes" - || fail "$page has other exit codes than $program --help"
    while read -r code; do
        grep -q "^| $code |" "$here/../../docs/errors.md" || fail "docs/errors.md lacks exit code $code"
    done <"$tmp/codes"
    # What cannot be written is an error, not silence.
    status=0
    "$program" --help >/dev/full 2>"$tmp/stderr" || status=$?
    [ "$status" = 1 ] || fail "$program --help >/dev/full: exit code $status"
done

expect usage-train-nothing 2 recsys-train
expect usage-train-output 2 recsys-train --ratings x
expect usage-train-misspelt 2 recsys-train --raitngs x
expect usage-train-letter 2 recsys-train -x
expect usage-train-argument 2 recsys-train --ratings
expect usage-train-flag 2 recsys-train --quiet=yes
expect usage-train-operand 2 recsys-train -r x -o y z
expect usage-train-threads 2 recsys-train -r x -o y --threads 0
expect usage-train-stdin 2 recsys-train -r - -m - -o y
expect usage-train-tags 2 recsys-train -r x --tags t -o y
expect usage-train-json 2 recsys-train -r x -o - --json
expect usage-train-empty 2 recsys-train -r x -o ''

expect usage-recommend-nothing 2 recsys-recommend
expect usage-recommend-whom 2 recsys-recommend m
expect usage-recommend-both 2 recsys-recommend m --user 1 --all
expect usage-recommend-explain 2 recsys-recommend m --all --explain
expect usage-recommend-similar 2 recsys-recommend m --similar 1 --genre crime
expect usage-recommend-years 2 recsys-recommend m --user 1 --year-min 2000 --year-max 1990
expect usage-recommend-empty 2 recsys-recommend m --user ''
expect usage-recommend-empty-list 2 recsys-recommend m -u 1 --deny=
expect usage-recommend-limit 2 recsys-recommend m --user 1 -n 0

expect usage-model-nothing 2 recsys-model
expect usage-model-command 2 recsys-model explode
expect usage-model-info 2 recsys-model info
expect usage-model-diff 2 recsys-model diff a
expect usage-model-level 2 recsys-model validate --level some x
expect usage-update-nothing 2 recsys-model update
expect usage-update-ratings 2 recsys-model update m -o n
expect usage-update-output 2 recsys-model update m -r x
expect usage-update-set 2 recsys-model update m -r x -o n --set model.rerank.quality_weight=0.2
expect usage-update-stdin 2 recsys-model update m -r - -r - -o n
expect usage-update-tags 2 recsys-model update m -r x -o n --tags t
expect usage-update-json 2 recsys-model update m -r x -o - --json
expect usage-update-elsewhere 2 recsys-model info m --ratings x

expect usage-split-nothing 2 recsys-split
expect usage-split-output 2 recsys-split -r x
expect usage-split-seed 2 recsys-split -r x -o y --seed -1
expect usage-split-operand 2 recsys-split -r x -o y z
