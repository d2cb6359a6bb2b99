#!/bin/bash
# All static checks, one TAP line each; findings are indented below theirs. Run by `make lint`.
# shellcheck disable=SC2317  # functions are called by name through `rule`
set -uo pipefail
cd "$(dirname "$0")/.." || exit
: "${BUILD:=build}" "${LIB_FOLDERS:?}" "${PKG_FLAGS=}"
work=$BUILD/lint
mkdir -p "$work"
jobs=$(nproc)
bad=0

# rule NAME COMMAND...: fine if the command leaves with 0.
rule()
{
    local name=$1 log
    log="$work/${name// /-}.log"
    shift
    if "$@" >"$log" 2>&1; then
        echo "ok - $name"
    else
        bad=1
        echo "not ok - $name"
        # Compilers and clang-tidy explain at length; the whole text stays in the log.
        { grep -E '(error|warning|style|portability):' "$log" || cat "$log"; } |
            head -n 100 | sed 's/^/  /'
        echo "  (more in $log)"
    fi
}

mapfile -t headers < <(tools/sources.sh h)
mapfile -t sources < <(tools/sources.sh c)
mapfile -t scripts < <(tools/sources.sh sh; echo .ci/run)
mapfile -t text < <(tools/sources.sh c h sh py; ls Makefile README.md docs/*.md 2>/dev/null)
flags=(-std=c11 -D_GNU_SOURCE -Iinclude -Ilib -Icli -Itests/unit -Ibench -pthread)
read -ra package_flags <<<"$PKG_FLAGS"
flags+=("${package_flags[@]}")
warnings=(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
    -Wundef -Wvla -Wformat=2 -Wno-format-nonliteral -Werror)

each() # each COMMAND...: once per source file, in parallel
{
    printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "$jobs" "$@"
}
compile_with()
{
    each "$@" "${flags[@]}" "${warnings[@]}"
}
tidy() # tests are left out: they pass NULL and wrong sizes on purpose
{
    printf '%s\n' "${sources[@]}" | grep -v '^tests/' | tr '\n' '\0' |
        xargs -0 -I{} -P "$jobs" clang-tidy --quiet --warnings-as-errors='*' {} -- "${flags[@]}" \
            2>"$work/tidy.notes"
}
check_cppcheck()
{
    cppcheck --quiet -j "$jobs" --std=c11 --language=c --error-exitcode=1 --inline-suppr \
        --enable=warning,portability --suppress=missingIncludeSystem --suppress=unknownMacro \
        --suppress=ctuOneDefinitionRuleViolation -D_GNU_SOURCE -D__GNUC__=12 -Iinclude -Ilib \
        --template='{file}:{line}: {id}: {message}' lib cli tools
}
man_pages()
{
    local page
    for page in docs/man/*.1; do
        [ -e "$page" ] || continue
        mandoc -T lint -W warning "$page" || return 1
    done
}

rule format clang-format --dry-run -Werror "${headers[@]}" "${sources[@]}"
/usr/bin/python3 tools/lint.py "${text[@]}" || bad=1
# Some of gcc's warnings come only when it optimises.
rule "warnings of gcc" compile_with gcc -O3 -fPIC -c -o /dev/null
rule "warnings of clang" compile_with clang -fsyntax-only
rule cppcheck check_cppcheck
rule clang-tidy tidy
rule shellcheck shellcheck -x "${scripts[@]}"
rule "man pages" man_pages
exit $bad
