#!/bin/bash
# Every check of the project: tools/check.sh quick|full. Run by `make check`.
# The last line is `N passed, N failed`; the output of each step stays in $BUILD/check.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
mode=${1:?quick or full}
: "${BUILD:=build}" "${CC:=gcc}"
mkdir -p "$BUILD"
BUILD=$(realpath "$BUILD")
export BUILD
# The distribution's Python, which has the packages that tools/deps.sh installs.
PYTHON=/usr/bin/python3
LOGS=$BUILD/check
rm -rf "$LOGS"
# shellcheck source=tools/tap.sh
. tools/tap.sh
begin=$(date +%s)

build() # build ARGUMENT...: make, in parallel, whatever make called us
{
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -j"$(nproc)" CC="$CC" "$@"
}
section()
{
    printf '\n%s\n' "$1"
}
# units FOLDER PREFIX [PATTERN]: the unit tests in a build folder.
units()
{
    local program name
    for program in "$1"/tests/${3:-test_*}; do
        name=$(basename "$program")
        [ -f "tests/unit/$name.c" ] || continue
        tap "$2/$name" timeout 600 "$program"
    done
}

# scripts FOLDER: the executable tests/FOLDER/*.sh, each with an empty RECSYS_TMP.
scripts()
{
    local script
    for script in tests/"$1"/*.sh; do
        [ -x "$script" ] || continue
        RECSYS_TMP=$(mktemp -d)
        export RECSYS_TMP
        PATH=$BUILD/bin:$PATH tap "$1/$(basename "$script" .sh)" timeout 300 "$script"
        rm -rf "$RECSYS_TMP"
    done
}

foreign_locale "$BUILD/locale"
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1

section 'Build'
tap build build BUILD="$BUILD" all tests "$BUILD/tools/gen-config-docs" \
    "$BUILD/tools/render-report" "$BUILD/bench/bench_generate"
if [ "$failed" -gt 0 ]; then
    tap_end
    exit 1
fi

section 'Unit tests'
units "$BUILD" unit

section 'Programs'
scripts cli

section 'Oracle'
tap oracle timeout 1800 "$PYTHON" tests/oracle/run.py "--$mode"

section 'Numbers of other tools'
tap profiles tests/profiles/check.py "$BUILD/bin/recsys-eval" tests/profiles/fixture
tap profiles/variety tests/profiles/variety_peers.py "$BUILD/bin/recsys-eval"

section 'Interface and installation'
tap abi tools/abi.sh check "$BUILD" tests/abi/librecsys.abi
tap install tools/install-test.sh
tap configuration.md sh -c "'$BUILD/tools/gen-config-docs' | diff -u docs/configuration.md -"
scripts tools

section 'Static checks'
tap lint build BUILD="$BUILD" lint

section 'Unit tests under the address and undefined behaviour sanitizers'
tap sanitize/build build BUILD="$BUILD/sanitize" SANITIZE=address,undefined CFLAGS=-O1 tests
units "$BUILD/sanitize" sanitize

section 'Threads under the thread sanitizer'
tap tsan/build build BUILD="$BUILD/tsan" SANITIZE=thread CFLAGS=-O1 'TESTS=test_thread%' tests
units "$BUILD/tsan" tsan 'test_thread*'

if [ "$mode" = full ]; then
    section 'Kernels of other processors'
    tap neon tests/cross/neon.sh

    section 'Numbers of other tools, installed'
    tap profiles/peers tests/profiles/peers.py "$BUILD/bin/recsys-eval" "$BUILD" \
        --groups metrics,main

    section 'Beside other libraries'
    tap peers/build build BUILD="$BUILD" benchmarks
    rm -f "$BUILD/benchmarks.csv"
    tap peers bench/peers/run.py --build "$BUILD" --csv "$BUILD/benchmarks.csv" \
        --sizes 100k,1M --threads 1,2 --runs 1 --peers similaripy,implicit,sklearn \
        --what neighbours,isa,check,queries,all,update
    tap peers/page bench/peers/render.py --csv "$BUILD/benchmarks.csv" --out "$BUILD/check"
fi

section 'Fuzzing'
if [ "$mode" = full ]; then
    tap fuzz build BUILD="$BUILD" fuzz FUZZ_TIME=120
else
    tap fuzz build BUILD="$BUILD" fuzz-short
fi

printf '\n%d s\n' $(($(date +%s) - begin))
tap_end
