"""The functions the headers declare, those the version script exports and those the library defines
are the same. Names are given in the direction they are missing.

    test_exports.py INCLUDE_DIRECTORY VERSION_SCRIPT LIBRARY NM
"""

import pathlib
import re
import subprocess
import sys

import headers


def exported_by_map(path):
    """{function: node} of a version script."""
    text = re.sub(r"/\*.*?\*/", "", pathlib.Path(path).read_text(), flags=re.DOTALL)
    found = {}
    for node, body in re.findall(r"([\w.]+)\s*\{(.*?)\}", text, flags=re.DOTALL):
        visible = body.split("local:")[0]
        for name in re.findall(r"([\w*]+)\s*;", visible):
            found[name] = node
    return found


def defined_in_library(nm, path):
    """{function: version} among the dynamic symbols."""
    output = subprocess.run([nm, "-D", "--defined-only", "--with-symbol-versions", path],
                            check=True, capture_output=True, text=True).stdout
    found = {}
    for line in output.splitlines():
        kind, symbol = line.split()[-2:]
        name, _, version = symbol.partition("@@")
        if kind != "A":  # the version's own name
            found[name] = version
    return found


def main():
    include, map_path, library, nm = sys.argv[1:]
    declared = headers.functions(include)
    mapped = exported_by_map(map_path)
    defined = defined_in_library(nm, library)

    problems = [f"declared twice: {name}" for name in sorted(set(declared)) if declared.count(name) > 1]
    sets = {"the headers": set(declared), "the version script": set(mapped), "the library": set(defined)}
    for here, names in sets.items():
        for there, others in sets.items():
            problems += [f"in {here}, not in {there}: {name}" for name in sorted(names - others)]
    problems += [f"{name} has version {version} in the library, {mapped[name]} in the version script"
                 for name, version in defined.items() if name in mapped and mapped[name] != version]
    problems += [f"does not begin with linclass_: {name}" for name in set(declared) | set(defined)
                 if not name.startswith("linclass_")]
    for problem in problems:
        print(problem)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
