#!/bin/sh
# Names of the functions that the public headers declare, one a line, sorted; with --map as
# first argument a linker version script that exports exactly those.
set -eu

form=list
if [ "$1" = --map ]; then
    form=map
    shift
fi

# Comments and directives go, then each declaration that begins with RECSYS_API names its
# function right before the first parenthesis.
names=$(cat "$@" | sed -e 's|/\*.*\*/||' -e '/^#/d' | awk '
    /\/\*/ { skip = 1; sub(/\/\*.*/, "") }
    !skip { print }
    /\*\// { skip = 0 }' | tr '\n' ' ' | tr ';' '\n' |
    sed -n 's/.*RECSYS_API[^(]*[ *]\(recsys_[a-z0-9_]*\)(.*/\1/p' | LC_ALL=C sort -u)

[ -n "$names" ] || { echo "exports.sh: no public function found" >&2; exit 1; }
if [ $form = list ]; then
    echo "$names"
else
    echo '{'
    echo '    global:'
    echo "$names" | sed 's/.*/        &;/'
    echo '    local: *;'
    echo '};'
fi
