#!/bin/sh
# The project's own files with one of the given name endings, e.g. `tools/sources.sh c h`.
set -eu
cd "$(dirname "$0")/.."
for ending; do
    find include lib cli tests tools bench examples .ci -name "*.$ending" -type f 2>/dev/null
done | LC_ALL=C sort
