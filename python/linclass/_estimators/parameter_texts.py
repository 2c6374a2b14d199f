"""What the docstrings of the estimators say alike: the parameters and attributes that all of them have."""

from __future__ import annotations

import textwrap
from typing import TypeVar

Class = TypeVar("Class", bound=type)

PARAMETERS = """\
solver : {"auto", "sgd", "gradient_descent", "lbfgs", "newton", "newton_cg", "orthant_wise"}
    "auto" chooses by loss, penalty and size. Of scikit-learn's names "newton-cg" and "newton-cholesky" mean
    "newton_cg" and "newton", and "liblinear", "sag" and "saga" mean "auto".
tol : float
    The gradient's norm at which the fit ends, relative to its norm at the start.
gap_tolerance : float
    The proven gap to the minimum at which the fit ends, relative to the objective at zero parameters. 0: 1e-6
    where there is a penalty and ``tol`` has its default, as far as that is soon reached.
max_iter : int, optional
    Iterations, or epochs of SGD. None: the solver's own. 0: the parameters at the start, of :meth:`fit`.
max_seconds : float, optional
    Time limit.
batch_size : int
    Rows in a minibatch of SGD.
learning_rate : float, optional
    Of SGD, at the start. None: the solver chooses.
learning_rate_schedule : {"constant", "step", "inverse_time"}
    How the learning rate of SGD goes on: times learning_rate_decay every learning_rate_period
    epochs; or divided by ``1 + learning_rate_decay * t`` after t epochs.
learning_rate_decay : float, optional
    None: 1/2 for "step", 1 for "inverse_time".
learning_rate_period : int
    Epochs, of "step".
momentum : float
    Of SGD: the share of the last step that is taken again, in 0..1, less than 1.
shuffle : bool
    SGD takes the rows in a new order every epoch.
patience : int
    Early stopping: end when the loss on the validation rows has increased for more than so many
    consecutive iterations, and keep the model of the least one. 0: none.
validation_fraction : float
    Of the samples, set apart for early stopping where :meth:`fit` is given no validation rows.
fit_intercept : bool
class_weight : dict or "balanced", optional
    Weights by label; "balanced": inversely to how often a label occurs.
ignore_label : label, optional
    Rows of this label count nothing in a fit, and it is no class.
random_state : int, RandomState, Generator, optional
    Seed of shuffling and of the validation rows. None is 0: a fit repeated gives the same bits.
warm_start : bool
    Start from the last fit's parameters, where classes and features are the same.
dtype : float32 or float64, optional
    Precision. None: float32 for data that it represents, else float64.
scale : float
    The elements of X are multiplied by it as they are read, in prediction too: 1 / 255 for images
    held as uint8.
threads : int
    0: as many as the process may run on. The result does not depend on it.
n_jobs : int, optional
    The threads as scikit-learn counts them, instead of ``threads``: -1 is all processors, -2 all but one.
verbose : bool
    Show progress: a tqdm bar, or lines on stderr where there is no tqdm.
on_iteration : callable, optional
    Given a :class:`Progress` after every iteration; stops the fit by returning something true.
"""

SEARCH = """\
Cs : int or array_like, (c,)
    Inverse strengths of the penalty, > 0; a number: so many from 1e-4 to 1e4, evenly in their logarithms.
penalty : {"l2", "l1", "elasticnet"}
    With l1_ratios None: "l2" means the ratio 0, "l1" 1.
l1_ratios : array_like, (r,), optional
    Shares of the l1 norm in the penalty to try, in 0..1, whatever ``penalty`` says.
cv : int, splitter or iterable of (train, test), optional
    The folds, as scikit-learn's ``check_cv`` takes them; None: 5, stratified.
scoring : str or callable, optional
    What is best: a name or a scorer of scikit-learn's, such as "neg_log_loss"; None: the accuracy.
refit : bool
    Fit to all rows with the best penalty. False: the mean of the best models of the folds.
dual : bool
intercept_scaling : float
    As in scikit-learn, without effect: both forms of the problem have the same minimum, and the intercept
    is not penalised, whatever its scale.
use_legacy_attributes : bool
    The form that ``scores_``, ``coefs_paths_`` and others had in scikit-learn until 1.9: dicts by label, and
    an element for each class.
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


def documented(kind: Class) -> Class:
    """Put the common texts into a docstring, at lines such as {parameters}."""
    n_iter = "int" if getattr(kind, "_n_iter_is_int", False) else "ndarray of int32, (1,)"
    texts = {"parameters": PARAMETERS, "search": SEARCH, "found": FOUND}
    texts["attributes"] = ATTRIBUTES.replace("{n_iter}", n_iter)
    for name, text in texts.items():
        if kind.__doc__ is not None:
            indented = textwrap.indent(text, "    ").rstrip()
            kind.__doc__ = kind.__doc__.replace(f"    {{{name}}}", indented)
    return kind
