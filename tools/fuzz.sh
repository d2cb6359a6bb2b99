#!/bin/bash
# Run fuzz targets: tools/fuzz.sh BUILD runs N [TARGET...] | BUILD time SECONDS [TARGET...]
#
# First every file of tests/fuzz/corpus/TARGET and tests/fuzz/crashes/TARGET once, then
# mutations of the corpus: N of them from a fixed seed, or as many as fit in the time. What
# is found stays in BUILD; an input that crashes belongs into tests/fuzz/crashes/TARGET.
set -uo pipefail
build=$1 how=$2 amount=$3
shift 3
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
bad=0

# step NAME COMMAND...
step()
{
    local name=$1 log=$build/$1.log
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok - $name: $(grep -E '^(Done|Executed|#[0-9]+.*DONE)' "$log" | tail -n 1)"
    else
        bad=1
        echo "not ok - $name"
        tail -n 60 "$log" | sed 's/^/  /'
    fi
}

for program in "$build"/fuzz/fuzz_*; do
    target=$(basename "$program")
    [ -f "tests/fuzz/$target.c" ] || continue
    if [ $# -gt 0 ] && [[ " $* " != *" $target "* ]]; then continue; fi
    folders=()
    for folder in "tests/fuzz/corpus/$target" "tests/fuzz/crashes/$target"; do
        [ -d "$folder" ] && folders+=("$folder")
    done
    found=$build/found/$target
    rm -rf "$found"
    mkdir -p "$found"
    options=(-timeout=20 -rss_limit_mb=4096 -artifact_prefix="$build/crash-$target-")
    [ -f "tests/fuzz/$target.dict" ] && options+=(-dict="tests/fuzz/$target.dict")
    [ -f "tests/fuzz/$target.options" ] && mapfile -t -O ${#options[@]} options <"tests/fuzz/$target.options"
    if [ ${#folders[@]} -gt 0 ]; then
        step "$target-corpus" "$program" "${options[@]}" -runs=0 "${folders[@]}"
    fi
    if [ "$how" = runs ]; then
        step "$target" "$program" "${options[@]}" -seed=1 -runs="$amount" "$found" "${folders[@]}"
    else
        step "$target" "$program" "${options[@]}" -max_total_time="$amount" "$found" \
            "${folders[@]}"
    fi
done
exit $bad
