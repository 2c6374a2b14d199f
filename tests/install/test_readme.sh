#!/bin/sh
# The README's examples, run against the installed library.
here=$(dirname "$0")
# shellcheck source=tests/install/common.sh
. "$here/common.sh"

python3 "$here/test_readme.py" "$source_root/README.md" "$source_root/data" "$installed" "$libdir" \
    "$includedir"
