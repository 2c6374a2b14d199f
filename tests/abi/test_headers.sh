#!/bin/sh
# Each public header compiles alone, as C and as C++, with every compiler there is, without a
# warning, with the feature macros of strict standards.
#
#   test_headers.sh INCLUDE_DIRECTORY
set -u
include=$1
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
failures=0
compilers=0

# compile COMPILER LANGUAGE STANDARD HEADER
compile()
{
    printf '#include <linclass/%s>\n#include <linclass/%s>\n' "$4" "$4" >"$directory/alone.txt"
    "$1" -x "$2" -std="$3" -pedantic -Wall -Wextra -Wshadow -Werror -I"$include" -fsyntax-only \
        "$directory/alone.txt" || {
        echo "$4 does not compile alone: $1 -std=$3"
        failures=$((failures + 1))
    }
}

for compiler in gcc clang; do
    command -v "$compiler" >/dev/null || continue
    compilers=$((compilers + 1))
    for header in "$include"/linclass/*.h; do
        for standard in c99 c11; do
            compile "$compiler" c "$standard" "$(basename "$header")"
        done
    done
done

for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    compilers=$((compilers + 1))
    for header in "$include"/linclass/*.h; do
        for standard in c++11 c++20; do
            compile "$compiler" c++ "$standard" "$(basename "$header")"
        done
    done
    for standard in c++17 c++20; do
        compile "$compiler" c++ "$standard" linclass.hpp
    done
done

[ "$compilers" -gt 0 ] || {
    echo "neither gcc nor clang is here"
    exit 77
}
[ "$failures" = 0 ]
