"""Fits over parts: chunks that are read again and again, and engines that carry bytes."""

import gc
import os
import signal
import weakref

import numpy as np
import pytest

import linclass

M, N, K = 900, 7, 3


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(4)
    y = random.integers(0, K, M)
    return random.normal(size=(M, N)) + y[:, None] * 0.7, 5 * y - 3


def cut(rows, count):
    return list(zip(*(np.array_split(array, count) for array in rows), strict=True))


class Engine:
    """Parts answered one by one, merged from the last to the first."""

    def __init__(self, chunks, **options):
        self.chunks = chunks
        self.options = options
        self.requests = 0

    def ask(self, request):
        self.requests += 1
        merged = None
        for number in reversed(range(len(self.chunks))):
            reply = linclass.part_answer(request, *self.chunks[number], number=number, **self.options)
            merged = reply if merged is None else linclass.reply_merge(merged, reply)
        return merged


def same(one, other):
    return np.array_equal(one.theta, other.theta) and np.array_equal(one.bias, other.bias)


def test_a_list_of_chunks_gives_the_model_of_all_rows(rows):
    whole = linclass.fit(*rows, l2=1e-2, gradient_tolerance=1e-10)
    model = linclass.fit_parts(cut(rows, 7), l2=1e-2, gradient_tolerance=1e-10)
    np.testing.assert_allclose(model.theta, whole.theta, atol=1e-8)  # the squares of both tolerances
    assert model.labels.tolist() == whole.labels.tolist() == [-3, 2, 7]
    assert model.report.samples == M


def test_chunks_of_a_generator_give_the_same_bits(rows):
    chunks = cut(rows, 9)
    model = linclass.fit_parts(chunks, l2=1e-2)
    assert same(linclass.fit_parts(lambda: iter(chunks), l2=1e-2, threads=1), model)
    assert same(linclass.fit_parts(Engine(chunks), l2=1e-2), model)


def test_one_chunk_is_in_memory_at_a_time(rows):
    alive = most = 0

    def gone():
        nonlocal alive
        alive -= 1

    def chunks():
        nonlocal alive, most
        for X, y in cut(rows, 6):
            gc.collect()
            array = X.copy()
            weakref.finalize(array, gone)
            alive += 1
            most = max(most, alive)
            yield array, y
            del array

    linclass.fit_parts(chunks, l2=1e-2)
    assert most == 1


def test_sweeps_are_reported(rows):
    sweeps = []
    model = linclass.fit_parts(cut(rows, 4), l2=1e-2, on_sweep=sweeps.append)
    assert [sweep.number for sweep in sweeps] == list(range(1, len(sweeps) + 1))
    assert {(sweep.parts, sweep.rows) for sweep in sweeps} == {(4, M)}
    assert len(sweeps) > model.report.evaluations


def test_weights_and_classes(rows):
    X, y = rows
    weights = np.linspace(0, 2, M)
    options = {"l2": 1e-2, "class_weight": "balanced", "ignore_label": 7, "gradient_tolerance": 1e-10}
    whole = linclass.fit(X, y, sample_weight=weights, **options)
    model = linclass.fit_parts(cut((X, y, weights), 5), **options)
    np.testing.assert_allclose(model.theta, whole.theta, atol=1e-8)
    assert model.report.with_sample_weight


def test_sorted_labels_leave_parts_without_classes(rows):
    order = np.argsort(rows[1], kind="stable")
    X, y = rows[0][order], rows[1][order]
    whole = linclass.fit(X, y, l2=1e-2, gradient_tolerance=1e-10)
    model = linclass.fit_parts(cut((X, y), 8), l2=1e-2, gradient_tolerance=1e-10)
    np.testing.assert_allclose(model.theta, whole.theta, atol=1e-8)


def test_sparse_chunks(rows):
    sparse = pytest.importorskip("scipy.sparse")
    X = np.where(np.abs(rows[0]) > 1, rows[0], 0)
    chunks = [(sparse.csr_matrix(part), y) for part, y in cut((X, rows[1]), 5)]
    whole = linclass.fit(X, rows[1], l2=1e-2, gradient_tolerance=1e-10)
    model = linclass.fit_parts(chunks, l2=1e-2, gradient_tolerance=1e-10)
    np.testing.assert_allclose(model.theta, whole.theta, atol=1e-8)


def test_mapped_files(rows, tmp_path):
    paths = []
    for number, chunk in enumerate(cut(rows, 3)):
        paths.append([tmp_path / f"{number}-{name}.npy" for name in "Xy"])
        for path, array in zip(paths[-1], chunk, strict=True):
            np.save(path, array)
    model = linclass.fit_parts(
        lambda: ([np.load(path, mmap_mode="r") for path in pair] for pair in paths), l2=1e-2
    )
    assert same(model, linclass.fit_parts(cut(rows, 3), l2=1e-2))


def test_row_groups_of_a_parquet_file(rows, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    names = [f"x{j}" for j in range(N)]
    table = pyarrow.table({**dict(zip(names, rows[0].T, strict=True)), "label": rows[1]})
    parquet.write_table(table, tmp_path / "rows.parquet", row_group_size=100)

    def groups():
        file = parquet.ParquetFile(tmp_path / "rows.parquet")
        for number in range(file.num_row_groups):
            group = file.read_row_group(number)
            X = np.column_stack([group[name].to_numpy() for name in names])
            yield X, group["label"].to_numpy()

    model = linclass.fit_parts(groups, l2=1e-2)
    chunks = [(rows[0][i : i + 100], rows[1][i : i + 100]) for i in range(0, M, 100)]
    assert same(model, linclass.fit_parts(chunks, l2=1e-2))


def test_validation_parts_stop_a_fit(rows):
    model = linclass.fit_parts(
        cut((rows[0][:60], rows[1][:60]), 3),
        validation=cut((rows[0][60:], rows[1][60:]), 4),
        patience=1,
        solver="gradient_descent",
    )
    whole = linclass.fit(
        rows[0][:60],
        rows[1][:60],
        validation=(rows[0][60:], rows[1][60:]),
        patience=1,
        solver="gradient_descent",
    )
    assert model.report.validation_loss == pytest.approx(whole.report.validation_loss, rel=1e-6)
    assert model.report.best_iteration == whole.report.best_iteration


def test_an_iterator_is_refused(rows):
    with pytest.raises(TypeError, match="read once only"):
        linclass.fit_parts(iter(cut(rows, 3)))


def test_what_a_generator_raises_is_raised(rows):
    def chunks():
        yield rows
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        linclass.fit_parts(chunks)


def test_what_an_engine_raises_is_raised():
    class Broken:
        def ask(self, request):
            raise RuntimeError("no worker is left")

    with pytest.raises(RuntimeError, match="no worker is left"):
        linclass.fit_parts(Broken())


def test_what_on_sweep_raises_is_raised(rows):
    def stop(sweep):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        linclass.fit_parts(cut(rows, 3), on_sweep=stop)


def test_a_part_with_nan_is_named(rows):
    X = rows[0].copy()
    X[450, 3] = np.nan
    for parts in (cut((X, rows[1]), 9), Engine(cut((X, rows[1]), 9))):
        with pytest.raises(linclass.NonFiniteError, match=r"training part 4: X\[50, 3\] is nan"):
            linclass.fit_parts(parts, l2=1e-2)


def test_a_part_that_failed_is_named(rows):
    class Engine:
        def ask(self, request):
            one = linclass.part_answer(request, *rows, number=0)
            return linclass.reply_merge(one, linclass.part_answer(request, number=1, error="no such file"))

    with pytest.raises(linclass.FileError, match="training part 1: no such file"):
        linclass.fit_parts(Engine())


@pytest.mark.parametrize("chunk", [(), (1,), "rows", (1, 2, 3, 4, 5, 6)])
def test_what_is_no_chunk_is_refused(chunk):
    with pytest.raises(ValueError, match="a chunk is not"):
        linclass.fit_parts([chunk])


def test_damaged_bytes_are_refused(rows):
    class Engine:
        def ask(self, request):
            with pytest.raises(linclass.FormatError, match="the request is damaged"):
                linclass.part_answer(request[:40] + b"\x55" + request[41:], *rows)
            reply = linclass.part_answer(request, *rows)
            with pytest.raises(linclass.FormatError, match="answered twice"):
                linclass.reply_merge(reply, reply)
            return reply[:-8]

    with pytest.raises(linclass.FormatError, match="the reply is truncated"):
        linclass.fit_parts(Engine())


def test_sgd_is_unsupported(rows):
    with pytest.raises(linclass.UnsupportedError, match="over parts"):
        linclass.fit_parts([rows], solver="sgd")


@pytest.mark.usefixtures("control_c")
def test_ctrl_c_ends_a_fit_between_chunks(rows):
    def chunks():
        for number, chunk in enumerate(cut(rows, 5)):
            if number == 2:
                os.kill(os.getpid(), signal.SIGINT)
            yield chunk

    with pytest.raises(KeyboardInterrupt):
        linclass.fit_parts(chunks)


def test_an_evaluation_is_that_of_all_rows(rows):
    model = linclass.fit(*rows, l2=1e-2)
    whole = model.evaluate(*rows, ignore_label=2)
    for parts in (cut(rows, 6), Engine(cut(rows, 6))):
        found = linclass.evaluate_parts(model, parts, ignore_label=2)
        assert found.confusion.tolist() == whole.confusion.tolist()
        assert found.loss == pytest.approx(whole.loss, rel=1e-12)
        assert found.macro_f1 == pytest.approx(whole.macro_f1, rel=1e-12)
    with pytest.raises(linclass.LabelError, match=r"evaluated part 1: y\[0\]"):
        linclass.evaluate_parts(model, [rows, (rows[0], rows[1] + 1)])


def test_a_certificate_is_that_of_all_rows(rows):
    whole = linclass.fit(*rows, l2=1e-2, scale=0.5)
    want = whole.verify(*rows)
    chunks = cut(rows, 6)
    found = [linclass.verify_parts(whole, parts) for parts in (chunks, lambda: iter(chunks))]
    assert found[0] == found[1]
    assert found[0].agrees
    for name in ("objective", "loss", "duality_gap", "gradient_norm", "objective_tolerance"):
        np.testing.assert_allclose(getattr(found[0], name), getattr(want, name), rtol=1e-9, atol=1e-12)
    assert linclass.fit_parts(chunks, l2=1e-2).verify(*rows).agrees
    with pytest.raises(ValueError, match=r"verified part 2: X\[0, 0\] is nan"):
        linclass.verify_parts(whole, [*chunks[:2], (np.full((1, N), np.nan), [2])])


def test_standard_errors_are_those_of_all_rows(rows):
    model = linclass.fit(*rows, l2=0.0, gradient_tolerance=1e-9)
    want = model.standard_errors(*rows)
    found = linclass.standard_errors_parts(model, Engine(cut(rows, 6)))
    np.testing.assert_allclose(found.covariance, want.covariance, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found.theta_error, want.theta_error, rtol=1e-9)
    np.testing.assert_allclose(found.theta, want.theta)
    with pytest.raises(ValueError, match="only of unpenalised fits"):
        linclass.standard_errors_parts(linclass.fit(*rows, l2=1.0), cut(rows, 2))


def test_soft_targets_and_base_scores(rows):
    X, y = rows
    random = np.random.default_rng(8)
    p, offset = random.dirichlet(np.ones(K), M), random.normal(size=(M, K))
    options = {"l2": 1e-2, "gradient_tolerance": 1e-10}
    whole = linclass.fit(X, None, target_probabilities=p, offset=offset, **options)
    chunks = [
        linclass.Chunk(X[i : i + 200], None, target_probabilities=p[i : i + 200], offset=offset[i : i + 200])
        for i in range(0, M, 200)
    ]
    for parts in (chunks, lambda: iter(chunks), Engine(chunks)):
        model = linclass.fit_parts(parts, **options)
        np.testing.assert_allclose(model.theta, whole.theta, atol=1e-8)
        assert linclass.verify_parts(model, parts).agrees
    assert model.verify(X, None, target_probabilities=p, offset=offset).agrees


def test_chunks_in_a_list_are_read_where_they_are(rows):
    chunks = [(X.copy(), y) for X, y in cut(rows, 40)]
    lists = [(X.tolist(), y.tolist()) for X, y in chunks]
    models = [linclass.fit_parts(chunks, l2=1e-2, threads=threads) for threads in (1, 2, 5)]
    models.append(linclass.fit_parts(lists, l2=1e-2))
    assert all(same(model, models[0]) for model in models)


def test_rows_that_change_between_sweeps_are_named(rows):
    sweeps = 0

    def chunks():
        nonlocal sweeps
        sweeps += 1
        for number, (X, y) in enumerate(cut(rows, 4)):
            changed = sweeps > 2 and number == 2
            yield X, np.where(np.arange(len(y)) == 5, y[0], y) if changed else y

    with pytest.raises(ValueError, match="training part 2: its labels or weights differ"):
        linclass.fit_parts(chunks, l2=1e-2)
    sweeps = 0

    def shrinking():
        nonlocal sweeps
        sweeps += 1
        for number, (X, y) in enumerate(cut(rows, 4)):
            last = -1 if sweeps > 2 and number == 1 else None
            yield X[:last], y[:last]

    with pytest.raises(ValueError, match="training part 1: it has 224 rows, and had 225"):
        linclass.fit_parts(shrinking, l2=1e-2)


@pytest.mark.parametrize(
    ("chunk", "message"),
    [
        (None, "chunk 1: a chunk is not"),
        (([[1.0]], [0, 1]), "chunk 1: y has 2 elements, not 1"),
        (([[1.0]], ["a"]), "chunk 1: "),
    ],
)
def test_errors_name_the_chunk_that_is_none(chunk, message):
    good = (np.ones((2, 1)), np.array([0, 1]))
    for parts in ([good, chunk, good], lambda: iter([good, chunk, good])):
        with pytest.raises((TypeError, ValueError), match=message):
            linclass.fit_parts(parts, l2=0.1)
