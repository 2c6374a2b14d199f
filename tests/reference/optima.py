"""Optima of fits to real data, by libraries of others: the numbers tests/reference compares with.

    python3 -m venv DIRECTORY && DIRECTORY/bin/pip install -r tests/reference/requirements.txt
    DIRECTORY/bin/python tests/reference/optima.py            writes optima.json beside this file
    DIRECTORY/bin/python tests/reference/optima.py --tables   and data/tables/*.csv

The tests need neither these libraries nor the network. Each optimum is checked here against the
objective of the library as it is written, by NumPy: its subgradient must be within 1e-9 of zero, or the
script fails. Coefficients are those of the library's objective

    F = mean loss + l1 ||theta||_1 + l2 / 2 ||theta||^2

where there are two classes and one score, theta is that score's; a penalty that does not see a shift of
all classes leaves it where the other library has it.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import pathlib
import platform
import sys
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import statsmodels.api as sm
from liblinear import liblinearutil
from sklearn.datasets import load_breast_cancer, load_iris, load_wine, make_classification
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "data"
LIBRARIES = ("scikit-learn", "statsmodels", "liblinear-official", "numpy", "scipy")


@dataclass
class Table:
    """Samples and labels; a case names it, and the classes it takes."""

    name: str
    file: str  # of data/tables, or of data
    X: Any
    y: Any
    label_column: int = -1  # of the file; -1: it is no table
    units: Any = None  # powers of two that the features of the file are divided by; None: 1 each


@dataclass
class Case:
    """A fit: what is minimised, who did it, and what came of it."""

    name: str
    table: Table
    loss: str
    l1: float
    l2: float
    by: str
    theta: Any  # n x k; n x 1 for one score
    bias: Any  # k or 1; None: a fit without intercepts
    classes: list[int] | None = None  # those of the table that are fitted; None: all
    standard_errors: Any = None  # of theta (n x (k-1)) and then the bias, relative to class 0


# --- the objective, by NumPy -------------------------------------------------------------------------


def loss_and_residual(loss: str, H: Any, y: Any) -> tuple[Any, Any]:
    """Loss of each row of scores, and its gradient in them."""
    rows = np.arange(len(y))
    if loss == "softmax":
        E = np.exp(H - H.max(axis=1, keepdims=True))
        Z = E / E.sum(axis=1, keepdims=True)
        R = Z.copy()
        R[rows, y] -= 1
        return -np.log(Z[rows, y]), R
    h = H[:, 0]
    if loss == "logistic":
        return np.logaddexp(0, h) - y * h, (1 / (1 + np.exp(-h)) - y)[:, None]
    sign = 2 * y - 1
    margin = np.maximum(0, 1 - sign * h)  # squared hinge of two classes: h = h_1 - h_0
    return margin**2, (-2 * sign * margin)[:, None]


def objective(case: Case, X: Any, y: Any) -> tuple[float, float]:
    """F, and the largest element of its subgradient of least norm."""
    H = X @ case.theta + (0 if case.bias is None else case.bias)
    losses, R = loss_and_residual(case.loss, H, y)
    # The squared hinge's score is the difference of two columns of opposite sign: half the penalty.
    l2 = case.l2 / 2 if case.loss == "squared_hinge" else case.l2
    theta = case.theta
    F = losses.mean() + case.l1 * np.abs(theta).sum() + l2 / 2 * (theta**2).sum()
    G = X.T @ R / len(y) + l2 * theta
    at_zero = np.sign(G) * np.maximum(np.abs(G) - case.l1, 0)
    G = np.where(theta == 0, at_zero, G + case.l1 * np.sign(theta))
    g_bias = 0 if case.bias is None else np.abs(R.mean(axis=0)).max()
    return float(F), float(max(np.abs(G).max(), g_bias))


# --- the data ----------------------------------------------------------------------------------------


def read_digits() -> Table:
    """The digits of data/digits, pixels over 16."""

    def elements(name: str, header: int) -> Any:
        content = gzip.decompress((DATA / "digits" / name).read_bytes())
        return np.frombuffer(content, dtype=np.uint8, offset=header)

    X = elements("train-images-idx3-ubyte.gz", 16).reshape(-1, 64) / 16
    return Table("digits", "digits", X, elements("train-labels-idx1-ubyte.gz", 8).astype(int))


def tables() -> dict[str, Table]:
    """Those that others ship and that may be passed on; data/tables/README.md says whence and how."""
    found = {}
    for name, load in ("iris", load_iris), ("wine", load_wine), ("breast-cancer", load_breast_cancer):
        X, y = load(return_X_y=True)
        found[name] = Table(name, f"{name}.csv", X, y, X.shape[1])
    X, y = make_classification(20, 20, n_informative=10, n_classes=3, random_state=0)
    found["few-rows"] = Table("few-rows", "few-rows.csv", X, y, X.shape[1])
    survey = sm.datasets.anes96.load_pandas().data
    X = survey[["logpopul", "selfLR", "age", "educ", "income"]].to_numpy()
    for column, (name, label) in enumerate([("party", "PID"), ("vote", "vote")], X.shape[1]):
        found[name] = Table(name, "anes96.csv", X, survey[label].to_numpy().astype(int), column)
    return found


def write_tables(found: dict[str, Table]) -> None:
    """Features, then the labels of all tables that share a file."""
    files: dict[str, list[Table]] = {}
    for table in found.values():
        files.setdefault(table.file, []).append(table)
    for name, sharing in files.items():
        with (DATA / "tables" / name).open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for i, x in enumerate(sharing[0].X):
                writer.writerow([*(f"{value:.15g}" for value in x), *(int(of.y[i]) for of in sharing)])


def in_units(table: Table) -> Table:
    """Features over powers of two near their root mean squares, for solvers that depend on scale."""
    units = 2.0 ** np.round(np.log2(np.sqrt((table.X**2).mean(axis=0))))
    name = f"{table.name} in units"
    return Table(name, table.file, table.X / units, table.y, table.label_column, units)


# --- fits by others ----------------------------------------------------------------------------------


def chosen(table: Table, classes: list[int] | None) -> tuple[Any, Any]:
    """Rows of those classes, numbered from 0."""
    if classes is None:
        return table.X, np.unique(table.y, return_inverse=True)[1]
    keep = np.isin(table.y, classes)
    return table.X[keep], np.searchsorted(classes, table.y[keep])


def by_sklearn(
    table: Table,
    solver: str,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    classes: list[int] | None = None,
    tol: float = 1e-12,
    suffix: str = "",
) -> Case:
    X, y = chosen(table, classes)
    total = l1 + l2
    model = LogisticRegression(
        C=1 / (total * len(y)), l1_ratio=l1 / total, solver=solver, tol=tol, max_iter=10_000_000
    ).fit(X, y)
    two = len(model.classes_) == 2
    kinds = [name for name, weight in (("l1", l1), ("l2", l2)) if weight > 0]
    return Case(
        name=f"{table.name} {'logistic' if two else 'softmax'} {'+'.join(kinds)}{suffix}",
        table=table,
        loss="logistic" if two else "softmax",
        l1=l1,
        l2=l2,
        by=f"scikit-learn LogisticRegression, {solver}",
        theta=model.coef_.T,
        bias=model.intercept_,
        classes=classes,
    )


def by_liblinear(table: Table, loss: str, *, l1: float = 0.0, l2: float = 0.0) -> Case:
    """Without intercepts: LIBLINEAR would penalise them."""
    X, y = chosen(table, None)
    kind = {("logistic", True): 6, ("logistic", False): 0, ("squared_hinge", False): 2}[loss, l1 > 0]
    weight = l1 if l1 > 0 else (l2 / 2 if loss == "squared_hinge" else l2)
    signs = np.where(y == 1, 1, -1)
    problem = liblinearutil.problem(signs, X)
    cost = 1 / (weight * len(y))
    model = liblinearutil.train(problem, liblinearutil.parameter(f"-s {kind} -c {cost!r} -e 1e-13 -q"))
    w = np.array(model.w[: X.shape[1]]) * model.label[0]
    return Case(
        name=f"{table.name} {loss} {'l1' if l1 > 0 else 'l2'} without bias",
        table=table,
        loss=loss,
        l1=l1,
        l2=l2,
        by=f"LIBLINEAR -s {kind}",
        theta=w[:, None],
        bias=None,
    )


def by_statsmodels(table: Table, classes: list[int] | None = None) -> Case:
    """No penalty, with standard errors: roots of the diagonal of the summed loss's inverse Hessian."""
    X, y = chosen(table, classes)
    design = np.column_stack([X, np.ones(len(y))])
    two = len(np.unique(y)) == 2
    model = (sm.Logit if two else sm.MNLogit)(y, design)
    result = model.fit(method="newton", maxiter=200, tol=1e-14, disp=False)
    parameters = np.asarray(result.params).reshape(len(design.T), -1)
    errors = np.asarray(result.bse).reshape(parameters.shape)
    if not two:
        parameters = np.column_stack([np.zeros(len(parameters)), parameters])
    return Case(
        name=f"{table.name} {'logistic' if two else 'softmax'} none",
        table=table,
        loss="logistic" if two else "softmax",
        l1=0.0,
        l2=0.0,
        by=f"statsmodels {'Logit' if two else 'MNLogit'}",
        theta=parameters[:-1],
        bias=parameters[-1],
        classes=classes,
        standard_errors=errors,
    )


def cases(of: dict[str, Table]) -> list[Case]:
    digits = read_digits()
    cancer = in_units(of["breast-cancer"])
    return [
        by_sklearn(of["iris"], "newton-cholesky", l2=0.01),
        by_sklearn(of["wine"], "newton-cholesky", l2=0.1),
        by_sklearn(digits, "newton-cg", l2=0.001),
        by_sklearn(of["breast-cancer"], "newton-cholesky", l2=0.001),
        by_sklearn(of["vote"], "newton-cg", l2=0.01),
        by_sklearn(of["iris"], "saga", l1=0.02),
        by_sklearn(of["iris"], "saga", l1=0.01, l2=0.02),
        by_sklearn(of["iris"], "saga", l1=0.02, classes=[1, 2]),
        by_sklearn(of["iris"], "saga", l1=0.01, l2=0.005, classes=[1, 2]),
        *(
            by_sklearn(of["few-rows"], "saga", l1=l1, suffix=f" {l1:g}")
            for l1 in (0.3, 0.1, 0.03, 0.01)
        ),
        by_sklearn(of["few-rows"], "saga", l1=0.01, l2=0.01),
        by_liblinear(cancer, "logistic", l1=0.01),
        by_liblinear(cancer, "logistic", l2=0.001),
        by_liblinear(of["vote"], "logistic", l1=0.05),
        by_liblinear(cancer, "squared_hinge", l2=0.001),
        by_liblinear(of["vote"], "squared_hinge", l2=0.01),
        by_statsmodels(of["vote"]),
        by_statsmodels(of["iris"], classes=[1, 2]),
        by_statsmodels(of["party"]),
    ]


# --- what is written ---------------------------------------------------------------------------------


def numbers(array: Any) -> Any:
    """Nested lists, 12 digits."""
    return [numbers(part) for part in array] if np.ndim(array) > 0 else float(f"{array:.12g}")


def described(case: Case) -> dict[str, Any]:
    X, y = chosen(case.table, case.classes)
    F, subgradient = objective(case, X, y)
    print(f"{case.name:36} F = {F:.12f}, subgradient {subgradient:.1e}", file=sys.stderr)
    record = {
        "name": case.name,
        "file": case.table.file,
        "features": case.table.X.shape[1],
        "label_column": case.table.label_column,
        "units": None if case.table.units is None else numbers(case.table.units),
        "classes": case.classes,
        "loss": case.loss,
        "l1": case.l1,
        "l2": case.l2,
        "by": case.by,
        "objective": float(f"{F:.15g}"),
        "subgradient": float(f"{subgradient:.2g}"),
        "theta": numbers(case.theta),
        "bias": None if case.bias is None else numbers(case.bias),
    }
    if case.standard_errors is not None:
        record["standard_errors"] = numbers(case.standard_errors)
    return record


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", action="store_true", help="write data/tables, too")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    found = tables()
    if arguments.tables:
        write_tables(found)
    records = [described(case) for case in cases(found)]
    made_by = {name: version(name) for name in LIBRARIES}
    made_by["python"] = platform.python_version()
    lines = ",\n".join("    " + json.dumps(record) for record in records)
    content = f'{{\n  "made_by": {json.dumps(made_by)},\n  "cases": [\n{lines}\n  ]\n}}\n'
    (HERE / "optima.json").write_text(content)
    coarse = [record["name"] for record in records if record["subgradient"] > 1e-9]
    print(f"not at their optimum: {coarse}" if coarse else "all at their optimum", file=sys.stderr)
    return 1 if coarse else 0


if __name__ == "__main__":
    sys.exit(main())
