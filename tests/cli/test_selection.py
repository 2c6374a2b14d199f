"""linclass train: penalties, paths, cross-validation, the learning-rate search, and which samples are taken."""

import json
import math
import signal
import subprocess
import unittest

from support import (
    DATA,
    IO,
    NOT_CONVERGED,
    OK,
    PROGRAM,
    UINT8,
    USAGE,
    ProgramTest,
    environment,
    run,
    write_idx,
)

EXACT = ("--dtype=float64", "--tolerance=1e-8")


class Penalty(ProgramTest):
    def test_lambda_is_both_penalties(self):
        for ratio in (0, 0.25, 1):
            with self.subTest(ratio=ratio):
                report = self.train_json(*EXACT, "--penalty=0.1", f"--l1-ratio={ratio}")
                own = self.train_json(*EXACT, f"--l1={0.1 * ratio}", f"--l2={0.1 * (1 - ratio)}")
                self.assertEqual((report["l1"], report["l2"]), (own["l1"], own["l2"]))
                self.assertEqual(report["objective"], own["objective"])

    def test_what_does_not_go_together(self):
        for words, arguments in (
            ("--l1 and --l2 exclude --penalty", ("--penalty=1", "--l2=1")),
            ("--l1 and --l2 exclude", ("--cv=3", "--l1=1")),
            ("--penalty and --path exclude each other", ("--penalty=1", "--path", "--cv=2")),
            ("--l1-ratio needs --penalty, --path or --cv", ("--l1-ratio=0.5",)),
            ("--path-ratio needs a --path without a list", ("--path=2,1", "--path-ratio=0.1", "--cv=2")),
            ("--path needs something to choose by", ("--path",)),
            ("--one-standard-error needs --cv", ("--one-standard-error",)),
            ("--leave-one-out needs --path or --cv", ("--leave-one-out",)),
            ("--select-by needs --path", ("--select-by=error",)),
            ("--learning-rate-search needs --validation", ("--learning-rate-search",)),
            ("excludes --path and --cv", ("--learning-rate-search", "--cv=2")),
            (
                "excludes --learning-rate",
                ("--learning-rate-search", "--learning-rate=1", "--validation-fraction=0.1"),
            ),
            ("--history is of one fit", ("--cv=2", "--history=/dev/null")),
            ("no meaning for --solver lbfgs", ("--solver=lbfgs", "--seed=1")),
            (
                "--learning-rate-search has no meaning for --solver lbfgs",
                ("--solver=lbfgs", "--learning-rate-search", "--validation-fraction=0.1"),
            ),
        ):
            with self.subTest(words=words):
                model = self.folder / "refused"
                self.refuse(USAGE, words, "train", *self.data, "--model", model, *arguments)
                self.assertFalse(model.exists())

    def test_values_out_of_range(self):
        for words, argument in (
            ("--penalty: '-1' is not a finite number >= 0", "--penalty=-1"),
            ("--l1-ratio: '1.5' is not a number from 0 to 1", "--l1-ratio=1.5"),
            ("--path: '0' is not an integer >= 1", "--path=0"),
            ("--path: 'x' is not a finite number >= 0", "--path=1,x"),
            ("--path: '' is not", "--path=1,"),
            ("--path: '2,1,2' has 2 twice", "--path=2,1,2"),
            ("--path-ratio: '1' is not a number > 0 and < 1", "--path-ratio=1"),
            ("--cv: '1' is not an integer >= 2", "--cv=1"),
            ("--select-by: 'f1' is not one of: loss, error", "--select-by=f1"),
            ("--learning-rate-search: '0' is not a finite number > 0", "--learning-rate-search=1,0"),
            ("--validation-fraction: '1' is not a number > 0 and < 1", "--validation-fraction=1"),
            ("--only-labels: 'a' is not an integer", "--only-labels=1,a"),
        ):
            with self.subTest(argument=argument):
                self.refuse(USAGE, words, "train", *self.data, "--model=refused", argument)


class Path(ProgramTest):
    def test_the_choice_follows_from_the_folds(self):
        report = self.train_json("--cv=4", "--path=12", "--l1-ratio=0.5", "--quiet")
        selection = report["selection"]
        candidates = selection["candidates"]
        self.assertEqual((selection["folds"], len(candidates)), (4, 12))
        self.assertTrue(selection["complete"])
        self.assertEqual(candidates[0]["nonzero_weights"], 0)
        for candidate in candidates:
            self.assertAlmostEqual(candidate["l1"], 0.5 * candidate["lambda"])
            losses = candidate["fold_losses"]
            mean = sum(losses) / 4  # folds of 75 samples each
            deviation = math.sqrt(sum((loss - mean) ** 2 for loss in losses) / 3)
            self.assertAlmostEqual(candidate["mean_loss"], mean, delta=1e-12)
            self.assertAlmostEqual(candidate["loss_standard_error"], deviation / 2, delta=1e-12)
        best = min(range(12), key=lambda i: candidates[i]["mean_loss"])
        self.assertEqual((selection["best"], selection["chosen"]), (best, best))
        self.assertEqual(report["objective"], candidates[best]["objective"])
        self.assertEqual(report["l1"], candidates[best]["l1"])

        careful = self.train_json("--cv=4", "--path=12", "--l1-ratio=0.5", "--one-standard-error")
        limit = candidates[best]["mean_loss"] + candidates[best]["loss_standard_error"]
        first = next(i for i in range(12) if candidates[i]["mean_loss"] <= limit)
        self.assertEqual(careful["selection"]["chosen"], first)
        self.assertEqual(careful["l1"], candidates[first]["l1"])

    def test_the_model_saved_is_the_one_chosen(self):
        model = self.folder / "chosen"
        text = self.succeed("train", *self.data, "--model", model, "--path=1,0.1,0.01", "--cv=3", "--json")
        chosen = json.loads(text)
        info = json.loads(self.succeed("info", model, "--json"))
        self.assertEqual(info["l2"], chosen["l2"])
        self.assertEqual(info["training"]["objective"], chosen["objective"])

    def test_the_table(self):
        model = self.folder / "other-model"
        text = self.succeed("train", *self.data, "--model", model, "--path=0.01,1,0.1", "--cv=3", "--quiet")
        lines = text.splitlines()
        self.assertEqual(lines[0].split()[:5], ["lambda", "weights", "loss", "error", "cv"])
        self.assertEqual([float(line.split()[0]) for line in lines[1:]], [1, 0.1, 0.01])
        self.assertEqual(sum(line.endswith("  chosen") for line in lines), 1)
        self.assertLess(max(map(len, lines)), 90)

    def test_samples_left_out_one_by_one_choose(self):
        report = self.train_json("--path=6", "--leave-one-out")
        selection = report["selection"]
        candidates = selection["candidates"]
        best = min(range(6), key=lambda i: candidates[i]["left_out_loss"])
        self.assertEqual((selection["chosen"], selection["best"]), (best, best))
        for candidate in candidates:
            self.assertLess(candidate["loss"], candidate["left_out_loss"])

    def test_folds_and_samples_left_out_stand_in_one_table(self):
        model = self.folder / "both-model"
        text = self.succeed(
            "train", *self.data, "--model", model, "--path=3", "--cv=3", "--leave-one-out", "--quiet"
        )
        self.assertEqual(
            text.splitlines()[0].split(),
            "lambda weights loss error cv loss s.e. error s.e. loo loss s.e. error s.e.".split(),
        )

    def test_validation_samples_choose(self):
        report = self.train_json("--path=8", "--validation-fraction=0.25")
        self.assertEqual((report["samples"], report["validation_samples"]), (225, 75))
        candidates = report["selection"]["candidates"]
        best = min(range(8), key=lambda i: candidates[i]["validation_loss"])
        self.assertEqual(report["selection"]["chosen"], best)
        self.assertIsNone(report["selection"]["one_standard_error"])
        self.assertNotIn("mean_loss", candidates[0])

    def test_one_penalty_is_cross_validated_too(self):
        selection = self.train_json("--penalty=0.01", "--cv=5")["selection"]
        self.assertEqual([c["lambda"] for c in selection["candidates"]], [0.01])
        self.assertEqual(len(selection["candidates"][0]["fold_losses"]), 5)

    def test_the_seed_deals_the_folds(self):
        def single(seed):
            report = self.train_json("--penalty=0.01", "--cv=3", f"--seed={seed}")
            self.assertNotEqual(report["solver"], "sgd")
            return report["selection"]["candidates"][0]["fold_losses"]

        self.assertEqual(single(1), single(1))
        self.assertNotEqual(single(1), single(2))

    def test_too_many_folds(self):
        labels = write_idx(self.folder / "rare", UINT8, (300,), [1] * 298 + [2] * 2)
        self.refuse(
            USAGE, "label 2 has 2 rows", "train", "--images", self.images, "--labels", labels,
            "--model", self.folder / "refused", "--cv=3",
        )  # fmt: skip

    def test_the_time_is_for_all_fits(self):
        model = self.folder / "refused"
        self.refuse(
            NOT_CONVERGED, "the time limit was reached", "train", *self.data, "--model", model, "--cv=3",
            "--max-seconds=1e-9", "--quiet",
        )  # fmt: skip
        self.assertFalse(model.exists())

    def test_standard_output_is_one_things(self):
        self.refuse(USAGE, "standard output", "train", *self.data, "--model=-", "--cv=3")

    def test_progress_counts_the_fits(self):
        result = run("train", *self.data, "--model", self.folder / "other-model", "--path=3", "--cv=2")
        self.assert_status(result, OK)
        lines = [line for line in result.stderr.splitlines() if line.startswith("fit ")]
        self.assertEqual([line.split()[1] for line in lines], [f"{i}/9" for i in range(1, 10)])
        self.assertIn("chosen: lambda", result.stderr)

    def test_an_interruption_before_a_choice_saves_nothing(self):
        model = self.folder / "refused"
        command = [PROGRAM, "train", *self.data, "--model", model, "--path=100000", "--cv=3"]
        with subprocess.Popen(
            [str(word) for word in command], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
            env=environment(), text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:  # fmt: skip
            process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (130, ""))
        self.assertIn("interrupted before there was a model to choose", err)
        self.assertFalse(model.exists())

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            result = run(
                "train", *self.data, "--model", self.folder / "other-model", "--cv=2", "--path=2",
                stdout=full,
            )  # fmt: skip
        self.assert_status(result, IO)


class LearningRate(ProgramTest):
    def test_the_least_validation_loss_chooses(self):
        report = self.train_json("--learning-rate-search", "--validation-fraction=0.2", "--epochs=3")
        candidates = report["selection"]["candidates"]
        self.assertEqual(report["solver"], "sgd")
        self.assertEqual(len(candidates), 11)
        self.assertAlmostEqual(candidates[0]["learning_rate"], 1e-4)
        self.assertAlmostEqual(candidates[10]["learning_rate"], 10)
        best = min(range(11), key=lambda i: candidates[i]["validation_loss"])
        self.assertEqual(report["selection"]["chosen"], best)
        self.assertEqual(report["validation_loss"], candidates[best]["validation_loss"])

    def test_a_list_in_any_order_with_one_that_diverges(self):
        arguments = ("--loss=squared-hinge", "--validation-fraction=0.2", "--epochs=2")
        report = self.train_json(*arguments, "--learning-rate-search=1e38,0.01,0.1")
        candidates = report["selection"]["candidates"]
        self.assertEqual([c["learning_rate"] for c in candidates], [0.01, 0.1, 1e38])
        self.assertEqual([c["diverged"] for c in candidates], [False, False, True])
        self.assertIsNone(candidates[2]["loss"])

    def test_full_batches_too(self):
        report = self.train_json(
            "--solver=gd", "--learning-rate-search=0.01,0.1", "--validation-fraction=0.2"
        )
        self.assertEqual(report["selection"]["candidates"][0]["solver"], "gd")


class Samples(ProgramTest):
    def some(self, keep, name):
        rows = [i for i in range(300) if keep(i)]
        pixels = [pixel for i in rows for pixel in self.pixels[16 * i : 16 * i + 16]]
        images = write_idx(self.folder / f"images-{name}", UINT8, (len(rows), 4, 4), pixels)
        labels = write_idx(
            self.folder / f"labels-{name}", UINT8, (len(rows),), [self.classes[i] for i in rows]
        )
        return ("--images", images, "--labels", labels)

    def test_only_some_labels(self):
        two = self.some(lambda i: self.classes[i] != 1, "two")
        arguments = ("--loss=logistic", "--l2=0.1", "--quiet")
        one = self.folder / "one"
        other = self.folder / "other"
        self.succeed("train", *self.data, "--only-labels=2,0", *arguments, "--model", one)
        self.succeed("train", *two, *arguments, "--model", other)
        self.assertEqual(
            self.succeed("evaluate", *self.data, "--only-labels=0,2", "--model", one),
            self.succeed("evaluate", *two, "--model", other),
        )
        self.refuse(
            DATA, "no sample has the label 7", "train", *self.data, "--only-labels=0,7",
            "--model", self.folder / "refused",
        )  # fmt: skip

    def test_weights_are_those_of_the_file(self):
        weights = self.folder / "weights"
        weights.write_text("".join(f"{i % 5}\n" for i in range(300)))
        two = self.some(lambda i: self.classes[i] != 1, "two")
        kept = self.folder / "weights-kept"
        kept.write_text("".join(f"{i % 5}\n" for i in range(300) if self.classes[i] != 1))
        expected = self.train_json(*two, *EXACT, "--l2=0.1", "--sample-weights", kept)
        report = self.train_json(*EXACT, "--l2=0.1", "--only-labels=0,2", "--sample-weights", weights)
        self.assertEqual(report["objective"], expected["objective"])
        self.assertEqual(report["total_weight"], expected["total_weight"])
        # Weights of 0 mark samples: those that are validated on have theirs.
        weights.write_text("".join("1\n" if i < 299 else "0\n" for i in range(300)))
        split = self.train_json("--validation-fraction=0.5", "--sample-weights", weights)
        self.assertIn(split["total_weight"], (149, 150))

    def test_a_fraction_to_validate_on(self):
        report = self.train_json("--validation-fraction=0.1", "--early-stopping=2", "--solver=gd")
        self.assertEqual((report["samples"], report["validation_samples"]), (270, 30))
        self.assertIsNotNone(report["validation_loss"])
        again = self.train_json("--validation-fraction=0.1", "--early-stopping=2", "--solver=gd")
        other = self.train_json("--validation-fraction=0.1", "--early-stopping=2", "--solver=gd", "--seed=9")
        self.assertEqual(report["validation_loss"], again["validation_loss"])
        self.assertNotEqual(report["validation_loss"], other["validation_loss"])
        self.refuse(
            USAGE, "exclude each other", "train", *self.data, "--model=refused", "--validation-fraction=0.1",
            "--validation-images", self.images, "--validation-labels", self.labels,
        )  # fmt: skip
        self.refuse(
            DATA, "leaves none to validate on", "train", *self.data, "--model", self.folder / "refused",
            "--validation-fraction=0.0001",
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main()
