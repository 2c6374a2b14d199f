"""LIBSVM text in Python's own modules alone, written from docs/formats.md, not from the library."""

import math
import re
import struct

from idx_format import Invalid

NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
INTEGER = re.compile(rb"[+-]?\d+")
PAIR = re.compile(rb"(\d{1,18}):(.*)", re.DOTALL)


def integer(text):
    """The int64 of a whole text; None for anything else."""
    if not INTEGER.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        return None
    return int(text)


def read_label(text):
    if (value := integer(text)) is not None:
        return value
    if not NUMBER.fullmatch(text):
        raise Invalid("label")
    value = float(text)
    if not abs(value) < 2**53 or value != math.trunc(value):
        raise Invalid("label")
    return int(value)


def read_pair(text):
    match = PAIR.fullmatch(text)
    if not match or not NUMBER.fullmatch(match[2]) or int(match[1]) > 2**31 - 2:
        raise Invalid("pair")
    try:
        value = struct.unpack("<f", struct.pack("<f", float(match[2])))[0]
    except OverflowError:
        raise Invalid("value") from None
    if not math.isfinite(value):
        raise Invalid("value")
    return int(match[1]), value


def parse(content):
    """(labels, rows of (column, float32), columns), every row's columns ascending."""
    labels, rows = [], []
    for line in content.split(b"\n"):
        tokens = re.split(rb"[ \t\r]+", line.partition(b"#")[0].strip(b" \t\r"))
        if tokens == [b""]:
            continue
        labels.append(read_label(tokens.pop(0)))
        if tokens and tokens[0].startswith(b"qid:") and integer(tokens.pop(0)[4:]) is None:
            raise Invalid("query")
        row = [read_pair(token) for token in tokens]
        if any(a >= b for (a, _), (b, _) in zip(row, row[1:])):
            raise Invalid("order")
        rows.append(row)
    if not rows:
        raise Invalid("no rows")
    base = 0 if any(row and row[0][0] == 0 for row in rows) else 1
    rows = [[(index - base, value) for index, value in row] for row in rows]
    return labels, rows, max((row[-1][0] + 1 for row in rows if row), default=0)
