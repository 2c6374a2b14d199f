"""CSV with commas, double quotes and no header in Python's own modules alone, written from docs/formats.md, not
from the library; as the features of a table whose missing cells are 0."""

import math
import struct

from idx_format import Invalid
from libsvm_format import NUMBER

MISSING = {b"", b"NA", b"N/A", b"NaN", b"nan", b"null", b"NULL", b"None", b"?"}
INFINITE = {b"inf", b"infinity"}
BLANKS = b" \t"


def blank_line(text, at):
    """Where the next line begins, if this one is blank; None if it is not."""
    end = text.find(b"\n", at)
    line = text[at:] if end < 0 else text[at:end]
    return None if line.removesuffix(b"\r").strip(BLANKS) else len(text) if end < 0 else end + 1


def quoted_cell(text, at):
    """(text, the place behind the closing quote), `at` behind the opening one."""
    parts = []
    while True:
        end = text.find(b'"', at)
        if end < 0:
            raise Invalid("a quote that is never closed")
        parts.append(text[at:end])
        if text[end + 1 : end + 2] != b'"':
            return b'"'.join(parts), end + 1
        at = end + 2


def skip_blanks(text, at):
    while text[at : at + 1] in (b" ", b"\t"):
        at += 1
    return at


def read_row(text, at):
    """(cells, the place of the next row)."""
    cells = []
    while True:
        at = skip_blanks(text, at)
        if text[at : at + 1] == b'"':
            cell, at = quoted_cell(text, at + 1)
            at = skip_blanks(text, at)
            if text[at : at + 2] == b"\r\n" or text[at:] == b"\r":
                at += 1
            if text[at : at + 1] not in (b"", b",", b"\n"):
                raise Invalid("something after a quote")
        else:
            begin = at
            while text[at : at + 1] not in (b"", b",", b"\n"):
                at += 1
            cell = text[begin:at]
            if text[at : at + 1] != b",":
                cell = cell.removesuffix(b"\r")
            cell = cell.rstrip(BLANKS)
        cells.append(cell)
        if text[at : at + 1] != b",":
            return cells, at + 1
        at += 1


def read_rows(text):
    at = 0
    while (after := blank_line(text, at)) is not None:
        at = after
    columns, rows, at = len(read_row(text, at)[0]), [], 0
    while at < len(text):
        if columns > 1 and (after := blank_line(text, at)) is not None:
            at = after
            continue
        cells, at = read_row(text, at)
        if len(cells) != columns:
            raise Invalid("a row of another number of cells")
        rows.append(cells)
    return rows


def behind_sep(text):
    """Where the text goes on behind a line sep=C, which may be missing."""
    stated = text[4:5]
    for end in (b"\n", b"\r\n"):
        if text.startswith(b"sep=") and stated and stated in b",;|\t: " and text[5:].startswith(end):
            return 5 + len(end)
    return 0


def count_cells(text, at):
    try:
        return len(read_row(text, at)[0])
    except Invalid:
        return 0


def next_line(text, at):
    return text.find(b"\n", at) + 1 or len(text)


def skip_comments(text):
    """The rows: the text without the lines of comment before them."""
    at = rows = run = block = 0
    while True:
        if at == len(text):
            return text
        if text[at : at + 1] == b"#":
            at = rows = next_line(text, at)
            block = run
        elif (after := blank_line(text, at)) is not None:
            at = run = after
        else:
            break
    columns = len(read_row(text, at)[0])
    kept = rows
    while block < rows:
        is_row = columns > 1 and text[block + 1 : block + 2] not in (b" ", b"\t")
        is_row = is_row and count_cells(text, block) == columns
        kept = (block if kept == rows else kept) if is_row else rows
        block = next_line(text, block)
    return text[kept:]


def is_infinite(cell):
    word = cell[1:] if cell[:1] in (b"+", b"-") else cell
    return word.lower() in INFINITE or bool(NUMBER.fullmatch(cell)) and math.isinf(float(cell))


def single(value):
    try:
        return struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise Invalid("too large for float32") from None


def features(column):
    """The features of a column, each a list."""
    present = [cell for cell in column if cell not in MISSING]
    if all(NUMBER.fullmatch(cell) or is_infinite(cell) for cell in present):
        if any(map(is_infinite, present)):
            raise Invalid("an infinite number")
        return [[0.0 if cell in MISSING else single(float(cell)) for cell in column]]
    return [[float(cell == category) for cell in column] for category in sorted(set(present))]


def parse(content):
    """(rows, columns, the elements row by row)."""
    try:
        content.decode()
    except UnicodeDecodeError:
        raise Invalid("no UTF-8") from None
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    text = content.removeprefix(b"\xef\xbb\xbf").rstrip(b"\n\r ")
    if not text or b"\0" in text:
        raise Invalid("no text")
    table = read_rows(skip_comments(text[behind_sep(text) :]))
    columns = [feature for column in zip(*table) for feature in features(column)]
    rows = list(zip(*columns))
    return len(rows), len(columns), [value for row in rows for value in row]
