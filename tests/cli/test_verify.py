"""linclass verify: figures that agree, that differ, and that cannot be compared; oracle in plain Python."""

import json
import math
import pathlib
import struct
import unittest
import zlib

from support import DATA, DIFFERS, FLOAT64, REPORT_KEYS, UINT8, USAGE, ProgramTest, run, write_idx

KEYS = {
    "schema", "agrees", "differs", "samples", "total_weight", "objective", "loss", "gradient_norm",
    "gradient_infinity_norm", "smooth_gradient_infinity_norm", "objective_tolerance", "gradient_tolerance",
    "gap", "gap_allowed", "at_minimum", "dual_objective", "duality_gap", "training",
}  # fmt: skip


def tensors(path):
    """{name: numbers} of a model file, theta row by row."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__")
    found = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        kind = {"F32": "f", "F64": "d", "I64": "q"}[entry["dtype"]]
        found[name] = [number for (number,) in struct.iter_unpack("<" + kind, content[begin:end])]
    return found


def rewrite(path, old, new):
    """A model file with one text in its header changed for another of its length, signed again."""
    content = path.read_bytes().replace(old, new)
    blank = content[:37] + b"00000000" + content[45:]
    path.write_bytes(content[:37] + f"{zlib.crc32(blank):08x}".encode() + content[45:])


def softmax_figures(X, y, weights, model, l2):
    """Objective and largest component of the gradient of softmax regression."""
    k, n = len(model["labels"]), len(X[0])
    theta, bias = model["theta"], model["bias"]
    gradient = [0.0] * (n * k + k)
    total, loss = sum(weights), 0.0
    for x, label, weight in zip(X, y, weights):
        h = [bias[c] + math.fsum(x[j] * theta[j * k + c] for j in range(n)) for c in range(k)]
        most = max(h)
        z = [math.exp(score - most) for score in h]
        loss += weight * (math.log(sum(z)) + most - h[label])
        for c in range(k):
            r = weight * (z[c] / sum(z) - (c == label)) / total
            gradient[n * k + c] += r
            for j in range(n):
                gradient[j * k + c] += r * x[j]
    for e in range(n * k):
        gradient[e] += l2 * theta[e]
    return loss / total + l2 / 2 * sum(t * t for t in theta), max(map(abs, gradient))


class Verify(ProgramTest):
    def fit(self, *options):
        """Train with the options; the arguments that verify the model."""
        model = self.folder / "fitted"
        self.succeed("train", *self.data, "--model", model, "--quiet", *options)
        return (model, *self.data)

    def verify(self, *arguments):
        return json.loads(self.succeed("verify", "--json", *arguments))

    def test_json_has_the_documented_keys(self):
        report = self.verify(self.model, *self.data)
        self.assertEqual(set(report), KEYS)
        self.assertEqual(set(report["training"]), REPORT_KEYS)
        self.assertEqual((report["schema"], report["agrees"], report["differs"]), ("linclass-verify-1", True, []))

    def test_the_figures_are_those_of_the_formulas(self):
        weights = [i % 4 for i in range(300)]
        of_class = {0: 1, 1: 0.5, 2: 3}
        path = self.folder / "weights"
        path.write_text("".join(f"{weight}\n" for weight in weights))
        options = ("--sample-weights", path)
        model = self.fit("--dtype=float64", "--l2=0.01", "--class-weight=1=0.5,2=3", "--epochs=3", *options)
        report = self.verify(*model, *options)
        X = [[pixel / 255 for pixel in self.pixels[16 * i : 16 * i + 16]] for i in range(300)]
        w = [weight * of_class[label] for weight, label in zip(weights, self.classes)]
        objective, gradient = softmax_figures(X, self.classes, w, tensors(model[0]), 0.01)
        self.assertAlmostEqual(report["objective"], objective, delta=1e-13)
        self.assertAlmostEqual(report["gradient_infinity_norm"], gradient, delta=1e-13)
        self.assertEqual((report["samples"], report["total_weight"]), (300, sum(w)))
        self.assertEqual(report["agrees"], True)

    def test_every_kind_of_fit_agrees(self):
        for options in (
            ("--solver=sgd", "--loss=hinge", "--epochs=3"),
            ("--solver=gd", "--loss=perceptron", "--epochs=5"),
            ("--loss=squared-hinge", "--l2=0.1", "--dtype=float64"),
            ("--l1=0.01", "--l2=0.001"),
            ("--label-smoothing=0.1", "--class-weight=balanced"),
            ("--ignore-label=1", "--loss=logistic", "--l2=0.01", "--no-bias"),
        ):
            with self.subTest(options=options):
                self.assertEqual(self.verify(*self.fit(*options))["agrees"], True)

    def test_with_l1_the_subgradient_of_least_norm_is_small(self):
        report = self.verify(*self.fit("--l1=0.01", "--tolerance=1e-6", "--dtype=float64"))
        self.assertLess(report["gradient_infinity_norm"], 1e-5)
        self.assertAlmostEqual(report["smooth_gradient_infinity_norm"], 0.01, delta=1e-5)

    def test_text_shows_both_figures_and_the_verdict(self):
        lines = self.succeed("verify", "--model", self.model, *self.data).splitlines()
        self.assertEqual(lines[0].split(), ["reported", "recomputed", "tolerance"])
        self.assertEqual(lines[1].split(), ["samples", "300", "300"])
        self.assertEqual(lines[-1], "the report agrees, within the rounding of float32")

    def test_a_gap_that_the_model_does_not_confirm_is_said(self):
        """Dual ascent proves its gap by the shares of the rows, which the model does not keep."""
        model = self.fit("--loss=hinge", "--no-bias", "--solver=dual-ascent", "--dtype=float64")
        report = self.verify(*model)
        gap = report["training"]["gap"]
        self.assertLess(10 * gap, report["duality_gap"])
        self.assertEqual(
            self.succeed("verify", *model).splitlines()[-1],
            "the report agrees, within the rounding of float64, but for its gap of "
            f"{gap:.3g}, which the model alone does not confirm",
        )

    def test_what_is_proven_is_not_called_an_estimate(self):
        """So far from the minimum, where the bound is 0, F itself is all that is known."""
        model = self.fit("--solver=sgd", "--epochs=1", "--learning-rate=1e-9", "--l2=1e-9", "--dtype=float64")
        report = self.verify(*model)
        self.assertEqual((report["at_minimum"], report["gap"]), (False, report["objective"]))
        line = self.succeed("verify", *model).splitlines()[-2]
        self.assertTrue(line.startswith("not known to be at a minimum: the objective is at most"), line)

    def test_other_samples_differ(self):
        labels = write_idx(self.folder / "other", UINT8, (300,), [*self.classes[:-1], 0])
        command = ("verify", self.model, "--images", self.images, "--labels", labels)
        result = run(*command)
        self.assert_status(result, DIFFERS)
        self.assertEqual(result.stdout.splitlines()[-1], "the report differs: objective gradient gap")
        report = json.loads(run(*command, "--json").stdout)
        self.assertEqual((report["agrees"], report["differs"]), (False, ["objective", "gradient", "gap"]))

    def test_a_report_that_was_changed_differs(self):
        model, *data = self.fit("--epochs=4")
        self.succeed("verify", model, *data)
        objective = json.loads(self.succeed("info", "--json", model))["training"]["objective"]
        key, first = b'"report.objective":"', repr(objective).encode()[:1]
        rewrite(model, key + first, key + b"9")
        result = run("verify", model, *data, "--json")
        self.assert_status(result, DIFFERS)
        self.assertEqual(json.loads(result.stdout)["differs"], ["objective"])

    def test_missing_weights_are_asked_for(self):
        path = self.folder / "weights"
        path.write_text("2\n" * 299 + "7\n")
        model = self.fit("--sample-weights", path)
        result = run("verify", *model)
        self.assert_status(result, DIFFERS)
        self.assertIn("--sample-weights", result.stderr)
        self.assertIn("total_weight", result.stdout.splitlines()[-1])

    def test_the_samples_of_the_fit_among_those_of_the_file(self):
        path = self.folder / "weights"
        path.write_text("".join(f"{1 + i % 5}\n" for i in range(300)))
        chosen = ("--only-labels=0,2", "--sample-weights", path, "--validation-fraction=0.25", "--seed=7")
        model = self.fit("--l2=0.01", *chosen)
        report = self.verify(*model, *chosen)
        self.assertEqual((report["agrees"], report["samples"]), (True, 150))
        result = run("verify", *model, *chosen[:-1], "--seed=8")
        self.assert_status(result, DIFFERS)

    def test_the_scale_is_the_models(self):
        values = [pixel / 255 for pixel in self.pixels]
        images = write_idx(self.folder / "doubles", FLOAT64, (300, 4, 4), values)
        result = run("verify", self.model, "--images", images, "--labels", self.labels)
        self.assert_status(result, DIFFERS)
        self.assertIn("--scale 1", result.stderr)
        self.succeed("verify", self.model, "--images", images, "--labels", self.labels, "--scale=1")

    def test_refusals(self):
        self.refuse(USAGE, "--model is required", "verify", *self.data)
        self.refuse(USAGE, "--labels is required", "verify", self.model, "--images", self.images)
        self.refuse(USAGE, "unexpected argument 'again'", "verify", self.model, "again", *self.data)
        self.refuse(USAGE, "standard input", "verify", "-", "--images=-", "--labels", self.labels)
        labels = write_idx(self.folder / "unknown", UINT8, (300,), [*self.classes[:-1], 9])
        self.refuse(DATA, ["9", "299"], "verify", self.model, "--images", self.images, "--labels", labels)


if __name__ == "__main__":
    unittest.main()
