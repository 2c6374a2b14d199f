"""Models for other programs and from them: what onnxruntime, a C compiler and LIBLINEAR make of them."""

import ctypes
import os
import shutil
import subprocess

import numpy as np
import pytest

import linclass
from data import blobs

LOSSES = ["softmax", "logistic", "sigmoid_squared", "hinge", "squared_hinge", "perceptron"]
WITH_PROBABILITIES = {"softmax", "logistic", "sigmoid_squared"}
#: The rounding errors of scores of a few hundred in sums of n products.
ROUNDING = {np.float32: 2e-5, np.float64: 1e-13}


def random_model(dtype, n, k, loss="softmax", with_bias=True, seed=0, scale=2.0):
    random = np.random.default_rng(seed)
    theta = random.normal(size=(n, k)).astype(dtype) * dtype(scale)
    bias = random.normal(size=k).astype(dtype) if with_bias else None
    return linclass.Model.from_parameters(theta, bias, np.arange(k) * 3 - k, loss=loss)


def samples(dtype, m, n, seed=1):
    return np.random.default_rng(seed).normal(size=(m, n)).astype(dtype)


def scaled_model(dtype):
    """A fit of bytes that count 1 / 16 each."""
    X, y = blobs(dtype=np.float64)
    pixels = np.clip(X * 40 + 100, 0, 255).astype(np.uint8)
    return linclass.fit(pixels, y, l2=1e-3, scale=1 / 16, dtype=dtype), pixels


# ONNX


def run_onnx(model, X):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    data = model.export(format="onnx")
    onnx.checker.check_model(onnx.load_from_string(data), full_check=True)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"X": X}), strict=True))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("with_bias", [False, True])
def test_onnxruntime_predicts_the_same(dtype, loss, with_bias):
    k = 2 if loss in {"logistic", "sigmoid_squared"} else 5
    model = random_model(dtype, 7, k, loss, with_bias)
    X = samples(dtype, 50, 7)
    found = run_onnx(model, X)
    assert found["scores"].dtype == dtype
    np.testing.assert_allclose(found["scores"], model.scores(X), atol=ROUNDING[dtype])
    np.testing.assert_array_equal(found["label"], model.predict(X))
    assert ("probabilities" in found) == (loss in WITH_PROBABILITIES)
    if loss in WITH_PROBABILITIES:
        np.testing.assert_allclose(found["probabilities"], model.probabilities(X), atol=ROUNDING[dtype])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_onnx_takes_the_samples_of_the_training_file(dtype):
    model, pixels = scaled_model(dtype)
    found = run_onnx(model, pixels.astype(dtype))
    np.testing.assert_allclose(found["probabilities"], model.probabilities(pixels), atol=ROUNDING[dtype])


def test_onnx_labels_are_the_names_of_classes():
    names = ["cat", "dog", "été"]
    model = linclass.Model.from_parameters(np.eye(3)).with_class_names(names)
    assert run_onnx(model, np.eye(3))["label"].tolist() == names


def test_onnx_of_equal_scores_takes_the_first_class():
    assert run_onnx(linclass.Model.from_parameters(np.ones((2, 4))), np.ones((1, 2)))["label"].tolist() == [0]


def test_onnx_keeps_the_metadata():
    onnx = pytest.importorskip("onnx")
    model = random_model(np.float32, 3, 2).with_metadata({"trained on": "nothing"})
    loaded = onnx.load_from_string(model.export(format="onnx", name="spots"))
    assert loaded.graph.name == "spots"
    assert {each.key: each.value for each in loaded.metadata_props} == {"trained on": "nothing"}


def digits_model(dtype):
    """A default fit to bytes, and the bytes of the test set as its precision has them."""
    folder = os.path.join(os.environ["LINCLASS_SOURCE"], "data", "digits")
    train, test = (
        linclass.read_idx(
            *(os.path.join(folder, f"{part}-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))
        )
        for part in ("train", "test")
    )
    return linclass.fit(train.X, train.y, dtype=dtype), np.asarray(test.X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_of_digits_in_other_programs(dtype, tmp_path):
    """Optimisations of onnxruntime round a scale in double precision: they are off."""
    onnxruntime = pytest.importorskip("onnxruntime")
    model, pixels = digits_model(dtype)
    bound = {np.float32: 1e-6, np.float64: 1e-14}[dtype]
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.export(format="onnx"), options, providers=["CPUExecutionProvider"]
    )
    (found,) = session.run(["probabilities"], {"X": pixels.astype(dtype)})
    expected = model.probabilities(pixels)
    assert np.abs(found - expected).max() < bound
    in_c = Compiled(tmp_path, model).rows("probabilities", pixels.astype(dtype))
    assert np.abs(in_c - expected).max() < bound


# C


COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
WARNINGS = ["-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Wconversion", "-Werror"]


class Compiled:
    """The source of a model, compiled without any library, every function of it visible."""

    def __init__(self, folder, model, name="linclass", compiler="cc", flags=("-O2",)):
        if shutil.which(compiler) is None:
            pytest.skip(f"there is no {compiler}")
        source, self.library_path = folder / f"{name}.c", folder / f"{name}.so"
        model.export(source, name=name)
        subprocess.run([compiler, *WARNINGS, *flags, "-c", source, "-o", os.devnull], check=True)
        command = [compiler, *flags, "-Dstatic=", "-shared", "-fPIC", "-ffreestanding", "-nostdlib"]
        subprocess.run([*command, source, "-o", self.library_path], check=True)
        self.library, self.name, self.model = ctypes.CDLL(str(self.library_path)), name, model

    def function(self, what, result, *arguments):
        function = getattr(self.library, f"{self.name}_{what}")
        function.restype, function.argtypes = result, arguments
        return function

    def rows(self, what, X):
        out = np.empty((len(X), self.model.n_classes), self.model.dtype)
        function = self.function(what, None, ctypes.c_void_p, ctypes.c_void_p)
        for x, row in zip(np.ascontiguousarray(X), out, strict=True):
            function(x.ctypes.data, row.ctypes.data)
        return out

    def labels(self, X, what="label", result=ctypes.c_longlong):
        function = self.function(what, result, ctypes.c_void_p)
        return [function(x.ctypes.data) for x in np.ascontiguousarray(X)]


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_c_source_predicts_the_same(tmp_path, dtype, loss, compiler):
    k = 2 if loss in {"logistic", "sigmoid_squared"} else 5
    model = random_model(dtype, 7, k, loss)
    X = samples(dtype, 50, 7)
    compiled = Compiled(tmp_path, model, compiler=compiler)
    np.testing.assert_allclose(compiled.rows("scores", X), model.scores(X), atol=ROUNDING[dtype])
    assert compiled.labels(X) == model.predict(X).tolist()
    if loss in WITH_PROBABILITIES:
        found = compiled.rows("probabilities", X)
        np.testing.assert_allclose(found, model.probabilities(X), atol=ROUNDING[dtype])
    else:
        assert not hasattr(compiled.library, "linclass_probabilities")


def test_the_c_source_calls_nothing(tmp_path):
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("there is no nm")
    compiled = Compiled(tmp_path, random_model(np.float32, 20, 4), flags=("-O3",))
    text = (tmp_path / "linclass.c").read_text()
    assert "#" not in text
    output = subprocess.run(
        [nm, "-u", compiled.library_path], check=True, capture_output=True, text=True
    ).stdout
    undefined = [line.split()[-1] for line in output.splitlines() if line.split()[0] == "U"]
    assert undefined == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_c_source_takes_the_samples_of_the_training_file(tmp_path, dtype):
    model, pixels = scaled_model(dtype)
    found = Compiled(tmp_path, model).rows("probabilities", pixels.astype(dtype))
    np.testing.assert_allclose(found, model.probabilities(pixels), atol=ROUNDING[dtype])


def test_the_c_source_knows_the_names_of_classes(tmp_path):
    names = sorted(['"', "\\n", "??/", "a\nb", "été", "1"], key=str.encode)
    model = linclass.Model.from_parameters(np.eye(6)).with_class_names(names)
    found = Compiled(tmp_path, model, name="pets").labels(np.eye(6), "class_name", ctypes.c_char_p)
    assert [each.decode() for each in found] == names


@pytest.mark.parametrize(("n", "k"), [(0, 1), (0, 3), (1, 1), (3, 1)])
def test_the_c_source_of_few_features_and_classes(tmp_path, n, k):
    model = random_model(np.float64, n, k)
    X = samples(np.float64, 4, n)
    compiled = Compiled(tmp_path, model)
    np.testing.assert_allclose(compiled.rows("probabilities", X), model.probabilities(X), atol=1e-15)


def test_the_c_source_has_labels_of_64_bits(tmp_path):
    labels = [-(2**63), 0, 2**63 - 1]
    compiled = Compiled(tmp_path, linclass.Model.from_parameters(np.eye(3), labels=labels))
    assert compiled.labels(np.eye(3)) == labels


@pytest.mark.parametrize(("dtype", "lowest"), [(np.float32, -87), (np.float64, -708)])
def test_the_exp_of_the_c_source_is_as_accurate_as_it_says(tmp_path, dtype, lowest):
    """Two units in the last place, against long double."""
    if np.finfo(np.longdouble).nmant < 60:
        pytest.skip("long double is no wider than double here")
    real = ctypes.c_float if dtype is np.float32 else ctypes.c_double
    exp = Compiled(tmp_path, random_model(dtype, 1, 2)).function("exp", real, real)
    halves = -(np.arange(1, 100) - 0.5) * np.log(2)
    points = np.concatenate(
        [np.linspace(lowest, 0, 20001), halves, halves * (1 - 1e-7), -np.logspace(-20, 0, 99)]
    )
    points = points[points >= lowest].astype(dtype)
    exact = np.exp(points.astype(np.longdouble))
    found = np.array([exp(float(x)) for x in points], np.longdouble)
    units = np.abs(found - exact) / (exact * np.finfo(dtype).eps)
    assert units.max() < 2
    assert exp(0.0) == 1
    assert exp(lowest * 1.01) == 0


def test_scores_far_apart_have_probabilities_in_c(tmp_path):
    model = linclass.Model.from_parameters([[1e4, 0.0, -1e4, -1e30]])
    compiled = Compiled(tmp_path, model)
    assert compiled.rows("probabilities", np.array([[1.0]])).tolist() == [[1, 0, 0, 0]]


# LIBLINEAR


def liblinear():
    return pytest.importorskip("liblinear.liblinearutil", reason="liblinear-official is not installed")


def problem(k, seed=3, n=6, m=120):
    random = np.random.default_rng(seed)
    y = random.integers(k, size=m)
    X = random.normal(size=(m, n)) + random.normal(size=(k, n))[y]
    X[random.uniform(size=X.shape) < 0.3] = 0
    return X, y


@pytest.mark.parametrize("bias", [-1, 1, 2.5])
@pytest.mark.parametrize("labels", [[1, -1], [-1, 1], [3, 8], [8, 3], [7, -2, 5, 0]])
@pytest.mark.parametrize("solver", [0, 1, 2, 3, 4, 5, 6, 7])
def test_models_of_liblinear_predict_the_same(tmp_path, solver, labels, bias):
    util = liblinear()
    X, y = problem(len(labels))
    trained = util.train(np.array(labels)[y].tolist(), X.tolist(), f"-s {solver} -B {bias} -q")
    path = tmp_path / "liblinear.model"
    util.save_model(str(path), trained)
    model = linclass.Model.from_liblinear(path)
    predicted, _, values = util.predict([], X.tolist(), trained, "-q")
    assert model.predict(X).tolist() == predicted
    order = np.argsort(trained.get_labels())
    values = np.array(values)
    if len(labels) == 2:
        sign = 1 if order[0] == 1 else -1
        np.testing.assert_allclose(np.diff(model.scores(X))[:, 0], sign * values[:, 0], atol=1e-12)
    else:
        np.testing.assert_allclose(model.scores(X), values[:, order], atol=1e-12)
    if solver in {0, 6, 7} and len(labels) == 2:
        _, _, probabilities = util.predict([], X.tolist(), trained, "-q -b 1")
        np.testing.assert_allclose(model.probabilities(X), np.array(probabilities)[:, order], atol=1e-12)
    else:
        with pytest.raises(ValueError, match="probabilities"):
            model.probabilities(X)


@pytest.mark.parametrize("solver", [11, 12, 13, 21])
def test_other_models_of_liblinear_are_refused(tmp_path, solver):
    util = liblinear()
    X, y = problem(2)
    path = tmp_path / "liblinear.model"
    util.save_model(str(path), util.train(y.tolist(), X.tolist(), f"-s {solver} -q"))
    with pytest.raises(ValueError, match="regression" if solver != 21 else "one class"):
        linclass.Model.from_liblinear(path)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("with_bias", [False, True])
def test_liblinear_predicts_with_what_is_exported(tmp_path, loss, k, with_bias):
    util = liblinear()
    if k == 4 and loss in {"logistic", "sigmoid_squared"}:
        pytest.skip("a loss of two classes")
    model = random_model(np.float64, 6, k, loss, with_bias)
    path = tmp_path / "exported.model"
    model.export(path, "liblinear")
    X, _ = problem(k)
    loaded = util.load_model(str(path))
    predicted, _, values = util.predict([], X.tolist(), loaded, "-q")
    assert predicted == model.predict(X).tolist()
    H = model.scores(X)
    np.testing.assert_allclose(values, H[:, 1:] - H[:, :1] if k == 2 else H, atol=1e-12)
    if k == 2 and loss in WITH_PROBABILITIES:
        _, _, probabilities = util.predict([], X.tolist(), loaded, "-q -b 1")
        np.testing.assert_allclose(np.array(probabilities)[:, ::-1], model.probabilities(X), atol=1e-12)


def test_liblinear_takes_the_samples_of_the_training_file(tmp_path):
    model, pixels = scaled_model(np.float64)
    path = tmp_path / "exported.model"
    model.export(path, "liblinear")
    np.testing.assert_allclose(
        linclass.Model.from_liblinear(path).scores(pixels), model.scores(pixels), rtol=1e-12, atol=1e-12
    )


# Export as a call


def test_the_bytes_are_those_of_the_file(tmp_path):
    model = random_model(np.float32, 3, 4)
    for format, path in (("onnx", "a.onnx"), ("c", "a.c"), ("liblinear", "a.model")):
        assert model.export(tmp_path / path, format) is None
        assert (tmp_path / path).read_bytes() == model.export(format=format)


def test_what_export_refuses(tmp_path):
    model = random_model(np.float32, 3, 4)
    with pytest.raises(ValueError, match="does not say the format"):
        model.export(tmp_path / "model.bin")
    with pytest.raises(ValueError, match="not one of 'onnx', 'c', 'liblinear'"):
        model.export(format="pmml")
    for name in ("", "2nd", "a b", "é", "a" * 101):
        with pytest.raises(ValueError, match="identifier"):
            model.export(format="c", name=name)
    with pytest.raises(OSError, match="no-folder"):
        model.export(tmp_path / "no-folder" / "model.c")
    large = linclass.Model.from_parameters(np.eye(2), labels=[0, 2**31])
    with pytest.raises(ValueError, match="label 2147483648 does not fit"):
        large.export(format="liblinear")


# scikit-learn


def sklearn_estimators(k):
    linear_model = pytest.importorskip("sklearn.linear_model")
    svm = pytest.importorskip("sklearn.svm")
    yield linear_model.LogisticRegression(max_iter=1000), True
    yield linear_model.LogisticRegression(max_iter=1000, fit_intercept=False), True
    yield linear_model.RidgeClassifier(), False
    yield linear_model.Perceptron(), False
    yield svm.LinearSVC(), False
    yield svm.LinearSVC(loss="hinge", max_iter=100000), False
    yield linear_model.SGDClassifier(random_state=0), False
    yield linear_model.SGDClassifier(loss="log_loss", random_state=0), k == 2


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("names", [None, ["ant", "bee", "cat"]])
@pytest.mark.parametrize("k", [2, 3])
def test_estimators_of_scikit_learn_predict_the_same(k, names, dtype):
    X, y = problem(k)
    X = X.astype(dtype)
    target = y * 2 - 1 if names is None else np.array(names)[y]
    for estimator, with_probabilities in sklearn_estimators(k):
        estimator.fit(X, target)
        model = linclass.Model.from_sklearn(estimator)
        predicted = model.predict(X)
        found = predicted if names is None else model.class_names[predicted]
        np.testing.assert_array_equal(found, estimator.predict(X), str(estimator))
        if with_probabilities:
            tolerance = 1e-5 if dtype is np.float32 else 1e-12
            np.testing.assert_allclose(model.probabilities(X), estimator.predict_proba(X), atol=tolerance)
        else:
            with pytest.raises(ValueError, match="probabilities"):
                model.probabilities(X)


def test_other_estimators_are_refused():
    tree = pytest.importorskip("sklearn.tree")
    linear_model = pytest.importorskip("sklearn.linear_model")
    with pytest.raises(TypeError, match="none of scikit-learn's"):
        linclass.Model.from_sklearn(tree.DecisionTreeClassifier())
    with pytest.raises(TypeError, match="not fitted"):
        linclass.Model.from_sklearn(linear_model.LogisticRegression())


def test_own_estimators_become_models_with_names():
    pytest.importorskip("sklearn")
    X, y = blobs()
    names = np.array(["ant", "bee", "cat"])
    estimator = linclass.SoftmaxRegression(scale=0.5).fit(X, names[y])
    model = linclass.Model.from_sklearn(estimator)
    assert model.class_names.tolist() == names.tolist()
    np.testing.assert_array_equal(model.class_names[model.predict(X)], estimator.predict(X))


# Names of classes


def test_names_of_classes_come_back_from_a_file(tmp_path):
    names = ["", "a", "café"]
    model = linclass.Model.from_parameters(np.eye(3)).with_class_names(names)
    model.save(tmp_path / "model")
    loaded = linclass.Model.load(tmp_path / "model")
    assert loaded.class_names.tolist() == names
    assert loaded.with_class_names(None).class_names is None
    assert loaded.with_metadata({"a": "b"}).class_names.tolist() == names


def test_names_of_classes_ascend_and_have_no_zero():
    model = linclass.Model.from_parameters(np.eye(2))
    for names in (["b", "a"], ["a", "a"]):
        with pytest.raises(ValueError, match=r"names\[1\]"):
            model.with_class_names(names)
    with pytest.raises(ValueError, match="zero"):
        model.with_class_names(["a\0b"])


def test_labels_without_a_name_have_none():
    model = linclass.Model.from_parameters(np.eye(2), labels=[0, 5]).with_class_names(["a", "b"])
    assert model.class_names is None


def test_estimators_save_names_that_everything_reads(tmp_path):
    """The program printed 0 for setosa."""
    pytest.importorskip("sklearn")
    X, y = blobs()
    names = np.array(["ant", "bee", "cat"])
    estimator = linclass.SoftmaxRegression().fit(X, names[y])
    estimator.save(tmp_path / "model")
    loaded = linclass.Model.load(tmp_path / "model")
    assert loaded.class_names.tolist() == names.tolist()
    again = linclass.SoftmaxRegression.load(tmp_path / "model")
    np.testing.assert_array_equal(again.predict(X), estimator.predict(X))
    assert again.classes_.dtype == estimator.classes_.dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 3])
def test_what_is_exported_is_calibrated(tmp_path, dtype, k):
    model = random_model(dtype, 6, k, "logistic" if k == 2 else "softmax").with_temperature(3.5)
    X, _ = problem(k)
    X = X.astype(dtype)
    expected = model.probabilities(X)
    compiled = Compiled(tmp_path, model)
    np.testing.assert_allclose(compiled.rows("probabilities", X), expected, atol=ROUNDING[dtype])
    np.testing.assert_allclose(compiled.rows("scores", X), model.scores(X), atol=ROUNDING[dtype])
    if k == 2:
        model.export(tmp_path / "model.txt", "liblinear")
        found = linclass.Model.from_liblinear(tmp_path / "model.txt").probabilities(X)
        np.testing.assert_allclose(found, expected, atol=ROUNDING[dtype])
    np.testing.assert_allclose(run_onnx(model, X)["probabilities"], expected, atol=ROUNDING[dtype])
