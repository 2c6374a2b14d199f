"""Public structs keep the rule that makes them the same for every compiler, language and release:
fixed-width integers, size_t, double and pointers; the first member is `size_t size`; no bool,
bitfield, array, enum-typed field; nothing conditional; no hidden padding.

    test_structs.py INCLUDE_DIRECTORY LAYOUT_PROGRAM EXPECTED_LAYOUT
"""

import json
import pathlib
import re
import subprocess
import sys

import headers


def rule_problems(include):
    problems = []
    for struct, members in headers.structs(include).items():
        if not members or members[0] != ("size", "size_t"):
            problems.append(f"{struct} does not begin with `size_t size`")
        for name, kind in members:
            pointer = kind.endswith("*") or kind == "function" or kind.endswith("_callback")
            if kind not in headers.VALUE_TYPES and not pointer:
                problems.append(f"{struct}.{name} has the type `{kind}`")
    for header, text in headers.read(include).items():
        for body in re.findall(r"\bstruct\s+\w+\s*\{(.*?)\}", text, flags=re.DOTALL):
            if re.search(r"^\s*#", body, flags=re.MULTILINE):
                problems.append(f"{header}: a preprocessor line inside a struct")
        if re.search(r"typedef\s+enum|\bunion\b|\b_?[Bb]ool\b", text):
            problems.append(f"{header}: a typedef'd enum, a union or a bool")
    return problems


def layout_problems(include, layout, expected):
    problems = []
    declared = {struct: [name for name, _ in members] for struct, members in headers.structs(include).items()}
    printed = {struct: list(fields["members"]) for struct, fields in layout.items()}
    if declared != printed:
        for struct in sorted(set(declared) | set(printed)):
            if declared.get(struct) != printed.get(struct):
                problems.append(f"{struct}: the header has {declared.get(struct)}, layout.c {printed.get(struct)}")
    for struct, fields in layout.items():
        end = 0
        for name, place in fields["members"].items():
            if place["offset"] != end:
                problems.append(f"{struct}: padding before {name}; name it `reserved`")
            end = place["offset"] + place["size"]
        if end != fields["size"]:
            problems.append(f"{struct}: padding after its last member; name it `reserved`")
    for struct in sorted(set(layout) | set(expected)):
        if layout.get(struct) != expected.get(struct):
            problems.append(f"{struct}: is {layout.get(struct)}, was {expected.get(struct)}")
    return problems


def main():
    include, program, expected_path = sys.argv[1:]
    layout = json.loads(subprocess.run([program], check=True, capture_output=True, text=True).stdout)
    expected = json.loads(pathlib.Path(expected_path).read_text())
    problems = rule_problems(include) + layout_problems(include, layout, expected)
    for problem in problems:
        print(problem)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
