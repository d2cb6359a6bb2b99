#!/bin/sh
# Who is evaluated, and what is refused before anything is trained.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data
cp "$here"/../profiles/fixture/run.trec "$here"/../profiles/fixture/qrels.trec "$tmp"
cp "$here/pinned.yaml" "$tmp"
cp "$here/pinned.yaml" "$tmp/other.yaml"

inside()
{
    (cd "$tmp" && "$@")
}
# There are no such ratings: what is refused is refused before they are read.
early()
{
    inside recsys-eval --ratings none.csv --config pinned.yaml "$@"
}
runs()
{
    inside recsys-eval --run run.trec --qrels qrels.trec -k 5 "$@"
}

# Names are what systems are told apart by.
expect systems-champions 2 early --champion other.yaml --champion popularity
expect systems-ratings 2 early --ratings ratings.csv
expect systems-itself 2 early --against pinned.yaml
expect systems-both 2 early --against popularity --champion popularity
expect systems-against 2 early --against other.yaml --against popularity --against other.yaml
expect systems-run 2 runs --against run.trec
expect systems-model 2 inside recsys-eval --model m --test t --against m
expect systems-copy 1 early --against other.yaml

# Seeds of a split that draws nothing.
expect systems-seeds-time 2 early --split time:0.8 --seeds 1-2
expect systems-seeds-windows 2 early --set evaluation.split=windows:30:2 --seeds 1-2
expect systems-seed-time 1 early --split time:0.8 --seed 2
expect systems-seeds-last 1 early --split leave-last --seeds 1-2

# Lists.
expect systems-verdicts 2 runs --verdict-dir vd
sed 's/^u/x/' "$tmp/run.trec" >"$tmp/strangers.trec"
expect systems-strangers 0 inside recsys-eval --run strangers.trec --qrels qrels.trec -k 5
warned()
{
    runs "$@" >"$tmp/out"
}
expect systems-strangers-other 0 warned --against strangers.trec
expect systems-strangers-quiet 0 warned --against strangers.trec --quiet

# Options of the evaluation.
expect systems-breakdowns 2 early --set evaluation.breakdowns=activity,age
expect systems-attributes 1 early --set evaluation.user_attributes=ages.csv
expect systems-candidates 1 early --set evaluation.candidates=none.tsv
expect systems-seen 1 early --set evaluation.seen_ratings=none.csv
expect systems-rules 2 early --set 'evaluation.gate.rules=ndcg > 1'
expect systems-cutoffs 2 early --cutoffs 5,x
expect systems-listed 2 early --profile ncf
# They are found out without a word against those of a model's lists.
expect systems-mask 1 early --set evaluation.seen_mask=none
