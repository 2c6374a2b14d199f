"""Completion in the shells: every command, every option of each, and the words that options take.

    test_completion.py FOLDER_OF_THE_SCRIPTS [unittest arguments]
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from support import COMMANDS, PROGRAM, environment, run

SCRIPTS = pathlib.Path(sys.argv.pop(1)).resolve()
VALUES = {
    ("train", "--dtype"): {"float32", "float64"},
    ("train", "--vector-set"): {"portable", "avx2", "avx512"},
    ("predict", "--format"): {"csv", "libsvm", "npy", "npz", "safetensors", "idx"},
    ("convert", "--to"): {"csv", "libsvm", "npy", "npz"},
}


def options_of(command):
    """From the short usage, which lists each option in brackets: not where completion has them from."""
    usage = run(command, "--usage").stdout
    return set(re.findall(r"\[(--[a-z0-9-]+)", usage)) | set(re.findall(r"\|(--[a-z0-9-]+)", usage))


def shell(*command, **changes):
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment(**changes), timeout=60)
    return set(result.stdout.split())


@unittest.skipUnless(shutil.which("bash"), "there is no bash")
class Bash(unittest.TestCase):
    SCRIPT = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _linclass; printf "%s\\n" "${COMPREPLY[@]}"'

    def complete(self, *words):
        return shell("bash", "-c", self.SCRIPT, "bash", SCRIPTS / "linclass.bash", PROGRAM, *words)

    def test_commands(self):
        self.assertEqual(self.complete(""), {*COMMANDS, "help", "--help", "--usage", "--version"})
        self.assertEqual(self.complete("help", ""), {*COMMANDS, "help"})
        self.assertEqual(self.complete("ev"), {"evaluate"})

    def test_options(self):
        for command in COMMANDS:
            found = {option.rstrip("=") for option in self.complete(command, "--")}
            self.assertEqual(found, options_of(command), command)
        self.assertEqual(self.complete("train", "--validation-d"), {"--validation-data="})

    def test_values(self):
        for (command, option), values in VALUES.items():
            self.assertEqual(self.complete(command, option, "=", ""), values)
            self.assertEqual(self.complete(command, option, ""), values)
        self.assertEqual(self.complete("train", "--solver", "=", "new"), {"newton", "newton-cg"})

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "data.csv")
            path.touch()
            self.assertEqual(self.complete("train", "--data", "=", f"{folder}/da"), {str(path)})
            self.assertEqual(self.complete("info", f"{folder}/da"), {str(path)})


@unittest.skipUnless(shutil.which("zsh"), "there is no zsh")
class Zsh(unittest.TestCase):
    def call(self, function, *words):
        script = f'source "$1"; shift; {function} "$@"'
        return shell("zsh", "-c", script, "zsh", SCRIPTS / "_linclass", PROGRAM, *words)

    def test_commands_options_and_values(self):
        self.assertEqual(self.call("_linclass_commands"), {*COMMANDS, "help"})
        for command in COMMANDS:
            found = {option.rstrip("=") for option in self.call("_linclass_options", command)}
            self.assertEqual(found, options_of(command), command)
        for (command, option), values in VALUES.items():
            self.assertEqual(self.call("_linclass_values", command, option), values)


@unittest.skipUnless(shutil.which("fish"), "there is no fish")
class Fish(unittest.TestCase):
    def complete(self, line):
        path = os.pathsep.join([str(pathlib.Path(PROGRAM).parent), os.environ["PATH"]])
        script = f"source '{SCRIPTS / 'linclass.fish'}'; complete -C '{line}'"
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as empty:
            result = subprocess.run(
                ["fish", "-c", script], capture_output=True, text=True, check=True, cwd=empty,
                env=environment(HOME=home, PATH=path, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home),
            )  # fmt: skip
        return {found.split("\t")[0] for found in result.stdout.splitlines()}

    def test_commands_options_and_values(self):
        self.assertEqual(self.complete("linclass "), {*COMMANDS, "help"})
        for command in COMMANDS:
            found = {option.rstrip("=") for option in self.complete(f"linclass {command} --")}
            self.assertEqual(found, options_of(command), command)
        for (command, option), values in VALUES.items():
            self.assertEqual(self.complete(f"linclass {command} {option} "), values)
            self.assertEqual(
                self.complete(f"linclass {command} {option}="), {f"{option}={value}" for value in values}
            )


if __name__ == "__main__":
    unittest.main()
