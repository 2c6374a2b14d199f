"""What the docstrings of the estimators say alike: the parameters and attributes that all of them have."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar, get_args

from linclass._capi.names import ScheduleName, SolverName
from linclass._estimators.sklearn_names import TheirSolver

Class = TypeVar("Class", bound=type)

PARAMETERS = """\
solver : {solvers}
    A key of ``linclass.SOLVERS``; "auto" chooses by loss, penalty, bounds and size. Of scikit-learn's names
    "newton-cg" and "newton-cholesky" mean "newton_cg" and "newton", and "liblinear", "sag" and "saga" mean
    "auto".
tol : float
    The gradient's norm at which the fit ends, relative to its norm at the start, >= 0.
gap_tolerance : float
    The proven gap to the minimum at which the fit ends, relative to the objective at zero parameters, >= 0.
    0: 1e-6, or 1e-4 for losses with kinks, where there is a penalty and ``tol`` has its default, as far as
    that is soon reached.
group_l1 : bool
    The l1 penalty is that of the sum of the norms of each feature's weights: a feature has weights for all
    classes or for none. Of losses of two classes, which have one weight a feature, it changes nothing.
weight_bounds : (float or None, float or None) or None
    The minimum is sought among weights in low..high, low <= 0 <= high; None on a side: no bound there.
    ``(0, None)``: none is negative. Intercepts are free. The weights are those of ``model_.theta``, which
    ``coef_`` has but in a LinearSVM of two classes: there it is the difference of both columns.
max_iter : int or None
    Iterations, or epochs of SGD, >= 0. None: the solver's own. 0: the parameters at the start, of
    :meth:`fit`.
max_seconds : float or None
    Time limit, > 0. None: no limit.
batch_size : int
    Rows in a minibatch of SGD, >= 1.
learning_rate : float or None
    Of SGD, at the start, > 0. None: the solver chooses.
learning_rate_schedule : {schedules}
    How the learning rate of SGD goes on: times learning_rate_decay every learning_rate_period
    epochs; or divided by ``1 + learning_rate_decay * t`` after t epochs.
learning_rate_decay : float or None
    How fast it falls, > 0. None: 1/2 for "step", 1 for "inverse_time".
learning_rate_period : int
    Epochs after which "step" takes a step, >= 1.
momentum : float
    Of SGD: the share of the last step that is taken again, in 0..1, less than 1.
shuffle : bool
    Whether SGD takes the rows in a new order every epoch.
patience : int
    Early stopping: end when the loss on the validation rows has increased for more than so many
    consecutive iterations, and keep the model of the least one. 0: none.
validation_fraction : float
    Of the samples, set apart for early stopping where :meth:`fit` is given no validation rows; between 0
    and 1.
fit_intercept : bool
    Whether the scores have intercepts, which are not penalised. False: they are 0.
class_weight : dict, "balanced" or None
    Weights by label, >= 0, 1 for those that are missing; "balanced": inversely to how often a label occurs.
    None: 1 each.
ignore_label : label or None
    Rows of this label count nothing in a fit, and it is no class. None: all rows count.
random_state : int, RandomState, Generator or None
    Seed of shuffling and of the validation rows. None is 0: a fit repeated gives the same bits.
warm_start : bool
    Whether to start from the last fit's parameters, where classes and features are the same.
dtype : {"float32", "float64"}, dtype or None
    Precision. None: float32 for data that it represents, else float64.
scale : float or None
    The elements of X are multiplied by it as they are read, in prediction too; not 0. None: uint8 by
    1 / 255, unless all are 0 or 1, other types by 1.
threads : int
    How many to use, >= 0. 0: as many as the process may run on. The result does not depend on it.
n_jobs : int or None
    The threads as scikit-learn counts them, instead of ``threads``: -1 is all processors, -2 all but one.
    None: ``threads`` says.
verbose : bool or int
    Whether to show progress: a tqdm bar, or lines on stderr where there is no tqdm.
on_iteration : callable or None
    Given a :class:`Progress` after every iteration; stops the fit by returning something true.
"""

SEARCH = """\
Cs : int or array_like, (c,)
    Inverse strengths of the penalty, > 0; a number: so many from 1e-4 to 1e4, evenly in their logarithms.
penalty : {"l2", "l1", "elasticnet"}
    With l1_ratios None: "l2" means the ratio 0, "l1" 1.
l1_ratios : array_like, (r,), or None
    Shares of the l1 norm in the penalty to try, in 0..1, whatever ``penalty`` says. None: ``penalty`` says.
cv : int, splitter, iterable of (train, test) or None
    The folds, as scikit-learn's ``check_cv`` takes them; None: 5, stratified.
scoring : str, callable or None
    What is best: a name or a scorer of scikit-learn's, such as "neg_log_loss"; None: the accuracy.
refit : bool
    Whether to fit to all rows with the best penalty. False: the mean of the best models of the folds.
dual : bool or "auto"
    As in scikit-learn, without effect: both forms of the problem have the same minimum.
intercept_scaling : float
    As in scikit-learn, without effect: the intercept is not penalised, whatever its scale.
use_legacy_attributes : bool
    Whether ``scores_``, ``coefs_paths_`` and others have the form that they had in scikit-learn until 1.9:
    dicts by label, and an element for each class.
"""

FOUND = """\
C_, l1_ratio_ : float
    The best.
Cs_ : ndarray, (c,)
l1_ratios_ : ndarray, (r,)
scores_ : ndarray, (folds, r, c)
    Of the rows of each fold, by the model fitted to the others.
coefs_paths_ : ndarray, (folds, r, c, rows of ``coef_``, n + 1); (..., n) without intercepts
    ``coef_`` of those models, with ``intercept_`` behind it.
coef_ : ndarray, (k, n); (1, n) for two classes
intercept_ : ndarray, (k,); (1,) for two classes
classes_ : ndarray, (k,)
n_iter_ : ndarray of int32, (folds, r, c)
    Iterations of the fits on folds.
n_features_in_ : int
feature_names_in_ : ndarray, (n,)
    Where X was a data frame with string names.
history_ : list of Progress
report_ : FitReport
    Of the fit to all rows.
model_ : Model
"""

ATTRIBUTES = """\
n_iter_ : {n_iter}
    Iterations that the fit made.
n_features_in_ : int
feature_names_in_ : ndarray, (n,)
    Where X was a data frame with string names.
history_ : list of Progress
report_ : FitReport
model_ : Model
"""


def _quoted(*types: object) -> str:
    """The names that literal types have."""
    return "{" + ", ".join(f'"{name}"' for each in types for name in get_args(each)) + "}"


def _own_first(kind: type, constructor: Callable[..., None]) -> inspect.Signature:
    """The constructor's signature with the parameters of the class before those that all classes have."""
    signature = inspect.signature(constructor)
    names = ["self"]
    names += [name for each in kind.__mro__ for name in vars(each).get("__annotations__", ())]
    ordered = sorted(signature.parameters.values(), key=lambda parameter: names.index(parameter.name))
    return signature.replace(parameters=ordered)


def _with_defaults(lines: str, signature: inspect.Signature) -> str:
    """The lines on parameters, with the default of each behind its type."""
    for name, parameter in list(signature.parameters.items())[1:]:
        value = parameter.default
        default = f'"{value}"' if isinstance(value, str) else repr(value)
        lines = re.sub(rf"^({name} : .*)$", rf"\1, default={default}", lines, flags=re.MULTILINE)
    return lines


def documented(kind: Class) -> Class:
    """Put the common texts into a docstring, at lines such as {parameters}, and defaults of parameters."""
    n_iter = "int" if getattr(kind, "_n_iter_is_int", False) else "ndarray of int32, (1,)"
    texts = {"parameters": PARAMETERS, "search": SEARCH, "found": FOUND}
    texts["attributes"] = ATTRIBUTES.replace("{n_iter}", n_iter)
    texts |= {"solvers": _quoted(SolverName, TheirSolver), "schedules": _quoted(ScheduleName)}
    text = inspect.cleandoc(kind.__doc__ or "")
    for name, common in texts.items():
        text = text.replace(f"{{{name}}}", common.rstrip())
    constructor: Any = kind.__dict__["__init__"]
    signature = constructor.__signature__ = _own_first(kind, constructor)
    head, title, rest = text.partition("\nAttributes\n")
    kind.__doc__ = _with_defaults(head, signature) + title + rest
    return kind
