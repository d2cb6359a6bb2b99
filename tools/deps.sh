#!/bin/bash
# Make sure that the Debian packages which a target needs are installed.
#
#   tools/deps.sh demo | check | full | coverage
#
# Asks no network when nothing is missing. Installs with apt-get as root or through sudo when
# that asks for no password; else prints the command to type and stops.
set -euo pipefail

build=(gcc libc6-dev make pkg-config libyaml-dev zlib1g-dev libcjson-dev)
tests=(clang clang-format clang-tidy libclang-rt-14-dev cppcheck shellcheck abigail-tools
    binutils libcmocka-dev python3 python3-numpy python3-sklearn python3-scipy g++ cmake
    mandoc locales libopenblas0-pthread)
cross=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
peers=(python3-venv)

case ${1:-} in
demo) wanted=("${build[@]}") ;;
check) wanted=("${build[@]}" "${tests[@]}") ;;
full) wanted=("${build[@]}" "${tests[@]}" "${cross[@]}" "${peers[@]}") ;;
coverage) wanted=("${build[@]}" libcmocka-dev locales lcov) ;;
*)
    echo "usage: deps.sh demo|check|full|coverage" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
    # Not Debian: the names differ, so only say what is needed if building cannot work.
    if command -v pkg-config >/dev/null && pkg-config --exists yaml-0.1 zlib; then exit 0; fi
    echo "Needed, by their Debian names: ${wanted[*]}" >&2
    echo "Install what your system calls them, then run this again." >&2
    exit 1
fi

# One query for all names; a package that only provides a name (pkgconf for pkg-config) counts.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' |
    sed -n 's/^installed //p' | tr ',' '\n' | sed 's/^ *//; s/[ :(].*//' | LC_ALL=C sort -u)
missing=()
for package in "${wanted[@]}"; do
    grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    echo "Missing packages. Install them as root with:" >&2
    echo "    apt-get update && $install" >&2
    exit 1
fi
echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
# The word list is the command printed above; none of its words holds a blank.
# shellcheck disable=SC2086
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install -qq
