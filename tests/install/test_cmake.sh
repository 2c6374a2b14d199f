#!/bin/sh
# A CMake project finds the installed library by find_package, links it and runs.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

command -v cmake >/dev/null || skip "cmake is not here"
source=$(realpath "$here/softmax.c")
cmake -G Ninja -S "$here/cmake" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$installed" \
    -DSOURCE="$source" -DRELEASE=0.1
cmake --build "$work/cmake"
unset LD_LIBRARY_PATH # the target brings its own path
"$work/cmake/softmax" || fail "the program does not get the softmax of (1, -2, 3)"

if cmake -G Ninja -S "$here/cmake" -B "$work/later" -DCMAKE_PREFIX_PATH="$installed" \
    -DSOURCE="$source" -DRELEASE=99.0 >"$work/later.txt" 2>&1; then
    fail "find_package takes this library for release 99.0"
fi
