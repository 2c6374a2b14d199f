"""A campaign written in Python: its cases, what it counts, and the program run with a limit of time.

    attack = Attack()
    for case, random in attack.cases():
        ... one or more of attack.refused(), accepted(), wrong(text), crash(text), hang(text), leak(text)

A case is a function of the seed and its number alone, so that it can be tried again by itself.
"""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import progress

SANITIZER_FOUND, SKIPPED = 98, 77


def skip(reason):
    """End the campaign: it cannot be run here."""
    print(reason, file=sys.stderr)
    sys.exit(SKIPPED)


class Ended:
    """How a run of a program ended: its status, or the signal, and what it printed."""

    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr

    @property
    def words(self):
        """Its last line on standard error."""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1][:200] if lines else "no message"


class Attack:
    """The campaign under way."""

    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--seconds", type=float, default=5)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--first", type=int, default=0)
        parser.add_argument("--cases", type=int)
        parser.add_argument("--progress", type=pathlib.Path)
        parser.add_argument("--found", type=pathlib.Path, default=pathlib.Path("found"))
        self.options = parser.parse_args()
        self._folder = tempfile.TemporaryDirectory(prefix="linclass-attack-")
        self.folder = pathlib.Path(self._folder.name)
        path = self.options.progress
        self.counts = progress.Progress(path) if path else progress.Progress.create(self.folder / "progress")
        self.build = os.environ.get("ATTACK_BUILD", "release")
        self.program = os.environ.get("LINCLASS_PROGRAM", "linclass")

    def cases(self, count=None):
        """(number, generator of random numbers) of each case until the time is up, or `count` of them."""
        end = time.monotonic() + self.options.seconds
        case = self.options.first
        last = sys.maxsize if count is None else count
        if self.options.cases is not None:
            last = min(last, case + self.options.cases)
        while case < last and (time.monotonic() < end or case == self.options.first):
            self.counts["case"] = case
            self.beat()
            yield case, random.Random(self.options.seed << 40 ^ case)
            case += 1

    def beat(self):
        """Say that the campaign gets on, within a case of many parts."""
        self.counts.add("beat")

    def _count(self, name):
        self.counts.add("tried")
        self.counts.add(name)
        self.beat()

    def refused(self):
        self._count("refused")

    def accepted(self):
        self._count("accepted")

    def _found(self, kind, text, content):
        self._count(kind)
        case = self.counts["case"]
        if content is not None:
            self.options.found.mkdir(parents=True, exist_ok=True)
            (self.options.found / f"case-{case}").write_bytes(content)
        print(f"FOUND {kind} {case} {' '.join(str(text).split())[:300]}", flush=True)

    def wrong(self, text, content=None):
        self._found("wrong", text, content)

    def crash(self, text, content=None):
        self._found("crash", text, content)

    def hang(self, text, content=None):
        self._found("hang", text, content)

    def leak(self, text, content=None):
        self._found("leak", text, content)

    def check(self, truth, text, content=None):
        """accepted() or wrong()."""
        if truth:
            self.accepted()
        else:
            self.wrong(text, content)

    def environment(self, **changes):
        """That of programs this one runs: without the preloaded sanitizer, with its search for leaks."""
        kept = {k: v for k, v in os.environ.items() if k not in {"LD_PRELOAD", "ATTACK_PRELOADED"}}
        kept["ASAN_OPTIONS"] = kept.get("ASAN_OPTIONS", "").replace(":detect_leaks=0", "")
        return kept | {"NO_COLOR": "1"} | changes

    def run(self, command, timeout=20, **options):
        """Run a program to its end: Ended; None when it crashed, hung or leaked, which is counted."""
        text = " ".join(map(str, command))
        settings = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        settings |= {"env": self.environment(), "start_new_session": True} | options
        process = subprocess.Popen(list(map(str, command)), **settings)
        try:
            stdout, stderr = process.communicate(timeout=timeout * (3 if self.build == "address" else 1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            self.hang(text)
            return None
        ended = Ended(process.returncode, stdout or b"", (stderr or b"").decode(errors="replace"))
        return self.sound(ended, text)

    def sound(self, ended, text):
        """The run, unless a sanitizer or a signal that nobody sent ended it."""
        if ended.status == SANITIZER_FOUND:
            report = [
                line for line in ended.stderr.splitlines() if "ERROR: " in line or "runtime error" in line
            ]
            kind = self.leak if "detected memory leaks" in ended.stderr else self.crash
            kind(f"{text}: {(report or [ended.words])[0]}")
            return None
        if -ended.status in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
            self.crash(f"{text}: {signal.Signals(-ended.status).name}; {ended.words}")
            return None
        return ended

    def linclass(self, *arguments, **options):
        """Run the program under attack."""
        return self.run([self.program, *arguments], **options)

    def judge(self, ended, refusals, right=True, text=""):
        """Count a run: status 0 and `right`, or one of the documented refusals with a message, or wrong."""
        if ended is None:
            return
        if ended.status == 0:
            self.check(right, f"status 0, but {text or 'the result is wrong'}")
        elif ended.status in refusals and ended.stderr.strip():
            self.refused()
        else:
            self.wrong(f"status {ended.status}, {ended.words}; {text}")
