#!/bin/bash
# Run cmocka programs and sum up: tools/run-tests.sh PROGRAM...
set -uo pipefail
[ $# -gt 0 ] || { echo "run-tests.sh: no such test" >&2; exit 1; }
LOGS=$(dirname "$1")/logs
# shellcheck source=tools/tap.sh
. "$(dirname "$0")/tap.sh"
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:allocator_may_return_null=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}
foreign_locale "$LOGS/locale"
for program; do
    tap "$(basename "$program")" timeout 300 "$program"
done
tap_end
