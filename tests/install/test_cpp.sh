#!/bin/sh
# linclass.hpp, and the examples: built against the installed library by every compiler there is, and run.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

build_with cc "$source_root/examples/predict_row.c"
linclass train --data "$source_root/data/iris/iris.csv" --label species --l2 1e-3 \
    --model "$work/iris.safetensors" --quiet
said=$("$work/program" "$work/iris.safetensors" 5.1 3.5 1.4 0.2)
case $said in
"setosa, score "*) ;;
*) fail "predict_row says '$said' of a setosa" ;;
esac

compilers=
for compiler in g++ clang++; do
    command -v "$compiler" >/dev/null || continue
    compilers="$compilers $compiler"
    build_with "$compiler -std=c++17 -Wpedantic -Wshadow -Wconversion -Wold-style-cast" "$here/handles.cpp"
    "$work/program" "$source_root/data/digits" "$work" || fail "handles.cpp fails as built by $compiler"
    build_with "$compiler -std=c++17" "$source_root/examples/digits.cpp"
    "$work/program" "$source_root/data/digits" "$work/digits.safetensors" || fail "digits.cpp fails"
done
[ -n "$compilers" ] || skip "the C example runs; no C++ compiler is here"
