"""An output that is an input or another output, by whatever name, is refused before anything is lost."""

import itertools
import os
import pathlib
import subprocess
import unittest

from support import DATA, OK, PROGRAM, USAGE, ProgramTest, environment, open_terminal, run

SAME = "are the same file"


def spellings(path, place):
    """Names of one file: as it is, with dots, through links of all kinds made in `place`."""
    place.mkdir()
    symbolic, chain, hard, folder = (place / name for name in ("symbolic", "chain", "hard", "folder"))
    symbolic.symlink_to(os.path.relpath(path, place))
    chain.symlink_to("symbolic")
    folder.symlink_to(path.parent)
    names = {
        "absolute": path, "dots": f"{path.parent}/./../{path.parent.name}/{path.name}",
        "relative": os.path.relpath(path), "symbolic link": symbolic, "chain of links": chain,
        "directory link": folder / path.name,
    }  # fmt: skip
    if path.exists():
        hard.hardlink_to(path)
        names["hard link"] = hard
    return names


class Pairs(ProgramTest):
    """Commands whose files have a folder each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weights = cls.folder / "weights"
        cls.weights.write_text("1\n" * 300)
        cls.numbers = itertools.count()

    def file(self, name, source=None):
        """A fresh file of that name, or the path of one that is not there."""
        folder = self.folder / f"fresh-{next(self.numbers)}"
        folder.mkdir()
        path = folder / name
        if source is not None:
            path.write_bytes(source.read_bytes())
        return path

    def roles(self, command):
        """Option -> file; an output is not there yet."""
        if command == "predict":
            inputs = {"--model": self.model, "--images": self.images}
            outputs = ["--output"]
        else:
            inputs = {
                "--images": self.images, "--labels": self.labels, "--validation-images": self.images,
                "--validation-labels": self.labels, "--sample-weights": self.weights,
                "--validation-sample-weights": self.weights, "--warm-start": self.model,
            }  # fmt: skip
            outputs = ["--model", "--history"]
        given = {option: self.file("in", source) for option, source in inputs.items()}
        return given, {option: self.file("out") for option in outputs}

    def refuse_pair(self, command, given, first, second, named):
        before = {path: path.read_bytes() for path in given.values() if path.exists()}
        arguments = [argument for pair in given.items() for argument in pair]
        result = self.refuse(USAGE, [SAME, first, second], command, *arguments)
        self.assertIn(f"'{named}'", result.stderr)
        for path, content in before.items():
            self.assertEqual(path.read_bytes(), content)

    def test_outputs_that_are_inputs(self):
        for command in ("predict", "train"):
            inputs, outputs = self.roles(command)
            for (read, path), written in itertools.product(inputs.items(), outputs):
                for kind, name in spellings(path, self.file("links")).items():
                    with self.subTest(command=command, read=read, written=written, kind=kind):
                        given = inputs | outputs | {written: pathlib.Path(name)}
                        self.refuse_pair(command, given, read, written, path)
            for path in outputs.values():
                self.assertFalse(path.exists())

    def test_outputs_that_are_outputs(self):
        inputs, outputs = self.roles("train")
        for exists in (False, True):
            path = outputs["--model"]
            if exists:
                path.write_bytes(b"an old model")
            for kind, name in spellings(path, self.file("links")).items():
                with self.subTest(exists=exists, kind=kind):
                    given = inputs | outputs | {"--history": pathlib.Path(name)}
                    self.refuse_pair("train", given, "--model", "--history", path)
            self.assertEqual(path.exists(), exists)

    def test_what_is_not_there_is_no_excuse(self):
        """The comparison comes before anything is opened, also an input that is absent."""
        absent = self.file("absent")
        self.refuse(USAGE, SAME, "predict", "--model", self.model, "--images", absent, "--output", absent)
        self.assertFalse(absent.exists())

    def test_files_that_only_look_alike_are_different(self):
        one, other = self.file("name"), self.file("name")
        self.succeed("train", *self.data, "--model", one, "--history", other, "--epochs=1", "--quiet")
        self.succeed("predict", "--model", one, "--images", self.images, "--output", self.file("name"))


class StandardStreams(ProgramTest):
    def copy(self, source):
        path = self.folder / f"copy-of-{source.name}-{self._testMethodName}"
        path.write_bytes(source.read_bytes())
        return path

    def test_standard_output_appended_to_an_input(self):
        model, images = self.copy(self.model), self.copy(self.images)
        files = ("--images", images, "--labels", self.labels)
        for path, command in (
            (model, ("predict", "--model", model, "--images", images)),
            (images, ("predict", "--model", model, "--images", images, "--output=-")),
            (images, ("predict", "--model", model, "--images", images, "--output=/dev/stdout")),
            (model, ("evaluate", "--model", model, *files)),
            (images, ("verify", "--model", model, *files)),
            (model, ("verify", model, *files, "--json")),
            (model, ("info", model)),
            (images, ("train", *files, "--model", self.folder / "unused", "--json")),
            (images, ("train", *files, "--model=-")),
        ):
            with self.subTest(command=command):
                before = path.read_bytes()
                with open(path, "ab") as stream:
                    result = run(*command, stdout=stream)
                self.assert_status(result, USAGE)
                self.assertIn(SAME, result.stderr)
                self.assertEqual(path.read_bytes(), before)

    def test_standard_input_that_is_the_output(self):
        images = self.copy(self.images)
        before = images.read_bytes()
        with open(images, "rb") as stream:
            result = run("predict", "--model", self.model, "--images=-", "--output", images, stdin=stream)
        self.assert_status(result, USAGE)
        self.assertIn("'-'", result.stderr)
        self.assertEqual(images.read_bytes(), before)

    def test_a_table_and_a_history_in_one_file(self):
        path = self.folder / "both"
        with open(path, "wb") as stream:
            command = ("train", *self.data, "--model", self.folder / "unused", "--json", "--history", path)
            result = run(*command, stdout=stream)
        self.assert_status(result, USAGE)
        self.assertIn("--history", result.stderr)
        self.assertIn("standard output", result.stderr)

    def test_weights_are_a_stream_too(self):
        command = ("evaluate", "--model", self.model, "--images", self.images)
        self.refuse(USAGE, "standard input", *command, "--labels=-", "--sample-weights=-")


class Legitimate(ProgramTest):
    def test_devices_that_keep_nothing(self):
        command = ("train", *self.data, "--model", self.folder / "kept", "--epochs=1", "--quiet")
        with open("/dev/null", "w") as null:
            self.assert_status(run(*command, "--history=/dev/null", "--json", stdout=null), OK)
        self.refuse(DATA, "empty", "predict", "--model", self.model, "--images=/dev/null", "--output=/dev/null")

    def test_a_pipe_through_a_name(self):
        predict = ("predict", "--model", self.model, "--images", self.images)
        self.assertEqual(self.succeed(*predict, "--output=/dev/stdout"), self.succeed(*predict))

    def test_standard_output_through_a_name_goes_to_the_file_that_is_open(self):
        """Not to another in its place, which whoever opened it would not read."""
        predict = ("predict", "--model", self.model, "--images", self.images)
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            with open(self.folder / "open", "w+") as stream:
                self.assert_status(run(*predict, "--output", name, stdout=stream), OK)
                stream.seek(0)
                self.assertEqual(stream.read(), self.succeed(*predict), name)

    def test_a_pipe_in_the_file_system(self):
        predict = ("predict", "--model", self.model, "--images", self.images)
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
            self.succeed(*predict, "--output", pipe)
            self.assertEqual(reader.communicate(timeout=60)[0], self.succeed(*predict))

    def test_links_lead_to_the_output(self):
        """Whether what they lead to is there or not."""
        target, link = self.folder / "target", self.folder / "link-to-target"
        link.symlink_to(target)
        for _ in range(2):
            self.succeed("predict", "--model", self.model, "--images", self.images, "--output", link)
            self.assertTrue(link.is_symlink())
            self.assertEqual(len(target.read_text().splitlines()), 300)
            target.write_text("old")

    def test_one_terminal_for_input_and_output(self):
        master, terminal = open_terminal()
        try:
            result = subprocess.run(
                [PROGRAM, "predict", "--model", self.model, "--images", self.images, "--output=/dev/stdout"],
                stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, env=environment(), check=False, text=True,
            )  # fmt: skip
        finally:
            os.close(terminal)
            os.close(master)
        self.assert_status(result, OK)

    def test_one_file_read_twice(self):
        model = self.folder / "read-twice"
        same = ("--validation-images", self.images, "--validation-labels", self.labels)
        self.succeed("train", *self.data, *same, "--model", model, "--epochs=1", "--quiet")

    def test_an_output_in_the_place_of_an_old_one(self):
        path = self.folder / "labels-predicted"
        for _ in range(2):
            self.succeed("predict", "--model", self.model, "--images", self.images, "--output", path)
        self.assertEqual(len(path.read_text().splitlines()), 300)


if __name__ == "__main__":
    unittest.main()
