"""Which worker of dask answers for which parts: each part once, no worker with much more than the others."""

import importlib

import numpy as np
import pytest

pytest.importorskip("dask", reason="scripts/test-engines installs it")
Placement = importlib.import_module("linclass._engines.dask_placement").Placement


def placed(threads, sizes, holders):
    """Worker and parts of each task, the bytes of each worker, and the moves."""
    placement = Placement(threads, sizes)
    for part, workers in enumerate(holders):
        placement.add(part, workers)
    moves = placement.balance()
    tasks = [(task.worker, task.parts) for task in placement.tasks()]
    return tasks, {worker: sum(sizes[part] for part in parts) for worker, parts in tasks}, dict(moves)


def test_parts_stay_where_they_are():
    tasks, _, moves = placed({"a": 1, "b": 1}, [5, 5, 5, 5], ["a", "b", "a", "b"])
    assert tasks == [("a", [0, 2]), ("b", [1, 3])]
    assert not moves


def test_parts_with_several_holders_go_to_the_one_with_fewer_bytes():
    tasks, _, moves = placed({"a": 1, "b": 1}, [9, 3, 3, 3], [["a"], ["a", "b"], ["a", "b"], ["a", "b"]])
    assert tasks == [("a", [0]), ("b", [1, 2, 3])]
    assert not moves


def test_a_worker_without_parts_gets_some():
    _, load, moves = placed({"a": 1, "b": 1, "c": 2}, [1] * 40, ["a"] * 40)
    assert load == {"a": 10, "b": 10, "c": 20}
    assert len(moves) == 30


def test_parts_that_are_nowhere_are_tasks_of_their_own():
    tasks, _, _ = placed({"a": 1}, [1, 1, 1], [["a"], [], ["gone"]])
    assert tasks == [("a", [0]), (None, [1]), (None, [2])]


def test_large_parts_are_not_in_memory_together():
    placement = Placement({"a": 8}, [1 << 29] * 5 + [1 << 31])
    for part in range(6):
        placement.add(part, ["a"])
    assert placement.tasks() == [("a", [0, 1], 2), ("a", [2, 3], 2), ("a", [4], 2), ("a", [5], 2)]


@pytest.mark.parametrize("seed", range(20))
def test_every_part_is_answered_once(seed):
    random = np.random.default_rng(seed)
    threads = {name: int(random.integers(1, 5)) for name in "abcde"[: random.integers(0, 6)]}
    sizes = random.integers(0, 9, random.integers(0, 60)).tolist()
    holders = [[name for name in "abcdef" if random.random() < 0.3] for _ in sizes]
    tasks, load, moves = placed(threads, sizes, holders)
    assert sorted(part for _, parts in tasks for part in parts) == list(range(len(sizes)))
    assert all(moved in dict(tasks)[worker] for moved, worker in moves.items())
    held = sum(load.get(name, 0) for name in threads)
    for name in threads:  # within one part of the mean
        mean = held / sum(threads.values()) * threads[name]
        assert load.get(name, 0) <= 1.03 * mean + 9 * max(threads.values())
