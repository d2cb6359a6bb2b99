#!/bin/bash
# The demonstration, on the bundled data and on a small folder of someone's own.
# shellcheck disable=SC2317  # functions are called by name through `check`
set -uo pipefail
: "${RECSYS_TMP:?}" "${BUILD:?}"
bad=0

check() # check NAME CONDITION...
{
    local name=$1
    shift
    if "$@"; then echo "ok - $name"; else
        bad=1
        echo "not ok - $name"
        sed 's/^/  /' "$RECSYS_TMP/output"
    fi
}
says()
{
    grep -qE -- "$1" "$RECSYS_TMP/output"
}
lists_ten()
{
    [ "$(grep -cE '^ *[0-9]+ +[01]\.[0-9]+ ' "$RECSYS_TMP/output")" = 10 ]
}

begin=$(date +%s)
tools/demo.sh >"$RECSYS_TMP/output" 2>&1
rc=$?
check 'the demonstration runs' [ $rc = 0 ]
check 'in less than 20 s' [ $(($(date +%s) - begin)) -lt 20 ]
check 'it says what was read' says '100,000 ratings of 10,506 movies by 16,554 users'
check 'it shows a taste' says '^User 154 has rated'
check 'it recommends ten movies' lists_ten
check 'it says why' says 'because'
check 'it evaluates' says '^Gate +(passed|FAILED)'

# 40 users in two camps, with a header, quotes, tags and CRLF.
awk 'BEGIN {
    print "userId,movieId,rating,timestamp\r"
    for (u = 1; u <= 40; u++)
        for (m = 1; m <= 60; m++)
            if ((u * 7 + m * 13) % 5 < 2)
                printf "%d,%d,%s,%d\r\n", u, m, (u + m) % 2 ? "4.5" : "2.0", 1e9 + u * 60 + m
}' >"$RECSYS_TMP/ratings.csv"
awk 'BEGIN {
    print "movieId,title,genres"
    for (m = 1; m <= 60; m++)
        printf "%d,\"Movie, The %d (%d)\",%s\n", m, m, 1950 + m, m % 2 ? "Drama|War" : "Comedy"
}' >"$RECSYS_TMP/movies.csv"
printf 'userId,movieId,tag,timestamp\n1,2,funny,1000000000\n' >"$RECSYS_TMP/tags.csv"
tools/demo.sh "$RECSYS_TMP" >"$RECSYS_TMP/output" 2>&1
rc=$?
check 'it runs on a folder with CSV files' [ $rc = 0 ]
check 'and reads the tags' says '--tags'
check 'and recommends ten movies' lists_ten

rm "$RECSYS_TMP/movies.csv"
tools/demo.sh "$RECSYS_TMP" >"$RECSYS_TMP/output" 2>&1
rc=$?
check 'a folder without movies is refused' [ $rc != 0 ]
check 'and named' says "$RECSYS_TMP holds no"
exit $bad
