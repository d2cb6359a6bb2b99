#!/bin/bash
# Sum up the coverage that a run of the tests left in a build folder: tools/coverage.sh FOLDER
set -euo pipefail
folder=$1
cd "$(dirname "$0")/.."
lcov --quiet --capture --directory "$folder/obj/lib" --base-directory . --no-external \
    --rc lcov_branch_coverage=1 --output-file "$folder/all.info"
lcov --quiet --extract "$folder/all.info" "$PWD/lib/*" --rc lcov_branch_coverage=1 \
    --output-file "$folder/lib.info"
genhtml --quiet --branch-coverage --prefix "$PWD" --output-directory "$folder/html" \
    "$folder/lib.info"
lcov --rc lcov_branch_coverage=1 --summary "$folder/lib.info"
echo "pages: $folder/html/index.html"
