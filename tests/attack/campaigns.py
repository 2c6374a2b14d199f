"""The table of campaigns: a line for each."""

import dataclasses
import os
import pathlib

BOTH = ("release", "address")


@dataclasses.dataclass(frozen=True)
class Campaign:
    """A program of this folder, in C or Python, and how it is run."""

    name: str
    program: str
    about: str
    builds: tuple = ("release",)
    share: float = 1  # of the time, for each build
    patience: float = 30  # seconds a case may take in the release build; longer is a hang

    def missing(self, folder):
        """Why it cannot be run in this build directory; '' when it can."""
        if self.program.endswith(".py"):
            return ""
        path = pathlib.Path(folder) / "tests" / "attack" / self.program
        return "" if os.access(path, os.X_OK) else f"{path} was not built"


CAMPAIGNS = (
    Campaign("model-bytes", "model_bytes.py", "model files: truncated, flipped, mutated", BOTH, share=2),
    Campaign("model-paths", "model_paths.py", "paths that are no files; files that change while read"),
    Campaign("readers", "readers.py", "every reader of data against one written in Python", BOTH, share=2),
    Campaign("numbers-f32", "attack_numbers_f32", "level 1 against long double, float", BOTH),
    Campaign("numbers-f64", "attack_numbers_f64", "level 1 against long double, double", BOTH),
    Campaign("misuse-f32", "attack_misuse_f32", "level 1 with arguments that may not be, float", BOTH),
    Campaign("misuse-f64", "attack_misuse_f64", "level 1 with arguments that may not be, double", BOTH),
    Campaign("arrays", "attack_arrays", "metrics, splits and models of arrays, legal and not", BOTH),
    Campaign("views", "attack_views", "matrix views with members that may not be", BOTH),
    Campaign("sparse", "attack_sparse", "sparse views, legal and broken, against long double", BOTH),
    Campaign("options", "attack_options", "options full of chance; _init with every size", BOTH),
    Campaign("allocations", "attack_allocations", "the k-th allocation fails", BOTH),
    Campaign("threads", "attack_threads", "many threads; one context entered twice; callbacks", BOTH),
    Campaign("forks", "forks.py", "forks beside each build of OpenBLAS", patience=60),
    Campaign("system-calls", "system_calls.py", "the k-th system call of the program fails", share=3, patience=60),
    Campaign("signals", "signals.py", "the program killed while it saves, interrupted while it trains"),
    Campaign("program-files", "program_files.py", "full disks, closed pipes, one file in two roles, odd names",
             share=2),
    Campaign("memory-limits", "memory_limits.py", "the program under limits of address space", patience=90),
    Campaign("python", "python_package.py", "the package: callbacks, processes, pickles, threads", patience=120),
)  # fmt: skip
