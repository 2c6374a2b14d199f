"""The public headers as pages: each comment with the declarations below it, as MyST for Sphinx's C domain."""

import re
import textwrap

#: A comment that begins a line, or code up to the next one.
PIECES = re.compile(r"^/\*(?P<comment>.*?)\*/\n|(?P<code>.+?)(?=^/\*|\Z)", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r"^LINCLASS_API\s+(.*?);", re.MULTILINE | re.DOTALL)
STRUCT = re.compile(r"^typedef struct (\w+) \{", re.MULTILINE)
TYPE = re.compile(r"^typedef (?!struct \w+ \{)(?:.*?)(?:\(\*(\w+)\)\(.*?\)|\b(\w+));", re.MULTILINE | re.DOTALL)
NOT_SHOWN = re.compile(r"^(#(?!define LINCLASS_[A-Z_]+ ).*|LINCLASS_(BEGIN|END)_DECLS)\n", re.MULTILINE)


def prose(comment):
    """A comment's text without its asterisks, in a block that keeps the lines."""
    lines = [re.sub(r"^ \* ?", "", line) for line in comment.strip("\n").split("\n")]
    text = textwrap.dedent("\n".join([lines[0].strip(), *lines[1:]])).strip()
    return f"```{{code-block}} text\n:class: comment\n\n{text}\n```\n"


def one_line(declaration):
    """A declaration on one line."""
    return re.sub(r"\s+", " ", declaration).replace("( ", "(").strip()


def directive(kind, signatures, body):
    """A directive of the C domain, with what belongs to it."""
    shown = ("\n" + " " * (len(kind) + 6)).join(signatures)
    return f"````{{c:{kind}}} {shown}\n\n{body}````\n"


def declared(code, body):
    """The declarations of a piece of code, with the comment above them."""
    functions = [one_line(found) for found in FUNCTION.findall(code)]
    if functions:
        return directive("function", functions, body)
    shown = NOT_SHOWN.sub("", code).strip()
    block = f"```c\n{shown}\n```\n" if shown else ""
    structs = STRUCT.findall(code)
    if structs:
        return directive("struct", structs[:1], body + block)
    types = [one for found in TYPE.findall(code) for one in found if one]
    if types:
        return directive("type", types, body + block)
    return body + block


def page(name, text):
    """The page of a header."""
    pieces = list(PIECES.finditer(text))
    parts, body = [f"# {name}\n", f"`#include <linclass/{name}>`\n"], ""
    for i, piece in enumerate(pieces):
        if piece["comment"] is not None:
            if i == 0 or body:
                parts.append(prose(piece["comment"]) if i == 0 else body)
            body = "" if i == 0 else prose(piece["comment"])
            continue
        parts.append(declared(piece["code"], body))
        body = ""
    return "\n".join([*parts, body])
