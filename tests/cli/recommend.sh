#!/bin/sh
# Lists: for a user, a stranger, given ratings, one movie, everybody; filters and reasons.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data
train --quiet
m=$tmp/model.recsys

expect recommend-user 0 recsys-recommend "$m" --user 1
expect recommend-explain 0 recsys-recommend "$m" --user 1 -n 3 --explain --profile
expect recommend-json 0 recsys-recommend "$m" --user 5 -n 2 --explain --profile --json
expect recommend-stranger 0 recsys-recommend "$m" --user nobody -n 3
expect recommend-stranger-quiet 0 recsys-recommend "$m" --user nobody -n 3 --quiet
expect recommend-rate 0 recsys-recommend "$m" --rate 7=5 --rate 8=4.5 -n 3 --profile
expect recommend-withdraw 0 recsys-recommend "$m" --user 1 --rate 1=none -n 20
expect recommend-similar 0 recsys-recommend "$m" --similar 7
expect recommend-similar-json 0 recsys-recommend "$m" --similar 7 -n 1 --json
expect recommend-filters 0 recsys-recommend "$m" --user 1 --genre sci-fi --year-min 1980 --deny 9
expect recommend-allow 0 recsys-recommend "$m" --user 1 --allow 12 --allow 4 --allow nothing
expect recommend-set 0 recsys-recommend "$m" --user 1 -n 2 --set model.rerank.quality_weight=1
expect recommend-none 0 recsys-recommend "$m" --user 1 --genre western
expect recommend-all 0 recsys-recommend "$m" --all -n 2
expect recommend-all-json 0 recsys-recommend "$m" --all -n 2 --json

expect recommend-set-fit 2 recsys-recommend "$m" --user 1 \
    --set model.collaborative_filtering.n_neighbors=5
expect recommend-set-unknown 2 recsys-recommend "$m" --user 1 --set model.rerank.weight=1
expect recommend-rate-form 2 recsys-recommend "$m" --rate 7
expect recommend-rate-scale 0 recsys-recommend "$m" --rate 7=9
expect recommend-unknown-movie 1 recsys-recommend "$m" --similar 4711
expect recommend-missing 1 recsys-recommend "$tmp/none" --user 1
expect recommend-not-a-model 1 recsys-recommend "$tmp/movies.csv" --user 1

# Everybody: the same bytes for any number of threads, and what one query says.
recsys-recommend "$m" --all --threads 1 >"$tmp/a"
recsys-recommend "$m" --all --threads 7 >"$tmp/b"
cmp "$tmp/a" "$tmp/b" || fail "threads change the lists"
for json in "--user 5" "--user 7" "--rate 4=5" "--user nobody"; do
    # shellcheck disable=SC2086
    recsys-recommend "$m" $json -n 8 --explain --json --quiet >"$tmp/list.json"
    python3 - "$tmp/list.json" "$tmp/a" <<'END'
import json, sys
answer = json.load(open(sys.argv[1]))
assert answer["items"], "an empty list"
for item in answer["items"]:
    total = sum(reason["share"] for reason in item["reasons"])
    assert abs(total - item["score"]) < 1e-9, (item["title"], total, item["score"])
    shares = [reason["share"] for reason in item["reasons"]]
    assert shares == sorted(shares, reverse=True)
rows = [line.split("\t") for line in open(sys.argv[2]).read().splitlines()[1:]]
mine = [(row[2], float(row[3])) for row in rows if row[0] == answer["user"]]
for (movie, score), item in zip(mine, answer["items"]):
    assert movie == item["movie"] and score == item["score"]
END
done

# A reader that goes away early is no disaster; a full disk is an error.
recsys-recommend "$m" --all | head -n 1 >/dev/null
expect recommend-full 1 sh -c 'exec "$@" >/dev/full' sh recsys-recommend "$m" --user 1
expect recommend-all-full 1 sh -c 'exec "$@" >/dev/full' sh recsys-recommend "$m" --all

# A model without a catalogue lists ids.
recsys-train -q -r "$tmp/ratings.csv" -o "$tmp/bare" --config "$here/pinned.yaml"
expect recommend-bare 0 recsys-recommend "$tmp/bare" --user 1 -n 3 --explain

# Titles cannot steer a terminal.
printf 'movieId,title,genres\n10,Evil \033[2J Title (1999),Action\n' >"$tmp/evil.csv"
recsys-train -q -r "$tmp/ratings.csv" -m "$tmp/evil.csv" -o "$tmp/evil" --config "$here/pinned.yaml"
recsys-recommend "$tmp/evil" --user 1 -n 10 >"$tmp/a"
grep -q 'Evil ?' "$tmp/a" || fail "a control character was not replaced"

# What is left of many similar movies comes last, however large its share.
awk 'BEGIN { print "userId,movieId,rating"
    for (u = 1; u <= 40; u++)
        for (m = 1; m <= 24; m++)
            if ((u * m + u + m) % 7) print u "," m "," 1 + (u * 7 + m * 3) % 5 }' >"$tmp/many.csv"
recsys-train --quiet -r "$tmp/many.csv" -o "$tmp/many" --set model.hybrid.content_weight=0 \
    --set model.rerank.quality_weight=0 --set model.ease.share=1 \
    --set model.recommendation.min_rating_threshold=0
recsys-recommend "$tmp/many" --user 3 -n 1 --explain >"$tmp/reasons"
grep -c 'because you rated' "$tmp/reasons" | grep -qx 4 || fail "not four reasons: $(cat "$tmp/reasons")"
grep '%' "$tmp/reasons" | tail -n 1 | grep -q 'more similar movies$' || fail "the rest is not last: $(cat "$tmp/reasons")"
