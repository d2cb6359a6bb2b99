#!/bin/bash
# The kernels' tests on AArch64, by a cross compiler and an emulator. Writes TAP lines.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
aarch64-linux-gnu-gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -ffp-contract=off -static \
    -Itests/cross -Itests/unit -Ilib -Iinclude -o "$work/test_lanes" \
    tests/unit/test_lanes.c lib/kernels/lanes*.c lib/models/similarity.c \
    lib/base/{runtime,error,pool,parallel,memory}.c -lpthread -lm
qemu-aarch64 "$work/test_lanes" | tee "$work/out"
grep -qx '# kernel neon' "$work/out" || { echo 'not ok - there is a NEON kernel'; exit 1; }
echo 'ok - there is a NEON kernel'
