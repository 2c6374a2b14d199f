"""The Python package: callbacks that call back, from threads too; processes that are forked and spawned;
pickles that are cut, changed or of another version. What comes out is held against NumPy, or against the
bytes of the same call without an attack; what cannot be is an exception of the package or of pickle."""

import multiprocessing
import pickle
import threading

import attack

try:
    import numpy as np

    import linclass
except ImportError as error:
    attack.skip(f"the package cannot be imported: {error}")

OPTIONS = {"solver": "lbfgs", "l2": 1e-2, "max_iterations": 4}
random_numbers = np.random.default_rng(5)
X = random_numbers.integers(0, 16, (90, 6)).astype(np.float32)
y = np.arange(90) % 3


def predicted(model):
    """The labels by the formula, in float64."""
    scores = X.astype(np.float64) @ np.asarray(model.theta, np.float64) + np.asarray(model.bias, np.float64)
    return np.asarray(model.labels)[scores.argmax(axis=1)]


def fit(**more):
    return linclass.fit(X, y, **OPTIONS, **more)


MODEL = fit()
THETA = MODEL.theta.tobytes()
LABELS = predicted(MODEL)


def right(model):
    return model.theta.tobytes() == THETA and np.array_equal(model.predict(X), LABELS)


def call_back(campaign, random):
    """A callback that predicts, fits and, at the end, may raise."""
    raises = random.random() < 0.3
    seen = []

    def callback(progress):
        seen.append(np.array_equal(MODEL.predict(X), LABELS) and right(fit()))
        if raises:
            raise KeyError("from the callback")

    try:
        outcome = right(fit(on_iteration=callback))
    except KeyError:
        outcome = raises
    campaign.check(outcome and seen and all(seen), "a callback that calls back")


def in_threads(campaign, random):
    """Fits and predictions in many threads at once, with callbacks."""
    results = []

    def work():
        for _ in range(5):
            results.append(right(fit(on_iteration=lambda progress: None)) and right(MODEL))

    threads = [threading.Thread(target=work) for _ in range(random.randint(2, 16))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    campaign.check(len(results) == 5 * len(threads) and all(results), f"{len(threads)} threads")


def in_process(content, queue):
    """In another process: the model that was sent, and a fit."""
    queue.put(right(pickle.loads(content)) and right(fit()))


def in_processes(campaign, random):
    method = random.choice(("fork", "fork", "spawn"))
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=in_process, args=(pickle.dumps(MODEL), queue))
    process.start()
    process.join(60)
    if process.is_alive():
        process.kill()
        campaign.hang(f"a process by {method}")
    elif process.exitcode != 0:
        campaign.crash(f"a process by {method}: status {process.exitcode}")
    else:
        campaign.check(queue.get(timeout=10), f"a process by {method}")


def change_pickle(content, random):
    """Cut it, or change bytes within the model file that it carries, or the versions that it names."""
    kind = random.randrange(3)
    if kind == 0:
        return content[: random.randrange(len(content))]
    begin = content.find(b"__metadata__")
    at = random.randrange(begin, len(content) - 2)
    if kind == 1:
        return content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]
    old, new = random.choice(((b'"schema":"1"', b'"schema":"2"'), (b"F32", b"F16"), (b"softmax", b"softmin")))
    return content.replace(old, new)


def pickled(campaign, random):
    content = pickle.dumps(MODEL)
    if b"__metadata__" not in content:
        campaign.wrong("a pickle of a model carries no model file")
        return
    changed = change_pickle(content, random)
    try:
        model = pickle.loads(changed)
    except Exception as error:
        if str(error) or isinstance(error, EOFError):
            campaign.refused()
        else:
            campaign.wrong(f"{type(error).__name__} without a message", changed)
        return
    whole = isinstance(model, linclass.Model) and right(model)
    campaign.check(whole, "a changed pickle gives another model", changed)


def main():
    campaign = attack.Attack()
    attacks = (call_back, in_threads, pickled, pickled, pickled, in_processes)
    for case, random in campaign.cases():
        attacks[case % len(attacks)](campaign, random)


if __name__ == "__main__":
    main()
