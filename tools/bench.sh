#!/bin/bash
# Times of the core: tools/bench.sh [FOLDER], see tools/data.sh for what a folder may hold.
set -euo pipefail
cd "$(dirname "$0")/.."
: "${BUILD:=build}"
# shellcheck source=tools/data.sh
. tools/data.sh
out=$BUILD/bench
mkdir -p "$out"
sed -n 's/^model name[^:]*: */# /p' /proc/cpuinfo | head -n 1
echo "# $data"
for threads in 1 "$(nproc)"; do
    "$BUILD/bench/bench_core" "$ratings" "$movies" config/config.yaml "$out" "$threads"
    [ "$(nproc)" -gt 1 ] || break
done
