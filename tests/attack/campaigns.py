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
)
