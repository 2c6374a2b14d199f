"""scripts/demo-pictures: what it draws of what linclass train wrote."""

import os
import pathlib
import subprocess
import sys
import unittest

from support import ProgramTest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "data" / "digits"


def interpreter():
    """One that can draw; None where there is none."""
    for python in ("/usr/bin/python3", sys.executable):
        command = [python, "-c", "import numpy, matplotlib"]
        if os.access(python, os.X_OK) and subprocess.run(command, capture_output=True).returncode == 0:
            return python
    return None


@unittest.skipIf(os.environ["LINCLASS_SANITIZERS"] != "none", "a sanitizer's library is not loaded by another program")
class Demo(ProgramTest):
    def test_pictures_of_a_fit_with_validation_rows(self):
        """Its history has cells that are empty, where a step has proven no bound yet."""
        python = interpreter()
        if python is None:
            self.skipTest("no interpreter has NumPy and matplotlib")
        model, history = self.folder / "digits.safetensors", self.folder / "digits.csv"
        test = [DIGITS / f"test-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1")]
        train = [f"--{kind}={DIGITS / name}" for kind, name in (
            ("images", "train-images-idx3-ubyte.gz"), ("labels", "train-labels-idx1-ubyte.gz"),
        )]  # fmt: skip
        checked = [f"--validation-images={test[0]}", f"--validation-labels={test[1]}"]
        self.succeed("train", *train, *checked, "--scale=0.0625", "--model", model, "--history", history)
        self.assertIn(",,", history.read_text())
        places = {"PYTHONPATH": str(ROOT / "python"), "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"}
        drawn = subprocess.run(
            [python, ROOT / "scripts" / "demo-pictures", model, history, *test],
            env=os.environ | places, capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        names = {path.name for path in self.folder.glob("*.png")}
        self.assertEqual(names, {f"digits-{name}.png" for name in ("loss", "weights", "confusion")})


if __name__ == "__main__":
    unittest.main()
