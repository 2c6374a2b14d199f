#!/bin/sh
# All of an archive as one object, whose global names are those of the export map.
#
#   static_object.sh ARCHIVE OBJECT MAP COMPILER...
set -eu
archive=$1
object=$2
map=$3
shift 3
names=$object.names
sed -n 's/^ *\(linclass_[a-z0-9_]*\);$/\1/p' "$map" >"$names"
"$@" -r -nostdlib -Wl,--whole-archive "$archive" -o "$object"
"${OBJCOPY:-objcopy}" --keep-global-symbols="$names" "$object"
rm "$names"
