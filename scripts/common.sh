# Shared by the scripts of this folder, which source it: `. "$(dirname "$0")/common.sh"`.
# It moves to the root of the repository, so that they may be called from anywhere.
# shellcheck shell=sh
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8 # what programs print is read by the scripts

say()
{
    printf '%s\n' "$*" >&2
}

# step SENTENCE: what happens next; bold where a terminal shows it.
step()
{
    if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
        printf '\033[1m== %s\033[0m\n' "$*" >&2
    else
        printf '== %s\n' "$*" >&2
    fi
}

# Print the first meson of version 1.0 or later: $MESON, the PATH's, Debian's.
find_meson()
{
    for candidate in ${MESON:+"$MESON"} meson /usr/bin/meson; do
        case $("$candidate" --version 2>/dev/null || :) in
        [1-9]*)
            printf '%s\n' "$candidate"
            return 0
            ;;
        esac
    done
    return 1
}

# configure DIRECTORY OPTION...: set up a build directory, or bring it up to date. One that another
# version of meson or another place made is made again.
configure()
{
    configured=$1 # no name that a script uses: sh has no local ones
    shift
    meson=$(find_meson) || {
        say "meson 1.0 or later is missing: run scripts/setup"
        return 1
    }
    if [ -f "$configured/build.ninja" ] &&
        "$meson" setup --reconfigure "$configured" "$@" >"$configured/reconfigure.txt" 2>&1; then
        return 0
    fi
    rm -rf "$configured"
    "$meson" setup "$configured" "$@"
}

# Options of a build under an instrument: with assertions and line numbers, but no more for debuggers, which takes a
# fifth less time to compile.
instrumented="-Ddebug=true -Dc_args=-g1 -Db_ndebug=false -Dbench=false"

# configure_address: build/sanitize-address, at -O1: the checks of every vector element make -O2 two to three times as
# slow to compile.
configure_address()
{
    # shellcheck disable=SC2086 # words
    configure build/sanitize-address $instrumented -Doptimization=1 -Db_sanitize=address,undefined
}

# configure_thread: build/sanitize-thread.
configure_thread()
{
    # shellcheck disable=SC2086 # words
    configure build/sanitize-thread $instrumented -Doptimization=2 -Db_sanitize=thread
}
