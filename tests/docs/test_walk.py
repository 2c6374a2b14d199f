"""lib/README.md walks through the library file by file: it names every source of lib/ in the section of
its folder, and none that is gone.

    test_walk.py LIB
"""

import pathlib
import re
import sys


def named_in(section):
    """Files in the first column of the section's table; a name that ends in / stands for a folder."""
    names = set()
    for cell in re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", cell):
            names |= {name.replace("[ch]", "c"), name.replace("[ch]", "h")}
    return names


def problems(lib):
    sections = re.split(r"^## (\w+):", (lib / "README.md").read_text(), flags=re.MULTILINE)[1:]
    walked = dict(zip(sections[::2], sections[1::2]))
    for folder in sorted(path for path in lib.iterdir() if path.is_dir()):
        if folder.name not in walked:
            yield f"no section for lib/{folder.name}"
            continue
        named = named_in(walked[folder.name])
        whole = tuple(name for name in named if name.endswith("/"))
        files = {str(path.relative_to(folder)) for path in folder.rglob("*.[ch]")}
        for name in sorted(file for file in files - named if not file.startswith(whole or ("//",))):
            yield f"lib/{folder.name}/{name} is not named"
        for name in sorted(name for name in named - files if not (folder / name).exists()):
            yield f"lib/{folder.name}/{name} is named and does not exist"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    for problem in found:
        print(problem)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
