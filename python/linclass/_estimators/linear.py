"""Training of the estimators: scikit-learn's conventions made options of :func:`linclass.fit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from linclass._capi.arrays import Array
from linclass._capi.types import ArrayLike, LabelsLike, LinearModel, MatrixLike, Validation
from linclass._estimators.convergence import warn_unless_converged
from linclass._estimators.fitted import FittedClassifier, finite_input
from linclass._estimators.rows import Rows, classes_of, coded, ignored, model_labels_of, set_apart, weighed
from linclass._estimators.validation import feature_names, samples, seed_of, targets, weights
from linclass._estimators.verbose import shown
from linclass._functions.fit import fit
from linclass._functions.model import Model
from linclass._functions.progress import Progress

Self = TypeVar("Self", bound="LinearClassifier")


def check_classes(estimator: LinearModel, classes: Array) -> None:
    """ValueError unless there are two."""
    if len(classes) < 2:
        raise ValueError(
            f"{type(estimator).__name__} needs samples of at least 2 classes; "
            f"the data has {'1 class: ' + str(classes[0]) if len(classes) else 'none'}"
        )


def model_labels(rows: Rows, classes: Array) -> Array | None:
    """The labels of rows as the model has them: those of the classes, or their places."""
    if rows.codes is None:
        return None
    labels = model_labels_of(classes)
    return rows.codes if labels is None else labels[rows.codes]


class LinearClassifier(FittedClassifier):
    """Fit a model and keep it; subclasses say which loss, penalty and options."""

    def _penalty(self, total_weight: float, k: int) -> tuple[float, float | None]:
        """l1 and l2 of the objective, for samples of that total weight and k classes. None: automatic."""
        raise NotImplementedError

    def fit(
        self: Self,
        X: MatrixLike,
        y: LabelsLike,
        sample_weight: ArrayLike | None = None,
        *,
        validation: Validation | None = None,
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Read in place: arrays of any strides, scipy's CSR matrices; of bool, int8..int64, uint8, uint16,
            float16..float64. Others are copied: to float64, to CSR.
        y : array_like, (m,)
            Labels: integers, strings, bools, or anything that can be sorted.
        sample_weight : array_like, (m,), optional
            >= 0; doubling one is repeating the row.
        validation : (X, y) or (X, y, sample_weight), optional
            Rows to report on after every iteration, and to stop by where ``patience`` is set.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            NaN or infinity in X or y, sizes that do not fit, fewer than two classes, a parameter out of
            range, a combination the library does not offer.
        KeyboardInterrupt
            Ctrl-C, after the iteration in hand.
        """
        return self._fit(X, y, sample_weight, validation, None)

    def _fit(
        self: Self, X: Any, y: Any, sample_weight: Any, validation: Any, probabilities: Array | None
    ) -> Self:
        names = feature_names(X)
        X = samples(X)
        row_weights = weights(sample_weight, X.shape[0])
        if y is None and probabilities is not None:
            classes = np.arange(probabilities.shape[1])
            check_classes(self, classes)
            rows = Rows(X, None, row_weights, probabilities)
        else:
            y = self._targets(y, X.shape[0])
            mask = ignored(y, self.ignore_label)
            classes = classes_of(y, mask)
            check_classes(self, classes)
            rows = Rows(X, coded(y, classes, mask), weighed(row_weights, mask), probabilities)
        warm = (
            self.warm_start
            and hasattr(self, "model_")
            and self.n_features_in_ == X.shape[1]
            and np.array_equal(self.classes_, classes)
        )
        seed = seed_of(self.random_state)
        rows, measured = self._validation(rows, validation, classes, seed)
        initial = self.model_ if warm else None
        if self.max_iter == 0:
            self._start(initial or self._untrained(X.shape[1], classes), classes)
        else:
            self._train(rows, measured, classes, initial, self._fit_options(seed))
        self._remember_features(X, names)
        warn_unless_converged(self)
        return self

    def _start(self, model: Model, classes: Array) -> None:
        """Keep the model that a fit of no iterations has."""
        self._keep(model)
        self.classes_ = classes

    def partial_fit(
        self: Self,
        X: MatrixLike,
        y: LabelsLike,
        classes: LabelsLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train on for one epoch of SGD, on a part of the data.

        A penalty by the weight of the rows, as C and the default of l2 are, takes that of the part.

        Parameters
        ----------
        X : array_like or sparse matrix, (m, n)
            Samples, read as :meth:`fit` reads them.
        y : array_like, (m,)
            Their labels.
        classes : array_like, (k,)
            All the labels there will be; needed at the first call.
        sample_weight : array_like, (m,), optional
            What the samples count, >= 0. None: 1 each.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            As :meth:`fit` does; and for a label that is not among the classes.
        """
        first = not hasattr(self, "model_")
        names = feature_names(X)
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        given = None if classes is None else np.unique(np.asarray(classes))
        known = given if first and given is not None else self.classes_
        if given is not None and not np.array_equal(given, known):
            raise ValueError(f"classes is {classes!r}, not those of the first call: {known}")
        check_classes(self, known)
        array = samples(X) if first else self._input(X)
        rows = self._labelled(array, y, weights(sample_weight, array.shape[0]), known)
        initial = self._untrained(array.shape[1], known) if first else self.model_
        options = self._fit_options(seed_of(self.random_state))
        options.update(solver="sgd", max_iterations=1, patience=0)
        if not first:
            factor = self._factor()
            options["scale"] = self.model_.scale if factor is None else factor
        self._train(rows, None, known, initial, options)
        if first:
            self._remember_features(X, names)
        return self

    def _targets(self, y: Any, m: int) -> Array:
        return targets(y, m, type(self).__name__)

    def _labelled(self, X: Any, y: Any, row_weights: Array | None, classes: Array, name: str = "y") -> Rows:
        """Rows whose labels are among the classes, or to be ignored."""
        y = self._targets(y, X.shape[0])
        mask = ignored(y, self.ignore_label)
        return Rows(X, coded(y, classes, mask, name), weighed(row_weights, mask))

    def _known_rows(
        self, X: MatrixLike, y: LabelsLike, sample_weight: ArrayLike | None
    ) -> tuple[Rows, Array]:
        """Rows for the fitted model, and their labels as it has them."""
        array = self._input(X)
        rows = self._labelled(array, y, weights(sample_weight, array.shape[0]), self.classes_)
        labels = model_labels(rows, self.classes_)
        assert labels is not None
        return rows, labels

    def _validation(self, rows: Rows, given: Any, classes: Array, seed: int) -> tuple[Rows, Rows | None]:
        """The rows to train on and to measure on: those given, or set apart where they are needed."""
        if given is None:
            return set_apart(rows, self.validation_fraction, seed) if self.patience else (rows, None)
        if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
            raise ValueError("validation is not (X, y) or (X, y, sample_weight)")
        X = samples(given[0])
        row_weights = weights(given[2], X.shape[0]) if len(given) == 3 else None
        return rows, self._labelled(X, given[1], row_weights, classes, "validation y")

    def _untrained(self, n: int, classes: Array) -> Model:
        """The model of the classes whose parameters are zero."""
        k = len(classes)
        bias = np.zeros(k) if self.fit_intercept else None
        return Model.from_parameters(np.zeros((n, k)), bias, model_labels_of(classes), loss=self._loss(k))

    def _remember_features(self, X: Any, names: Array | None) -> None:
        self.n_features_in_ = X.shape[1]
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_

    def _class_weights(self, classes: Array) -> Any:
        """Class weights in the order of the classes, "balanced" or None."""
        given = self.class_weight
        if given is None or isinstance(given, str):
            if given not in (None, "balanced"):
                raise ValueError(f"class_weight is {given!r}, not None, 'balanced' or a dict")
            return given
        if not isinstance(given, Mapping):
            raise ValueError(f"class_weight is {given!r}, not None, 'balanced' or a dict")
        unknown = [label for label in given if label not in classes]
        if unknown:
            raise ValueError(f"class_weight has {unknown[0]!r}, which is no class: {classes.tolist()}")
        return [float(given.get(label, 1.0)) for label in classes.tolist()]

    def _train(
        self,
        rows: Rows,
        measured: Rows | None,
        classes: Array,
        initial: Model | None,
        options: dict[str, Any],
    ) -> None:
        """Fit a model and keep it. ``measured``: validation rows. ``options``: of :func:`fit`."""
        class_weight = self._class_weights(classes)
        factors = 1.0 if class_weight is None or isinstance(class_weight, str) else class_weight
        total = float(np.sum(rows.weight_of_classes(len(classes)) * factors))
        l1, l2 = self._penalty(total, len(classes))
        checked = None
        if measured is not None:
            checked = measured.X, model_labels(measured, classes), measured.weights
        history: list[Progress] = []
        with finite_input(), shown(bool(self.verbose), type(self).__name__) as show:

            def on_iteration(progress: Progress) -> bool:
                history.append(progress)
                show(progress)
                return self.on_iteration is not None and bool(self.on_iteration(progress))

            model = fit(
                rows.X,
                model_labels(rows, classes),
                loss=self._loss(len(classes)),
                l1=l1,
                l2=l2,
                sample_weight=rows.weights,
                class_weight=class_weight,
                target_probabilities=rows.probabilities,
                validation=checked,
                initial=initial,
                on_iteration=on_iteration,
                **options,
            )
        self.model_ = model
        self.classes_ = classes
        self.history_ = history
        self._count(self.report_.iterations)
