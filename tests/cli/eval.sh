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
expect eval-no-folder 1 evaluate --verdict-dir "$tmp/none/below"
expect eval-missing 1 recsys-eval --ratings "$tmp/none.csv"

# Lists of any system against judgements.
cp "$here"/../profiles/fixture/run.* "$here"/../profiles/fixture/qrels.trec "$tmp"
lists()
{
    recsys-eval --run "$tmp/run.trec" --qrels "$tmp/qrels.trec" "$@"
}
expect eval-lists 0 lists --cutoffs 3,30
cut -d' ' -f1,3 "$tmp/qrels.trec" | sed -e '1i user,movie' -e 's/ /,/' >"$tmp/candidates.csv"
expect eval-lists-candidates 0 lists --per-user "$tmp/users.csv" \
    --set evaluation.candidates="$tmp/candidates.csv"
cut -d, -f4 "$tmp/users.csv" | sort -u | tr '\n' ' ' | grep -qx 'candidates listed ' ||
    fail "users' values do not say that candidates were listed"
expect eval-lists-profile 0 lists --profile trec -k 5
# Rules for lists are judged, and what is not known fails: nobody says what there is to recommend.
expect eval-lists-rules 3 lists --set 'evaluation.gate.rules=ndcg@10 >= 0.9'
expect eval-lists-json 0 lists --json --set evaluation.relevant_grade=3
gzip "$tmp/run.tsv"
recsys-eval --run "$tmp/run.tsv.gz" --qrels - <"$tmp/qrels.trec" >"$tmp/out" ||
    fail "gzip and standard input"
expect eval-lists-alone 2 recsys-eval --run "$tmp/run.trec"
expect eval-lists-model 2 lists --model "$tmp/model.recsys"
expect eval-lists-profile-unknown 2 lists --profile best
expect eval-lists-cutoffs 2 lists --cutoffs 3,x

# Side by side. Names of systems decide how wide the tables are, so they are relative.
inside()
{
    (cd "$tmp" && "$@")
}
weights()
{
    printf 'model:\n  hybrid:\n    cf_weight: %s\n    content_weight: %s\n    popularity_weight: 0\n' "$@"
}
cp "$here/pinned.yaml" "$tmp"
weights 0 1 >"$tmp/content.yaml"
weights 1 0 >"$tmp/neighbours.yaml"
beside()
{
    inside recsys-eval --ratings ratings.csv --movies movies.csv --config pinned.yaml \
        --set evaluation.gate.users=5 -k 3 "$@"
}
expect eval-against 0 beside --against content.yaml --against neighbours.yaml --against popularity
expect eval-against-seeds 0 beside --against popularity --seeds 1-2 \
    --set evaluation.interval=none
# A page has curves, parts and something to beat, even if the config has their options empty.
beside --report page.html --set evaluation.breakdowns= --set evaluation.cutoffs= >"$tmp/out"
for section in comparison curves breakdowns; do
    grep -q "<section id=\"$section\">" "$tmp/page.html" || fail "the page has no $section"
done
grep -q '^  popularity ' "$tmp/out" || fail "the page is without the most rated movies"
expect eval-folds 0 beside --split k-fold:3
expect eval-parts 0 beside --against popularity --seeds 1-2 --cutoffs 1,5 \
    --set evaluation.breakdowns=activity --profile rectools
for threads in 1 2 7; do
    RECSYS_THREADS=$threads beside --against content.yaml --champion popularity --json \
        >"$tmp/threads.$threads" || [ $? = 3 ]
    cmp "$tmp/threads.1" "$tmp/threads.$threads" || fail "$threads threads compare otherwise"
done

# Another config file is about the model alone: what it says of the evaluation does not count.
cp "$tmp/content.yaml" "$tmp/lenient.yaml"
printf 'evaluation:\n  relevance_threshold: 0.2\n  k: 1\n' >>"$tmp/lenient.yaml"
for other in content lenient; do
    beside --against $other.yaml --json | sed 's/lenient/content/g' >"$tmp/against.$other"
done
cmp "$tmp/against.content" "$tmp/against.lenient" || fail "a config decides how it is evaluated"

# The champion: perhaps better in the first of two runs, and not in the other; of models, one that
# is worse, one that is better, and itself.
expect eval-champion-seeds 3 inside recsys-eval --ratings ratings.csv --config pinned.yaml \
    --set evaluation.gate.users=5 -k 3 --champion popularity --seeds 1-2
cp "$tmp/good.csv" "$tmp/test.csv"
recsys-train --ratings "$tmp/ratings.csv" --movies "$tmp/movies.csv" \
    --config "$tmp/content.yaml" -o "$tmp/new.recsys" --quiet >"$tmp/out"
model()
{
    inside recsys-eval --test test.csv -k 3 --set evaluation.gate.users=3 "$@"
}
expect eval-champion 0 model --model model.recsys --champion new.recsys
expect eval-champion-refused 3 model --model new.recsys --champion model.recsys
cp "$tmp/model.recsys" "$tmp/copy.recsys"
expect eval-champion-itself 0 model --model model.recsys --champion copy.recsys
for verdict in "$tmp"/*.verdict.json; do
    grep -q '"champion_hash":"[0-9a-f]\{64\}"' "$verdict" || fail "no champion in $verdict"
done
grep -q '"reason":"champion.ndcg may be as low as -' "$tmp"/*.verdict.json ||
    fail "the verdict does not say why"

# Sides that are given, each pair a fold; users' values.
recsys-split --ratings "$tmp/ratings.csv" --how k-fold:2 -o "$tmp/folds" --quiet >"$tmp/out"
pairs()
{
    inside recsys-eval --movies movies.csv --config pinned.yaml --set evaluation.gate.users=5 \
        -k 3 --train folds/1/train.csv --test folds/1/test.csv "$@"
}
expect eval-pair 0 pairs
expect eval-pairs 0 pairs --train folds/2/train.csv --test folds/2/test.csv \
    --against popularity --per-user users.csv --cutoffs 1
expect eval-per-user 0 cat "$tmp/users.csv"
beside --seeds 3-4 --per-user users.csv --set evaluation.auc=true >"$tmp/out"
expect eval-per-user-seeds 0 cat "$tmp/users.csv"
pairs --json >"$tmp/out"
grep -A1 '"train": \[' "$tmp/out" | grep -q '"folds/1/train.csv"' || fail "no train file"
grep -A1 '"test": \[' "$tmp/out" | grep -q '"folds/1/test.csv"' || fail "no test file"

# Runs: one that is the same but for its form, one that lacks users and has other movies.
sed -e '/^u0 /d' -e '/^u1[0-9] /s/ m\([0-9]\)/ n\1/' "$tmp/run.trec" >"$tmp/other.trec"
cp "$here/../profiles/fixture/run.tsv" "$tmp"
runs()
{
    inside recsys-eval --run run.trec --qrels qrels.trec -k 5 "$@"
}
expect eval-against-runs 0 runs --against run.tsv --against other.trec
expect eval-champion-runs 3 runs --champion other.trec

# Wrong uses.
expect eval-against-popularity 2 runs --against popularity
expect eval-champion-popularity 2 runs --champion popularity
expect eval-pairs-odd 2 pairs --train folds/2/train.csv
expect eval-pairs-split 2 pairs --split k-fold:2
expect eval-pairs-seed 2 pairs --seed 3
expect eval-pairs-none 2 inside recsys-eval --train folds/1/train.csv
expect eval-against-missing 1 beside --against none.yaml
expect eval-against-no-config 2 beside --against ratings.csv
expect eval-against-no-model 1 model --model model.recsys --against none.recsys
expect eval-champion-metric 2 model --model model.recsys --champion new.recsys \
    --set evaluation.gate.champion.metric=coverage
expect eval-rules-bad 2 beside --set "evaluation.gate.rules=ndcg@3 > 0.5"
expect eval-rules 3 beside --set "evaluation.gate.rules=ndcg@3 >= 0.5, gini <= 0.1, hit_rate@1>=0"

echo 'u0 Q0 m1 1 high made' >>"$tmp/run.trec"
expect eval-lists-bad 1 lists
