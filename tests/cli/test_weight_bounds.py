"""linclass train --weight-min and --weight-max: fits within bounds, and what does not go with them."""

import json
import unittest

from support import OK, USAGE, ProgramTest, run

EXACT = ("--dtype=float64", "--l2=0.01")


class WeightBounds(ProgramTest):
    def setUp(self):
        self.other = self.folder / "other-model"

    def info(self):
        return json.loads(self.succeed("info", "--json", self.other))

    def test_the_objective_is_the_greater_the_closer_the_bounds(self):
        free = self.train_json(*EXACT)
        objectives = [free["objective"]]
        for bounds in (("--weight-min=0",), ("--weight-min=0", "--weight-max=0.2"), ("--weight-min=0", "--weight-max=0.1")):
            report = self.train_json(*EXACT, *bounds)
            self.assertEqual((report["stopped_because"], report["solver"]), ("converged", "projected-newton"))
            objectives.append(report["objective"])
        self.assertEqual(objectives, sorted(objectives))
        self.assertLess(objectives[0], objectives[1])

    def test_info_shows_the_bounds(self):
        for bounds, least, most, line in (
            (("--weight-min=0",), 0, None, "bounds          0 <= weights <= inf"),
            (("--weight-max=0.25",), None, 0.25, "bounds          -inf <= weights <= 0.25"),
            (("--weight-min=-0.5", "--weight-max=0"), -0.5, 0, "bounds          -0.5 <= weights <= 0"),
        ):
            self.train_json(*EXACT, *bounds)
            info = self.info()
            self.assertEqual((info["weight_min"], info["weight_max"]), (least, most))
            self.assertIn(line, self.succeed("info", self.other).splitlines())
        self.train_json(*EXACT)
        info = self.info()
        self.assertEqual((info["weight_min"], info["weight_max"]), (None, None))
        self.assertNotIn("bounds", self.succeed("info", self.other))

    def test_verify_knows_them(self):
        for options in (("--weight-min=-0.1", "--weight-max=0.2"), ("--standardize", "--weight-min=0")):
            self.train_json(*EXACT, *options)
            self.succeed("verify", self.other, *self.data)

    def test_paths_are_within(self):
        self.train_json("--dtype=float64", "--path=3", "--cv=3", "--weight-min=0")
        self.assertEqual(self.info()["training"]["solver"], "projected-newton")

    def test_what_does_not_go_together(self):
        command = ("train", *self.data, "--model", self.folder / "never")
        for words, options in (
            ("--weight-min: '0.1' is not a finite number <= 0", ("--weight-min=0.1",)),
            ("--weight-max: '-1' is not a finite number >= 0", ("--weight-max=-1",)),
            ("--weight-min: '-inf' is not", ("--weight-min=-inf",)),
            ("can only be 0", ("--standardize", "--weight-max=1")),
            ("of a fit without --weight-min", ("--standard-errors", "--weight-min=0")),
        ):
            self.refuse(USAGE, words, *command, *options)
        for options in (("--loss=hinge",), ("--solver=sgd",), ("--l1=0.1", "--weight-max=1")):
            result = run(*command, "--weight-min=-1", *options)
            self.assertNotEqual(result.returncode, OK)
            self.assertIn("within bounds on the weights", result.stderr)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
