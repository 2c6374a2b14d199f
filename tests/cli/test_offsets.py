"""Base scores: the scores of one model for another, in training, predictions, evaluation and verification."""

import json
import unittest

from support import DATA, USAGE, ProgramTest, rows_of


def csv(path, rows):
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")
    return path


class Offsets(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offsets = csv(cls.folder / "offsets.csv", [["a", "b", "c"], *([i % 5, -i % 7, 0.5] for i in range(300))])

    def train(self, name, *arguments):
        model = self.folder / name
        command = ("--l2=0.1", "--dtype=float64", "--tolerance=1e-9", "--quiet")
        self.succeed("train", *self.data, "--model", model, *command, *arguments)
        return model

    def scores(self, model, *arguments):
        text = self.succeed("predict", "--model", model, "--images", self.images, "--scores", "--names", *arguments)
        return [[float(row[str(j)]) for j in range(3)] for row in rows_of(text)]

    def test_predictions_add_them(self):
        model = self.train("plain")
        for i, (h, o) in enumerate(zip(self.scores(model), self.scores(model, "--offsets", self.offsets))):
            for j, expected in enumerate((i % 5, -i % 7, 0.5)):
                self.assertAlmostEqual(o[j] - h[j], expected, places=10)

    def test_a_fit_is_verified_with_them_and_not_without(self):
        model = self.train("with", "--offsets", self.offsets)
        verified = json.loads(self.succeed("verify", model, *self.data, "--offsets", self.offsets, "--json"))
        self.assertTrue(verified["agrees"])
        evaluated = json.loads(
            self.succeed("evaluate", "--model", model, *self.data, "--offsets", self.offsets, "--json")
        )
        self.assertAlmostEqual(evaluated["loss"], verified["loss"], places=10)
        without = json.loads(self.succeed("evaluate", "--model", model, *self.data, "--json"))
        self.assertNotAlmostEqual(without["loss"], verified["loss"], places=3)

    def test_the_scores_of_a_model_leave_another_nothing_to_learn(self):
        first = self.train("first", "--l2=0.01")
        scores = self.folder / "scores.csv"
        scores.write_text(self.succeed("predict", "--model", first, "--images", self.images, "--scores"))
        second = self.train("second", "--l2=1e6", "--offsets", scores)
        report = json.loads(self.succeed("info", "--json", second))["training"]
        own = json.loads(self.succeed("info", "--json", first))["training"]
        self.assertAlmostEqual(report["loss"], own["loss"], places=6)

    def test_samples_that_are_left_out_take_theirs_along(self):
        """Samples of labels 0 and 2, and a share of them to validate on: a row keeps its number."""
        two = csv(self.folder / "two.csv", [["a", "c"], *([i % 5, 0.5] for i in range(300))])
        share = ("--only-labels=0,2", "--validation-fraction=0.25")
        model = self.train("share", "--offsets", two, *share)
        report = json.loads(self.succeed("info", "--json", model))["training"]
        command = ("verify", model, *self.data, *share, "--json")
        self.assertIsNotNone(report["validation_loss"])
        self.refuse(DATA, "300 rows of 3 numbers", *command, "--offsets", self.offsets)
        self.assertTrue(json.loads(self.succeed(*command, "--offsets", two))["agrees"])

    def test_what_does_not_fit_is_refused(self):
        short = csv(self.folder / "short.csv", [[1, 2, 3]] * 299)
        narrow = csv(self.folder / "narrow.csv", [[1, 2]] * 300)
        refused = self.folder / "refused"
        command = ("train", *self.data, "--model", refused)
        self.refuse(DATA, "299 rows of 3 numbers, for 300 samples with 3 scores", *command, "--offsets", short)
        self.refuse(DATA, "300 rows of 2 numbers", *command, "--offsets", narrow)
        self.refuse(USAGE, "--validation-offsets needs", *command, "--validation-offsets", short)
        self.assertFalse(refused.exists())


if __name__ == "__main__":
    unittest.main()
