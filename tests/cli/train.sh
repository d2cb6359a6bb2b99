#!/bin/sh
# Training: what is told, in text and JSON; input in several forms; mistakes in the data.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

expect train 0 train
cp "$tmp/model.recsys" "$tmp/first"
expect train-json 0 train --json
expect train-quiet 0 train --quiet
cmp "$tmp/first" "$tmp/model.recsys" || fail "the same input gives another model"
for threads in 1 2 7; do
    train --quiet --threads "$threads"
    cmp "$tmp/first" "$tmp/model.recsys" || fail "$threads threads give another model"
done

printf 'userId,movieId,rating\n1,2,4\n' >"$tmp/one.csv"
expect train-one 0 recsys-train -r "$tmp/one.csv" -c "$here/pinned.yaml" -o "$tmp/one"

# The progress bar goes to standard error only.
RECSYS_PROGRESS=always train >"$tmp/a" 2>"$tmp/b"
grep -q '%' "$tmp/b" || fail "no progress bar"
! grep -q 'left' "$tmp/a" || fail "the progress bar is on standard output"

# Standard input, gzip, saved ratings and standard output give the same model.
options="--movies $tmp/movies.csv --config $here/pinned.yaml --quiet"
# shellcheck disable=SC2086
recsys-train --ratings - $options -o "$tmp/a" <"$tmp/ratings.csv"
cmp "$tmp/first" "$tmp/a" || fail "standard input gives another model"
gzip -c "$tmp/ratings.csv" >"$tmp/ratings.csv.gz"
# shellcheck disable=SC2086
recsys-train --ratings "$tmp/ratings.csv.gz" $options -o "$tmp/a" --save-ratings "$tmp/saved"
cmp "$tmp/first" "$tmp/a" || fail "gzip gives another model"
# shellcheck disable=SC2086
recsys-train --ratings "$tmp/saved" $options -o - >"$tmp/a"
cmp "$tmp/first" "$tmp/a" || fail "saved ratings on standard output give another model"
expect train-saved 0 recsys-train --ratings "$tmp/saved" -o "$tmp/a" --config "$here/pinned.yaml"

# Mistakes.
expect train-missing 1 recsys-train -r "$tmp/none.csv" -o "$tmp/a"
expect train-folder 1 recsys-train -r "$tmp" -o "$tmp/a"
expect train-nowhere 1 recsys-train -q -r "$tmp/ratings.csv" -o "$tmp/none/a"
sed '5s/4.0/abc/' "$tmp/ratings.csv" >"$tmp/bad.csv"
expect train-bad-row 1 recsys-train -r "$tmp/bad.csv" -o "$tmp/b2"
[ ! -e "$tmp/b2" ] || fail "a model was written in spite of a bad row"
expect train-skip 0 recsys-train -r "$tmp/bad.csv" -o "$tmp/b2" --config "$here/pinned.yaml" \
    --set data.on_bad_row=skip
: >"$tmp/empty.csv"
expect train-empty 1 recsys-train -r "$tmp/empty.csv" -o "$tmp/a"
expect train-full 1 sh -c 'exec "$@" >/dev/full' sh recsys-train -r "$tmp/ratings.csv" -o "$tmp/a"
