#!/bin/sh
# Where results go: places are looked at before the work, `-' is standard output, and the text
# comes before the files.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

evaluate()
{
    recsys-eval --ratings "$tmp/ratings.csv" --movies "$tmp/movies.csv" --config "$here/pinned.yaml" \
        --set evaluation.gate.users=5 -k 3 "$@"
}

# Nothing is read before it is known that the results can be written: there are no ratings here.
early()
{
    recsys-eval --ratings "$tmp/none.csv" "$@"
}
for flag in report markdown csv per-user; do
    expect "outputs-early-$flag" 1 early "--$flag" "$tmp/none/file"
done
expect outputs-early-folder 1 early --csv "$tmp"
expect outputs-early-below-file 1 early --csv "$tmp/ratings.csv/file"
expect outputs-early-verdicts 1 early --verdict-dir "$tmp/none/below"
expect outputs-early-verdicts-file 1 early --verdict-dir "$tmp/ratings.csv"
expect outputs-early-split 1 recsys-split --ratings "$tmp/none.csv" -o "$tmp/none/below"
expect outputs-early-train 1 recsys-train --ratings "$tmp/none.csv" -o "$tmp/none/model"
expect outputs-early-saved 1 recsys-train --ratings "$tmp/none.csv" -o "$tmp/model" \
    --save-ratings "$tmp/none/saved"
ln -s none/file "$tmp/dangling"
evaluate --csv "$tmp/dangling" --markdown /dev/null -q >"$tmp/out"
[ -f "$tmp/dangling" ] || fail "a link that leads nowhere is not replaced"

# Each of them on standard output is what it is in a file; the text goes to standard error.
evaluate >"$tmp/text"
for flag in report markdown csv per-user; do
    (cd "$tmp" && recsys-eval --ratings ratings.csv --config "$here/pinned.yaml" -k 3 "--$flag" - \
        --set evaluation.gate.users=5 >out 2>text.err)
    [ -s "$tmp/out" ] || fail "--$flag - prints nothing"
    [ ! -e "$tmp/-" ] || fail "--$flag - writes a file"
    grep -q '^Gate  *passed' "$tmp/text.err" || fail "--$flag - does not tell the text"
    ! grep -q '^Gate  *passed' "$tmp/out" || fail "--$flag - shares standard output"
done
evaluate --csv "$tmp/file.csv" >"$tmp/out"
cmp "$tmp/text" "$tmp/out" || fail "a file changes the text"
evaluate --csv - >"$tmp/out" 2>"$tmp/text.err"
cmp "$tmp/file.csv" "$tmp/out" || fail "--csv - is not the file"
cmp "$tmp/text" "$tmp/text.err" || fail "--csv - has another text"
evaluate --csv - --quiet >"$tmp/out" 2>"$tmp/text.err"
[ ! -s "$tmp/text.err" ] || fail "--quiet is not quiet"
expect outputs-two 2 evaluate --csv - --markdown -
expect outputs-json 2 evaluate --json --per-user -
expect outputs-same 2 evaluate --csv "$tmp/one" --per-user "$tmp/one"
expect outputs-split 2 recsys-split --ratings "$tmp/ratings.csv" -o -

# The text and the other files are there even if one cannot be written.
expect outputs-full 1 evaluate --markdown /dev/full --csv "$tmp/after.csv"
cmp "$tmp/file.csv" "$tmp/after.csv" || fail "one file takes another along"

# Ratings in the library's own form.
saved()
{
    recsys-train --ratings "$tmp/ratings.csv" --config "$here/pinned.yaml" -o "$tmp/model" "$@"
}
saved --save-ratings "$tmp/saved" >"$tmp/text"
saved --save-ratings - >"$tmp/out" 2>"$tmp/text.err"
cmp "$tmp/saved" "$tmp/out" || fail "--save-ratings - is not the file"
normalise <"$tmp/text" >"$tmp/text.n"
normalise <"$tmp/text.err" | cmp - "$tmp/text.n" || fail "--save-ratings - has another text"
expect outputs-saved-json 2 saved --save-ratings - --json
expect outputs-saved-both 2 recsys-train --ratings "$tmp/ratings.csv" -o - --save-ratings -

# A folder of verdicts is made, at the end.
evaluate --verdict-dir "$tmp/made/" >"$tmp/out"
[ "$(find "$tmp/made" -name '*.verdict.json' | wc -l)" = 1 ] || fail "no folder of verdicts"
