"""Properties of level 1 over drawn matrices: what holds for every input, or else an exception."""

import hypothesis
import hypothesis.extra.numpy as drawn
import numpy as np
from hypothesis import strategies as st

import linclass

hypothesis.settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
hypothesis.settings.load_profile("suite")

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))
SCORES = drawn.arrays(
    st.sampled_from([np.float32, np.float64]), SHAPES, elements=st.floats(-1e4, 1e4, width=32)
)


@hypothesis.given(SCORES)
def test_rows_of_probabilities_sum_to_one(H):
    Z = linclass.softmax(H)
    assert (Z >= 0).all()
    np.testing.assert_allclose(Z.sum(axis=1, dtype=np.float64), 1, rtol=1e-6)


@hypothesis.given(SCORES, st.integers(-1000, 1000))
def test_a_shift_of_whole_scores_changes_nothing(H, shift):
    H = np.rint(H)  # whole numbers below 2**24: H + shift is exact
    np.testing.assert_array_equal(linclass.softmax(H + H.dtype.type(shift)), linclass.softmax(H))


@hypothesis.given(SCORES, st.randoms(use_true_random=False))
def test_rows_of_the_residual_sum_to_zero(H, random):
    y = [random.randrange(H.shape[1]) for _ in range(H.shape[0])]
    loss, R = linclass.softmax_residual(H, y)
    assert loss >= 0
    assert np.abs(R.sum(axis=1, dtype=np.float64)).max() < 1e-6


@hypothesis.given(SCORES)
def test_the_sigmoids_of_a_score_and_its_negative_sum_to_one(H):
    Z = linclass.sigmoid(H)
    assert ((Z >= 0) & (Z <= 1)).all()
    np.testing.assert_allclose(Z + linclass.sigmoid(-H), 1, rtol=1e-6)


@hypothesis.given(
    st.sampled_from(["perceptron", "hinge", "squared_hinge"]), SCORES, st.randoms(use_true_random=False)
)
def test_rows_of_a_margin_residual_sum_to_zero(name, H, random):
    y = [random.randrange(H.shape[1]) for _ in range(H.shape[0])]
    loss, R = getattr(linclass, f"{name}_residual")(H, y)
    assert loss >= 0
    scale = max(1, np.abs(R).max())
    assert np.abs(R.sum(axis=1, dtype=np.float64)).max() <= 1e-6 * scale


@hypothesis.given(
    drawn.arrays(
        st.sampled_from([np.float32, np.float64, np.int16, np.uint8, bool, np.float16]),
        drawn.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    drawn.arrays(
        st.sampled_from([np.int64, np.int32, np.uint64, np.float64]),
        drawn.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4),
    ),
)
def test_any_input_gives_a_loss_or_an_exception(H, y):
    try:
        loss = linclass.cross_entropy(H, y)
    except (ValueError, TypeError, FloatingPointError):
        return
    assert np.isfinite(loss)


@hypothesis.given(st.data())
def test_the_gradient_is_adjoint_to_the_scores(data):
    """<X theta, R> = <theta, X^T R>, to rounding."""
    m, n, k = (data.draw(st.integers(1, 6)) for _ in range(3))
    whole = st.integers(-8, 8).map(float)
    X, theta, R = (
        data.draw(drawn.arrays(np.float64, shape, elements=whole)) for shape in ((m, n), (n, k), (m, k))
    )
    assert (linclass.logits(X, theta) * R).sum() == (theta * linclass.gradient(X, R, 1).theta).sum()
