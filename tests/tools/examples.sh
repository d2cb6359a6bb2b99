#!/bin/bash
# Every program of examples/ compiles against the public headers alone, runs, says what it
# should on small data, and is listed in examples/README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${BUILD:=build}" "${CC:=gcc}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
    echo "FAILED: $*" >&2
    exit 1
}
for source in examples/*.c; do
    grep -q "^| \`$(basename "$source")\` |" examples/README.md || fail "examples/README.md lacks $source"
    "$CC" -std=c11 -Wall -Wextra -Wpedantic -Werror -Iinclude -o "$work/$(basename "$source" .c)" \
        "$source" -L"$BUILD/lib" -lrecsys -pthread -Wl,-rpath,"$(realpath "$BUILD/lib")"
done

# Twenty users; the even ones like the even movies, the odd ones the odd ones.
awk 'BEGIN { print "userId,movieId,rating,timestamp"
    for (u = 1; u <= 20; u++) for (m = 1; m <= 20; m++)
        if ((u * 7 + m * 3) % 4) print u "," m "," (u % 2 == m % 2 ? 5 : 1) "," 1000 + m }' \
    >"$work/ratings.csv"
awk 'BEGIN { print "movieId,title,genres"
    for (m = 1; m <= 20; m++) print m ",Film " m " (19" (50 + m) ")," (m % 2 ? "Comedy" : "Drama") }' \
    >"$work/movies.csv"

"$work/01_train_recommend" "$work/ratings.csv" "$work/movies.csv" 4 "$work/model" >"$work/out"
head -n 1 "$work/out" | grep -Eq '^[0-9]*[02468] ' || fail "01: user 4 should get an even movie first"
grep -q ' from user_cf, user ' "$work/out" || fail "01: no reason names a neighbour"
printf 'not a model' >"$work/bad"
"$work/02_reload" 4 "$work/model" "$work/bad" "$work/model" >"$work/out" 2>"$work/err"
[ "$(wc -l <"$work/out")" = 3 ] || fail "02: a bad model must leave the old one serving"
grep -q 'not a librecsys model file' "$work/err" || fail "02: the bad model was not named"
"$work/03_fresh_ratings" "$work/model" somebody 1=5 3=5 5=5 >"$work/out"
[ "$(wc -l <"$work/out")" = 17 ] || fail "03: expected the 17 movies that are left"
! grep -Eq '^(1|3|5) ' "$work/out" || fail "03: recommends what was just rated"
[ "$("$work/04_arrays" | wc -l)" = 4 ] || fail "04: expected four lists"
"$work/05_evaluate" "$work/ratings.csv" | grep -Eq '^NDCG@10 [01]\.[0-9]{4}' \
    || fail "05: no evaluation line"
