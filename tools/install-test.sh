#!/bin/bash
# Install into temporary places and use what was installed the way others would: pkg-config
# (shared and static), CMake, the programs, DESTDIR, uninstall. Writes TAP lines.
# shellcheck disable=SC2317  # functions are called by name through `rule`
set -uo pipefail
cd "$(dirname "$0")/.." || exit
: "${BUILD:=build}" "${CC:=gcc}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

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
        tail -n 40 "$work/log" | sed 's/^/  /'
    fi
}
make_quiet()
{
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -s CC="$CC" \
        BUILD="$BUILD" "$@"
}

prefix=$work/prefix
rule 'make install' make_quiet install PREFIX="$prefix"
rule 'every program runs where it is installed' sh -c "
    for program in '$prefix'/bin/recsys-*; do
        \"\$program\" --version || exit 1
    done"
rule 'programs use the installed library' sh -c "
    for program in '$prefix'/bin/recsys-*; do
        ldd \"\$program\" | grep -q '=> $prefix/' || exit 1
    done"
rule 'the links are as they should be' sh -c "
    test \"\$(readlink '$prefix/lib/librecsys.so')\" = librecsys.so.0 &&
    test -f '$prefix/lib/librecsys.so' && test -f '$prefix/share/recsys/config.yaml'"

cat >"$work/user.c" <<'C'
#include <recsys/recsys.h>
#include <stdio.h>

int main(void)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config;
    if (recsys_config_create(&config, NULL, &err) != RECSYS_OK) return 1;
    if (recsys_config_set(config, "no.such.key", "1", &err) != RECSYS_E_CONFIG) return 1;
    printf("%s; %s\n", recsys_version(), err.text);
    recsys_config_destroy(config);
    return 0;
}
C
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
version=$(sed -n 's/^#define RECSYS_VERSION_STRING "\(.*\)"/\1/p' include/recsys/base.h)
rule 'pkg-config knows the version' test "$(pkg-config --modversion librecsys)" = "$version"
# Flags are meant to be split into words.
# shellcheck disable=SC2046
rule 'a program links with pkg-config' "$CC" -o "$work/shared" "$work/user.c" \
    $(pkg-config --cflags --libs librecsys) -Wl,-rpath,"$prefix/lib"
rule 'and runs' "$work/shared"
# shellcheck disable=SC2046
rule 'a program links with pkg-config --static' "$CC" -o "$work/static" "$work/user.c" \
    $(pkg-config --static --cflags --libs librecsys | sed 's/-lrecsys/-l:librecsys.a/')
rule 'and runs without the shared library' sh -c \
    "'$work/static' && ! ldd '$work/static' | grep -q librecsys"

mkdir "$work/cmake"
cp "$work/user.c" "$work/cmake"
cat >"$work/cmake/CMakeLists.txt" <<'C'
cmake_minimum_required(VERSION 3.10)
project(user C)
find_package(librecsys 0.1 REQUIRED CONFIG)
add_executable(shared user.c)
target_link_libraries(shared recsys::recsys)
add_executable(static user.c)
target_link_libraries(static recsys::recsys_static)
C
rule 'CMake finds the package' cmake -S "$work/cmake" -B "$work/cmake/build" \
    -DCMAKE_PREFIX_PATH="$prefix"
rule 'a program links with CMake' cmake --build "$work/cmake/build"
rule 'and runs' "$work/cmake/build/shared"
rule 'a program links statically with CMake' sh -c \
    "'$work/cmake/build/static' && ! ldd '$work/cmake/build/static' | grep -q librecsys"
rule 'CMake refuses a version that is too new' sh -c "
    sed -i 's/librecsys 0.1/librecsys 99.0/' '$work/cmake/CMakeLists.txt'
    ! cmake -S '$work/cmake' -B '$work/cmake/newer' -DCMAKE_PREFIX_PATH='$prefix'"

rule 'make install obeys DESTDIR' make_quiet install DESTDIR="$work/stage" PREFIX=/usr
rule 'nothing installed names the stage' sh -c \
    "! grep -rIl '$work/stage' '$work/stage'"
rule 'make uninstall' make_quiet uninstall DESTDIR="$work/stage" PREFIX=/usr
rule 'nothing is left' sh -c "test -z \"\$(find '$work/stage' ! -type d)\""
exit $bad
