"""--standard-errors of train and verify: against a table of two by two, and what is refused."""

import json
import math
import unittest

from support import DATA, FLOAT64, UINT8, USAGE, ProgramTest, run, write_idx

COUNTS = {(0, 4): 31, (0, 9): 12, (1, 4): 7, (1, 9): 25}  # of samples by feature and label


class StandardErrors(ProgramTest):
    def setUp(self):
        """Samples of one feature, one for each cell of the table, which counts as often as it says."""
        cells = list(COUNTS)
        x = write_idx(self.folder / "x", FLOAT64, (4, 1), [feature for feature, _ in cells])
        y = write_idx(self.folder / "y", UINT8, (4,), [label for _, label in cells])
        weights = self.folder / "counts"
        weights.write_text("".join(f"{count}\n" for count in COUNTS.values()))
        self.table = ("--images", x, "--labels", y, "--sample-weights", weights)
        self.exact = ("--tolerance=1e-9", "--quiet", "--standard-errors")
        self.fitted = self.folder / "fitted"

    def check(self, report):
        self.assertEqual(report["reference_label"], 4)
        slope, intercept = report["coefficients"]
        self.assertEqual((slope["feature"], slope["label"], intercept["feature"]), (0, 9, None))
        odds = math.log(31 * 25 / (12 * 7))
        error = math.sqrt(sum(1 / count for count in COUNTS.values()))
        self.assertAlmostEqual(slope["coefficient"], odds, places=8)
        self.assertAlmostEqual(slope["standard_error"], error, places=8)
        self.assertAlmostEqual(slope["z"], odds / error, places=7)
        self.assertAlmostEqual(slope["p"], math.erfc(odds / error / math.sqrt(2)), places=10)
        self.assertAlmostEqual(intercept["coefficient"], math.log(12 / 31), places=8)
        self.assertAlmostEqual(intercept["standard_error"], math.sqrt(1 / 31 + 1 / 12), places=8)

    def test_a_table_of_two_by_two(self):
        for loss in ("softmax", "logistic"):
            with self.subTest(loss=loss):
                command = (*self.table, "--model", self.fitted, *self.exact, "--json", "--loss", loss)
                self.check(json.loads(self.succeed("train", *command)))
                verified = self.succeed("verify", self.fitted, *self.table, "--json", "--standard-errors")
                self.check(json.loads(verified))

    def test_text_has_a_line_a_coefficient(self):
        lines = self.succeed("train", *self.table, "--model", self.fitted, *self.exact).splitlines()
        self.assertEqual(lines[0].split(), ["feature", "label", "coefficient", "standard", "error", "z", "p"])
        self.assertEqual(lines[1].split()[:4], ["0", "9", "2.22205", "0.546304"])
        self.assertEqual(lines[2].split()[0], "intercept")
        verified = self.succeed("verify", self.fitted, *self.table, "--standard-errors").splitlines()
        self.assertEqual(verified[-3:], lines)

    def test_where_there_are_none_the_model_is_saved_all_the_same(self):
        y = write_idx(self.folder / "separated", UINT8, (4,), [4, 4, 9, 9])
        data = ("--images", self.folder / "x", "--labels", y)
        result = run("train", *data, "--model", self.fitted, *self.exact, "--json")
        self.assert_status(result, DATA)
        self.assertIn("separated", result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual((report["coefficients"], report["reference_label"]), (None, None))
        self.succeed("info", self.fitted)

    def test_what_makes_no_sense_is_refused_before_the_fit(self):
        command = ("train", *self.table, "--model", self.folder / "never", "--standard-errors")
        for options, words in (
            (["--l2=0.1"], "without penalty"),
            (["--l1=0.1"], "without penalty"),
            (["--label-smoothing=0.1"], "smoothing"),
            (["--loss=hinge"], "softmax and logistic, not hinge"),
            (["--history=-"], "standard output"),
        ):
            self.refuse(USAGE, words, *command, *options)
        self.assertFalse((self.folder / "never").exists())


if __name__ == "__main__":
    unittest.main()
