"""linclass train: model, history, report, and what each option changes."""

import json
import unittest

from support import (
    DATA, FLOAT32, NOT_CONVERGED, OK, REPORT_KEYS, TRAIN_KEYS, UINT8, USAGE, ProgramTest, rows_of, run, write_idx,
)  # fmt: skip

HISTORY_HEADER = (
    "epoch,objective,loss,error,gradient_norm,learning_rate,validation_loss,validation_error,seconds,"
    "dual_objective,gap"
)


class Train(ProgramTest):
    def setUp(self):
        self.other = self.folder / "other"

    def scores(self, *arguments):
        """First scores on the training samples of a model trained with these options."""
        self.succeed("train", *self.data, "--model", self.other, "--epochs=2", *arguments)
        command = ("predict", "--model", self.other, "--images", self.images, "--scores")
        return self.succeed(*command).splitlines()[:5]

    def test_saves_a_model_and_prints_nothing_on_standard_output(self):
        self.assert_status(self.trained, OK)
        self.assertEqual(self.trained.stdout, "")
        self.assertTrue(self.model.exists())

    def test_the_same_training_gives_the_same_file(self):
        choosing = ("--path=3", "--cv=3", "--solver=lbfgs")
        for options in ((), ("--solver=newton-cg", "--l2=0.1"), choosing):
            files = []
            for threads in (1, 1, 2, 2):
                self.succeed("train", *self.data, "--model", self.other, f"--threads={threads}", *options)
                files.append(self.other.read_bytes())
            self.assertEqual(files, files[:1] * 4, options)

    def test_prints_a_line_an_iteration_and_a_summary_on_standard_error(self):
        lines = self.trained.stderr.splitlines()
        iterations = [line for line in lines if line.startswith("iteration ")]
        self.assertEqual([line.split()[1] for line in iterations], [str(i) for i in range(1, 6)])
        self.assertRegex(iterations[0], r"^iteration 1  gradient \d\.\de[-+]\d\d \(to 1e-04\)  loss ")
        self.assertTrue(any("objective" in line for line in lines))

    def test_prints_a_line_an_epoch_of_sgd(self):
        result = run("train", *self.data, "--model", self.other, "--solver=sgd", "--epochs=5")
        lines = result.stderr.splitlines()
        epochs = [line for line in lines if line.startswith("epoch ")]
        self.assertEqual([line.split()[1] for line in epochs], [f"{i}/5" for i in range(1, 6)])
        self.assertTrue(any("objective" in line for line in lines))

    def test_learns_separable_classes(self):
        self.assertLess(self.train_json("--epochs=20")["error"], 0.01)

    def test_separable_classes_without_a_penalty_are_reported(self):
        """Their weights have no finite optimum; with a penalty they do."""
        arguments = ("train", *self.data, "--model", self.other, "--solver=lbfgs")
        self.assertIn("separable", run(*arguments, "--l2=0").stderr)
        self.assertNotIn("separable", run(*arguments, "--l2=0.01").stderr)

    def test_json_is_one_object_with_the_documented_keys(self):
        report = self.train_json("--epochs=2")
        self.assertEqual(set(report), TRAIN_KEYS | REPORT_KEYS)
        self.assertEqual(report["schema"], "linclass-train-1")
        self.assertEqual((report["samples"], report["features"], report["classes"]), (300, 16, 3))
        self.assertIsNone(report["validation_loss"])

    def test_json_is_one_line(self):
        text = self.succeed("train", *self.data, "--model", self.other, "--json")
        self.assertEqual(text.count("\n"), 1)

    def test_validation_is_reported(self):
        report = self.train_json("--validation-images", self.images, "--validation-labels", self.labels)
        self.assertEqual(report["validation_samples"], 300)
        self.assertAlmostEqual(report["validation_loss"], report["loss"], places=5)
        self.assertEqual(report["validation_error"], report["error"])

    def test_history_has_a_line_an_epoch(self):
        history = self.folder / "history.csv"
        report = self.train_json("--epochs=4", "--l2=0", "--history", history)
        text = history.read_text()
        rows = rows_of(text)
        self.assertEqual(text.splitlines()[0], HISTORY_HEADER)
        self.assertEqual([row["epoch"] for row in rows], ["1", "2", "3", "4"])
        self.assertEqual({row["validation_loss"] for row in rows}, {""})
        for key in ("objective", "loss", "error", "gradient_norm", "learning_rate"):
            self.assertEqual(float(rows[-1][key]), report[key], key)

    def test_history_can_go_to_standard_output(self):
        text = self.succeed("train", *self.data, "--model", self.other, "--history=-", "--epochs=3")
        self.assertEqual(len(rows_of(text)), 3)

    def test_history_and_model_are_two_files(self):
        command = ("train", *self.data, "--model", self.other, "--history", self.other)
        self.refuse(USAGE, ["--history", "--model"], *command)

    def test_history_has_the_validation_figures(self):
        history = self.folder / "history.csv"
        report = self.train_json(
            "--validation-images", self.images, "--validation-labels", self.labels,
            "--epochs=2", "--history", history,
        )  # fmt: skip
        last = rows_of(history.read_text())[-1]
        self.assertEqual(float(last["validation_loss"]), report["validation_loss"])
        self.assertEqual(float(last["validation_error"]), report["validation_error"])

    def test_the_model_does_not_depend_on_threads(self):
        self.assertEqual(self.scores("--threads=1"), self.scores("--threads=3"))

    def test_the_model_does_not_depend_on_the_vector_set(self):
        expected = self.scores("--vector-set=portable")
        self.assertEqual(self.scores(), expected)
        best = run("--version").stdout.splitlines()[1].split()[-1]
        self.assertEqual(self.scores(f"--vector-set={best}"), expected)
        if best != "avx512":
            self.refuse(USAGE, ["--vector-set", "avx512", best], "train", *self.data, "--model", self.other, "--vector-set=avx512")

    def test_the_seed_decides_the_order(self):
        order = ("--solver=sgd", "--batch-size=7")
        first = self.scores(*order, "--seed=18446744073709551615")
        self.assertEqual(first, self.scores(*order, "--seed=18446744073709551615"))
        self.assertNotEqual(first, self.scores(*order, "--seed=2"))
        self.assertNotEqual(first, self.scores(*order, "--no-shuffle"))

    def test_each_option_of_the_objective_is_in_the_report(self):
        report = self.train_json("--l2=0.5", "--no-bias", "--loss=softmax", "--epochs=2")
        self.assertEqual((report["l2"], report["bias"]), (0.5, False))
        self.assertGreater(report["objective"], report["loss"])
        info = json.loads(self.succeed("info", "--json", self.folder / "other-model"))
        self.assertEqual((info["l2"], info["bias"]), (0.5, False))

    def test_learning_rate_and_batch_size_are_used(self):
        report = self.train_json("--learning-rate=0.25", "--solver=sgd", "--epochs=1")
        self.assertEqual(report["learning_rate"], 0.25)
        self.assertNotEqual(self.scores("--batch-size=10"), self.scores("--batch-size=30"))

    def test_iterations_is_another_name_for_epochs(self):
        self.assertEqual(self.train_json("--iterations=3")["iterations"], 3)

    def test_dtype(self):
        for dtype in ("float32", "float64"):
            self.assertEqual(self.train_json("--dtype", dtype, "--epochs=1")["dtype"], dtype)

    def test_bytes_are_scaled_to_one_and_floats_are_not(self):
        self.assertAlmostEqual(self.train_json("--epochs=1")["scale"], 1 / 255, places=15)
        floats = write_idx(self.folder / "floats", FLOAT32, (300, 16), self.pixels)
        self.assertEqual(self.train_json("--epochs=1", "--images", floats)["scale"], 1)

    def test_a_fit_that_does_not_converge_says_what_may_help(self):
        table = self.folder / "identifiers.csv"
        rows = [f"{i},{10**18 + 7 * i},{'ab'[i * i % 7 % 2]}\n" for i in range(60)]
        table.write_text("size,identifier,kind\n" + "".join(rows))
        command = ("train", "--data", table, "--label=kind", "--l2=1e-2", "--model", self.folder / "identifiers")
        result = run(*command)
        self.assertIn("not converged", result.stderr)
        self.assertIn("--standardize", result.stderr)
        self.assertNotIn("--standardize", run(*command, "--standardize", "--dtype=float64").stderr)

    def test_bytes_of_zero_and_one_are_not_scaled(self):
        bits = [int(pixel > 99) for pixel in self.pixels]
        images = write_idx(self.folder / "bits", UINT8, (300, 16), bits)
        report = self.train_json("--l2=1e-2", "--images", images)
        self.assertEqual(report["scale"], 1)
        floats = write_idx(self.folder / "bits-of-floats", FLOAT32, (300, 16), bits)
        self.assertEqual(report["objective"], self.train_json("--l2=1e-2", "--images", floats)["objective"])
        images = write_idx(self.folder / "bits", UINT8, (300, 16), bits[:-1] + [2])
        self.assertAlmostEqual(self.train_json("--epochs=1", "--images", images)["scale"], 1 / 255, places=15)

    def test_scale_is_remembered_by_the_model(self):
        self.assertEqual(self.train_json("--epochs=1", "--scale=0.125")["scale"], 0.125)
        info = json.loads(self.succeed("info", "--json", self.folder / "other-model"))
        self.assertEqual(info["scale"], 0.125)

    def test_validation_of_another_type_needs_a_scale(self):
        floats = write_idx(self.folder / "floats", FLOAT32, (300, 16), self.pixels)
        validation = ("--validation-images", floats, "--validation-labels", self.labels)
        arguments = ("train", *self.data, *validation, "--model", self.other, "--epochs=1")
        self.refuse(DATA, ["float32", "uint8", "--scale"], *arguments)
        self.succeed(*arguments, "--scale=0.004")

    def test_quiet_says_nothing(self):
        result = run("train", *self.data, "--model", self.other, "--epochs=1", "--quiet")
        self.assert_status(result, OK)
        self.assertEqual((result.stdout, result.stderr), ("", ""))

    def test_gradient_descent_converges_to_its_tolerance(self):
        report = self.train_json("--solver=gd", "--l2=1", "--tolerance=0.01")
        self.assertEqual((report["solver"], report["stopped_because"]), ("gd", "converged"))
        self.assertLessEqual(report["gradient_norm"], 0.01)

    def test_strict_makes_a_limit_a_failure(self):
        limited = ("train", *self.data, "--model", self.other, "--solver=gd", "--iterations=1")
        self.assert_status(run(*limited), OK)
        self.other.unlink()
        self.assert_status(run(*limited, "--strict"), NOT_CONVERGED)
        self.assertTrue(self.other.exists(), "the model is saved all the same")

    def test_strict_makes_a_fit_far_from_its_minimum_a_failure(self):
        """Scores of a feature near 1e7 are differences of two numbers whose rounding errors, in float32, are near 1."""
        labels = [i % 2 for i in range(20)]
        images = write_idx(self.folder / "far", FLOAT32, (20, 1), [1e7 + 3 * (i % 5) + 4 * (i % 2) for i in range(20)])
        classes = write_idx(self.folder / "far-labels", UINT8, (20,), labels)
        fit = ("train", "--images", images, "--labels", classes, "--model", self.other, "--solver=newton")
        result = run(*fit)
        self.assert_status(result, OK)
        self.assertIn("not converged", result.stderr)
        self.assert_status(run(*fit, "--strict"), NOT_CONVERGED)

    def test_strict_accepts_a_fit_that_did_what_was_asked(self):
        self.succeed("train", *self.data, "--model", self.other, "--solver=sgd", "--strict")

    def test_max_seconds_ends_the_fit(self):
        report = self.train_json("--solver=sgd", "--epochs=1000000000", "--max-seconds=0.1", "--quiet")
        self.assertEqual(report["stopped_because"], "time limit")

    def test_a_fit_that_diverges_is_bad_data(self):
        self.refuse(
            DATA, "too large", "train", *self.data, "--model", self.other, "--scale=1e15",
            "--learning-rate=1e30", "--quiet",
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main()
