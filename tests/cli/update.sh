#!/bin/sh
# Newer ratings into a model: the same bytes as training on all, what is told, mistakes.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data
train --quiet --set model.collaborative_filtering.spare_neighbors=0
m=$tmp/model.recsys
cp "$m" "$tmp/before"

# A new user, a new movie, a new rating, a changed one, and an older one that changes nothing.
cat >"$tmp/new.csv" <<'END'
userId,movieId,rating,timestamp
8,1,4.0,1100000001
8,2,4.5,1100000002
8,100,3.5,1100000003
1,10,2.0,1100000004
2,1,1.0,1100000005
3,4,0.5,900000000
END
tail -n +2 "$tmp/new.csv" | cat "$tmp/ratings.csv" - >"$tmp/all.csv"

# Training on everything, into FILE.
train_all()
{
    recsys-train --ratings "$tmp/all.csv" --movies "$tmp/movies.csv" --config "$here/pinned.yaml" \
        --quiet --set model.collaborative_filtering.spare_neighbors=0 -o "$@"
}
train_all "$tmp/all"

expect update 0 recsys-model update "$m" --ratings "$tmp/new.csv" -o "$tmp/next"
cmp "$tmp/all" "$tmp/next" || fail "an update gives another model than training on all"
expect update-json 0 recsys-model update "$m" --ratings "$tmp/new.csv" -o "$tmp/next" --json
cmp "$tmp/all" "$tmp/next" || fail "an update with --json gives another model"
expect update-quiet 0 recsys-model update "$m" -q -r "$tmp/new.csv" -o "$tmp/next"
cmp "$m" "$tmp/before" || fail "an update changed the older model"
for threads in 1 2 7; do
    recsys-model update "$m" -q -r "$tmp/new.csv" -o "$tmp/next" --threads "$threads"
    cmp "$tmp/all" "$tmp/next" || fail "$threads threads give another model"
done

# Night by night, from standard input, to standard output, and in place.
head -n 4 "$tmp/new.csv" >"$tmp/monday.csv"
{ head -n 1 "$tmp/new.csv" && tail -n +5 "$tmp/new.csv"; } >"$tmp/tuesday.csv"
expect update-nights 0 recsys-model update "$m" -r "$tmp/monday.csv" -r "$tmp/tuesday.csv" -o "$tmp/next"
cmp "$tmp/all" "$tmp/next" || fail "two files give another model"
recsys-model update "$m" -q -r - -o - <"$tmp/monday.csv" >"$tmp/next"
cp "$m" "$tmp/place"
recsys-model update "$tmp/place" -q -r "$tmp/monday.csv" -o "$tmp/place"
cmp "$tmp/place" "$tmp/next" || fail "standard input and output give another model"
recsys-model update "$tmp/place" -q -r "$tmp/tuesday.csv" -o "$tmp/place"
cmp "$tmp/all" "$tmp/place" || fail "two updates in place give another model"

# Another catalogue.
sed -e 's/Heat (1995)/Heat again (1995)/' "$tmp/movies.csv" >"$tmp/other.csv"
recsys-train --ratings "$tmp/all.csv" --movies "$tmp/other.csv" --config "$here/pinned.yaml" --quiet \
    --set model.collaborative_filtering.spare_neighbors=0 -o "$tmp/all-other"
recsys-model update "$m" -q -r "$tmp/new.csv" -m "$tmp/other.csv" -o "$tmp/next"
cmp "$tmp/all-other" "$tmp/next" || fail "a new catalogue gives another model"

# What is kept is stale, until it is made anew.
expect update-keep 0 recsys-model update "$m" --keep -r "$tmp/new.csv" -o "$tmp/kept"
recsys-model info "$tmp/kept" | sed '/^Sections/,$d' | grep -q 'stale' || fail "info does not tell what is stale"
recsys-model info --json "$tmp/kept" | python3 -c '
import json, sys
assert json.load(sys.stdin)["manifest"]["stale"] == ["content", "fusion"]'
recsys-model validate "$tmp/kept" >"$tmp/stdout"
recsys-model update "$tmp/kept" -q -r "$tmp/new.csv" -o "$tmp/next"
cmp "$tmp/all" "$tmp/next" || fail "what was stale is not made anew"

# How ratings are read can be chosen; the model's own options stay.
sed -e '1s/.*/who,what,stars,when/' "$tmp/new.csv" >"$tmp/named.csv"
printf 'data:\n  user_column: who\n  movie_column: what\n  rating_column: stars\nmodel:\n  rerank:\n    quality_weight: 0.9\n' \
    >"$tmp/names.yaml"
recsys-model update "$m" -q -r "$tmp/named.csv" -c "$tmp/names.yaml" -s data.timestamp_column=when -o "$tmp/next"
cmp "$tmp/all" "$tmp/next" || fail "named columns give another model"

# Mistakes leave nothing behind.
mkdir "$tmp/folder"
expect update-missing 1 recsys-model update "$m" -r "$tmp/none.csv" -o "$tmp/folder/a"
expect update-no-model 1 recsys-model update "$tmp/none" -r "$tmp/new.csv" -o "$tmp/folder/a"
expect update-not-a-model 1 recsys-model update "$tmp/all.csv" -r "$tmp/new.csv" -o "$tmp/folder/a"
expect update-nowhere 1 recsys-model update "$m" -q -r "$tmp/new.csv" -o "$tmp/none/a"
sed '3s/4.5/abc/' "$tmp/new.csv" >"$tmp/bad.csv"
expect update-bad-row 1 recsys-model update "$m" -r "$tmp/monday.csv" -r "$tmp/bad.csv" -o "$tmp/folder/a"
[ -z "$(ls -A "$tmp/folder")" ] || fail "something was left behind"
cmp "$m" "$tmp/before" || fail "a failed update changed the older model"
