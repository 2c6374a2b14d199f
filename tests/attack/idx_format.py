"""IDX in Python's own modules alone: what a file holds, or that it is none. Written from the format, not
from the library, whose reader it judges."""

import math
import struct
import zlib

#: code of the element type: (letter of struct, bytes, dtype of a matrix)
TYPES = {
    0x08: ("B", 1, 1),
    0x09: ("b", 1, 4),
    0x0B: ("h", 2, 5),
    0x0C: ("i", 4, 9),
    0x0D: ("f", 4, 2),
    0x0E: ("d", 8, 3),
}
LARGEST = 1 << 24  # bytes unpacked; no case has more


class Invalid(Exception):
    """The bytes are no IDX file."""


def unpack(content):
    """The bytes themselves, or those of all members of a gzip file."""
    if content[:2] != b"\x1f\x8b":
        return content
    plain = b""
    while content:
        if content[:1] != b"\x1f":
            raise Invalid("bytes after the gzip stream")
        stream = zlib.decompressobj(31)
        try:
            plain += stream.decompress(content, LARGEST)
        except zlib.error as error:
            raise Invalid(str(error)) from None
        if not stream.eof:
            raise Invalid("truncated gzip stream, or too large")
        content = stream.unused_data
    return plain


def parse(content):
    """(code, dimensions, elements)."""
    plain = unpack(content)
    if len(plain) < 4 or plain[:2] != b"\0\0" or plain[2] not in TYPES or plain[3] == 0:
        raise Invalid("magic number")
    letter, size, _ = TYPES[plain[2]]
    count = plain[3]
    if len(plain) < 4 + 4 * count:
        raise Invalid("dimensions")
    dimensions = struct.unpack_from(f">{count}I", plain, 4)
    elements = math.prod(dimensions)
    if len(plain) != 4 + 4 * count + elements * size:
        raise Invalid("length")
    return plain[2], dimensions, list(struct.unpack_from(f">{elements}{letter}", plain, 4 + 4 * count))


def build(code, dimensions, values):
    letter = TYPES[code][0]
    head = struct.pack(f">BBBB{len(dimensions)}I", 0, 0, code, len(dimensions), *dimensions)
    return head + struct.pack(f">{len(values)}{letter}", *values)
