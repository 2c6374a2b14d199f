"""linclass.Model: predictions against level 1, files, bytes, memory that is the model's own."""

import copy
import dataclasses
import gc
import math
import pickle

import numpy as np
import pytest

import linclass
from data import blobs


@pytest.fixture(params=[np.float32, np.float64], ids=["f32", "f64"])
def case(request):
    X, y = blobs(dtype=request.param)
    return X, y, linclass.fit(X, np.array([3, 5, 9])[y], solver="gradient_descent", l2=1e-2)


def test_predictions_are_those_of_level_1(case):
    X, y, model = case
    H = linclass.logits(X, model.theta, model.bias)
    np.testing.assert_allclose(model.scores(X), H, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(model.probabilities(X), linclass.softmax(H), atol=1e-6)
    np.testing.assert_array_equal(model.predict(X), np.array([3, 5, 9])[H.argmax(axis=1)])
    labels, scores = model.top_k(X, 2)
    np.testing.assert_array_equal(labels[:, 0], model.predict(X))
    assert (scores[:, 0] >= scores[:, 1]).all()


def test_outputs_of_the_callers(case):
    X, _, model = case
    for dtype in (np.float32, np.float64):
        wide = np.zeros((len(X), 5), dtype)
        result = model.scores(X, out=wide[:, 1:4])
        assert np.shares_memory(result, wide)
        np.testing.assert_allclose(result, model.scores(X), rtol=1e-5, atol=1e-5)
    labels = np.empty(len(X), np.int64)
    assert model.predict(X, out=labels) is labels


def test_evaluation(case):
    X, y, model = case
    y = np.array([3, 5, 9])[y]
    evaluation = model.evaluate(X, y)
    predicted = model.predict(X)
    assert evaluation.samples == len(y)
    assert evaluation.error == pytest.approx((predicted != y).mean())
    for i, label in enumerate([3, 5, 9]):
        for j, other in enumerate([3, 5, 9]):
            assert evaluation.confusion[i, j] == ((y == label) & (predicted == other)).sum()
    assert evaluation.support.tolist() == [(y == label).sum() for label in (3, 5, 9)]
    with pytest.raises(ValueError, match=r"y\[1\] is 4"):
        model.evaluate(X[:2], [3, 4])


def test_a_model_applies_its_own_scale():
    """Fitted to bytes that count 1 / 16 each, it read the bytes as they are: loss 5.46, not 0.35."""
    X, y = blobs(spread=0.5)
    pixels = np.clip(X * 20 + 128, 0, 255).astype(np.uint8)
    model = linclass.fit(pixels, y, scale=1 / 16, l2=1e-2)
    for back in (model, linclass.Model.from_bytes(model.to_bytes()), model.with_metadata({"a": "b"})):
        scaled = {"scale": 1.0}
        np.testing.assert_array_equal(back.scores(pixels), back.scores(pixels / 16, **scaled))
        np.testing.assert_array_equal(back.probabilities(pixels), back.probabilities(pixels / 16, **scaled))
        np.testing.assert_array_equal(back.predict(pixels), back.predict(pixels / 16, **scaled))
        np.testing.assert_array_equal(back.top_k(pixels, 2)[1], back.top_k(pixels / 16, 2, **scaled)[1])
        np.testing.assert_array_equal(back.scores(pixels), back.scores(pixels, scale=1 / 16))
        assert back.evaluate(pixels, y).loss == pytest.approx(model.report.loss, rel=1e-6)
        assert back.evaluate(pixels, y, scale=1).loss != back.evaluate(pixels, y).loss
    with pytest.raises(TypeError, match="scale must be a number"):
        model.predict(pixels, scale="1/16")


@pytest.mark.parametrize("data", [b"", b"a pickle of something else", b"\x00" * 100])
def test_a_pickle_with_foreign_content(case, data):
    constructor, _ = case[2].__reduce__()
    with pytest.raises(ValueError, match="model"):
        constructor(data)
    with pytest.raises(TypeError, match="bytes-like"):
        constructor(5)


def untimed(report):
    """The report as files keep it: without the time of the fit."""
    return repr(dataclasses.replace(report, seconds=math.nan))


def same(a, b):
    return (
        a.theta.tobytes() == b.theta.tobytes()
        and (a.labels == b.labels).all()
        and untimed(a.report) == untimed(b.report)
        and a.dtype == b.dtype
    )


def test_every_way_out_and_back(case, tmp_path):
    _, _, model = case
    path = tmp_path / "modèle.safetensors"
    model.save(path)
    assert same(linclass.Model.load(str(path)), model)
    assert path.read_bytes() == model.to_bytes()
    for back in (
        linclass.Model.from_bytes(model.to_bytes()),
        linclass.Model.from_bytes(bytearray(model.to_bytes())),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ):
        assert same(back, model)


def test_files_keep_no_times(case):
    X, y, model = case
    assert model.report.seconds > 0
    assert math.isnan(linclass.Model.from_bytes(model.to_bytes()).report.seconds)
    again = linclass.fit(X, y)
    assert again.to_bytes() == linclass.fit(X, y, threads=2).to_bytes()


def test_metadata(case, tmp_path):
    _, _, model = case
    texts = {"names": 'ant\n"bee" \u20ac \U0001f41d', "empty": "", "long": "x" * 100_000}
    annotated = model.with_metadata(texts)
    assert model.metadata == {}
    assert annotated.metadata == texts
    annotated.save(tmp_path / "model")
    for back in (linclass.Model.load(tmp_path / "model"), pickle.loads(pickle.dumps(annotated))):
        assert same(back, model)
        assert back.metadata == texts
    assert annotated.with_metadata({"empty": None, "names": "2"}).metadata == {
        "names": "2",
        "long": texts["long"],
    }
    for wrong in ({"": "x"}, {'"': "x"}, {"k": "a\0b"}, {"k\0": "a"}, {"k": "\ud800"}, {"k": "x" * 2**20}):
        with pytest.raises(ValueError):
            model.with_metadata(wrong)


def test_files_that_are_none(case, tmp_path):
    _, _, model = case
    with pytest.raises(OSError, match=r"none\.safetensors"):
        linclass.Model.load(tmp_path / "none.safetensors")
    with pytest.raises(OSError, match="missing"):
        model.save(tmp_path / "missing" / "model")
    damaged = bytearray(model.to_bytes())
    damaged[-1] ^= 1
    with pytest.raises(ValueError, match="checksum"):
        linclass.Model.from_bytes(damaged)
    with pytest.raises(ValueError, match="too short"):
        linclass.Model.from_bytes(b"")


def test_from_parameters():
    theta = np.array([[1.0, 0.0], [0.0, 1.0]])
    model = linclass.Model.from_parameters(theta, [0.0, 0.5], [10, 20])
    assert model.predict([[1.0, 0.0], [0.0, 0.0]]).tolist() == [10, 20]
    assert model.report is None
    assert (model.n_features, model.n_classes, model.loss) == (2, 2, "softmax")
    assert linclass.Model.from_parameters(theta.astype(np.float32)).bias is None
    assert linclass.Model.from_parameters(np.asfortranarray(theta)).theta.tolist() == theta.tolist()
    for arguments, sentence in [
        ((theta, [0.0]), "bias has 1 elements, not 2"),
        ((theta, None, [2, 1]), "classes.1. is 1, not above"),
        ((theta * np.nan,), "theta"),
        ((theta[0],), "theta has 1 dimensions"),
        ((np.empty((2, 0)),), "k"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            linclass.Model.from_parameters(*arguments)


def test_parameters_are_the_models_memory_and_outlive_its_closing(case):
    X, _, model = case
    theta, bias, labels = model.theta, model.bias, model.labels
    assert np.shares_memory(theta, model.theta)
    expected = theta.copy()
    with pytest.raises(ValueError, match="read-only"):
        theta[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        theta.flags.writeable = True
    model.close()
    gc.collect()
    linclass.fit(X, np.arange(len(X)) % 2, max_iterations=1)
    np.testing.assert_array_equal(theta, expected)
    assert labels.tolist() == [3, 5, 9]
    assert bias.shape == (3,)


def test_a_closed_model_is_an_exception(case):
    X, y, model = case
    with model as same_model:
        assert same_model is model
    model.close()
    assert "closed" in repr(model)
    for use in (
        lambda: model.predict(X),
        lambda: model.scores(X),
        lambda: model.probabilities(X),
        lambda: model.top_k(X, 1),
        lambda: model.evaluate(X, y),
        lambda: model.theta,
        lambda: model.report,
        lambda: model.to_bytes(),
        lambda: model.save("nowhere"),
        lambda: model.metadata,
        lambda: model.with_metadata({"k": "v"}),
        lambda: pickle.dumps(model),
    ):
        with pytest.raises(ValueError, match="closed"):
            use()


@pytest.mark.parametrize(
    ("X", "exception", "sentence"),
    [
        (np.zeros((2, 4)), ValueError, "X has 4 columns, the model 5|4.*5"),
        (np.zeros(5), ValueError, "X has 1 dimensions"),
        (np.full((1, 5), np.nan), ValueError, r"X\[0, 0\]"),
        (np.zeros((1, 5), complex), TypeError, "complex"),
        (None, ValueError, "X has 0 dimensions"),
        ([["a"] * 5], TypeError, "real numbers"),
    ],
)
def test_input_that_cannot_be_predicted(case, X, exception, sentence):
    model = case[2]
    with pytest.raises(exception, match=sentence):
        model.predict(X)
    for count in (0, 4):
        with pytest.raises(ValueError, match="count"):
            model.top_k(np.zeros((1, 5)), count)


def test_no_rows_are_no_labels(case):
    model = case[2]
    assert model.predict(np.zeros((0, 5))).shape == (0,)
    assert model.scores(np.zeros((0, 5))).shape == (0, 3)


def test_rows_like_the_ones_before_are_read_where_they_lie():
    model = linclass.Model.from_parameters(np.array([[1.0, -1.0], [2.0, 3.0]]))
    rows = np.arange(8.0).reshape(4, 2)
    each = [rows[i : i + 1].copy() for i in range(4)]
    alike = [*each, rows.astype(np.float32), rows[:2].copy(), np.asfortranarray(rows), rows[::2], each[0]]
    for X in alike:
        expected = X @ np.array([[1.0, -1.0], [2.0, 3.0]])
        np.testing.assert_array_equal(model.scores(X), expected)
        np.testing.assert_array_equal(model.scores(X, scale=2.0), 2 * expected)
        np.testing.assert_array_equal(model.predict(X), expected.argmax(axis=1))
