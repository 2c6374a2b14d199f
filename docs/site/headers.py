"""The public headers as pages: each comment with the declarations below it, as reST for Sphinx's C domain."""

import re
import textwrap

#: A comment that begins a line, or code up to the next one.
PIECES = re.compile(r"^/\*(?P<comment>.*?)\*/\n|(?P<code>.+?)(?=^/\*|\Z)", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r"^LINCLASS_API\s+(.*?);", re.MULTILINE | re.DOTALL)
STRUCT = re.compile(r"^typedef struct (\w+) \{", re.MULTILINE)
TYPE = re.compile(
    r"^typedef (?!struct \w+ \{)(?:.*?)(?:\(\*(\w+)\)\(.*?\)|\b(\w+));", re.MULTILINE | re.DOTALL
)
NOT_SHOWN = re.compile(r"^(#(?!define LINCLASS_[A-Z_]+ ).*|LINCLASS_(BEGIN|END)_DECLS)\n", re.MULTILINE)


def block(language, text, options=""):
    """A block of code, or of a comment; nothing where there is no text."""
    return f".. code-block:: {language}\n{options}\n{textwrap.indent(text, '   ')}\n\n" if text else ""


def prose(comment):
    """A comment's text without its asterisks, in a block that keeps the lines."""
    lines = [re.sub(r"^ \* ?", "", line) for line in comment.strip("\n").split("\n")]
    text = textwrap.dedent("\n".join([lines[0].strip(), *lines[1:]])).strip()
    return block("text", text, "   :class: comment\n")


def one_line(declaration):
    """A declaration on one line."""
    return re.sub(r"\s+", " ", declaration).replace("( ", "(").strip()


def directive(kind, signatures, body):
    """A directive of the C domain, with what belongs to it."""
    head = f".. c:{kind}:: "
    shown = ("\n" + " " * len(head)).join(signatures)
    return f"{head}{shown}\n\n{textwrap.indent(body, '   ')}\n"


def declared(code, body):
    """The declarations of a piece of code, with the comment above them."""
    functions = [one_line(found) for found in FUNCTION.findall(code)]
    if functions:
        return directive("function", functions, body)
    shown = block("c", NOT_SHOWN.sub("", code).strip())
    structs = STRUCT.findall(code)
    if structs:
        return directive("struct", structs[:1], body + shown)
    types = [one for found in TYPE.findall(code) for one in found if one]
    if types:
        return directive("type", types, body + shown)
    return body + shown


def page(name, text):
    """The page of a header: what it is, then each comment with what it is of."""
    parts, body = [f"{name}\n{'=' * len(name)}\n\n``#include <linclass/{name}>``\n\n"], ""
    for i, piece in enumerate(PIECES.finditer(text)):
        if piece["comment"] is None:
            parts.append(declared(piece["code"], body))
            body = ""
        elif i == 0:
            parts.append(prose(piece["comment"]))
        else:
            parts.append(body)
            body = prose(piece["comment"])
    return "".join([*parts, body])
