#!/bin/bash
# The demonstration: read, train, show a user's taste, their recommendations with reasons, and
# the evaluation. tools/demo.sh [FOLDER]: on MovieLens-like files of your own (ratings.csv,
# movies.csv, perhaps tags.csv; also .dat, u.data, u.item, each perhaps .gz).
# USER_ID chooses another user.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${BUILD:=build}"
# shellcheck source=tools/data.sh
. tools/data.sh
out=$BUILD/demo
mkdir -p "$out"
PATH=$(realpath "$BUILD/bin"):$PATH
input=(--ratings "$ratings" --movies "$movies" --config config/config.yaml)
[ -z "$tags" ] || input+=(--tags "$tags")

# Somebody with a taste to show: of the users with 20 to 60 ratings the middle one by id.
someone()
{
    case $ratings in *.gz) gzip -dc "$ratings" ;; *) cat "$ratings" ;; esac | tr -d '\r"' | awk '
        NR == 1 { FS = /::/ ? "::" : /\t/ ? "\t" : ","; $0 = $0; if ($1 !~ /^[0-9]+$/) next }
        { count[$1]++ }
        END { for (user in count) if (count[user] >= 20 && count[user] <= 60) print user }' |
        LC_ALL=C sort -n | awk '{ user[NR] = $1 } END { if (NR) print user[int((NR + 1) / 2)] }'
}
if [ -z "${USER_ID:-}" ]; then
    if [ "$data" = "$bundled" ]; then USER_ID=154; else USER_ID=$(someone); fi
fi
if [ -z "$USER_ID" ]; then
    echo "demo: no user has 20 to 60 ratings; choose one: USER_ID=... make demo" >&2
    exit 1
fi

show()
{
    printf '\n$'
    printf ' %s' "$@"
    printf '\n'
    "$@"
}
show recsys-train "${input[@]}" -o "$out/model.recsys"
show recsys-recommend "$out/model.recsys" --user "$USER_ID" --profile -n 10 --explain
# 3: the quality gate says no. The verdict was printed; the demonstration itself went well.
show recsys-eval "${input[@]}" --split user-random:0.2 --against popularity \
    --report "$out/report.html" || [ $? = 3 ]
printf '\nTo look at in a browser: %s\n' "$out/report.html"
