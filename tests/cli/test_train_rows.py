"""linclass train: weights, smoothing, early stopping, warm start, and the steps of sgd."""

import json
import math
import unittest

from support import DATA, IO, OK, UINT8, USAGE, ProgramTest, blobs, rows_of, run, write_idx

FULL = ("--solver=gd", "--dtype=float64", "--l2=0.01", "--tolerance=1e-8", "--iterations=100000")


class Rows(ProgramTest):
    def write_lines(self, name, values):
        path = self.folder / name
        path.write_text("".join(f"{value}\n" for value in values))
        return path

    def test_weights_are_repetitions(self):
        times = [i // 3 % 3 for i in range(300)]
        repeated = [i for i in range(300) for _ in range(times[i])]
        pixels = [pixel for i in repeated for pixel in self.pixels[16 * i:16 * i + 16]]
        images = write_idx(self.folder / "images-repeated", UINT8, (len(repeated), 4, 4), pixels)
        labels = write_idx(
            self.folder / "labels-repeated", UINT8, (len(repeated),),
            [self.classes[i] for i in repeated],
        )  # fmt: skip
        weighted = self.train_json(*FULL, "--sample-weights", self.write_lines("weights", times))
        expected = self.train_json(*FULL, "--images", images, "--labels", labels)
        self.assertAlmostEqual(weighted["objective"], expected["objective"], delta=1e-12)
        self.assertEqual(weighted["error"], expected["error"])

    def test_weights_can_come_from_standard_input(self):
        model = self.folder / "other-model"
        command = ("train", *self.data, "--model", model, "--json", "--sample-weights=-", "--epochs=1")
        lines = "".join(f"{1 + i % 3}\n" for i in range(300))
        path = self.folder / "weights-in-a-file"
        path.write_text(lines)
        text = self.succeed(*command, input=lines)
        expected = self.train_json("--epochs=1", "--sample-weights", path)
        self.assertEqual(json.loads(text)["loss"], expected["loss"])

    def test_class_weights_are_sample_weights(self):
        by_class = {0: 0.5, 1: 1, 2: 3}
        weights = self.write_lines("weights", [by_class[label] for label in self.classes])
        expected = self.train_json(*FULL, "--sample-weights", weights)
        weighted = self.train_json(*FULL, "--class-weight=2=3,0=0.5")
        self.assertEqual(weighted["objective"], expected["objective"])

    def test_balanced_classes_count_the_same(self):
        counts = [self.classes[:200].count(label) for label in range(3)]
        images = write_idx(self.folder / "images-200", UINT8, (200, 4, 4), self.pixels[:3200])
        labels = write_idx(self.folder / "labels-200", UINT8, (200,), self.classes[:200])
        some = ("--images", images, "--labels", labels)
        weights = ",".join(f"{label}={200 / (3 * counts[label])!r}" for label in range(3))
        expected = self.train_json(*some, *FULL, f"--class-weight={weights}")
        balanced = self.train_json(*some, *FULL, "--class-weight=balanced")
        self.assertAlmostEqual(balanced["objective"], expected["objective"], delta=1e-12)

    def standardized(self, rows, *options, name="standardized"):
        """The objective of a fit to standardised columns, and the scores of the first row; rows: (a, b, label)."""
        table = self.folder / f"{name}.csv"
        table.write_text("a,b,y\n" + "".join(f"{a!r},{b!r},{y}\n" for a, b, y in rows))
        return self.standard_fit(table, "--label=y", *options)

    def standardized_sparse(self, rows, *options):
        """The same of sparse rows, whose column b is often 0."""
        data = self.folder / "standardized.svm"
        data.write_text("".join(f"{y} 1:{a!r}" + (f" 2:{b!r}" if b else "") + "\n" for a, b, y in rows))
        return self.standard_fit(data, "--format=libsvm", *options)

    def standard_fit(self, data, *options):
        model = self.folder / "standardized-model"
        arguments = ("--data", data, "--standardize", "--model", model, "--json", "--quiet", *FULL)
        report = json.loads(self.succeed("train", *arguments, *options))
        scores = self.succeed("predict", "--model", model, "--data", data, "--scores").splitlines()
        return report["objective"], [float(score) for score in scores[1].split(",")]

    STANDARD_ROWS = [
        (math.sin(5 * i) + i % 3, 30 * math.cos(3 * i) if i % 4 else 0, i % 3) for i in range(60)
    ]

    def assert_same_fit(self, one, other):
        self.assertAlmostEqual(one[0], other[0], delta=1e-12)
        for a, b in zip(one[1], other[1]):  # FULL ends within 1e-8 of the first gradient
            self.assertAlmostEqual(a, b, delta=1e-5)

    def test_rows_of_weight_0_do_not_change_standardized_columns(self):
        rows = self.STANDARD_ROWS
        far = [(1e4 * i, 500.0, 9) for i in range(5)]
        zeros = self.write_lines("zeros", [1] * 60 + [0] * 5)
        unlike = [(a, b, 0) for a, b, _ in far]
        for fit in (self.standardized, self.standardized_sparse):
            with self.subTest(fit=fit.__name__):
                expected = fit(rows)
                self.assert_same_fit(fit(rows + far, "--ignore-label=9"), expected)
                self.assert_same_fit(fit(rows + unlike, "--sample-weights", zeros), expected)

    def test_standardized_columns_are_weighted_as_repetitions(self):
        rows = self.STANDARD_ROWS
        times = [1 + i // 2 % 3 for i in range(60)]
        repeated = [row for row, count in zip(rows, times) for _ in range(count)]
        weights = self.write_lines("repetitions", [1.5 * count for count in times])
        for fit in (self.standardized, self.standardized_sparse):
            with self.subTest(fit=fit.__name__):
                self.assert_same_fit(fit(rows, "--sample-weights", weights), fit(repeated))

    def test_a_column_that_differs_in_rows_of_weight_0_alone_is_constant(self):
        rows = [(a, 7.25, y) for a, _, y in self.STANDARD_ROWS]
        self.assert_same_fit(
            self.standardized([*rows, (0.5, 1e6, 9)], "--ignore-label=9"), self.standardized(rows)
        )

    def test_standardized_columns_are_weighted_by_the_classes(self):
        rows = self.STANDARD_ROWS + [(a + 2, b, 1) for a, b, y in self.STANDARD_ROWS if y == 1]
        by_class = {0: 0.5, 1: 1, 2: 3}
        weights = self.write_lines("by-class", [by_class[y] for *_, y in rows])
        expected = self.standardized(rows, "--sample-weights", weights)
        self.assert_same_fit(self.standardized(rows, "--class-weight=2=3,0=0.5"), expected)
        counts = [sum(y == label for *_, y in rows) for label in range(3)]
        balanced = self.write_lines("balanced", [len(rows) / (3 * counts[y]) for *_, y in rows])
        expected = self.standardized(rows, "--sample-weights", balanced)
        self.assert_same_fit(self.standardized(rows, "--class-weight=balanced"), expected)

    def test_an_ignored_label_is_no_class(self):
        report = self.train_json("--ignore-label=1", "--epochs=2")
        self.assertEqual((report["samples"], report["classes"]), (300, 2))

    def test_labels_of_one_class_are_refused(self):
        command = ("train", *self.data, "--model", self.folder / "refused")
        words = "y holds one class only (label 1): a classifier needs at least two"
        for options in (("--only-labels=1",), ("--only-labels=1,2", "--ignore-label=2"),
                        ("--only-labels=1", "--cv=3"), ("--only-labels=1", "--loss=logistic")):  # fmt: skip
            self.refuse(DATA, words, *command, *options)
        self.train_json("--only-labels=1", "--warm-start", self.model, "--epochs=1")

    def test_class_weights_go_by_the_classes_that_are_left(self):
        self.train_json("--ignore-label=1", "--class-weight=2=3", "--epochs=1")
        model = self.folder / "refused"
        self.refuse(
            DATA, "names the label 1, which is none", "train", *self.data, "--model", model,
            "--ignore-label=1", "--class-weight=1=3",
        )  # fmt: skip

    def test_smoothing_raises_the_loss(self):
        plain = self.train_json("--epochs=20")
        smoothed = self.train_json("--epochs=20", "--label-smoothing=0.2")
        self.assertGreater(smoothed["loss"], plain["loss"] + 0.1)

    def test_files_of_weights_are_read_strictly(self):
        for lines, words in (
            (["1"] * 299, "has 299 lines for 300 samples"),
            (["1"] * 301, "has more than 300 lines"),
            (["1"] * 299 + ["one"], "line 300, column 1: 'one'"),
            (["1"] * 4 + [""] + ["1"] * 295, "line 5, column 1: ''"),
            (["1"] * 299 + ["nan"], "line 300, column 1: 'nan'"),
            (["1"] * 299 + ["-2"], "line 300, column 1: '-2' is not a number >= 0"),
            (["1"] * 299 + ["1e999"], "line 300, column 1: '1e999' is not"),
            (["1.5 "] + ["1"] * 299, "line 1, column 4: '1.5 ' is not"),
            (["1", "2e+x"] + ["1"] * 298, "line 2, column 2: '2e+x' is not"),
        ):
            with self.subTest(words=words):
                self.refuse_weights(words, "".join(f"{line}\n" for line in lines).encode())

    def refuse_weights(self, words, content):
        weights = self.folder / "refused-weights"
        weights.write_bytes(content)
        model = self.folder / "refused"
        command = ("train", *self.data, "--model", model, "--sample-weights", weights)
        self.refuse(DATA, words, *command)
        self.refuse(DATA, words, "evaluate", "--model", self.model, *self.data, "--sample-weights", weights)
        self.assertFalse(model.exists())

    def test_a_weight_ends_with_its_line_and_not_before(self):
        """Bytes after a carriage return or a zero are part of the line."""
        others = b"1\n" * 299
        self.refuse_weights(r"line 1, column 2: '1\x0D999' is not", b"1\r999\n" + others)
        self.refuse_weights(r"line 1, column 2: '1\x00garbage' is not", b"1\0garbage\n" + others)
        self.refuse_weights(r"line 300, column 2: '1\x00' is not", others + b"1\0\n")
        self.refuse_weights(r"line 300, column 2: '1\x0D' is not", others + b"1\r")
        self.refuse_weights(r"line 1, column 2: '1\x0D' is not", b"1\r\r\n" + others)
        self.refuse_weights(r"line 1, column 1: '\x001' is not", b"\x001\n" + others)

    def test_lines_end_as_on_any_system(self):
        expected = self.train_json("--epochs=1", "--sample-weights", self.write_lines("ones", [1] * 300))
        for content in (b"1\r\n" * 300, b"1\n" * 299 + b"1", b"1\r\n" * 150 + b"1\n" * 150):
            path = self.folder / "line-ends"
            path.write_bytes(content)
            report = self.train_json("--epochs=1", "--sample-weights", path)
            self.assertEqual(report["loss"], expected["loss"])

    def test_a_missing_file_of_weights_is_told(self):
        command = ("train", *self.data, "--model", self.folder / "refused")
        self.refuse(IO, "no-such-file", *command, "--sample-weights", self.folder / "no-such-file")

    def test_wrong_options_are_refused(self):
        command = ("train", *self.data, "--model", self.folder / "refused")
        for option in (
            "--class-weight=", "--class-weight=1", "--class-weight=1=", "--class-weight=1=2,",
            "--class-weight=,1=2", "--class-weight=1=2,1=3", "--class-weight=1=-2",
            "--class-weight=x=2", "--class-weight=1=nan", "--class-weight=1.5=2",
            "--label-smoothing=1", "--label-smoothing=-0.1", "--ignore-label=x",
            "--momentum=1", "--momentum=-0.5", "--learning-rate-schedule=cosine",
            "--learning-rate-decay=0", "--learning-rate-period=0", "--early-stopping=0",
            "--early-stopping=3", "--validation-sample-weights=x",
        ):  # fmt: skip
            with self.subTest(option=option):
                self.refuse(USAGE, option.split("=")[0], *command, option)


class Steps(ProgramTest):
    def test_momentum_and_schedules_are_used(self):
        alike = ("--epochs=4", "--learning-rate=0.1")
        plain = self.train_json(*alike)
        for options in (
            ("--momentum=0.9",),
            ("--learning-rate-schedule=step", "--learning-rate-period=1", "--learning-rate-decay=0.1"),
            ("--learning-rate-schedule=inverse-time", "--learning-rate-decay=5"),
        ):
            with self.subTest(options=options):
                self.assertNotEqual(self.train_json(*alike, *options)["loss"], plain["loss"])

    def test_schedules_show_in_the_history(self):
        history = self.folder / "history.csv"
        self.train_json(
            "--epochs=4", "--learning-rate=1", "--learning-rate-schedule=step",
            "--learning-rate-period=2", "--history", history,
        )  # fmt: skip
        rates = [float(row["learning_rate"]) for row in rows_of(history.read_text())]
        self.assertEqual(rates, [1, 1, 0.5, 0.5])

    def test_an_option_of_sgd_has_no_meaning_elsewhere(self):
        command = ("train", *self.data, "--model", self.folder / "refused", "--solver=gd")
        self.refuse(USAGE, ["--momentum", "gd"], *command, "--momentum=0.5")


class EarlyStopping(ProgramTest):
    def test_it_stops_and_says_so(self):
        pixels, classes = blobs(60, 3, seed=2)
        noisy = [(label + (i % 3 == 0)) % 3 for i, label in enumerate(classes)]
        validation = (
            "--validation-images", write_idx(self.folder / "v", UINT8, (60, 4, 4), pixels),
            "--validation-labels", write_idx(self.folder / "w", UINT8, (60,), noisy),
        )  # fmt: skip
        history = self.folder / "history.csv"
        model = self.folder / "stopped"
        result = run(
            "train", *self.data, *validation, "--model", model, "--early-stopping=2", "--solver=gd",
            "--history", history, "--json",
        )  # fmt: skip
        self.assert_status(result, OK)
        report = json.loads(result.stdout)
        self.assertEqual(report["stopped_because"], "early stopped")
        losses = [float(row["validation_loss"]) for row in rows_of(history.read_text())]
        self.assertEqual(len(losses), report["iterations"])
        self.assertEqual(losses.index(min(losses)) + 1, report["best_iteration"])
        self.assertEqual(min(losses), report["validation_loss"])
        self.assertLess(report["best_iteration"], report["iterations"])
        self.assertIn(f"iteration {report['best_iteration']}", result.stderr)
        info = json.loads(self.succeed("info", "--json", model))
        self.assertEqual(info["training"]["best_iteration"], report["best_iteration"])


class WarmStart(ProgramTest):
    def test_the_optimum_is_left_where_it_is(self):
        model = self.folder / "optimum"
        self.succeed("train", *self.data, "--model", model, *FULL)
        report = self.train_json("--warm-start", model, *FULL, "--tolerance=1e-6")
        self.assertEqual((report["iterations"], report["stopped_because"]), (0, "converged"))

    def test_a_model_of_another_shape_is_refused(self):
        pixels, classes = blobs(30, 3, side=5)
        images = write_idx(self.folder / "larger", UINT8, (30, 5, 5), pixels)
        labels = write_idx(self.folder / "larger-labels", UINT8, (30,), classes)
        command = ("train", "--images", images, "--labels", labels)
        self.refuse(
            DATA, ["16", "25"], *command, "--model", self.folder / "refused", "--warm-start", self.model
        )

    def test_a_file_that_is_no_model_is_refused(self):
        command = ("train", *self.data, "--model", self.folder / "refused")
        self.refuse(DATA, str(self.images), *command, "--warm-start", self.images)


if __name__ == "__main__":
    unittest.main()
