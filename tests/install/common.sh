# Shared by the tests of this folder, which source it with the arguments
#
#   SOURCE_ROOT BUILD_ROOT PREFIX LIBDIR INCLUDEDIR
#
# It installs the library into a temporary directory, and leaves $installed, the prefix in there.
# shellcheck shell=sh disable=SC2034 # the variables are for the scripts that source it
set -eu
source_root=$1
build_root=$2
prefix=$3
libdir=$4
includedir=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/root ninja -C "$build_root" install >"$work/install.txt" 2>&1 || {
    cat "$work/install.txt"
    exit 1
}
installed=$work/root$prefix
export LD_LIBRARY_PATH="$installed/$libdir"
export PATH="$installed/bin:$PATH"

skip()
{
    echo "$*"
    exit 77
}

fail()
{
    echo "$*"
    exit 1
}

# build_with "COMPILER [OPTION...]" SOURCE: build it against what pkg-config says, as $work/program.
build_with()
{
    command -v pkg-config >/dev/null || skip "pkg-config is not here"
    flags=$(PKG_CONFIG_PATH=$installed/$libdir/pkgconfig pkg-config \
        --define-variable=prefix="$installed" --cflags --libs linclass)
    # shellcheck disable=SC2086 # flags and options of the compiler are words
    $1 -Wall -Wextra -Werror "$2" $flags -lm -o "$work/program"
}
