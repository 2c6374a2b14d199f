"""linclass info."""

import json
import struct
import unittest
import zlib

from support import REPORT_KEYS, ProgramTest

KEYS = {
    "schema", "features", "classes", "dtype", "loss_function", "bias", "scale", "l1", "l2", "group_l1", "weight_min", "weight_max", "temperature", "sets", "sets_samples",
    "labels", "class_names", "columns", "training", "class_weights", "metadata",
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
        for key in REPORT_KEYS - {"seconds"}:
            self.assertEqual(info["training"][key], report[key], key)

    def test_a_file_keeps_no_times(self):
        self.assertGreater(self.train_json("--epochs=3")["seconds"], 0)
        path = self.folder / "other-model"
        self.assertIsNone(json.loads(self.succeed("info", "--json", path))["training"]["seconds"])
        self.assertNotIn("seconds", self.succeed("info", path))
        self.assertNotIn(b"seconds", path.read_bytes())

    def test_text_names_what_the_model_is(self):
        lines = self.succeed("info", self.model).splitlines()
        for line in ("features        16", "classes         3", "labels          0 1 2",
                     "loss function   softmax", "iterations      5"):  # fmt: skip
            self.assertIn(line, lines)

    def test_metadata_of_the_callers_is_shown(self):
        self.assertEqual(json.loads(self.succeed("info", "--json", self.model))["metadata"], {})
        texts = {"names": "ant, bee\x1b[2J", "from": 'na\u00efve "tool"'}
        path = self.folder / "with-metadata"
        path.write_bytes(with_metadata(self.model.read_bytes(), texts))
        self.assertEqual(json.loads(self.succeed("info", "--json", path))["metadata"], texts)
        lines = self.succeed("info", path).splitlines()
        self.assertIn("metadata        names: ant, bee\\x1B[2J", lines)
        self.assertIn('metadata        from: na\u00efve "tool"', lines)


def with_metadata(content, texts):
    """A model file with texts of the caller's, by docs/model-format.md."""
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] |= {"checksum": "00000000"} | {f"user.{key}": text for key, text in texts.items()}
    packed = json.dumps(header, separators=(",", ":")).encode()
    packed += b" " * (-len(packed) % 8)
    blank = struct.pack("<Q", len(packed)) + packed + content[8 + length :]
    return blank.replace(b'"checksum":"00000000"', b'"checksum":"%08x"' % zlib.crc32(blank), 1)


if __name__ == "__main__":
    unittest.main()
