#!/bin/sh
# The static library: beside the shared one its dependencies are in pkg-config's private part; alone it is found by
# pkg-config and CMake. A program linked with it needs no liblinclass.so, and meets no name of the library but
# linclass_*.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

command -v meson >/dev/null || skip "meson is not on the PATH"
command -v pkg-config >/dev/null || skip "pkg-config is not here"
unset LD_LIBRARY_PATH

# install_as KIND: build and install with -Ddefault_library=KIND; leaves $static, the folder of the library.
install_as()
{
    again=
    [ ! -d "$work/build" ] || again=--reconfigure
    meson setup "$work/build" "$source_root" $again --buildtype=plain -Ddefault_library="$1" -Dtests=false \
        -Dbench=false -Dtools=false --prefix="$work/$1" >"$work/setup.txt" 2>&1 || {
        cat "$work/setup.txt"
        exit 1
    }
    ninja -C "$work/build" install >"$work/static.txt" 2>&1 || {
        tail -n 50 "$work/static.txt"
        exit 1
    }
    static=$(dirname "$(find "$work/$1" -name liblinclass.a)")
}

# link FLAGS: the program of softmax.c with those.
link()
{
    # shellcheck disable=SC2086 # flags are words
    cc -Wall -Wextra -Werror "$here/softmax.c" $1 -o "$work/program"
    if readelf -d "$work/program" | grep -q 'NEEDED.*liblinclass'; then
        fail "the program needs the shared library"
    fi
    "$work/program" || fail "the program does not get the softmax of (1, -2, 3)"
}

install_as both
others=$(nm -g --defined-only "$static/liblinclass.a" | awk 'NF == 3 && $3 !~ /^linclass_/ { print $3 }')
[ -z "$others" ] || fail "the static library defines $others"
export PKG_CONFIG_PATH="$static/pkgconfig"
[ "$(pkg-config --libs-only-l linclass | tr -d ' ')" = -llinclass ] ||
    fail "a program with the shared library is told to link $(pkg-config --libs-only-l linclass)"
link "$(pkg-config --static --cflags --libs linclass | sed 's/-llinclass/-l:liblinclass.a/') -lm"

install_as static
[ ! -e "$static/liblinclass.so" ] || fail "there is a shared library"
export PKG_CONFIG_PATH="$static/pkgconfig"
link "$(pkg-config --static --cflags --libs linclass) -lm"
link "$(pkg-config --cflags --libs linclass) -lm"

command -v cmake >/dev/null || skip "all but CMake runs; cmake is not here"
cmake -G Ninja -S "$here/cmake" -B "$work/cmake" \
    -DSOURCE="$(realpath "$here/softmax.c")" -DRELEASE=0.1 -Dlinclass_DIR="$static/cmake/linclass"
cmake --build "$work/cmake"
"$work/cmake/softmax" || fail "the program built by CMake does not get the softmax of (1, -2, 3)"
