"""What the public headers declare, read from their text: functions, enumerators, structs."""

import pathlib
import re

VALUE_TYPES = {"size_t", "int32_t", "int64_t", "uint64_t", "double"}


def read(include):
    """{name of the header: its text without comments}."""
    headers = sorted(pathlib.Path(include, "linclass").glob("*.h"))
    assert headers, f"no headers in {include}/linclass"
    return {header.name: re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.DOTALL) for header in headers}


def functions(include):
    """Names of the functions declared with LINCLASS_API."""
    names = []
    for text in read(include).values():
        text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
        names += re.findall(r"LINCLASS_API\b[^;(]*?\b(\w+)\s*\(", text)
    return names


def enumerators(include):
    """{enumerator: value}."""
    values = {}
    for text in read(include).values():
        for body in re.findall(r"\benum\s*\w*\s*\{(.*?)\}", text, flags=re.DOTALL):
            for name, value in re.findall(r"(\w+)\s*=\s*(-?\w+)", body):
                values[name] = int(value, 0)
    return values


def structs(include):
    """{struct: [(member, type)]}; the type of a function pointer is "function". Of the library's own structs: those of
    Arrow are its specification's."""
    found = {}
    for text in read(include).values():
        for name, body in re.findall(r"\bstruct\s+(linclass_\w+)\s*\{(.*?)\}", text, flags=re.DOTALL):
            body = re.sub(r"^\s*#.*$", "", body, flags=re.MULTILINE)
            found[name] = [member(declaration) for declaration in body.split(";") if declaration.strip()]
    return found


def member(declaration):
    """(name, type) of one member; members are declared one at a time."""
    declaration = " ".join(declaration.split())
    pointer = re.match(r".*\(\*(\w+)\)\s*\(.*\)$", declaration)
    if pointer:
        return pointer.group(1), "function"
    plain = re.match(r"(.*?[\s*])(\w+)((?:\[.*\])?(?:\s*:.*)?)$", declaration)
    assert plain, f"cannot read the member: {declaration}"
    return plain.group(2), (plain.group(1) + plain.group(3)).strip()
