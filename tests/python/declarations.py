"""What the public headers declare, in the ctypes the package's table must have for it."""

import ctypes
import pathlib
import re

VALUES = {
    "int32_t": ctypes.c_int32,
    "linclass_status": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "size_t": ctypes.c_size_t,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "void": None,
}


def texts(include):
    """The headers without comments and preprocessor lines."""
    for header in sorted(pathlib.Path(include, "linclass").glob("*.h")):
        text = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.DOTALL)
        yield re.sub(r"^\s*#.*(\\\n.*)*$", "", text, flags=re.MULTILINE)


def structs(include):
    """{struct: [(member, declaration of its type)]}, of the library's own structs."""
    found = {}
    for text in texts(include):
        for name, body in re.findall(r"\bstruct\s+(linclass_\w+)\s*\{(.*?)\}", text, flags=re.DOTALL):
            members = [" ".join(member.split()) for member in body.split(";") if member.strip()]
            found[name] = [split(member) for member in members]
    return found


def split(declaration):
    """Name and type of a member or an argument."""
    pointer = re.match(r".*\(\s*\*\s*(\w+)\)\s*\(.*\)$", declaration)
    if pointer:
        return pointer.group(1), "function"
    name = re.search(r"(\w+)$", declaration).group(1)
    return name, declaration[: -len(name)].strip()


def functions(include):
    """{function: (type of the result, [type of each argument])}, as written."""
    found = {}
    for text in texts(include):
        for result, name, arguments in re.findall(
            r"LINCLASS_API\s+([\w\s]+?[\s*]+)(\w+)\s*\(([^;]*)\)\s*;", text, flags=re.DOTALL
        ):
            parts = [" ".join(part.split()) for part in arguments.split(",")]
            found[name] = (
                " ".join(result.split()),
                [] if parts == ["void"] else [split(part)[1] for part in parts],
            )
    return found


def ctype(declaration, known_structs, callbacks):
    """The ctypes type of a C type. known_structs: {name: class}; callbacks: {name: CFUNCTYPE}."""
    if declaration == "function":
        return ctypes.c_void_p
    words = declaration.replace("*", " * ").replace("const", " ").split()
    base, stars = " ".join(word for word in words if word != "*"), words.count("*")
    if base in callbacks:
        return callbacks[base]
    if stars == 0:
        return VALUES[base]
    if stars == 2:
        return ctypes.POINTER(ctypes.c_void_p)
    if base == "char":
        return ctypes.c_char_p
    if base in known_structs:
        return ctypes.POINTER(known_structs[base])
    return ctypes.c_void_p
