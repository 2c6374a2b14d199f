"""linclass predict: labels, probabilities, scores, top."""

import json
import math
import struct
import unittest

from support import (
    DATA, FLOAT32, INT16, IO, UINT8, USAGE, ProgramTest, blobs, rows_of, run, write_idx,
)  # fmt: skip


def as_float32(text):
    return struct.unpack("f", struct.pack("f", float(text)))[0]


class Predict(ProgramTest):
    def predict(self, *arguments):
        return self.succeed("predict", "--model", self.model, "--images", self.images, *arguments)

    def test_writes_a_label_a_line(self):
        lines = self.predict().splitlines()
        self.assertEqual(len(lines), 300)
        right = sum(int(line) == label for line, label in zip(lines, self.classes))
        self.assertGreater(right, 290)

    def test_says_nothing_on_standard_error(self):
        result = run("predict", "--model", self.model, "--images", self.images)
        self.assertEqual(result.stderr, "")

    def test_probabilities_sum_to_one_and_their_maximum_is_the_label(self):
        labels = self.predict().splitlines()
        rows = rows_of(self.predict("--probabilities"))
        self.assertEqual(len(rows), 300)
        for label, row in zip(labels, rows):
            values = {key: float(value) for key, value in row.items()}
            self.assertAlmostEqual(sum(values.values()), 1, places=5)
            self.assertEqual(max(values, key=values.get), f"probability_{label}")

    def test_scores_are_the_logits_of_the_probabilities(self):
        for scores, probabilities in zip(
            rows_of(self.predict("--scores")), rows_of(self.predict("--probabilities"))
        ):
            exponentials = [math.exp(float(scores[f"score_{j}"])) for j in range(3)]
            for j in range(3):
                expected = exponentials[j] / sum(exponentials)
                self.assertAlmostEqual(float(probabilities[f"probability_{j}"]), expected, places=5)

    def test_top_lists_labels_in_descending_order_of_score(self):
        scores = rows_of(self.predict("--scores"))
        for row, all_scores in zip(rows_of(self.predict("--top=2")), scores):
            best = sorted(range(3), key=lambda j: -float(all_scores[f"score_{j}"]))[:2]
            self.assertEqual([int(row["label_1"]), int(row["label_2"])], best)
            self.assertEqual(row["score_1"], all_scores[f"score_{best[0]}"])

    def test_numbers_have_the_digits_of_their_precision(self):
        for row in rows_of(self.predict("--scores")):
            for text in row.values():
                self.assertEqual(format(as_float32(text), ".9g"), text)

    def test_a_double_model_prints_doubles(self):
        model = self.folder / "double"
        self.succeed("train", *self.data, "--model", model, "--dtype=float64", "--epochs=1")
        text = self.succeed("predict", "--model", model, "--images", self.images, "--scores")
        first = rows_of(text)[0]["score_0"]
        self.assertNotEqual(as_float32(first), float(first))
        self.assertEqual(format(float(first), ".17g"), first)

    def test_any_integer_labels_come_back(self):
        labels = write_idx(
            self.folder / "odd", INT16, (300,), [[-300, 7, 30000][j] for j in self.classes]
        )
        model = self.folder / "odd-model"
        self.succeed("train", "--images", self.images, "--labels", labels, "--model", model)
        command = ("predict", "--model", model, "--images", self.images)
        self.assertEqual(set(self.succeed(*command).split()), {"-300", "7", "30000"})
        header = self.succeed(*command, "--probabilities").splitlines()[0]
        self.assertEqual(header, "probability_-300,probability_7,probability_30000")

    def test_output_file_holds_what_standard_output_would(self):
        output = self.folder / "labels.txt"
        self.assertEqual(self.predict("--output", output), "")
        self.assertEqual(output.read_text(), self.predict("--output=-"))

    def test_more_samples_than_a_block(self):
        pixels, _ = blobs(5000, 3, seed=7)
        many = write_idx(self.folder / "many", UINT8, (5000, 4, 4), pixels)
        few = write_idx(self.folder / "few", UINT8, (100, 4, 4), pixels[4900 * 16 :])
        command = ("predict", "--model", self.model, "--scores", "--images")
        all_rows = self.succeed(*command, many).splitlines()
        self.assertEqual(len(all_rows), 5001)
        self.assertEqual(all_rows[4901:], self.succeed(*command, few).splitlines()[1:])

    def test_no_samples(self):
        none = write_idx(self.folder / "none", UINT8, (0, 4, 4), [])
        command = ("predict", "--model", self.model, "--images", none)
        self.assertEqual(self.succeed(*command), "")
        self.assertEqual(len(self.succeed(*command, "--scores").splitlines()), 1)

    def test_scale_replaces_the_models(self):
        self.assertEqual(self.predict("--scores", "--scale", repr(1 / 255)), self.predict("--scores"))
        self.assertNotEqual(self.predict("--scores", "--scale=1"), self.predict("--scores"))

    def test_floats_multiplied_by_the_models_scale_are_warned_of(self):
        floats = write_idx(self.folder / "floats", FLOAT32, (300, 16), self.pixels)
        command = ("predict", "--model", self.model, "--images", floats)
        self.assertIn("--scale 1", run(*command).stderr)
        self.assertEqual(run(*command, "--scale=0.004").stderr, "")

    def test_the_threads_do_not_change_a_digit(self):
        self.assertEqual(self.predict("--scores", "--threads=1"), self.predict("--scores", "--threads=4"))

    def test_samples_of_another_length_are_bad_data(self):
        other = write_idx(self.folder / "short", UINT8, (2, 5), range(10))
        self.refuse(DATA, ["5", "16"], "predict", "--model", self.model, "--images", other)

    def test_a_sample_that_is_not_finite_is_bad_data(self):
        pixels = [0.0] * (5000 * 16)
        pixels[4999 * 16 + 3] = math.nan
        broken = write_idx(self.folder / "nan", FLOAT32, (5000, 16), pixels)
        result = run("predict", "--model", self.model, "--images", broken, "--scale=1")
        self.assert_status(result, DATA)
        self.assertIn("nan", result.stderr.lower())
        self.assertIn("from row 4096 on", result.stderr)

    def test_top_beyond_the_classes_is_a_usage_error(self):
        command = ("predict", "--model", self.model, "--images", self.images, "--top=4")
        self.refuse(USAGE, ["--top", "3 classes"], *command)

    def test_probabilities_of_a_loss_without_any_leave_an_old_output_whole(self):
        model = self.folder / "hinge"
        self.succeed("train", *self.data, "--model", model, "--loss=hinge", "--epochs=1")
        command = ("predict", "--model", model, "--images", self.images, "--probabilities")
        self.refuse(USAGE, "hinge", *command)
        output = self.folder / "old.csv"
        output.write_text("old")
        self.refuse(USAGE, "hinge", *command, "--output", output)
        self.assertEqual(output.read_text(), "old")

    def test_kinds_of_output_exclude_each_other(self):
        command = ("predict", "--model", self.model, "--images", self.images)
        self.refuse(USAGE, "exclude", *command, "--scores", "--top=1")

    def test_an_output_that_cannot_be_opened(self):
        output = self.folder / "no-such-folder" / "labels"
        command = ("predict", "--model", self.model, "--images", self.images, "--output", output)
        self.refuse(IO, "No such file", *command)


class Json(ProgramTest):
    def objects(self, *arguments):
        text = self.succeed("predict", "--model", self.model, "--images", self.images, "--json", *arguments)
        self.assertTrue(text.isascii())
        return [json.loads(line) for line in text.splitlines()]

    def csv(self, *arguments):
        return self.succeed("predict", "--model", self.model, "--images", self.images, *arguments)

    def test_labels(self):
        labels = [int(line) for line in self.csv().splitlines()]
        self.assertEqual(self.objects(), [{"label": label} for label in labels])

    def test_numbers_of_the_classes(self):
        labels = [int(line) for line in self.csv().splitlines()]
        for kind, column in (("probabilities", "probability"), ("scores", "score")):
            for found, label, row in zip(self.objects(f"--{kind}"), labels, rows_of(self.csv(f"--{kind}"))):
                numbers = {str(j): float(row[f"{column}_{j}"]) for j in range(3)}
                self.assertEqual(found, {"label": label, kind: numbers})

    def test_top(self):
        for found, row in zip(self.objects("--top=2"), rows_of(self.csv("--top=2"))):
            best = [{"label": int(row[f"label_{i}"]), "score": float(row[f"score_{i}"])} for i in (1, 2)]
            self.assertEqual(found, {"top": best})

    def test_names_of_classes(self):
        table = self.folder / "names.csv"
        table.write_text("x,kind\n" + '1,"a ""b"""\n-1,\u00e9t\u00e9\n' * 20, encoding="utf-8")
        model = self.folder / "named"
        self.succeed("train", "--data", table, "--label=kind", "--model", model, "--l2=0.1")
        text = self.succeed("predict", "--model", model, "--data", table, "--json", "--probabilities")
        found = json.loads(text.splitlines()[1])
        self.assertEqual(found["label"], "\u00e9t\u00e9")
        self.assertEqual(set(found["probabilities"]), {'a "b"', "\u00e9t\u00e9"})
        numbers = self.succeed("predict", "--model", model, "--data", table, "--json", "--labels-as-numbers")
        self.assertEqual(json.loads(numbers.splitlines()[1]), {"label": 1})

    def test_names_exclude_json(self):
        command = ("predict", "--model", self.model, "--images", self.images, "--scores", "--names", "--json")
        self.refuse(USAGE, "exclude each other", *command)


if __name__ == "__main__":
    unittest.main()
