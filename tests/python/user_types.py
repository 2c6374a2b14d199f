"""Calls as users write them, for mypy (scripts/test-python lint): what is allowed, and what is not."""

import numpy as np

import linclass

rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 5.0]]
X = np.array(rows, dtype=np.float32)
names = ["low", "low", "high", "high"]
places = np.array([0, 0, 1, 1])

model = linclass.fit(X, places, loss="logistic", class_weight="balanced", validation=(rows, [0, 0, 1, 1]))
linclass.fit(rows, [0, 0, 1, 1], class_weight=[1.0, 2.0], on_iteration=lambda progress: progress.gap < 1e-3)
linclass.fit(X, None, target_probabilities=[[1.0, 0.0]] * 4)
labels: np.ndarray = model.predict(X, out=np.empty(4, np.int64))
linclass.regularization_path(X, names, lambdas=[1.0, 0.1], cv=[0, 1, 0, 1], loss="logistic", max_seconds=1)
linclass.fit_parts([(X, places), (rows, [0, 0, 1, 1])], l2=0.1)
linclass.fit_parts(lambda: iter([linclass.Chunk(X, places)]), class_weight="balanced")
linclass.LogisticRegression(2.0, class_weight={"low": 1.0, "high": 2}, solver="liblinear").fit(X, names)
linclass.LinearSVM(class_weight={0: 1.0}, ignore_label=9).fit(rows, places, validation=(X, names, None))
linclass.SoftmaxRegression().partial_fit(X, names, classes=["high", "low"])
linclass.LogisticRegressionCV(Cs=[0.1, 1.0], cv=3, scoring="neg_log_loss").fit(X, names)
linclass.split(4, [0.5, 0.5], y=places)
digits = linclass.read_idx("images", "labels")
linclass.softmax(digits.X[:5])

linclass.fit(X, places, loss="softmx")  # type: ignore[arg-type]
linclass.fit(X, places, solver="saga")  # type: ignore[arg-type]
linclass.fit(X, places, dtype="float16")  # type: ignore[arg-type]
linclass.fit(X, object())  # type: ignore[arg-type]
linclass.regularization_path(X, places, max_second=1)  # type: ignore[call-arg]
linclass.regularization_path(X, places, seed="1")  # type: ignore[arg-type]
linclass.LogisticRegression(penalty="l3")  # type: ignore[arg-type]
linclass.SoftmaxRegression(class_weight="balance")  # type: ignore[arg-type]
