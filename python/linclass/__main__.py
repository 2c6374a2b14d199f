"""``python -m linclass ARGUMENT...``: the program ``linclass`` that belongs to the library in use."""

from __future__ import annotations

import os
import pathlib
import shutil
import sys

from linclass._capi.library import library_path


def program() -> str | None:
    """The program of the library's build or installation, else the PATH's; None where there is none."""
    library = pathlib.Path(library_path)
    if library.is_absolute():
        near = [library.parent.parent / "tools" / "linclass"]
        near += [folder / "bin" / "linclass" for folder in library.parents[1:4]]
        for path in near:
            if path.is_file() and os.access(path, os.X_OK):
                return str(path)
    return shutil.which("linclass")


def main() -> int:
    """Become the program; 127 where there is none."""
    path = program()
    if path is None:
        print(
            f"python -m linclass: there is no program linclass beside {library_path}, nor on the PATH. It "
            "comes with the library (meson install, or the package linclass), not with the wheel; "
            "linclass.show_versions() prints what is in use.",
            file=sys.stderr,
        )
        return 127
    os.execv(path, ["linclass", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
