"""Types of what callers give, for the signatures of functions.

Type checkers see what :func:`linclass._capi.arrays.as_array` and :func:`linclass._capi.views.matrix` read.
At run time those of NumPy are ``object``: ``numpy.typing`` takes longer to import than most of this package.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from linclass._capi.arrays import Array, DataType

if TYPE_CHECKING:
    import numpy.typing


class SparseMatrix(Protocol):
    """Of scipy, a matrix or an array of any form, or like one."""

    @property
    def nnz(self) -> int:
        """How many elements are stored."""

    def tocsr(self) -> Any:
        """Return the matrix by rows."""

    def toarray(self) -> Any:
        """Return the matrix with its zeros."""


class CsrMatrix(SparseMatrix, Protocol):
    """A ``scipy.sparse.csr_matrix``."""

    data: Array
    indices: Array
    indptr: Array

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows and columns."""

    @property
    def dtype(self) -> DataType:
        """Of the elements."""

    def __getitem__(self, key: Any, /) -> Any:
        """Take rows, columns or elements."""


class DlpackArray(Protocol):
    """An array of another library on the CPU, such as a tensor of PyTorch."""

    def __dlpack__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a capsule."""


class ArrowStream(Protocol):
    """A table of pandas, polars, pyarrow, duckdb, ..."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return a capsule."""


class WeightsByLabel(Protocol):
    """A dict of labels and weights: to type checkers ``Mapping`` has keys of one type, not of any."""

    def __iter__(self) -> Iterator[Hashable]: ...

    def __getitem__(self, label: Any, /) -> float: ...

    def __len__(self) -> int: ...


class Scorer(Protocol):
    """What scikit-learn's ``make_scorer`` returns, or a function like it."""

    def __call__(self, estimator: Any, X: Any, y: Any, **given: Any) -> float:
        """Return the score, the higher the better."""


class Splitter(Protocol):
    """A cross-validator of scikit-learn's."""

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterable[tuple[Array, Array]]:
        """Yield the rows to train on and to test on."""

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return how often."""


class LinearModel(Protocol):
    """A fitted linear classifier of scikit-learn."""

    coef_: Any
    intercept_: Any
    classes_: Any

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return its parameters."""


if TYPE_CHECKING:
    #: Numbers as an array, a list, a data frame, a tensor.
    ArrayLike = numpy.typing.ArrayLike | DlpackArray
    #: Rows of samples.
    MatrixLike = ArrayLike | SparseMatrix
    #: Labels of rows, of any type that can be sorted.
    LabelsLike = ArrayLike | Sequence[Hashable]
    #: What is written in place.
    WritableArray = Array | DlpackArray
else:
    ArrayLike = MatrixLike = LabelsLike = WritableArray = object

#: Of the functions in the order of the labels, of the estimators by label.
ClassWeights = ArrayLike | Literal["balanced"] | None
ClassWeightsByLabel = WeightsByLabel | Literal["balanced"] | None
#: X and y of validation rows, and perhaps their weights.
Validation = tuple[MatrixLike, LabelsLike | None] | tuple[MatrixLike, LabelsLike | None, ArrayLike | None]
Splits = Iterable[tuple[ArrayLike, ArrayLike]]
