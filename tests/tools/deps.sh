#!/bin/bash
# tools/deps.sh with the system's programs replaced by ones that note what they are asked.
# shellcheck disable=SC2016,SC2317  # text of scripts; functions called by name
set -uo pipefail
: "${RECSYS_TMP:?}"
fake=$RECSYS_TMP/bin
notes=$RECSYS_TMP/notes
mkdir "$fake"
bad=0

program() # program NAME LINE...: a script of that name, first in PATH
{
    local name=$1
    shift
    printf '%s\n' '#!/bin/sh' "$@" >"$fake/$name"
    chmod +x "$fake/$name"
}
check() # check NAME CONDITION...
{
    local name=$1
    shift
    if "$@"; then echo "ok - $name"; else
        bad=1
        echo "not ok - $name"
        sed 's/^/  /' "$notes" "$RECSYS_TMP/output"
    fi
}
run() # run MODE: sets rc; what was asked is in notes, what was said in output
{
    : >"$notes"
    PATH=$fake:$PATH tools/deps.sh "$1" >"$RECSYS_TMP/output" 2>&1
    rc=$?
}
says()
{
    grep -q -- "$1" "$RECSYS_TMP/output"
}
asked()
{
    grep -qx -- "$1" "$notes"
}

program apt-get "echo \"apt-get \$*\" >>'$notes'"
program sudo "echo \"sudo \$*\" >>'$notes'" '[ "$1" != -n ] || shift' 'exec "$@"'
# The packages to build with, where pkgconf stands in for pkg-config.
all=$(sed -n 's/^build=(\(.*\))$/\1/p' tools/deps.sh | sed 's/pkg-config/pkgconf/')
have() # have PACKAGE...: only these are installed; pkgconf provides pkg-config
{
    program dpkg-query "for p in $*; do
        [ \$p = pkgconf ] && more='pkg-config (= 1.8), other' || more=
        echo \"installed \$p, \$more\"
    done; echo 'not-installed cmake, '"
}

program id 'echo 0'
have "$all"
run demo
check 'nothing is missing: fine' [ $rc = 0 ]
check 'nothing is missing: nothing is asked' [ ! -s "$notes" ]
check 'nothing is missing: nothing is said' [ ! -s "$RECSYS_TMP/output" ]

have "${all/libyaml-dev/}"
run demo
check 'root installs' [ $rc = 0 ]
check 'root updates the lists first' asked 'apt-get update -qq'
check 'root installs what is missing and nothing else' \
    asked 'apt-get install -y --no-install-recommends libyaml-dev -qq'

program id 'echo 1000'
run demo
check 'a user with sudo installs' [ $rc = 0 ]
check 'sudo asks for no password' asked 'sudo -n apt-get update -qq'

program sudo 'exit 1'
run demo
check 'a user without sudo is stopped' [ $rc != 0 ]
check 'and told the command' \
    says 'apt-get update && apt-get install -y --no-install-recommends libyaml-dev'
check 'and nothing is installed' [ ! -s "$notes" ]

program id 'echo 0'
program apt-get 'exit 100'
run demo
check 'a failed installation fails' [ $rc != 0 ]

have "$all"
run check
check 'check needs more than demo' [ $rc != 0 ]
run nonsense
check 'an unknown set is refused' [ $rc = 2 ]
exit $bad
