#!/bin/sh
# What is installed is what should be: every public header, the library with its soname, the package
# files, the program and its manual page.
# shellcheck source=tests/install/common.sh
. "$(dirname "$0")/common.sh"

for header in "$source_root"/include/linclass/*.h "$source_root"/include/linclass/*.hpp; do
    cmp "$header" "$installed/$includedir/linclass/$(basename "$header")"
done

for file in "$libdir/liblinclass.so" "$libdir/liblinclass.so.0" "$libdir/pkgconfig/linclass.pc" \
    "$libdir/cmake/linclass/linclassConfig.cmake" bin/linclass share/man/man1/linclass.1 \
    share/bash-completion/completions/linclass share/zsh/site-functions/_linclass \
    share/fish/vendor_completions.d/linclass.fish; do
    [ -e "$installed/$file" ] || fail "$file is not installed"
done

soname=$(objdump -p "$installed/$libdir/liblinclass.so" | awk '$1 == "SONAME" { print $2 }')
[ "$soname" = liblinclass.so.0 ] || fail "the soname is $soname"

linclass --help >/dev/null || fail "the installed program does not run"
