"""Files: gzip, standard input and output, broken inputs, outputs that cannot be written, and models
that survive failure."""

import gzip
import json
import math
import os
import re
import resource
import signal
import subprocess
import unittest

from support import DATA, FLOAT32, IO, OK, PROGRAM, UINT8, ProgramTest, environment, idx_bytes, run, write_idx


class Streams(ProgramTest):
    def test_gzip_is_told_by_content(self):
        images = write_idx(self.folder / "images-z", UINT8, (300, 4, 4), self.pixels, compress=True)
        labels = write_idx(self.folder / "labels-z", UINT8, (300,), self.classes, compress=True)
        plain = json.loads(self.succeed("evaluate", "--model", self.model, *self.data, "--json"))
        command = ("evaluate", "--model", self.model, "--images", images, "--labels", labels)
        self.assertEqual(json.loads(self.succeed(*command, "--json")), plain)

    def test_samples_from_standard_input(self):
        content = self.images.read_bytes()
        command = ("predict", "--model", self.model, "--images")
        expected = self.succeed(*command, self.images).encode()
        self.assertEqual(self.succeed(*command, "-", input=content, text=False), expected)
        compressed = gzip.compress(content)
        self.assertEqual(self.succeed(*command, "-", input=compressed, text=False), expected)

    def test_labels_from_standard_input(self):
        command = ("evaluate", "--model", self.model, "--images", self.images, "--labels=-", "--json")
        self.succeed(*command, input=self.labels.read_bytes(), text=False)

    def test_a_model_through_standard_output_and_input(self):
        command = ("train", *self.data, "--model=-", "--epochs=5", "--quiet")
        content = self.succeed(*command, text=False)
        predict = ("predict", "--images", self.images, "--scores", "--model")
        through = self.succeed(*predict, "-", input=content, text=False)
        self.assertEqual(through, self.succeed(*predict, self.model, text=False))
        self.succeed("info", "-", input=content, text=False)

    def test_streams_leave_nothing_behind(self):
        temporary = self.folder / "temporary"
        temporary.mkdir()
        changed = environment(TMPDIR=str(temporary))
        content = self.succeed("train", *self.data, "--model=-", text=False, env=changed)
        self.succeed("info", "-", input=content, text=False, env=changed)
        self.assertEqual(list(temporary.iterdir()), [])


class BrokenInputs(ProgramTest):
    def refuse_images(self, status, words, content):
        broken = self.folder / "broken"
        broken.write_bytes(content)
        model = self.folder / "refused"
        files = ("--images", broken, "--labels", self.labels, "--model", model)
        self.refuse(status, words, "train", *files)
        self.assertFalse(model.exists())

    def test_samples_that_are_not_what_they_should_be(self):
        whole = idx_bytes(UINT8, (300, 4, 4), self.pixels)
        self.refuse_images(DATA, "broken", b"")
        self.refuse_images(DATA, "broken", b"P5 28 28 255\n")
        self.refuse_images(DATA, "broken", whole[:-1])
        self.refuse_images(DATA, "broken", whole + b"\0")
        self.refuse_images(DATA, "broken", gzip.compress(whole)[:-9])
        self.refuse_images(DATA, "broken", idx_bytes(UINT8, (2**31, 2**31), []))

    def test_labels_of_another_number(self):
        self.refuse_images(DATA, ["2", "300"], idx_bytes(UINT8, (2, 4, 4), [0] * 32))

    def test_no_samples(self):
        broken = write_idx(self.folder / "none", UINT8, (0, 4, 4), [])
        labels = write_idx(self.folder / "no-labels", UINT8, (0,), [])
        files = ("--images", broken, "--labels", labels, "--model", self.folder / "refused")
        self.refuse(DATA, "", "train", *files)

    def test_files_that_are_not_there(self):
        absent = self.folder / "absent"
        files = ("--labels", self.labels, "--model", self.folder / "refused")
        self.refuse(IO, ["absent", "No such file"], "train", "--images", absent, *files)
        self.refuse(IO, ["absent", "No such file"], "info", absent)
        self.refuse(IO, "Is a directory", "info", self.folder)

    def test_models_that_are_not_what_they_should_be(self):
        content = self.model.read_bytes()
        broken = self.folder / "broken-model"
        middle = len(content) // 2
        changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for damaged in (b"", content[:-1], content + b"\0", changed):
            broken.write_bytes(damaged)
            self.refuse(DATA, "broken-model", "info", broken)


class Outputs(ProgramTest):
    def test_standard_output_that_is_full(self):
        model = ("--model", self.folder / "full-model")
        for command in (
            ("predict", "--model", self.model, "--images", self.images),
            ("predict", "--model", self.model, "--images", self.images, "--scores"),
            ("evaluate", "--model", self.model, *self.data),
            ("evaluate", "--model", self.model, *self.data, "--json"),
            ("info", self.model),
            ("info", "--json", self.model),
            ("train", *self.data, *model, "--epochs=1", "--json", "--quiet"),
            ("train", *self.data, *model, "--epochs=1", "--history=-", "--quiet"),
            ("train", *self.data, "--epochs=1", "--model=-", "--quiet"),
            ("train", "--help"),
            ("--version",),
        ):
            with self.subTest(command=command), open("/dev/full", "w") as full:
                result = run(*command, stdout=full)
                self.assert_status(result, IO)
                self.assertIn("No space left", result.stderr)

    def test_standard_output_that_is_closed(self):
        command = [PROGRAM, "info", str(self.model)]
        result = subprocess.run(
            ["sh", "-c", '"$@" >&-', "sh", *command], capture_output=True, text=True, check=False
        )
        self.assert_status(result, IO)
        self.assertIn("standard output", result.stderr)

    def test_a_reader_that_goes_away(self):
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, "w") as pipe:
            result = run("predict", "--model", self.model, "--images", self.images, stdout=pipe)
        self.assert_status(result, IO)
        self.assertEqual(result.stderr, "")

    def test_a_history_that_is_full_does_not_cost_the_model(self):
        model = self.folder / "with-full-history"
        command = ("train", *self.data, "--model", model, "--history=/dev/full", "--epochs=3")
        result = run(*command, "--quiet")
        self.assert_status(result, IO)
        self.assertEqual(result.stderr.count("the fit goes on without"), 1)
        reasons = re.findall(r"cannot write [^:]*: ([^;\n]*)", result.stderr)
        self.assertEqual(set(reasons), {"No space left on device"})
        self.succeed("info", model)

    def test_a_model_that_cannot_be_saved_is_known_before_the_samples_are_read(self):
        for path in (self.folder / "no-such-folder" / "model", self.folder, "/dev/null"):
            files = ("--images=absent", "--labels=absent", "--model", path)
            result = self.refuse(IO, "cannot save a model", "train", *files)
            self.assertNotIn("absent", result.stderr)

    def test_the_check_leaves_nothing_behind(self):
        folder = self.folder / "clean"
        folder.mkdir()
        self.refuse(IO, "absent", "train", "--images=absent", "--labels=absent", "--model", folder / "m")
        self.assertEqual(list(folder.iterdir()), [])


class OldModels(ProgramTest):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.place.mkdir()
        self.old = self.place / "model"
        self.old.write_bytes(b"the old model")

    def assert_old_model_is_whole(self):
        self.assertEqual(self.old.read_bytes(), b"the old model")
        self.assertEqual(list(self.place.iterdir()), [self.old])

    def test_a_training_that_fails_leaves_it(self):
        labels = write_idx(self.folder / "fewer", UINT8, (299,), self.classes[:-1])
        files = ("--images", self.images, "--labels", labels, "--model", self.old)
        self.refuse(DATA, "", "train", *files)
        self.assert_old_model_is_whole()

    def test_a_training_that_is_killed_leaves_it(self):
        history = self.folder / "killed.csv"
        command = [PROGRAM, "train", *self.data, "--model", self.old, "--history", history]
        with subprocess.Popen(
            [*map(str, command), "--solver=sgd", "--epochs=1000000000"], stderr=subprocess.PIPE, text=True
        ) as process:
            for _ in range(3):
                self.assertIn("epoch", process.stderr.readline())
            process.send_signal(signal.SIGKILL)
        self.assert_old_model_is_whole()
        self.assertGreaterEqual(len(history.read_text().splitlines()), 1 + 3)

    def test_a_training_that_succeeds_replaces_it(self):
        result = run("train", *self.data, "--model", self.old, "--epochs=1")
        self.assert_status(result, OK)
        self.succeed("info", self.old)


def limit_files():
    """For a child: files of at most 4096 bytes, a write beyond which fails as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


class OldPredictions(ProgramTest):
    def setUp(self):
        self.place = self.folder / self._testMethodName
        self.place.mkdir()
        self.old = self.place / "predictions"
        self.old.write_text("the old predictions")
        files = ("--model", self.model, "--images", self.images, "--output", self.old)
        self.predict = ("predict", "--scores", *files)

    def test_a_disk_that_is_full_leaves_them(self):
        self.refuse(IO, "File too large", *self.predict, preexec_fn=limit_files, restore_signals=False)
        self.assertEqual(self.old.read_text(), "the old predictions")
        self.assertEqual(list(self.place.iterdir()), [self.old])

    def test_samples_that_are_not_finite_leave_them(self):
        pixels = [0.0] * (5000 * 16)
        pixels[4999 * 16 + 3] = math.nan
        broken = write_idx(self.folder / "nan", FLOAT32, (5000, 16), pixels)
        command = ("predict", "--model", self.model, "--images", broken, "--scale=1", "--output", self.old)
        self.refuse(DATA, "from row 4096 on", *command)
        self.assertEqual(self.old.read_text(), "the old predictions")

    def test_new_ones_have_their_permissions(self):
        self.old.chmod(0o640)
        self.succeed(*self.predict)
        self.assertEqual(len(self.old.read_text().splitlines()), 301)
        self.assertEqual(self.old.stat().st_mode & 0o7777, 0o640)


if __name__ == "__main__":
    unittest.main()
