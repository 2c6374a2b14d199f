"""Paths as the library reads them: bytes that end at a zero."""

from __future__ import annotations

import os


def path_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a path; one with a zero in it would name another file."""
    made = os.fsencode(path)
    if b"\0" in made:
        raise ValueError(f"the path {path!r} has a zero in it")
    return made
