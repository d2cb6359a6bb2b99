#!/bin/sh
# Evaluation: on a split and of a given model; the gate's exit code; verdict files; mistakes.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

evaluate()
{
    recsys-eval --ratings "$tmp/ratings.csv" --movies "$tmp/movies.csv" --config "$here/pinned.yaml" \
        --set evaluation.gate.users=5 -k 3 "$@"
}

# On a split: one seed, several, JSON, other options.
expect eval 0 evaluate
expect eval-seeds 0 evaluate --seeds 1-3
expect eval-json 0 evaluate --json
expect eval-options 0 evaluate --split user-random:0.5 --seed 4 \
    --set evaluation.relevance_threshold=0.9
for threads in 1 2 7; do
    RECSYS_THREADS=$threads evaluate --json >"$tmp/threads.$threads"
    cmp "$tmp/threads.1" "$tmp/threads.$threads" || fail "$threads threads give other numbers"
done

# A failing gate: exit code 3, and the verdict is written all the same.
mkdir "$tmp/verdicts"
expect eval-gate 3 evaluate --set evaluation.gate.precision=1 --verdict-dir "$tmp/verdicts"
grep -q '^{"passed":false,.*"passed":false' "$tmp"/verdicts/*.verdict.json ||
    fail "the verdict file does not say that the gate failed"
expect eval-gate-seeds 3 evaluate --seeds 1-2 --set evaluation.gate.precision=1 -q

# A given model: its verdict lies beside it, where recsys-model finds it.
train --quiet >"$tmp/out"
cat >"$tmp/test.csv" <<'END'
userId,movieId,rating
1,9,4.5
3,12,5
4,8,2
50,1,4
50,unheard,5
END
given()
{
    recsys-eval --model "$tmp/model.recsys" --test "$tmp/test.csv" "$@"
}
expect eval-model 0 given -k 3 --set evaluation.gate.users=3
[ "$(find "$tmp" -maxdepth 1 -name '*.verdict.json' | wc -l)" = 1 ] || fail "no verdict file"
recsys-model info "$tmp/model.recsys" | grep -q 'Verdict    the quality gate passed' ||
    fail "recsys-model does not see the verdict"
expect eval-model-gate 3 given
recsys-model info "$tmp/model.recsys" | grep -q 'Verdict    the quality gate FAILED' ||
    fail "the verdict was not replaced"
cp "$tmp/test.csv" "$tmp/good.csv"

# A leak, nothing relevant, a damaged model: no verdict.
rm "$tmp"/*.verdict.json
cat >>"$tmp/test.csv" <<'END'
5,7,5
2,99,1
END
expect eval-leak 1 given
printf 'userId,movieId,rating\n1,9,3.5\n' >"$tmp/test.csv"
expect eval-nothing 1 given
head -c 5000 "$tmp/model.recsys" >"$tmp/cut.recsys"
expect eval-damaged 1 recsys-eval --model "$tmp/cut.recsys" --test "$tmp/good.csv"
[ "$(find "$tmp" -maxdepth 1 -name '*.verdict.json' | wc -l)" = 0 ] || fail "a verdict was written"

# Mistakes.
expect eval-no-input 2 recsys-eval
expect eval-half 2 recsys-eval --model "$tmp/model.recsys"
expect eval-both 2 given --seed 1
expect eval-catalogue 2 given --movies "$tmp/movies.csv"
expect eval-two-seeds 2 evaluate --seed 1 --seeds 1-2
expect eval-bad-seeds 2 evaluate --seeds 2-1
expect eval-bad-split 2 evaluate --split half
expect eval-bad-k 2 evaluate -k 0
expect eval-empty-side 1 evaluate --split user-random:0.01
expect eval-no-folder 1 evaluate --verdict-dir "$tmp/none"
expect eval-missing 1 recsys-eval --ratings "$tmp/none.csv"

# Lists of any system against judgements.
cp "$here"/../profiles/fixture/run.* "$here"/../profiles/fixture/qrels.trec "$tmp"
lists()
{
    recsys-eval --run "$tmp/run.trec" --qrels "$tmp/qrels.trec" "$@"
}
expect eval-lists 0 lists --cutoffs 3,30
expect eval-lists-profile 0 lists --profile trec -k 5
expect eval-lists-json 0 lists --json --set evaluation.relevant_grade=3
gzip "$tmp/run.tsv"
recsys-eval --run "$tmp/run.tsv.gz" --qrels - <"$tmp/qrels.trec" >"$tmp/out" ||
    fail "gzip and standard input"
expect eval-lists-alone 2 recsys-eval --run "$tmp/run.trec"
expect eval-lists-model 2 lists --model "$tmp/model.recsys"
expect eval-lists-profile-unknown 2 lists --profile best
expect eval-lists-cutoffs 2 lists --cutoffs 3,x
echo 'u0 Q0 m1 1 high made' >>"$tmp/run.trec"
expect eval-lists-bad 1 lists
