"""Memory, threads, fork: results or exceptions, never a crash, never a leak."""

import concurrent.futures
import multiprocessing
import resource
import threading

import numpy as np
import pytest

import linclass
from data import blobs

X, y = blobs(m=60, n=4)
OPTIONS = {"solver": "gradient_descent", "l2": 1e-2, "max_iterations": 3}
EXPECTED = linclass.fit(X, y, **OPTIONS).theta.tobytes()


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def test_ten_thousand_fits_and_predictions_leave_nothing():
    def cycles(count):
        for _ in range(count):
            model = linclass.fit(X, y, threads=1, on_iteration=lambda progress: None, **OPTIONS)
            model.predict(X, threads=1)
            linclass.Model.from_bytes(model.to_bytes()).close()

    cycles(1000)
    before = resident_bytes()
    cycles(10000)
    assert resident_bytes() - before < 2**20


def test_estimators_leave_nothing():
    pytest.importorskip("sklearn")
    labels = np.array(["ant", "bee", "cow"])[y]

    def cycles(count):
        for _ in range(count):
            estimator = linclass.SoftmaxRegression(solver="sgd", max_iter=2, threads=1)
            estimator.fit(X, labels, validation=(X, labels)).predict(X)

    cycles(500)
    before = resident_bytes()
    cycles(3000)
    assert resident_bytes() - before < 2**20


def test_failures_leave_nothing():
    wrong = X.copy()
    wrong[3, 1] = np.nan

    def cycles(count):
        for _ in range(count):
            with pytest.raises(ValueError, match="nan"):
                linclass.fit(wrong, y, threads=1)
            with pytest.raises(ValueError, match="short"):
                linclass.Model.from_bytes(b"no model")

    cycles(300)
    before = resident_bytes()
    cycles(2000)
    assert resident_bytes() - before < 2**20


def fitted(_):
    return linclass.fit(X, y, **OPTIONS).theta.tobytes()


def test_threads_give_the_same_bits():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fitted, range(200))) == {EXPECTED}


def test_one_model_serves_many_threads():
    model = linclass.fit(X, y, **OPTIONS)
    expected = model.scores(X).tobytes()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: model.scores(X).tobytes(), range(500))) == {expected}


USES = {
    "predict": lambda model: model.predict(X),
    "scores": lambda model: model.scores(X),
    "top_k": lambda model: model.top_k(X, 2),
    "evaluate": lambda model: model.evaluate(X, y),
    "verify": lambda model: model.verify(X, y),
    "arrays": lambda model: (model.theta.sum(), model.bias.sum(), model.labels.sum()),
    "figures": lambda model: (model.l1, model.l2, model.scale, model.loss, model.report, model.metadata),
    "bytes": lambda model: model.to_bytes(),
    "metadata": lambda model: model.with_metadata({"k": "v" * 10000}).metadata,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_model_closed_by_another_thread(use):
    """Calls under way finish; later ones raise."""
    failures = []

    def work(model, begun):
        try:
            while True:
                use(model)
                begun.set()
        except ValueError as error:
            failures.append(str(error))

    for _ in range(20):
        model, begun = linclass.fit(X, y, **OPTIONS), threading.Event()
        threads = [threading.Thread(target=work, args=(model, begun)) for _ in range(2)]
        for thread in threads:
            thread.start()
        begun.wait(30)
        model.close()
        for thread in threads:
            thread.join(30)
    assert failures == ["the model is closed"] * 40


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_fork():
    """The parent has computed with all its threads; its children use what they inherited."""
    many = np.tile(X, (200, 1))
    labels = np.tile(y, 200)
    expected = linclass.softmax_loss_gradient(many, labels, np.zeros((4, 3)))
    with multiprocessing.get_context("fork").Pool(4) as pool:
        found = pool.starmap(linclass.softmax_loss_gradient, [(many, labels, np.zeros((4, 3)))] * 8)
        assert set(pool.map(fitted, range(20))) == {EXPECTED}
    assert all(loss == expected.loss and (expected.theta == G).all() for loss, G, _ in found)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork_while_another_thread_computes():
    stop = threading.Event()

    def compute():
        while not stop.is_set():
            linclass.fit(X, y, **OPTIONS)

    thread = threading.Thread(target=compute)
    thread.start()
    try:
        for _ in range(5):
            with multiprocessing.get_context("fork").Pool(2) as pool:
                assert pool.map_async(fitted, range(4)).get(60) == [EXPECTED] * 4
    finally:
        stop.set()
        thread.join()


def test_models_travel_to_processes_that_were_spawned():
    model = linclass.fit(X, y, **OPTIONS)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert (pool.apply(model.predict, (X,)) == model.predict(X)).all()


def test_joblib_processes():
    joblib = pytest.importorskip("joblib")
    found = joblib.Parallel(n_jobs=2)(joblib.delayed(linclass.fit)(X, y, **OPTIONS) for _ in range(4))
    assert {model.theta.tobytes() for model in found} == {EXPECTED}


def test_a_path_with_a_zero_names_no_other_file(tmp_path):
    model = linclass.fit(X, y, **OPTIONS)
    other = tmp_path / "other"
    model.save(other)
    before = other.read_bytes()
    path = f"{other}\0.safetensors"
    with pytest.raises(ValueError, match="zero"):
        model.with_metadata({"changed": "yes"}).save(path)
    with pytest.raises(ValueError, match="zero"):
        linclass.Model.load(path)
    with pytest.raises(ValueError, match="zero"):
        linclass.read_idx(path)
    with pytest.raises(ValueError, match="zero"):
        linclass.read_idx(other, path)
    assert other.read_bytes() == before
