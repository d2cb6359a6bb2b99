#!/bin/sh
# A search for options: what is told and written, killed and gone on with, and what is refused.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

# A world of two tastes, large enough for results to differ.
python3 - "$tmp" <<'END'
import random, sys
rng = random.Random(5)
with open(sys.argv[1] + "/many.csv", "w") as file:
    print("userId,movieId,rating,timestamp", file=file)
    for user in range(1, 61):
        for movie in range(1, 41):
            liked = user % 2 == movie % 2
            if rng.random() < (0.6 if liked else 0.1):
                print(f"{user},{movie},{rng.choice([4, 4.5, 5] if liked else [2, 3, 4])},"
                      f"{1000000000 + 100 * user + movie}", file=file)
END
cat >"$tmp/space.yaml" <<'END'
model:
  collaborative_filtering:
    n_neighbors: {min: 2, max: 40, scale: log}
  hybrid:
    fusion: {choices: [minmax, calibrated]}
model.rerank.quality_weight: {min: 0, max: 1}
END
recsys-split -r "$tmp/many.csv" -o "$tmp/split" --quiet

# Times differ from run to run, and where they stand in the table.
search()
{
    status=0
    recsys-tune --ratings "$tmp/split/train.csv" --config "$here/pinned.yaml" \
        --set model.rerank.quality_weight=0.9 --space "$tmp/space.yaml" "$@" >"$tmp/raw" || status=$?
    sed -E -e 's/ in [0-9.]+ s/ in T s/' -e 's/ +[0-9.]+ s / T s /' -e 's/ +[0-9.]+ ms$/ T ms/' \
        -e 's/("(fit_seconds|query_seconds|seconds)": )[0-9.e-]+/\1T/' "$tmp/raw"
    return $status
}

expect tune 0 search --trials 30 --test "$tmp/split/test.csv" -o "$tmp/tuned.yaml" \
    --report "$tmp/tuned.html"
grep -E '^#|# was' "$tmp/tuned.yaml" | sed -E 's/\([0-9a-f]{12}\)/(DATA)/' >"$tmp/config"
compare "$golden/tune-config.out" "$tmp/config" "the config"
recsys-train -r "$tmp/many.csv" -c "$tmp/tuned.yaml" -o "$tmp/model" --quiet || fail "the config is none"
for part in 'id="keys"' 'id="costs"' 'id="trials"' 'id="search"' 'Better options found'; do
    grep -q "$part" "$tmp/tuned.html" || fail "the page lacks $part"
done
python3 - "$tmp/tuned.html" <<'END' || fail "the page is not well-formed"
import re, sys, xml.etree.ElementTree as tree
text = open(sys.argv[1], encoding="utf-8").read()
text = re.sub(r"<!DOCTYPE html>|<meta[^>]*>|<br>", "", text).replace("&nbsp;", " ")
page = tree.fromstring(text)
assert len(page.findall(".//figure")) == 3 + 3 + 1
assert "http" not in re.sub(r'xmlns="[^"]*"', "", text), "it needs something else"
END

# Again: all of it is in the journal. With more trials it goes on.
expect tune-again 0 search --trials 30 -o "$tmp/tuned.yaml"
search --trials 33 -o "$tmp/tuned.yaml" --quiet --json >"$tmp/out"
python3 - "$tmp/raw" "$tmp/tuned.yaml" <<'END' || fail "--json is not what was found"
import json, sys
found = json.load(open(sys.argv[1]))
search, trials = found["search"], {t["trial"]: t for t in found["trials"]}
assert search["trials"] == 33 and sorted(trials) == list(range(34))
assert 0 < search["from_journal"] < search["results"]
complete = [t for t in trials.values() if t["complete"]]
assert search["complete"] == len(complete) and all(t["steps"] == search["steps"] for t in complete)
assert trials[found["best"]]["value"] == max(t["value"] for t in complete)
for cost, frontier in found["frontier"].items():
    def beaten(t):
        return any(o["value"] >= t["value"] and o[cost] < t[cost] or
                   o["value"] > t["value"] and o[cost] <= t[cost] for o in complete)
    assert {t["value"] for t in complete if not beaten(t)} == {trials[i]["value"] for i in frontier}
gain = found["confirmed"]
assert gain["low"] < gain["gain"] < gain["high"] and abs(gain["found"] - gain["given"] - gain["gain"]) < 1e-9
assert found["test"] is None and found["chosen"] == found["best"] and found["fresh_splits"]
text = open(sys.argv[2]).read()
for key, value in trials[found["chosen"]]["values"].items():
    assert f"\n# {key}: {value}, was" in text, key
    assert f" {key.split('.')[-1]}: {value} #" in text, key
END

# Killed again and again, it ends with the same config.
search --trials 40 -o "$tmp/whole.yaml" --quiet
for lines in 2 9 30; do
    recsys-tune --ratings "$tmp/split/train.csv" --config "$here/pinned.yaml" --quiet \
        --set model.rerank.quality_weight=0.9 --space "$tmp/space.yaml" --trials 40 \
        -o "$tmp/killed.yaml" &
    pid=$!
    while [ "$(wc -l 2>/dev/null <"$tmp/killed.yaml.journal" || echo 0)" -lt "$lines" ] &&
        kill -0 $pid 2>/dev/null; do :; done
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
done
search --trials 40 -o "$tmp/killed.yaml" --quiet
diff "$tmp/whole.yaml" "$tmp/killed.yaml" || fail "another config after kills"
sed 's/,"fit_seconds.*//' "$tmp/whole.yaml.journal" >"$tmp/whole.lines"
sed 's/,"fit_seconds.*//' "$tmp/killed.yaml.journal" | diff "$tmp/whole.lines" - ||
    fail "other results after kills"
search --trials 40 -o "$tmp/one.yaml" --quiet --threads 1
diff "$tmp/whole.yaml" "$tmp/one.yaml" || fail "the number of threads shows"

# The given config stays where the gain may be chance.
expect tune-random 0 search --trials 4 --method random --seeds 1 --seed 3 \
    --metric recall@5 --split leave-last:3 -o "$tmp/random.yaml"
recsys-tune -r "$tmp/split/train.csv" -c "$here/pinned.yaml" --trials 2 \
    --space blend -o - --quiet >"$tmp/out" || fail "exit code $? with -o -"
grep -q '^    fusion: minmax$' "$tmp/out" || fail "the config is not on standard output"

# What is refused, before anything is done.
expect tune-leak 1 search --test "$tmp/many.csv" -o "$tmp/x.yaml"
expect tune-seed 1 search --trials 30 --seed 7 -o "$tmp/tuned.yaml"
expect tune-other 1 search --trials 30 --journal "$tmp/many.csv" -o "$tmp/tuned.yaml"
expect tune-restart 1 search --trials 30 --restart --journal "$tmp/many.csv" -o "$tmp/tuned.yaml"
expect tune-space 2 recsys-tune -r "$tmp/many.csv" --space best -o "$tmp/x.yaml"
printf 'model.rerank.quality_weight:\n  min: 0\n  max: 2\n' >"$tmp/bad.yaml"
expect tune-bad-space 2 recsys-tune -r "$tmp/many.csv" --space "$tmp/bad.yaml" -o "$tmp/x.yaml"
expect tune-metric 2 search --metric coverage -o "$tmp/x.yaml"
expect tune-method 2 search --method luck -o "$tmp/x.yaml"
expect tune-time 2 search --time soon -o "$tmp/x.yaml"
expect tune-split 2 search --split thirds -o "$tmp/x.yaml"
expect tune-tiny 1 recsys-tune -r "$tmp/ratings.csv" --split cold-users:0.01 -o "$tmp/x.yaml"
expect tune-nothing 2 recsys-tune
expect tune-output 2 recsys-tune -r x
expect tune-same 2 recsys-tune -r x -o y --report y
expect tune-json 2 recsys-tune -r x -o - --json
expect tune-missing 1 recsys-tune -r "$tmp/none.csv" -o "$tmp/x.yaml"
[ ! -e "$tmp/x.yaml" ] || fail "a config was written after an error"
