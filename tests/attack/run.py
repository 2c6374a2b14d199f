"""Run the campaigns of campaigns.py, one process at a time, and print one table of what came of them.

    run.py [--seconds S] [--seed N] [--only NAME[/BUILD]] [--case C] [--directory build/attack] [--list]

A campaign is a program that tries case after case and counts outcomes in a file this runner maps
(progress.py). The runner sees what the program cannot report itself: its death by a signal, a case that
takes too long, a report of a sanitizer. It then goes on after the case in question.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import time

import campaigns
import progress

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MOST_FINDINGS = 10  # of one campaign, after which it ends

SANITIZER_FOUND, SKIPPED = 98, 77
LEAK = "detected memory leaks"


def sanitizer_environment(build):
    """Exit statuses by which a sanitizer's report is known; errors end the program, leaks are looked for."""
    if build != "address":
        return {}
    return {
        "ASAN_OPTIONS": f"exitcode={SANITIZER_FOUND}:detect_stack_use_after_return=0:allocator_may_return_null=1"
        ":handle_abort=0:max_allocation_size_mb=16384",
        "UBSAN_OPTIONS": f"exitcode={SANITIZER_FOUND}:print_stacktrace=1:halt_on_error=1",
    }


def sanitizer_library():
    """The path of AddressSanitizer's library, for interpreters that load a library built with it."""
    answer = subprocess.run(
        ["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=False
    )
    path = answer.stdout.strip()
    return path if os.path.isabs(path) else ""


class Row:
    """A campaign in one build: where its files are, what has been counted."""

    def __init__(self, campaign, build, options):
        self.campaign, self.build, self.options = campaign, build, options
        self.name = f"{campaign.name}/{build}" if len(campaign.builds) > 1 else campaign.name
        self.folder = options.directory / build
        stem = self.name.replace("/", "-")
        self.log = options.directory / "log" / f"{stem}.txt"
        self.counts = progress.Progress.create(options.directory / "log" / f"{stem}.progress")
        self.found = options.directory / "found" / stem
        self.not_run = ""
        self.findings = []

    def command(self, first, seconds):
        if self.campaign.program.endswith(".py"):
            head = [sys.executable, "-B", str(ROOT / "tests" / "attack" / self.campaign.program)]
        else:
            head = [str(self.folder / "tests" / "attack" / self.campaign.program)]
        tail = [f"--seconds={seconds}", f"--seed={self.options.seed}", f"--first={first}"]
        if self.options.case is not None:
            tail.append("--cases=1")
        return [*head, *tail, f"--progress={self.counts.path}", f"--found={self.found}"]

    def environment(self):
        changes = {
            "LINCLASS_PROGRAM": str(self.folder / "tools" / "linclass"),
            "LINCLASS_LIBRARY": str(self.folder / "lib" / "liblinclass.so.0"),
            "ATTACK_BUILD": self.build,
            "ATTACK_TOOLS": str(self.folder / "tests" / "attack"),
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": str(ROOT / "python"),
            "PYTHONMALLOC": "malloc" if self.build == "address" else "default",
            **sanitizer_environment(self.build),
        }
        if self.build == "address" and self.campaign.program.endswith(".py"):
            changes["ATTACK_PRELOADED"] = changes["LD_PRELOAD"] = sanitizer_library()
            changes["ASAN_OPTIONS"] += ":detect_leaks=0"  # an interpreter's own would be reported
        return os.environ | changes

    def finding(self, kind, case, text):
        self.findings.append((kind, case, text))


def last_words(log):
    """The last lines of a log that say something."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    reports = [line for line in lines if "ERROR: " in line or "runtime error" in line]
    return (reports or lines or ["no output"])[-1][:200]


def patience(row):
    """Seconds a case may take."""
    return row.campaign.patience * (3 if row.build == "address" else 1)


def wait(row, process):
    """Wait for a campaign's process; kill it when a case takes too long. Whether that was so."""
    case, since = -1, time.monotonic()
    while process.poll() is None:
        time.sleep(0.05)
        now = time.monotonic()
        if row.counts["beat"] != case:
            case, since = row.counts["beat"], now
        if now - since > patience(row):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
    return False


def verdict(row, process, hung):
    """Count how a process ended; whether its campaign is to go on with the next case."""
    case, code = row.counts["case"], process.returncode
    if hung:
        row.counts.add("tried")
        row.counts.add("hang")
        row.finding("hang", case, f"no end within {patience(row):g} s")
    elif code < 0:
        row.counts.add("tried")
        row.counts.add("crash")
        row.finding("crash", case, f"ended by {signal.Signals(-code).name}")
    elif code == SANITIZER_FOUND:
        leaked = LEAK in row.log.read_text(errors="replace")
        kind = "leak" if leaked else "crash"
        row.counts.add("tried")
        row.counts.add(kind)
        row.finding(kind, case, last_words(row.log))
        return not leaked and row.options.case is None and len(row.findings) < MOST_FINDINGS
    elif code == SKIPPED:
        row.not_run = last_words(row.log)
        return False
    elif code != 0:
        row.not_run = f"broken, status {code}: {last_words(row.log)}"
        row.finding("broken", case, f"see {row.log}")
        return False
    else:
        return False
    return row.options.case is None and len(row.findings) < MOST_FINDINGS


def run(row, seconds):
    """Run a campaign for about so many seconds."""
    row.found.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + seconds
    first, goes_on = row.options.case or 0, True
    with row.log.open("w") as log:
        while goes_on and (first == (row.options.case or 0) or time.monotonic() < end):
            left = max(1, round(end - time.monotonic()))
            process = subprocess.Popen(
                row.command(first, left), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env=row.environment(), cwd=row.options.directory, start_new_session=True,
            )  # fmt: skip
            try:
                hung = wait(row, process)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
            goes_on = verdict(row, process, hung)
            first = row.counts["case"] + 1
    for line in row.log.read_text(errors="replace").splitlines():
        if line.startswith("FOUND "):
            _, kind, case, text = line.split(" ", 3)
            row.finding(kind, int(case), text)


COLUMNS = (
    ("tried", "tried"), ("refused", "refused with a message"), ("accepted", "accepted and right"), ("crash", "crash"),
    ("hang", "hang"), ("leak", "leak"), ("wrong", "silently wrong"),
)  # fmt: skip


def print_table(rows):
    lines = [["campaign", *(title for _, title in COLUMNS), "not run (why)"]]
    for row in rows:
        counts = [
            str(row.counts[key]) if not row.not_run or row.counts["tried"] else "-" for key, _ in COLUMNS
        ]
        lines.append([row.name, *counts, row.not_run])
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS) + 1)]
    for number, line in enumerate(lines):
        cells = [
            line[0].ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(line[1:-1], widths[1:], strict=False)),
        ]
        print(" | ".join([*cells, line[-1]]).rstrip())
        if number == 0:
            print("-|-".join("-" * width for width in [*widths, 13]))


def print_findings(rows, seed):
    for row in rows:
        for kind, case, text in row.findings[:MOST_FINDINGS]:
            print(f"{kind}: {row.name}, case {case}: {text}")
            print(f"    scripts/attack --only {row.name} --seed {seed} --case {case}")


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/attack")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="NAME[/BUILD]")
    parser.add_argument("--case", type=int)
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "build" / "attack")
    parser.add_argument("--list", action="store_true", help="the campaigns")
    return parser.parse_args()


def chosen(options):
    """The rows asked for."""
    name, _, build = options.only.partition("/")
    rows = [
        (campaign, each)
        for campaign in campaigns.CAMPAIGNS
        for each in campaign.builds
        if name in ("", campaign.name) and build in ("", each)
    ]
    if not rows:
        sys.exit(f"no campaign is named {options.only!r}; --list lists them")
    return rows


def main():
    options = arguments()
    rows = chosen(options)
    if options.list:
        for campaign in {campaign.name: campaign for campaign, _ in rows}.values():
            print(f"{campaign.name:18} {'+'.join(campaign.builds):16} {campaign.about}")
        return
    options.directory = options.directory.resolve()
    for folder in ("log", "found"):
        (options.directory / folder).mkdir(parents=True, exist_ok=True)
    rows = [Row(*row, options) for row in rows]
    shares = sum(row.campaign.share for row in rows)
    for row in rows:
        seconds = options.seconds * row.campaign.share / shares
        print(f"{row.name}, about {seconds:.0f} s", file=sys.stderr, flush=True)
        row.not_run = row.campaign.missing(row.folder)
        if not row.not_run:
            run(row, seconds)
    print_table(rows)
    print_findings(rows, options.seed)
    sys.exit(1 if any(row.findings for row in rows) else 0)


if __name__ == "__main__":
    main()
