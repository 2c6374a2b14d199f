#!/bin/sh
# A C and a C++ program find the installed library by pkg-config, link it and run.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

build_with cc "$here/softmax.c"
"$work/program" || fail "the C program does not get the softmax of (1, -2, 3)"

command -v c++ >/dev/null || skip "the C program runs; no C++ compiler is here"
build_with c++ "$here/softmax.cpp"
"$work/program" || fail "the C++ program does not get the softmax of (1, -2, 3)"
