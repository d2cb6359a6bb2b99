#!/bin/sh
# Pages, Markdown and CSV of saved evaluations (tests/cli/report), checked by report_check.py.
set -eu
cd "$(dirname "$0")/../.."
exec /usr/bin/python3 tests/cli/report_check.py "${BUILD:-build}/tools/render-report"
