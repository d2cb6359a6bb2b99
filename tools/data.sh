# Sourced by demo.sh and bench.sh: sets `data`, `ratings`, `movies` and `tags` for a folder of
# MovieLens-like files; without an argument for the bundled one.
# shellcheck shell=bash disable=SC2034
bundled=examples/data/movietweetings-100k
data=${1:-$bundled}

# first NAME...: the first of these files, or of their .gz, that the folder has.
first()
{
    local name file
    for name; do
        for file in "$data/$name" "$data/$name.gz"; do
            if [ -f "$file" ]; then
                echo "$file"
                return
            fi
        done
    done
}
ratings=$(first ratings.csv ratings.dat u.data ratings.jsonl)
movies=$(first movies.csv movies.dat u.item movies.jsonl)
tags=$(first tags.csv)
if [ -z "$ratings" ] || [ -z "$movies" ]; then
    echo "$data holds no ratings.csv (.dat, u.data) or no movies.csv (.dat, u.item)" >&2
    exit 1
fi
