""".npy, .npz, sparse matrices of scipy and safetensors in Python's own modules alone: what a file holds, or that it
is none. Written from the formats, not from the library, whose readers it judges."""

import io
import json
import math
import re
import struct
import zipfile

from idx_format import Invalid

#: kind and bytes in a dtype of numpy: (letter of struct, dtype of a matrix)
NUMBERS = {
    "b1": ("B", 1), "u1": ("B", 1), "i1": ("b", 4), "u2": ("H", 6), "i2": ("h", 5), "i4": ("i", 9), "i8": ("q", 10),
    "f2": ("H", 7), "f4": ("f", 2), "f8": ("d", 3), "u4": ("I", 10), "u8": ("Q", 10),
}  # fmt: skip
#: the same of safetensors
TENSORS = {
    "BOOL": "u1", "U8": "u1", "I8": "i1", "U16": "u2", "I16": "i2", "I32": "i4", "I64": "i8", "F16": "f2", "BF16": "f2",
    "F32": "f4", "F64": "f8", "U32": "u4", "U64": "u8",
}  # fmt: skip
LARGEST = 1 << 24  # elements; no case has more

SPACE = r"[ \n\t]*"
STRING = r"""(?:'[ -&(-\[\]-~]*'|"[ !#-\[\]-~]*")"""
SIZE = r"(?:0|[1-9][0-9]*)"
SHAPE = rf"\((?:{SPACE}{SIZE}{SPACE},)*(?:{SPACE}{SIZE})?{SPACE}\)"
VALUE = rf"(?:{STRING}|True|False|{SHAPE})"
MEMBER = rf"{SPACE}({STRING}){SPACE}:{SPACE}({VALUE}){SPACE}"
HEADER = re.compile(rf"{SPACE}{{(?:{MEMBER},)*(?:{MEMBER})?{SPACE}}}{SPACE}")


def build_npy(descr, values, shape, order=False, version=1):
    kind = descr.lstrip("<>|=")
    letter = NUMBERS[kind][0] if kind in NUMBERS else None
    swap = ">" if descr[0] == ">" else "<"
    data = struct.pack(f"{swap}{len(values)}{letter}", *values) if letter else b"".join(values)
    text = repr({"descr": descr, "fortran_order": order, "shape": tuple(shape)}).encode()
    start = 10 if version == 1 else 12
    text += b" " * (-(start + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY" + bytes((version, 0)) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data


def npy_header(content):
    """(dtype, whether the first index is fastest, shape, the elements' bytes)."""
    if len(content) < 12 or content[:6] != b"\x93NUMPY" or content[6] not in (1, 2, 3) or content[7]:
        raise Invalid("magic")
    start = 10 if content[6] == 1 else 12
    (length,) = struct.unpack_from("<H" if start == 10 else "<I", content, 8)
    text = content[start : start + length].decode("latin-1")
    if len(text) < length or start + length > 1 << 15 or text[-1:] != "\n" or not HEADER.fullmatch(text):
        raise Invalid("header")
    members = re.findall(rf"({STRING}){SPACE}:{SPACE}({VALUE})", text)
    found = {key[1:-1]: value for key, value in members}
    if len(members) != 3 or set(found) != {"descr", "fortran_order", "shape"}:
        raise Invalid("members")
    shape = re.findall(SIZE, found["shape"]) if found["shape"].startswith("(") else None
    if found["fortran_order"] not in ("True", "False") or shape is None or found["descr"][0] not in "'\"":
        raise Invalid("values")
    shape = [int(size) for size in shape]
    if len(shape) > 64 or any(size >= 2**63 for size in shape) or (len(shape) == 1 and "," not in found["shape"]):
        raise Invalid("shape")
    return found["descr"][1:-1], found["fortran_order"] == "True", shape, content[start + length :]


def numbers_of(descr, shape, data):
    """(dtype of a matrix, elements in the order of the file)."""
    kind = re.fullmatch(r"[<>|=]?([a-z][0-9]+)", descr)
    if not kind or kind[1] not in NUMBERS:
        raise Invalid("dtype")
    letter, dtype = NUMBERS[kind[1]]
    swap = ">" if descr[0] == ">" else "<"
    count, features = math.prod(shape), math.prod(shape[1:])
    if count > LARGEST or features >= 2**63 or len(data) != count * struct.calcsize(f"<{letter}"):
        raise Invalid("length")
    values = list(struct.unpack(f"{swap}{count}{letter}", data))
    if any(value >= 2**63 for value in values if letter == "Q"):
        raise Invalid("a number")
    return dtype, values


def npy_numbers(content):
    descr, first_fastest, shape, data = npy_header(content)
    return (*numbers_of(descr, shape, data), shape, first_fastest)


def samples(dtype, values, shape, first_fastest):
    """(dtype, rows, columns, elements by rows)."""
    if not shape:
        raise Invalid("a single number")
    rows, cols = shape[0], math.prod(shape[1:])
    if first_fastest and values:
        strides = [math.prod(shape[:i]) for i in range(len(shape))]
        places = [0]
        for size, stride in zip(shape, strides):
            places = [place + i * stride for place in places for i in range(size)]
        values = [values[place] for place in places]
    return dtype, rows, cols, values


def labels(values, shape, rows):
    if not shape or any(size != 1 for size in shape[1:]) or shape[0] != rows:
        raise Invalid("labels")
    if any(value != value or abs(value) > 2**53 and isinstance(value, float) for value in values):
        raise Invalid("a label")
    if any(value != int(value) for value in values):
        raise Invalid("a label")
    return [int(value) for value in values]


def npy_samples(content):
    return (*samples(*npy_numbers(content)), None)


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}


def npz_samples(content):
    """An archive of X, which has two dimensions or is damaged, and y, which has one or is damaged."""
    arrays = members_of(content)
    for array in arrays.values():  # all headers are read
        npy_header(array)
    found = samples(*npy_numbers(arrays["X"]))
    dtype, values, shape, _ = npy_numbers(arrays["y"])
    if dtype == 7:
        values = [struct.unpack("<e", struct.pack("<H", bits))[0] for bits in values]
    return (*found, labels(values, shape, found[1]))


def sparse_rows(content):
    """(rows, columns, {(row, column): sum of the values}) of csr, csc or coo."""
    arrays = members_of(content)
    form = arrays["format"][-3:].decode()
    rows, cols = npy_numbers(arrays["shape"])[1]
    values = npy_numbers(arrays["data"])[1]
    first = npy_numbers(arrays["row" if form == "coo" else "indices"])[1]
    second = npy_numbers(arrays["col" if form == "coo" else "indptr"])[1]
    if len(first) != len(values) or form == "coo" and len(second) != len(values):
        raise Invalid("lengths")
    if form != "coo":
        if len(second) != (rows if form == "csr" else cols) + 1 or second[0] != 0 or second[-1] > len(values):
            raise Invalid("starts")
        if any(a > b for a, b in zip(second, second[1:])):
            raise Invalid("starts")
        expanded = [i for i, (a, b) in enumerate(zip(second, second[1:])) for _ in range(a, b)]
        first, second = (expanded, first) if form == "csr" else (first, expanded)
    elements = {}
    for i, j, value in zip(first, second, values):
        if not 0 <= i < rows or not 0 <= j < cols:
            raise Invalid("an index")
        elements[i, j] = elements.get((i, j), 0) + value
    return rows, cols, elements


def build_tensors(header, data):
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def tensor_samples(content):
    """Tensors of which `a` has two or more dimensions, and `labels` has one."""
    (length,) = struct.unpack_from("<Q", content)
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    end, found = 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, stop = entry["data_offsets"]
        if begin != end or stop < begin or stop > len(data):
            raise Invalid("offsets")
        if entry["dtype"] not in TENSORS or len(entry["shape"]) > 16:
            raise Invalid("dtype")
        end = stop
        dtype, values = numbers_of("<" + TENSORS[entry["dtype"]], entry["shape"], data[begin:stop])
        found[name] = (8 if entry["dtype"] == "BF16" else dtype), values, entry["shape"]
    if end != len(data):
        raise Invalid("length")
    made = samples(*found["a"], False)
    return (*made, labels(*found["labels"][1:], made[1]))
