"""Every file of tests is one of a suite: the meson.build of its folder, or of one above, names it.

test_suites.py TESTS
"""

import pathlib
import re
import sys

#: Run by scripts that build what they need: scripts/test-mpi.
ELSEWHERE = {"mpi"}


def words_of(build):
    """The texts in a meson.build: names of files and parts of them."""
    return set(re.findall(r"'([^'\n]+)'", build.read_text(encoding="utf-8")))


def is_named(path, tests):
    """Whether a list names the file, or what is left of it without test_ and the suffix."""
    short = re.sub(r"^test_", "", path.stem)
    names = {path.name, path.stem, short, re.sub(r"_tmpl$", "", short), re.sub(r"_tmpl$", "", path.stem)}
    for folder in path.parents:
        build = folder / "meson.build"
        if build.is_file():
            if (names | {str(path.relative_to(folder))}) & words_of(build):
                return True
        if folder == tests:
            return False
    return False


def main():
    tests = pathlib.Path(sys.argv[1]).resolve()
    found = [path for pattern in ("test_*.c", "test_*.py", "test_*.cpp") for path in tests.rglob(pattern)]
    lost = [
        path.relative_to(tests)
        for path in sorted(found)
        if path.relative_to(tests).parts[0] not in ELSEWHERE and not is_named(path, tests)
    ]
    for path in lost:
        print(f"{path} is in no meson.build: nothing runs it")
    return bool(lost) or not found


if __name__ == "__main__":
    sys.exit(main())
