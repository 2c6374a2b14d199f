"""The attributes of a search as scikit-learn had them before ``use_legacy_attributes=False``."""

from __future__ import annotations

from typing import Any

import numpy as np

from linclass._capi.arrays import Array


def legacy_attributes(search: Any, with_ratios: bool) -> dict[str, Any]:
    """scores_, coefs_paths_, n_iter_, C_ and l1_ratio_ in that form, from those of a search.

    By label, of two classes the second alone; the shares of the l1 norm come last, and only where they were
    given. C_ and l1_ratio_ are repeated for each.
    """
    keys = search.classes_[1:] if len(search.classes_) == 2 else search.classes_

    def seen(of_folds: Array) -> Array:
        """(folds, r, c, ...) to (folds, c, r, ...), or (folds, c, ...)."""
        return np.swapaxes(of_folds, 1, 2) if with_ratios else of_folds[:, 0]

    paths = search.coefs_paths_
    return {
        "scores_": {key: seen(search.scores_) for key in keys},
        "coefs_paths_": {key: seen(paths[..., row, :]) for row, key in enumerate(keys)},
        "n_iter_": seen(search.n_iter_)[None],
        "C_": np.full(len(keys), search.C_),
        "l1_ratio_": np.full(len(keys), search.l1_ratio_),
    }
