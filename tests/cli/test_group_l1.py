"""linclass train --group-l1: a feature has weights for all classes or for none, and what does not go with it."""

import json
import unittest

from support import OK, ProgramTest, run

EXACT = ("--dtype=float64", "--l1=0.02")


class GroupL1(ProgramTest):
    def setUp(self):
        self.other = self.folder / "other-model"

    def info(self):
        return json.loads(self.succeed("info", "--json", self.other))

    def test_info_shows_the_penalty_of_rows(self):
        report = self.train_json(*EXACT, "--group-l1")
        self.assertEqual((report["stopped_because"], report["solver"]), ("converged", "orthant-wise"))
        self.assertIs(self.info()["group_l1"], True)
        self.assertIn("l1              0.02 (of the rows of theta)", self.succeed("info", self.other).splitlines())
        single = self.train_json(*EXACT)
        self.assertIs(self.info()["group_l1"], False)
        self.assertIn("l1              0.02", self.succeed("info", self.other).splitlines())
        self.assertLess(report["objective"], single["objective"])

    def test_verify_knows_it(self):
        for options in ((), ("--l2=0.01",), ("--standardize",)):
            self.train_json(*EXACT, "--group-l1", *options)
            self.succeed("verify", self.other, *self.data)

    def test_paths_begin_without_weights(self):
        report = self.train_json("--dtype=float64", "--path=4", "--cv=2", "--l1-ratio=1", "--group-l1")
        self.assertEqual(report["selection"]["candidates"][0]["nonzero_weights"], 0)
        self.assertGreater(report["selection"]["candidates"][-1]["nonzero_weights"], 0)

    def test_what_does_not_go_together(self):
        command = ("train", *self.data, "--model", self.folder / "never", "--group-l1", "--l1=0.1")
        for options in (("--loss=hinge",), ("--solver=sgd",), ("--weight-min=0",)):
            result = run(*command, *options)
            self.assertNotEqual(result.returncode, OK)
            self.assertIn("with an l1 penalty of rows", result.stderr)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
