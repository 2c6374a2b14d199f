"""IDX in Python's own modules alone: what a file holds, or that it is none. Written from the format, not
from the library, whose reader it judges."""

import bz2
import lzma
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


#: how a compressed file begins: (a new decompressor, the multiple of zeros allowed after a stream)
XZ_MAGIC = b"\xfd7zXZ\0"
STREAMS = {
    b"\x1f\x8b": (lambda: zlib.decompressobj(31), 0),
    b"BZh": (bz2.BZ2Decompressor, 0),
    XZ_MAGIC: (lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), 4),
}
BZIP2_MARKS = (b"1AY&SY", b"\x17rE8P\x90")


def compression(content):
    """The key of STREAMS; None for plain bytes."""
    for magic in STREAMS:
        if content.startswith(magic) and (
            magic != b"BZh" or content[4:10] in BZIP2_MARKS and content[3:4] in b"123456789"
        ):
            return magic
    return None


def without_padding(content, multiple):
    rest = content.lstrip(b"\0") if multiple else content
    if multiple and (len(content) - len(rest)) % multiple:
        raise Invalid("padding")
    return rest


def unpack(content):
    """The bytes themselves, or those of all streams of a compressed file."""
    magic = compression(content)
    if magic is None:
        return content
    make, padding = STREAMS[magic]
    plain = b""
    while content:
        if content[:1] != magic[:1]:
            raise Invalid("bytes after the stream")
        stream = make()
        try:
            plain += stream.decompress(content, LARGEST)
        except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
            raise Invalid(str(error)) from None
        if not stream.eof:
            raise Invalid("truncated stream, or too large")
        content = without_padding(stream.unused_data, padding)
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
