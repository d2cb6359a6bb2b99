#!/bin/sh
# Options from files, --set and the environment: every mistake is named, exit code 2.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

try()
{
    name=$1
    shift
    expect "config-$name" 2 recsys-train -r "$tmp/ratings.csv" -o "$tmp/model.recsys" "$@"
    [ ! -e "$tmp/model.recsys" ] || fail "$name: a model was written"
}

try set-key --set model.hybrid.cf_wieght=1
try set-value --set model.hybrid.cf_weight=2
try set-form --set model.hybrid.cf_weight
printf 'model:\n  hybrid:\n    cf_wieght: 0.5\n' >"$tmp/a.yaml"
try file-key --config "$tmp/a.yaml"
printf 'model:\n  hybrid:\n    cf_weight: abc\n' >"$tmp/a.yaml"
try file-value --config "$tmp/a.yaml"
printf 'model: [1, 2]\n' >"$tmp/a.yaml"
try file-list --config "$tmp/a.yaml"

expect config-missing 1 recsys-train -r "$tmp/ratings.csv" -o "$tmp/m" --config "$tmp/none.yaml"
printf 'model: {hybrid: \n' >"$tmp/a.yaml"
expect config-malformed 1 recsys-train -r "$tmp/ratings.csv" -o "$tmp/m" --config "$tmp/a.yaml"

# The environment: where the flag is not given, and its mistakes are named too.
printf 'model:\n  hybrid:\n    cf_weight: abc\n' >"$tmp/a.yaml"
expect config-env 2 env RECSYS_CONFIG="$tmp/a.yaml" recsys-train -r "$tmp/ratings.csv" -o "$tmp/m"
expect config-env-flag 0 env RECSYS_CONFIG="$tmp/a.yaml" recsys-train -q -r "$tmp/ratings.csv" \
    -o "$tmp/m" --config "$here/pinned.yaml"
expect config-env-threads 2 env RECSYS_THREADS=many recsys-train -r "$tmp/ratings.csv" -o "$tmp/m"

# A config from standard input; the shipped files are fine.
recsys-train -q -r "$tmp/ratings.csv" -o "$tmp/a" --config - <"$here/pinned.yaml"
recsys-train -q -r "$tmp/ratings.csv" -o "$tmp/b" --config "$here/pinned.yaml"
cmp "$tmp/a" "$tmp/b" || fail "a config from standard input gives another model"
for file in "$here"/../../config/*.yaml; do
    recsys-train -q -r "$tmp/ratings.csv" -o "$tmp/a" --config "$file"
done

# The list of options.
expect config-options 0 recsys-model options model.hybrid.cf
expect config-options-none 1 recsys-model options colour
recsys-model options --json | python3 -c '
import json, sys
rows = json.load(sys.stdin)
assert len(rows) > 40
for row in rows:
    assert row["text"] and row["since"] and row["stage"]
'
[ "$(recsys-model options --markdown | wc -l)" -gt 40 ] || fail "options --markdown is short"
