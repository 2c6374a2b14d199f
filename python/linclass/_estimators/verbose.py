"""Progress of a fit for people: a tqdm bar where tqdm is, else a line an iteration on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from linclass._functions.progress import Progress


def _silence(progress: Progress) -> None:
    pass


def _line(progress: Progress) -> None:
    print(
        f"iteration {progress.iteration}: objective {progress.objective:.6g}, error {progress.error:.4g}, "
        f"gradient norm {progress.gradient_norm:.3g}, {progress.seconds:.1f} s",
        file=sys.stderr,
    )


@contextmanager
def shown(verbose: bool, title: str) -> Iterator[Callable[[Progress], None]]:
    """What to call after every iteration; the bar is closed at the end."""
    if not verbose:
        yield _silence
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        yield _line
        return
    with tqdm(desc=title, unit=" iterations") as bar:

        def advance(progress: Progress) -> None:
            bar.set_postfix(
                objective=f"{progress.objective:.6g}", error=f"{progress.error:.4g}", refresh=False
            )
            bar.update(progress.iteration - bar.n)

        yield advance
