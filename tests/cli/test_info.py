"""linclass info."""

import json
import unittest

from support import REPORT_KEYS, ProgramTest

KEYS = {
    "schema", "features", "classes", "dtype", "loss_function", "bias", "scale", "l1", "l2",
    "labels", "training", "class_weights",
}  # fmt: skip


class Info(ProgramTest):
    def test_json_has_the_documented_keys(self):
        info = json.loads(self.succeed("info", "--json", self.model))
        self.assertEqual(set(info), KEYS)
        self.assertEqual(set(info["training"]), REPORT_KEYS)
        self.assertEqual(info["labels"], [0, 1, 2])
        self.assertEqual((info["features"], info["classes"]), (16, 3))

    def test_the_report_is_that_of_training(self):
        report = self.train_json("--epochs=3")
        info = json.loads(self.succeed("info", "--json", self.folder / "other-model"))
        for key in REPORT_KEYS:
            self.assertEqual(info["training"][key], report[key], key)

    def test_text_names_what_the_model_is(self):
        lines = self.succeed("info", self.model).splitlines()
        for line in ("features        16", "classes         3", "labels          0 1 2",
                     "loss function   softmax", "iterations      5"):  # fmt: skip
            self.assertIn(line, lines)


if __name__ == "__main__":
    unittest.main()
