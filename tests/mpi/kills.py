"""Ranks of a fit killed at random moments: all others end, and the model is as it was before or complete.

kills.py ROUNDS [SEED]
"""

import contextlib
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

import support

OPTIONS = ("--l2", "1e-5", "--tolerance", "1e-9", "--solver", "newton-cg", "--parts", "12")
LONGEST_END = 60  # seconds until all ranks are gone


def processes_of(folder):
    """The ranks whose command names the folder."""
    found = []
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if command[0].endswith(b"linclass-mpi") and any(str(folder).encode() in word for word in command):
            found.append(int(place.name))
    return found


def strike(process, folder, how):
    if how == "rank":
        for rank in random.sample(sorted(processes_of(folder)), k=min(1, len(processes_of(folder)))):
            os.kill(rank, signal.SIGKILL)
    else:
        process.send_signal(how)


def round_of(folder, complete, longest):
    """One fit, struck. Returns what became of the model."""
    model = folder / "model.safetensors"
    model.write_text("an older model")
    how = random.choice(["rank", "rank", "rank", signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    with support.start(random.choice([2, 3, 4]), *support.training(folder, *OPTIONS)) as process:
        time.sleep(random.uniform(0, longest))
        with contextlib.suppress(ProcessLookupError, ValueError):  # it has ended
            strike(process, folder, how)
        process.communicate(timeout=LONGEST_END)
    until = time.monotonic() + LONGEST_END
    while processes_of(folder):
        if time.monotonic() > until:
            sys.exit(f"ranks are left after {how}: {processes_of(folder)}")
        time.sleep(0.05)
    left = model.read_bytes()
    if left == b"an older model":
        return "as before"
    if left != complete:
        sys.exit(f"after {how} the model is neither the old one nor the new one: {len(left)} bytes")
    return "complete"


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    random.seed(seed)
    counted = {"as before": 0, "complete": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        support.write_shards(folder, *support.rows(60000, n=60), (25000, 35000))
        began = time.monotonic()
        found = support.train(3, folder, *OPTIONS)
        longest = 1.2 * (time.monotonic() - began)
        assert found.returncode == support.OK, found.stderr
        complete = (folder / "model.safetensors").read_bytes()
        for _ in range(rounds):
            counted[round_of(folder, complete, longest)] += 1
        found = support.train(2, folder, *OPTIONS)
        assert found.returncode == support.OK
        assert (folder / "model.safetensors").read_bytes() == complete
        assert not list(folder.glob("*.tmp*")), "temporary files are left"
    print(
        f"{rounds} rounds (seed {seed}): the model was as before in {counted['as before']}, "
        f"complete in {counted['complete']}"
    )


if __name__ == "__main__":
    main()
