#!/bin/sh
# A meson project carries the library as a subproject: it builds, links and runs, and brings neither
# tests nor benchmarks of the library into the project.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

command -v meson >/dev/null || skip "meson is not on the PATH"
mkdir -p "$work/project/subprojects"
cp "$here/superproject/meson.build" "$here/softmax.c" "$work/project"
ln -s "$source_root" "$work/project/subprojects/liblinclass"
unset LD_LIBRARY_PATH # the library of the subproject
cd "$work/project"
meson setup build --wrap-mode=forcefallback
meson test -C build | tee "$work/test.txt"
[ -e build/subprojects/liblinclass/lib/liblinclass.so ] || fail "the subproject was not built"
grep -q '^Ok: *1' "$work/test.txt" || fail "the superproject's one test is not all that ran"
