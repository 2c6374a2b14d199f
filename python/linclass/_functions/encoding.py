"""How the columns of a table became features."""

from __future__ import annotations

from typing import NamedTuple

from linclass._capi.handles import Handle
from linclass._capi.library import lib
from linclass._capi.names import public


@public
class Column(NamedTuple):
    """A column of a table that became features.

    Attributes
    ----------
    name : str or None
        None where the table had no names.
    categories : tuple of str, or None
        Of a column of texts: each is a feature, 1 where the column has it. None for a column of numbers,
        which is a feature itself.
    mean : float
        Of a column of numbers, over the cells that are not missing.
    """

    name: str | None
    categories: tuple[str, ...] | None
    mean: float


def text_of(text: bytes | None) -> str | None:
    """A text of the library's."""
    return None if text is None else text.decode(errors="replace")


@public
class Encoding:
    """How the columns of a table became features; other tables are read by it, and models can carry it.

    Created by :func:`read` and :func:`from_arrow`, and by models that have one.
    """

    __slots__ = ("_handle", "_owner")

    def __init__(self, handle: int, owner: Handle) -> None:
        self._handle = handle
        self._owner = owner  # of the memory

    @property
    def pointer(self) -> int:
        """Where the library has it."""
        return self._handle

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that became features, in the order of the table."""
        return tuple(self._column(j) for j in range(lib.linclass_encoding_columns(self._handle)))

    def _column(self, j: int) -> Column:
        categories = None
        if lib.linclass_encoding_column_kind(self._handle, j) == 2:
            count = lib.linclass_encoding_categories(self._handle, j)
            categories = tuple(self._category(j, c) for c in range(count))
        name = text_of(lib.linclass_encoding_column_name(self._handle, j))
        return Column(name, categories, lib.linclass_encoding_column_mean(self._handle, j))

    def _category(self, j: int, c: int) -> str:
        return text_of(lib.linclass_encoding_category(self._handle, j, c)) or ""

    @property
    def n_features(self) -> int:
        """Features that the columns become."""
        count: int = lib.linclass_encoding_features(self._handle)
        return count

    @property
    def label_name(self) -> str | None:
        """The name of the column of labels."""
        return text_of(lib.linclass_encoding_label_name(self._handle))

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """The texts of the labels 0, 1, ...; None where they were integers."""
        count = lib.linclass_encoding_classes(self._handle)
        names = (text_of(lib.linclass_encoding_class_name(self._handle, c)) or "" for c in range(count))
        return tuple(names) or None

    def __repr__(self) -> str:
        return f"<linclass.Encoding of {len(self.columns)} columns as {self.n_features} features>"
