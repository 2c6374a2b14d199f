"""Functions that are compiled for both precisions are found by the names that they have in the library.

The names are those of the object files (nm); they are looked for in the text of the headers and among the
tags that ctags makes with .ctags.d/linclass.ctags. In the text of the library, besides: a template calls a
function as gemm(...), by a line of its header, never as REAL(gemm)(...).

    test_precisions.py SOURCE_ROOT LIBRARY_OF_OBJECTS NM [CTAGS]
"""

import pathlib
import re
import subprocess
import sys

SUFFIX = re.compile(r"_f(32|64)$")
SET = re.compile(r"_(reference|portable|avx2|avx512)$")


def functions(nm, library):
    """{function with the suffix of a precision: whether a template defines it}."""
    lines = subprocess.run([nm, "-A", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    found = {}
    for place, kind, name in (line.rsplit(maxsplit=2) for line in lines.splitlines() if line.count(" ") >= 2):
        if kind == "T" and SUFFIX.search(name):
            found[name] = "_tmpl.c" in place
    return found


def declared(name, words, macros):
    """Whether a header holds the name: as a word, or as KERNEL(...) or VECTOR_NAME(...) of its set."""
    if name in words:
        return True
    stem = SUFFIX.sub("", name)
    return SET.sub("", stem) in macros


def not_declared(root, names):
    headers = [*root.glob("include/linclass/*.h"), *root.glob("lib/**/*.h")]
    text = "\n".join(header.read_text() for header in headers)
    words = set(re.findall(r"\w+", text))
    macros = set(re.findall(r"\b(?:KERNEL|VECTOR_NAME)\((\w+)\)", text))
    return sorted(name for name in names if not declared(name, words, macros))


def not_tagged(root, ctags, names):
    command = [ctags, "-R", "-f", "-", "lib"]
    tags = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    tagged = {line.split("\t")[0] for line in tags.splitlines()}
    return sorted(name for name in names if name not in tagged)


def text_problems(root):
    for path in sorted(root.glob("lib/**/*.[ch]")):
        text = path.read_text()
        for name in re.findall(r"#\s*define (\w+)\s+REAL\(\1\)", text):
            for suffix in ("_f32", "_f64"):
                if not re.search(rf"\b{name}{suffix}\b", text):
                    yield f"{path}: {name} is defined, but {name}{suffix} is not written there"
        for name in re.findall(r"^(?!#| \*).*\bREAL\((\w+)\)", text, re.MULTILINE):
            yield f"{path}: REAL({name}) stands in the code: its header defines {name} as that"
        if path.suffix == ".h" and re.search(r"##\s*suffix\s*\(", text):
            yield f"{path}: a macro makes the names of functions: no search finds them"


def main():
    root = pathlib.Path(sys.argv[1])
    names = functions(sys.argv[3], sys.argv[2])
    problems = list(text_problems(root))
    problems += [f"no header declares {name}" for name in not_declared(root, names)]
    of_templates = [name for name, template in names.items() if template]
    if len(of_templates) < 100:
        problems.append(f"only {len(of_templates)} functions of templates in {sys.argv[2]}")
    if len(sys.argv) > 4:
        problems += [f"ctags does not find {name}" for name in not_tagged(root, sys.argv[4], of_templates)]
    for problem in problems:
        print(problem)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
