"""Fashion-MNIST, as Debian's dataset-fashion-mnist installs it: the defaults learn it."""

import json
import pathlib
import sys
import unittest

from support import ProgramTest, run

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")


def data(part):
    return (
        "--images", FOLDER / f"{part}-images-idx3-ubyte.gz",
        "--labels", FOLDER / f"{part}-labels-idx1-ubyte.gz",
    )  # fmt: skip


class FashionMnist(ProgramTest):
    def test_the_defaults_reach_a_test_error_below_17_percent(self):
        model = self.folder / "fashion"
        self.succeed("train", *data("train"), "--model", model, "--quiet")
        report = json.loads(self.succeed("evaluate", *data("t10k"), "--model", model, "--json"))
        self.assertEqual((report["samples"], report["classes"]), (10000, 10))
        self.assertLess(report["error"], 0.17)

    def test_the_tables_are_readable(self):
        model = self.folder / "fashion"
        self.succeed("train", *data("t10k"), "--model", model, "--epochs=1", "--quiet")
        lines = self.succeed("evaluate", *data("t10k"), "--model", model).splitlines()
        self.assertLess(max(map(len, lines)), 80)


if __name__ == "__main__":
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: install the package dataset-fashion-mnist")
        sys.exit(77)
    unittest.main()
