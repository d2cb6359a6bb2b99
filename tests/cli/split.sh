#!/bin/sh
# Splits written to files: what is told, the files, the manifest, and what goes wrong.
# shellcheck source=tests/cli/common
. "$(dirname "$0")/common"
make_data

split()
{
    recsys-split --ratings "$tmp/ratings.csv" "$@"
}

expect split 0 split -o "$tmp/plain"
expect split-time 0 split --how time:0.8 -o "$tmp/time"
expect split-json 0 split --how k-fold:3 --seed 4 -o "$tmp/folds" --json
expect split-quiet 0 split --how leave-last -o "$tmp/quiet" --quiet
cat >"$tmp/wanted" <<'LINES'
userId,movieId,rating,timestamp
6,1,3,1000000025
7,1,4,1000000026
7,2,4,1000000027
7,9,4,1000000030
7,10,4.5,1000000028
7,11,5,1000000029
LINES
diff "$tmp/wanted" "$tmp/time/test.csv" || fail "the newest ratings are not in test.csv"

# What --json prints is the manifest, in which everything is true.
recsys-split -r "$tmp/ratings.csv" --how k-fold:3 --seed 4 -o "$tmp/folds" --json -f >"$tmp/out"
cmp "$tmp/out" "$tmp/folds/manifest.json" || fail "--json is not the manifest"
cat >"$tmp/check.py" <<'END_OF_CHECK'
import csv, json, os, subprocess, sys
folder, data = sys.argv[1:]
def rows(path):
    with open(path, newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]
def hash_of(path):
    told = subprocess.run(["recsys-train", "-r", path, "-o", os.devnull, "--json", "-s",
                           "model.hybrid.fusion=minmax"], check=True, capture_output=True)
    return json.loads(told.stdout)["ratings"]["hash"]
with open(os.path.join(folder, "manifest.json")) as file:
    manifest = json.load(file)
assert manifest["data"]["hash"] == hash_of(data)
tested = []
for fold in manifest["folds"]:
    sides = {}
    for name in ("train", "test"):
        side = fold[name]
        path = os.path.join(folder, side["file"])
        sides[name] = rows(path)
        assert side["ratings"] == len(sides[name])
        assert side["users"] == len({row[0] for row in sides[name]})
        assert side["movies"] == len({row[1] for row in sides[name]})
        assert side["hash"] == hash_of(path), path
    train, test = sides["train"], sides["test"]
    assert sorted(train + test) == sorted((u, m, f"{float(r):g}", t) for u, m, r, t in rows(data))
    for at, told in ((0, "cold_users"), (1, "cold_movies")):
        assert fold[told] == len({row[at] for row in test} - {row[at] for row in train})
    tested += test
assert len(manifest["folds"]) == 1 or len(set(tested)) == len(rows(data))
END_OF_CHECK
for folder in plain time folds; do
    python3 "$tmp/check.py" "$tmp/$folder" "$tmp/ratings.csv" || fail "the manifest of $folder is wrong"
done

# Neither order nor format nor threads matter.
{ head -n 1 "$tmp/ratings.csv"; tail -n +2 "$tmp/ratings.csv" | sort -r; } | gzip >"$tmp/ratings.gz"
for threads in 1 2 7; do
    recsys-split -r "$tmp/ratings.gz" -o "$tmp/other" -q -f -t "$threads"
    for file in train.csv test.csv; do
        cmp "$tmp/plain/$file" "$tmp/other/$file" || fail "another order gives another $file"
    done
done

# The split of the config, under what the command line says.
printf 'evaluation:\n  split: windows:0.0001:2\n  seed: 9\n' >"$tmp/split.yaml"
expect split-config 0 split --config "$tmp/split.yaml" -o "$tmp/config"
expect split-config-over 0 split --config "$tmp/split.yaml" --how random:0.5 --seed 2 -o "$tmp/over"

# Text ids with commas and quotes survive the way through files.
printf 'userId,movieId,rating,timestamp\n"a,b","say ""hi""",3.7,0\n"a,b",c,2,1500000000123\nd,c,1,5\n' \
    >"$tmp/odd.csv"
recsys-split -r "$tmp/odd.csv" --how leave-last -o "$tmp/odd" -q
printf 'userId,movieId,rating,timestamp\n"a,b","say ""hi""",3.7,0\nd,c,1,5\n' | cmp - "$tmp/odd/train.csv" ||
    fail "train.csv has other ids or numbers"
printf 'userId,movieId,rating,timestamp\n"a,b",c,2,1500000000123\n' | cmp - "$tmp/odd/test.csv" ||
    fail "test.csv has other ids or numbers"

# A finished split stays unless --force says otherwise; nothing is left of one that failed.
expect split-there 1 split -o "$tmp/plain"
rm "$tmp/plain/manifest.json"
expect split-unfinished 0 split -o "$tmp/plain" -q
expect split-force 0 split -o "$tmp/plain" --how random:0.1 --force
expect split-empty 1 split --how time:2020-01-01 -o "$tmp/plain" --force
[ -e "$tmp/plain/manifest.json" ] || fail "a split that failed took the old one away"
expect split-empty-fold 1 split --how windows:1:3 -o "$tmp/none"
[ ! -e "$tmp/none" ] || fail "a split that failed left a folder"
mkdir "$tmp/blocked"
mkdir "$tmp/blocked/test.csv"
expect split-blocked 1 split -o "$tmp/blocked"
[ ! -e "$tmp/blocked/manifest.json" ] || fail "there is a manifest of an unfinished split"

# --force takes away what the manifest names and nothing else: other files and what is behind links
# stay, as do the ratings that are read.
recsys-split -r "$tmp/ratings.csv" --how k-fold:5 -o "$tmp/again" -q
echo mine >"$tmp/again/3/notes"
mkdir "$tmp/again/6" "$tmp/away"
cp "$tmp/again/2/train.csv" "$tmp/again/6"
mv "$tmp/again/4/train.csv" "$tmp/again/4/test.csv" "$tmp/away"
rmdir "$tmp/again/4"
ln -s ../away "$tmp/again/4"
recsys-split -r "$tmp/again/5/train.csv" --how time:0.8 -o "$tmp/again" -q -f
listed()
{
    (cd "$1" && find . ! -name . | LC_ALL=C sort)
}
expect split-force-files 0 listed "$tmp/again"
expect split-force-link 0 listed "$tmp/away"
recsys-split -r "$tmp/ratings.csv" --how k-fold:2 -o "$tmp/again" -q -f
expect split-force-folds 0 listed "$tmp/again"
# A manifest that this program did not write so: names elsewhere, names of another number of folds.
for file in ../ratings.csv 1/train.csv; do
    printf '{"folds": [{"train": {"file": "%s"}, "test": {"file": "test.csv"}}]}' "$file" \
        >"$tmp/again/manifest.json"
    cp "$tmp/again/1/train.csv" "$tmp/again/test.csv"
    recsys-split -r "$tmp/ratings.csv" --how k-fold:2 -o "$tmp/again" -q -f
    [ -e "$tmp/ratings.csv" ] || fail "a file outside the folder is removed"
    [ -e "$tmp/again/test.csv" ] || fail "a file that no split has is removed"
done
rm "$tmp/again/test.csv"
echo '{"folds": [' >"$tmp/again/manifest.json"
expect split-force-damaged 0 split --how time:0.8 -o "$tmp/again" --force
[ -e "$tmp/again/2/train.csv" ] || fail "what no manifest names is removed"

# Mistakes.
expect split-bad 2 split --how half -o "$tmp/none"
expect split-bad-ratio 2 split --how random:2 -o "$tmp/none"
expect split-missing 1 recsys-split -r "$tmp/none.csv" -o "$tmp/none"
expect split-nowhere 1 split -o "$tmp/none/below"
expect split-file 1 split -o "$tmp/ratings.csv"
[ ! -e "$tmp/none" ] || fail "a folder was made in spite of a mistake"
