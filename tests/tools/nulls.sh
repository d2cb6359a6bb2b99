#!/bin/bash
# Every public function is asked with NULL in tests/unit/test_null.c.
set -euo pipefail
cd "$(dirname "$0")/../.."
names=$(tools/exports.sh include/recsys/*.h)
bad=0
for name in $names; do
    grep -Eq "\b$name\b" tests/unit/test_null.c && continue
    bad=1
    echo "not ok - $name is not in tests/unit/test_null.c"
done
[ "$bad" -eq 0 ] || exit 1
echo "ok - all $(wc -w <<<"$names") public functions"
