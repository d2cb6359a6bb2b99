#!/bin/sh
# The verdict beside a model: what recsys-model says of a good one, a bad one and a damaged one,
# and when recsys-eval takes an old one away.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data
train --quiet
m=$tmp/model.recsys
hash=$(tail -c +65 "$m" | sha256sum | cut -d' ' -f1)
file=$tmp/$hash.verdict.json
other=$(echo other | sha256sum | cut -d' ' -f1)

told()
{
    recsys-model info "$1" | sed -n '/^Verdict/,/^Kernels/{/^Kernels/!p}'
}
# judged PASSED HASH RULES [MORE]: a verdict file, and what is told of it.
judged()
{
    printf '{"passed": %s, "model_hash": "%s", "gate": {"k": 10}, "rules": [%s]%s}\n' \
        "$1" "$2" "$3" "${4:-}" >"$file"
    told "$m"
}
# state NAME: the same in JSON; "verdict" is handed on only where it says what its state is.
state()
{
    recsys-model info --json "$m" >"$tmp/info"
    python3 - "$tmp/info" "$1" <<'END' || fail "JSON of a verdict that is $1"
import json, sys
info = json.load(open(sys.argv[1]))
state, verdict = sys.argv[2], info["verdict"]
assert info["verdict_state"] == state, info["verdict_state"]
assert (info["verdict_problem"] is None) == (state in ("none", "passed"))
assert verdict is None or verdict["passed"] is (state == "passed")
assert verdict is not None or state != "passed"
END
}
right='{"name": "users", "value": 12, "relation": ">=", "bound": 10, "passed": true}'
wrong='{"name": "precision", "value": 0.005, "relation": ">=", "bound": 0.01, "passed": false}'

expect verdict-none 0 told "$m"
state none
expect verdict-passed 0 judged true "$hash" "$right"
state passed
expect verdict-failed 0 judged false "$hash" "$wrong, $right"
state failed
python3 -c '
import json, sys
assert json.load(open(sys.argv[1]))["verdict"]["passed"] is False' "$tmp/info" ||
    fail "a verdict that failed is not handed on"
listed=', "protocol": {"candidates": "listed"}'
expect verdict-listed 0 judged true "$hash" "$right" "$listed"
state failed
expect verdict-listed-failed 0 judged false "$hash" "$wrong" "$listed"
state failed
expect verdict-rule-failed 0 judged true "$hash" "$right, $wrong"
state failed
expect verdict-only-failed 0 judged false "$hash" "$right"
state failed
expect verdict-no-rules 0 judged true "$hash" ''
state damaged
expect verdict-odd-rule 0 judged true "$hash" "$right, {\"name\": \"ndcg\", \"passed\": 1}"
state damaged
expect verdict-odd 0 judged '"true"' "$hash" "$right"
state damaged
expect verdict-other-model 0 judged true "$other" "$right"
state damaged
expect verdict-no-model 0 judged true '' "$right"
state damaged
expect verdict-twice 0 judged true "$hash" "$right" ', "passed": false'
state damaged
expect verdict-nan 0 judged true "$hash" '{"name": "users", "value": NaN, "passed": true}'
state damaged
for text in '' '[]' '{"passed": true' 'true'; do
    printf '%s' "$text" >"$file"
    told "$m" | grep -q '^Verdict    damaged: ' || fail "\"$text\" is taken for a verdict"
    state damaged
done
rm "$file"
ln -s nowhere "$file"
expect verdict-unreadable 0 told "$m"
state damaged
rm "$file"
mkdir "$file"
expect verdict-folder 0 told "$m"
state damaged
rmdir "$file"

# An evaluation that cannot be completed takes the verdict of an earlier one away: it is about the
# same model, but not what was asked.
printf 'userId,movieId,rating\n1,9,4.5\n3,12,5\n4,8,2\n50,1,4\n' >"$tmp/test.csv"
printf 'userId,movieId,rating\n1,9,1\n3,12,1.5\n' >"$tmp/low.csv"
given()
{
    recsys-eval --model "$m" --test "$tmp/test.csv" --set evaluation.gate.users=2 "$@"
}
again()
{
    given --quiet >"$tmp/out"
    [ "$(told "$m" | head -n 1)" = "Verdict    the quality gate passed at K = 10" ] || fail "no verdict"
}
gone()
{
    [ ! -e "$file" ] || fail "the old verdict stands: $*"
}
again
expect verdict-gone-test 1 recsys-eval --model "$m" --test "$tmp/none.csv"
gone no test
again
expect verdict-gone-low 1 recsys-eval --model "$m" --test "$tmp/low.csv"
gone nothing relevant
again
expect verdict-gone-champion 1 given --champion "$tmp/none.recsys"
gone no champion
again
expect verdict-gone-report 1 given --report "$tmp/none/page.html"
gone no folder for the report
again
expect verdict-gone-attributes 1 given --set evaluation.user_attributes="$tmp/none.csv"
gone no attributes
again
# What is wrong with the command line was never begun.
expect verdict-stays 2 given --seed 1
[ -e "$file" ] || fail "a wrong command line takes the verdict away"
again 2>"$tmp/stderr"
[ ! -s "$tmp/stderr" ] || fail "something is told of a verdict that was replaced"
rm "$file"
mkdir "$file"
expect verdict-stuck 1 given
rmdir "$file"

# The same in a folder of their own, for models that are trained.
trained()
{
    recsys-eval --train "$tmp/ratings.csv" --config "$here/pinned.yaml" -q --verdict-dir "$tmp/verdicts" \
        --set evaluation.gate.users=2 "$@"
}
verdicts()
{
    find "$tmp/verdicts" -name '*.verdict.json' | wc -l
}
expect verdict-dir-nothing 1 trained --test "$tmp/low.csv"
[ ! -e "$tmp/verdicts" ] || fail "a folder for no verdict"
trained --test "$tmp/test.csv" >"$tmp/out" || [ $? = 3 ]
[ "$(verdicts)" = 1 ] || fail "no folder of verdicts"
expect verdict-dir-gone 1 trained --test "$tmp/low.csv"
[ "$(verdicts)" = 0 ] || fail "the old verdict stands"
