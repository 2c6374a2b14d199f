"""linclass calibrate: the temperature, prediction sets, and what predict, evaluate and info make of them.

    test_calibrate.py DIGITS_FOLDER [unittest arguments]
"""

import json
import math
import pathlib
import sys
import unittest

from support import DATA, IO, USAGE, ProgramTest, rows_of, run

DIGITS = pathlib.Path(sys.argv.pop(1))
TRAINING = ("--images", DIGITS / "train-images-idx3-ubyte.gz", "--labels", DIGITS / "train-labels-idx1-ubyte.gz")
IMAGES = DIGITS / "test-images-idx3-ubyte.gz"
HELD_OUT = ("--images", IMAGES, "--labels", DIGITS / "test-labels-idx1-ubyte.gz")
KEYS = {
    "schema", "samples", "temperature", "loss", "uncalibrated_loss", "calibration_error",
    "uncalibrated_calibration_error", "sets", "sets_samples",
}  # fmt: skip


class Calibrate(ProgramTest):
    """A softmax model without penalty, far too sure of itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digits = cls.folder / "digits"
        cls.warm = cls.folder / "warm"
        run("train", *TRAINING, "--model", cls.digits, "--scale=0.0625", "--l2=0", "--quiet")
        calibrated = run("calibrate", "--model", cls.digits, *HELD_OUT, "--output", cls.warm, "--json")
        cls.report = json.loads(calibrated.stdout)

    def probabilities(self, model):
        rows = rows_of(self.succeed("predict", "--model", model, "--images", IMAGES, "--probabilities", "--names"))
        return [[float(row[str(j)]) for j in range(10)] for row in rows]

    def test_json_has_the_documented_keys(self):
        self.assertEqual(set(self.report), KEYS)
        self.assertEqual((self.report["samples"], self.report["sets"], self.report["sets_samples"]), (360, None, 0))

    def test_real_probabilities_become_better(self):
        self.assertGreater(self.report["temperature"], 2)
        self.assertLess(self.report["loss"], self.report["uncalibrated_loss"] / 2)
        self.assertLess(self.report["calibration_error"], self.report["uncalibrated_calibration_error"] / 2)

    def test_evaluate_has_the_calibrated_loss_and_the_same_error(self):
        cold = json.loads(self.succeed("evaluate", "--model", self.digits, *HELD_OUT, "--json"))
        warm = json.loads(self.succeed("evaluate", "--model", self.warm, *HELD_OUT, "--json"))
        self.assertAlmostEqual(cold["loss"], self.report["uncalibrated_loss"], places=4)
        self.assertAlmostEqual(warm["loss"], self.report["loss"], places=6)
        self.assertEqual(cold["error"], warm["error"])

    def test_probabilities_are_of_the_scores_divided_by_the_temperature(self):
        command = ("predict", "--model", self.warm, "--images", IMAGES, "--scores", "--names")
        for row, found in zip(rows_of(self.succeed(*command)), self.probabilities(self.warm)):
            h = [float(row[str(j)]) / self.report["temperature"] for j in range(10)]
            powers = [math.exp(x - max(h)) for x in h]
            for power, p in zip(powers, found):
                self.assertAlmostEqual(power / sum(powers), p, places=5)

    def test_info_shows_the_calibration(self):
        sets = self.folder / "shown"
        self.succeed("calibrate", "--model", self.warm, *HELD_OUT, "--output", sets, "--sets=lac")
        text = self.succeed("info", sets)
        self.assertIn("temperature     ", text)
        self.assertIn("prediction sets lac (by 360 samples)", text)
        report = json.loads(self.succeed("info", "--json", sets))
        self.assertEqual(report["temperature"], self.report["temperature"])
        self.assertEqual((report["sets"], report["sets_samples"]), ("lac", 360))
        self.assertEqual(json.loads(self.succeed("info", "--json", self.digits))["temperature"], 1)

    def test_sets_have_the_classes_that_the_probabilities_give(self):
        sets = self.folder / "sets"
        text = self.succeed("calibrate", "--model", self.warm, *HELD_OUT, "--output", sets, "--sets=lac")
        threshold = float(text.split("coverage 0.9")[1].split()[1])
        lines = self.succeed("predict", "--model", sets, "--images", IMAGES, "--sets=0.9").split("\n")[:-1]
        sizes = set()
        for line, found in zip(lines, self.probabilities(self.warm), strict=True):
            expected = [str(j) for j in range(10) if 1 - found[j] <= threshold * (1 + 1e-8)]
            self.assertEqual([] if line == "" else line.split(","), expected)
            sizes.add(len(expected))
        self.assertGreater(len(sizes), 1)

    def test_too_few_samples_for_a_coverage_are_told(self):
        sets = self.folder / "few"
        text = self.succeed("calibrate", "--model", self.warm, *HELD_OUT, "--output", sets, "--sets=aps")
        self.assertIn("coverage 0.99      threshold", text)
        result = run("predict", "--model", sets, "--images", IMAGES, "--sets=0.999")
        self.assertIn("every class is in every set: 360 samples", result.stderr)
        self.assertEqual(set(result.stdout.split()), {"0,1,2,3,4,5,6,7,8,9"})

    def test_names_of_classes_are_written(self):
        table = self.folder / "table.csv"
        quoted = '"a, b"'
        rows = [f"{x},{quoted if x * 7 % 10 < x else 'c'}" for x in range(10)] * 3
        table.write_text("x,kind\n" + "\n".join(rows) + "\n")
        model, sets = self.folder / "table", self.folder / "table-sets"
        self.succeed("train", "--data", table, "--label=kind", "--model", model, "--quiet")
        self.succeed("calibrate", "--model", model, "--data", table, "--label=kind", "--output", sets, "--sets=aps")
        lines = self.succeed("predict", "--model", sets, "--data", table, "--sets=0.5").splitlines()
        self.assertLessEqual(set(lines), {'"a, b"', "c", '"a, b",c'})

    def test_what_cannot_be_is_refused(self):
        output = self.folder / "refused"
        command = ("calibrate", "--model", self.digits, *HELD_OUT, "--output", output)
        self.refuse(USAGE, "--output is required", "calibrate", "--model", self.digits, *HELD_OUT)
        self.refuse(USAGE, "--sets: 'raps'", *command, "--sets=raps")
        self.refuse(USAGE, "--sample-weights", *command, "--sets=lac", "--sample-weights=x")
        self.refuse(USAGE, "--sets: '1'", "predict", "--model", self.digits, "--images", IMAGES, "--sets=1")
        self.refuse(USAGE, "not calibrated", "predict", "--model", self.digits, "--images", IMAGES, "--sets=0.5")
        self.refuse(IO, "nowhere", *command[:-1], self.folder / "nowhere" / "model")
        hinge = self.folder / "hinge"
        self.succeed("train", *TRAINING, "--model", hinge, "--loss=hinge", "--epochs=1", "--quiet")
        self.refuse(USAGE, "no probabilities", "calibrate", "--model", hinge, *HELD_OUT, "--output", output)
        self.assertFalse(output.exists())

    def test_training_samples_that_are_all_right_have_no_temperature(self):
        output = self.folder / "separated"
        self.refuse(DATA, "no temperature", "calibrate", "--model", self.digits, *TRAINING, "--output", output)


if __name__ == "__main__":
    unittest.main()
