#!/bin/sh
# Looking into models, checking and comparing them.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data
train --quiet
m=$tmp/model.recsys

# What `info' says, without sections and options, which change more often.
brief()
{
    recsys-model info "$1" | sed '/^Sections/,$d'
}

expect model-info 0 brief "$m"
recsys-model info "$m" >"$tmp/info"
grep -q '^ *ratings.user_ptr  *64 bytes  [0-9a-f]\{8\}$' "$tmp/info" || fail "no section is listed"
grep -q '^ *n_neighbors: 3$' "$tmp/info" || fail "the config is not printed"
recsys-model info --json "$m" >"$tmp/info.json"
hash=$(python3 -c '
import json, sys
info = json.load(open(sys.argv[1]))
assert info["verdict"] is None and info["users"] == 7 and info["movies"] == 13
assert info["manifest"]["fusion"]["chosen"] in ("calibrated", "minmax", "rrf")
assert {s["name"] for s in info["sections"]} >= {"users", "movies", "config", "manifest"}
print(info["hash"])' "$tmp/info.json")
[ "$hash" = "$(tail -c +65 "$m" | sha256sum | cut -d' ' -f1)" ] || fail "the hash is another"

# What runs the inner loops, here as it was asked for.
RECSYS_ISA=scalar recsys-model info "$m" | grep -q '^Kernels  *scalar, here and now$' ||
    fail "the instruction set is not told"
RECSYS_ISA=scalar recsys-model info --json "$m" | python3 -c '
import json, sys
assert json.load(sys.stdin)["isa"] == "scalar"'

expect model-validate 0 recsys-model validate "$m"
expect model-validate-checksums 0 recsys-model validate --level checksums "$m"
expect model-validate-json 0 recsys-model validate --json "$m"
size=$(wc -c <"$m")
head -c $((size - 1)) "$m" >"$tmp/short"
expect model-short 1 recsys-model validate "$tmp/short"
cp "$m" "$tmp/flipped"
printf '\377' | dd of="$tmp/flipped" bs=1 seek=$((size - 3)) conv=notrunc 2>/dev/null
expect model-flipped 1 recsys-model validate "$tmp/flipped"
expect model-missing 1 recsys-model info "$tmp/none"
expect model-not-a-model 1 recsys-model info "$tmp/ratings.csv"

expect model-same 0 recsys-model diff "$m" "$m"
expect model-same 0 recsys-model diff --exit-code "$m" "$m"
cp "$m" "$tmp/old"
train --quiet --set model.collaborative_filtering.n_neighbors=2 --set model.rerank.quality_weight=0.2
recsys-model diff "$tmp/old" "$m" >"$tmp/diff"
grep -q '^config .*n_neighbors *3 *2$' "$tmp/diff" || fail "diff misses n_neighbors"
grep -q '^config .*quality_weight *0.1 *0.2$' "$tmp/diff" || fail "diff misses quality_weight"
! grep -q '^count' "$tmp/diff" || fail "diff invents a count"
for json in '' --json; do
    status=0
    # shellcheck disable=SC2086
    recsys-model diff --exit-code $json "$tmp/old" "$m" >"$tmp/diff" || status=$?
    [ "$status" = 4 ] || fail "diff --exit-code $json: exit code $status for two models"
    [ -s "$tmp/diff" ] || fail "diff --exit-code $json: nothing is printed"
done
status=0
recsys-model diff --exit-code "$m" "$tmp/none" 2>"$tmp/stderr" || status=$?
[ "$status" = 1 ] || fail "diff --exit-code: exit code $status for a missing model"
recsys-model diff --json "$tmp/old" "$m" | python3 -c '
import json, sys
kinds = {row["kind"] for row in json.load(sys.stdin)}
assert {"model", "config", "section"} <= kinds'
