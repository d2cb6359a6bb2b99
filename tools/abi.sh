#!/bin/bash
# The ABI: tools/abi.sh dump LIBRARY FILE writes it down, tools/abi.sh check BUILD FILE holds
# headers and library against each other and against the file. Writes TAP lines.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

dump()
{
    abidw --exported-interfaces-only --suppressions tests/abi/private.suppr --no-corpus-path \
        --no-comp-dir-path --no-show-locs --type-id-style hash --out-file "$2" "$1"
}

if [ "$1" = dump ]; then
    mkdir -p "$(dirname "$3")"
    dump "$2" "$3"
    exit
fi

build=$2 committed=$3 bad=0
work=$build/abi
mkdir -p "$work"
library=$build/lib/librecsys.so
warnings=(-Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only)

# rule NAME COMMAND...: fine if the command leaves with 0.
rule()
{
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        echo "ok - $name"
    else
        bad=1
        echo "not ok - $name"
        sed 's/^/  /' "$work/log"
    fi
}

# Each header compiles alone, in both languages, with both compilers.
for header in include/recsys/*.h; do
    name=recsys/$(basename "$header")
    echo "#include <$name>" >"$work/alone.c"
    cp "$work/alone.c" "$work/alone.cc"
    rule "$name is C11 (gcc)" gcc -std=c11 "${warnings[@]}" -Wstrict-prototypes "$work/alone.c"
    rule "$name is C11 (clang)" clang -std=c11 "${warnings[@]}" "$work/alone.c"
    rule "$name is C++17 (g++)" g++ -std=c++17 "${warnings[@]}" "$work/alone.cc"
    rule "$name is C++17 (clang++)" clang++ -std=c++17 "${warnings[@]}" "$work/alone.cc"
    [ "$name" = recsys/recsys.h ] || rule "$name is part of recsys.h" \
        grep -qF "#include <$name>" include/recsys/recsys.h
done

# Every declared function links, against the shared and the static library.
mapfile -t functions < <(tools/exports.sh include/recsys/*.h)
{
    echo '#include <recsys/recsys.h>'
    echo 'typedef void (*any)(void);'
    echo 'int main(void)'
    echo '{'
    echo '    static const any all[] = {'
    printf '        (any)%s,\n' "${functions[@]}"
    echo '    };'
    echo '    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)'
    echo '        if (all[i] == 0) return 1;'
    echo '    return 0;'
    echo '}'
} >"$work/links.c"
read -ra private < <(pkg-config --libs yaml-0.1 zlib)
rule "${#functions[@]} declared functions link, shared" gcc -std=c11 -Iinclude -o "$work/links" \
    "$work/links.c" "$library" -Wl,-rpath,"$(realpath "$build/lib")"
rule 'and are found at run time' "$work/links"
rule 'declared functions link, static' gcc -std=c11 -Iinclude -o "$work/links-static" \
    "$work/links.c" "$build/lib/librecsys.a" "${private[@]}" -lm -pthread

# Exactly those are exported.
printf '%s\n' "${functions[@]}" >"$work/declared"
nm -D --defined-only "$library" | awk '{ print $3 }' | LC_ALL=C sort >"$work/exported"
rule 'nothing else is exported' diff -u "$work/declared" "$work/exported"
version=$(sed -n 's/^#define RECSYS_VERSION_STRING "\(.*\)"/\1/p' include/recsys/base.h)
rule 'the soname is that of the version' sh -c \
    "readelf -d '$library' | grep -q 'soname: .librecsys.so.${version%%.*}.'"
parts=$(sed -n 's/^#define RECSYS_VERSION_[MP][A-Z]* \([0-9]*\)$/\1/p' include/recsys/base.h | paste -sd.)
rule 'the parts of the version agree' test "$parts" = "$version"

# The ABI is the one written down. `make abi` accepts a change.
rule 'the ABI can be read' dump "$library" "$work/librecsys.abi"
rule 'the ABI is the committed one' abidiff "$committed" "$work/librecsys.abi"
exit $bad
