"""The README's examples work as printed, against the installed library: its sh, c, cpp and python blocks are
run in the order of the page, in a directory that has the repository's data/ (console blocks are not).

    test_readme.py README DATA_DIRECTORY INSTALLED_PREFIX LIBDIR INCLUDEDIR
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


def blocks(readme):
    """[(language, first line number, text)]."""
    text = readme.read_text()
    found = []
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE):
        line = text.count("\n", 0, match.start()) + 2
        found.append((match.group(1), line, match.group(2)))
    return found


def commands(language, text, directory, prefix, libdir, includedir):
    if language == "sh":
        return [["sh", "-eu", "-c", text]]
    if language == "python":
        return [[sys.executable, "-c", text]]
    if language == "c":
        (directory / "example.c").write_text(text)
        flags = ["-I" + prefix + "/" + includedir, "-L" + prefix + "/" + libdir, "-llinclass"]
        return [["cc", "-Wall", "-Wextra", "-Werror", "-Wno-misleading-indentation", "example.c", *flags, "-o", "example"],
                ["./example"]]
    if language == "cpp" and shutil.which("c++"):
        (directory / "example.cpp").write_text(text)
        flags = ["-std=c++17", "-I" + prefix + "/" + includedir, "-L" + prefix + "/" + libdir, "-llinclass"]
        return [["c++", "-Wall", "-Wextra", "-Werror", "example.cpp", *flags, "-o", "example"], ["./example"]]
    return []


def main():
    readme, data, prefix, libdir, includedir = sys.argv[1:]
    examples = [block for block in blocks(pathlib.Path(readme)) if block[0] in {"sh", "c", "cpp", "python"}]
    assert {language for language, _, _ in examples} == {"sh", "c", "cpp", "python"}, "an example of each language"
    environment = dict(os.environ)
    environment["PATH"] = prefix + "/bin:" + environment["PATH"]
    environment["LD_LIBRARY_PATH"] = prefix + "/" + libdir

    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        (directory / "data").symlink_to(data)
        for language, line, text in examples:
            for command in commands(language, text, directory, prefix, libdir, includedir):
                done = subprocess.run(command, cwd=directory, env=environment, text=True, capture_output=True)
                if done.returncode != 0:
                    print(f"{readme}:{line}: {shlex.join(command)[:100]}: status {done.returncode}")
                    print(done.stdout + done.stderr)
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
