"""Which worker of dask answers for which parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

_TOLERATED = 1.03  # bytes of a thread, of the mean: what moves parts is more
_TASK_BYTES = 1 << 30  # of the parts of a task, which are in memory together


class Task(NamedTuple):
    """Parts to be answered together. ``worker``: where, None: anywhere; ``threads``: by how many."""

    worker: str | None
    parts: list[int]
    threads: int


class Placement:
    """Parts shared out among workers.

    Parameters
    ----------
    threads : mapping
        Of each worker.
    sizes : sequence of int
        Of each part, in bytes.
    """

    def __init__(self, threads: Mapping[str, int], sizes: Sequence[int]) -> None:
        self._threads = threads
        self._sizes = sizes
        self._parts: dict[str, list[int]] = {worker: [] for worker in threads}
        self._load = dict.fromkeys(threads, 0)
        self._nowhere: list[int] = []  # parts that dask is computing again

    def add(self, part: int, holders: Collection[str]) -> None:
        """Give a part to the holder with the fewest bytes."""
        here = [worker for worker in holders if worker in self._threads]
        if here:
            self._give(part, min(here, key=self._bytes_of_a_thread))
        else:
            self._nowhere.append(part)

    def _give(self, part: int, worker: str) -> None:
        self._parts[worker].append(part)
        self._load[worker] += self._sizes[part]

    def _bytes_of_a_thread(self, worker: str) -> float:
        return self._load[worker] / self._threads[worker]

    def balance(self) -> list[tuple[int, str]]:
        """Move parts to workers with fewer bytes until no thread has many more than the mean; where to."""
        moves: dict[int, str] = {}
        mean = sum(self._load.values()) / max(1, sum(self._threads.values()))
        while self._threads:
            most = max(self._threads, key=self._bytes_of_a_thread)
            least = min(self._threads, key=self._bytes_of_a_thread)
            if self._bytes_of_a_thread(most) <= _TOLERATED * mean:
                break
            part = self._parts[most][-1]
            after = (self._load[least] + self._sizes[part]) / self._threads[least]
            if after >= self._bytes_of_a_thread(most):
                break
            self._parts[most].pop()
            self._load[most] -= self._sizes[part]
            self._give(part, least)
            moves[part] = least
        return list(moves.items())

    def tasks(self) -> list[Task]:
        """A task for each worker, some where its parts are large; one for each part that is nowhere."""
        placed = [
            Task(worker, parts, max(1, self._threads[worker] // len(runs)))
            for worker in self._threads
            for runs in [list(self._runs(sorted(self._parts[worker])))]
            for parts in runs
        ]
        return placed + [Task(None, [part], 1) for part in self._nowhere]

    def _runs(self, parts: list[int]) -> Iterator[list[int]]:
        """Cut parts into runs of so many bytes at most, or of one part."""
        run: list[int] = []
        size = 0
        for part in parts:
            if run and size + self._sizes[part] > _TASK_BYTES:
                yield run
                run, size = [], 0
            run.append(part)
            size += self._sizes[part]
        if run:
            yield run
