# Sourced by the test runners: runs programs and counts what they say.
#
# A test program writes TAP lines, "ok ..." and "not ok ...", to standard output and leaves
# with 0 when all is well. A program that writes none counts as one test.
# shellcheck shell=bash

passed=0 failed=0 skipped=0 failures=()
: "${LOGS:?folder for the output of each program}"
mkdir -p "$LOGS"

# foreign_locale FOLDER: a locale whose decimal point is a comma, for tests that set it.
foreign_locale()
{
    export LOCPATH=$1
    [ -d "$1/de_DE.UTF-8" ] && return
    mkdir -p "$1"
    localedef -i de_DE -f UTF-8 "$1/de_DE.UTF-8" >/dev/null 2>&1
}

# tap NAME COMMAND...: run, count, print one line; the output too when something failed.
tap()
{
    local name=$1 log begin rc=0 good bad left
    log=$LOGS/${name//\//-}.log
    shift
    begin=$(date +%s%N)
    "$@" >"$log" 2>&1 || rc=$?
    # cmocka writes a skipped test as "not ok N # SKIP name".
    left=$(grep -cE '^(not )?ok .*# SKIP' "$log")
    good=$(grep -vE '# SKIP' "$log" | grep -cE '^ok( |$)')
    bad=$(grep -vE '# SKIP' "$log" | grep -cE '^not ok( |$)')
    if [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ $((good + bad + left)) -eq 0 ]; then good=1; fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    printf '%6d ok %4d failed %7.1f s  %s\n' "$good" "$bad" \
        "$((($(date +%s%N) - begin) / 100000000))e-1" "$name"
    [ "$left" -eq 0 ] || grep -E '# SKIP' "$log" | sed 's/^/        /'
    if [ "$bad" -gt 0 ]; then
        failures+=("$name")
        echo "        exit status $rc; the end of $log:"
        grep -vE '^ok ' "$log" | tail -n 60 | sed 's/^/        | /'
    fi
}

# tap_end: what failed, and the sum, which is the last line; fails if anything failed or nothing
# ran.
tap_end()
{
    [ "$failed" -eq 0 ] || echo "failed: ${failures[*]}"
    [ "$skipped" -eq 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
