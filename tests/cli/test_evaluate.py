"""linclass evaluate: figures, tables for few and for many classes."""

import json
import unittest

from support import DATA, INT16, OK, UINT8, ProgramTest, blobs, run, write_idx

KEYS = {
    "schema", "samples", "classes", "loss", "error", "weight", "macro_precision", "macro_recall", "macro_f1",
    "labels", "class_names", "precision", "recall", "f1", "support", "confusion",
}  # fmt: skip


class Evaluate(ProgramTest):
    def evaluate(self, *arguments):
        return self.succeed("evaluate", "--model", self.model, *self.data, *arguments)

    def model_of(self, classes):
        """Train on so many classes; the arguments that evaluate it."""
        pixels, labels = blobs(classes * 3, classes, side=8)
        images = write_idx(self.folder / "images-k", UINT8, (len(labels), 8, 8), pixels)
        targets = write_idx(self.folder / "labels-k", INT16, (len(labels),), labels)
        model = self.folder / "model-k"
        data = ("--images", images, "--labels", targets, "--model", model)
        self.succeed("train", *data, "--epochs=2", "--quiet")
        return data

    def test_json_has_the_documented_keys(self):
        self.assertEqual(set(json.loads(self.evaluate("--json"))), KEYS)

    def test_the_confusion_matrix_counts_the_predictions(self):
        predicted = self.succeed("predict", "--model", self.model, "--images", self.images).split()
        expected = [[0] * 3 for _ in range(3)]
        for true, label in zip(self.classes, predicted):
            expected[true][int(label)] += 1
        report = json.loads(self.evaluate("--json"))
        self.assertEqual(report["confusion"], expected)
        self.assertEqual(report["support"], [100, 100, 100])
        wrong = 300 - sum(expected[j][j] for j in range(3))
        self.assertAlmostEqual(report["error"], wrong / 300)

    def test_precision_recall_and_f1_follow_from_the_confusion_matrix(self):
        self.succeed("train", *self.data, "--model", self.folder / "weak", "--epochs=1", "--l2=50")
        command = ("evaluate", "--model", self.folder / "weak", *self.data, "--json")
        report = json.loads(self.succeed(*command))
        confusion = report["confusion"]
        for j in range(3):
            column = sum(confusion[i][j] for i in range(3))
            precision = confusion[j][j] / column if column else 0
            recall = confusion[j][j] / sum(confusion[j])
            f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0
            self.assertAlmostEqual(report["precision"][j], precision)
            self.assertAlmostEqual(report["recall"][j], recall)
            self.assertAlmostEqual(report["f1"][j], f1)

    def test_numbers_of_classes_that_have_names_are_pointed_out(self):
        """The classes are in the order of their names: another than that of the numbers, here."""
        names = self.folder / "names.txt"
        names.write_text("".join(f"{('wasp', 'bee', 'ant')[label]}\n" for label in self.classes))
        model = self.folder / "named"
        rows = ("--data", self.images, "--model", model)
        self.succeed("train", *rows, "--labels", names, "--epochs=2", "--quiet")
        self.assertEqual(run("evaluate", *rows, "--labels", names).stderr, "")
        numbers = run("evaluate", "--model", model, *self.data)
        self.assert_status(numbers, OK)
        self.assertIn("the labels are numbers", numbers.stderr)
        self.assertIn("0 is taken for 'ant', 1 for 'bee'", numbers.stderr)

    def test_the_loss_is_that_of_the_fit(self):
        info = json.loads(self.succeed("info", "--json", self.model))
        report = json.loads(self.evaluate("--json"))
        self.assertAlmostEqual(report["loss"], info["training"]["loss"], places=5)

    def test_text_shows_every_class_and_the_matrix(self):
        lines = self.evaluate().splitlines()
        self.assertEqual(lines[0].split(), ["samples", "300"])
        self.assertEqual(lines[1].split()[0], "loss")
        self.assertEqual(lines[2].split()[0], "error")
        header = next(i for i, line in enumerate(lines) if line.split()[:1] == ["class"])
        self.assertEqual([line.split()[0] for line in lines[header + 1 : header + 5]], ["0", "1", "2", "mean"])
        self.assertEqual(lines[-4].split(), ["0", "1", "2"])
        self.assertEqual([line.split()[0] for line in lines[-3:]], ["0", "1", "2"])

    def test_thirty_classes_are_shown_whole(self):
        lines = self.succeed("evaluate", *self.model_of(30)).splitlines()
        self.assertEqual(lines[-30].split()[0], "0")
        self.assertEqual(len(lines[-1].split()), 31)
        self.assertLess(max(map(len, lines)), 150)

    def test_many_classes_are_summed_up(self):
        data = self.model_of(500)
        text = self.succeed("evaluate", *data)
        self.assertLess(len(text.splitlines()), 60)
        self.assertLess(max(map(len, text.splitlines())), 100)
        self.assertIn("most frequent confusions", text)
        report = json.loads(self.succeed("evaluate", *data, "--json"))
        self.assertEqual(len(report["confusion"]), 500)

    def test_weights_count_as_repeated_rows(self):
        """Weights 1, 0 and 2: as the rows without the second third and with the last third twice."""
        weights = self.folder / "weights"
        weights.write_text("".join(f"{(1, 0, 2)[label]}\n" for label in self.classes))
        weighted = json.loads(self.evaluate("--json", "--sample-weights", weights))
        plain = json.loads(self.evaluate("--json"))
        self.assertEqual(weighted["weight"], 300)
        self.assertEqual(weighted["confusion"], plain["confusion"])
        rows = [[(1, 0, 2)[i] * count for count in row] for i, row in enumerate(plain["confusion"])]
        self.assertAlmostEqual(weighted["error"], 1 - sum(rows[i][i] for i in range(3)) / 300)
        for j in range(3):
            column = sum(row[j] for row in rows)
            self.assertAlmostEqual(weighted["precision"][j], rows[j][j] / column if column else 0)

    def test_weights_of_another_number_are_bad_data(self):
        weights = self.folder / "weights"
        weights.write_text("1\n" * 299)
        command = ("evaluate", "--model", self.model, *self.data, "--sample-weights", weights)
        self.refuse(DATA, ["weights", "299", "300"], *command)

    def test_two_classes_have_an_area_under_the_curve(self):
        """Every row of one class has a higher score than any of the other: 1; three classes: no such key."""
        report = json.loads(self.succeed("evaluate", *self.model_of(2), "--json"))
        self.assertEqual(report["roc_auc"], 1)
        self.assertEqual(report["error"], 0)
        self.assertNotIn("roc_auc", json.loads(self.evaluate("--json")))

    def test_means_are_those_of_the_classes(self):
        report = json.loads(self.evaluate("--json"))
        for name in ("precision", "recall", "f1"):
            self.assertAlmostEqual(report[f"macro_{name}"], sum(report[name]) / 3)

    def test_an_unknown_label_is_bad_data(self):
        labels = write_idx(self.folder / "unknown", UINT8, (300,), [*self.classes[:-1], 9])
        command = ("evaluate", "--model", self.model, "--images", self.images, "--labels", labels)
        self.refuse(DATA, ["9", "299"], *command)

    def test_labels_of_another_number_are_bad_data(self):
        labels = write_idx(self.folder / "fewer", UINT8, (299,), self.classes[:-1])
        command = ("evaluate", "--model", self.model, "--images", self.images, "--labels", labels)
        self.refuse(DATA, ["299", "300"], *command)


if __name__ == "__main__":
    unittest.main()
