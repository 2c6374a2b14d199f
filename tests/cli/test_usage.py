"""Options: help, refusals that name option and value, and the man page in step with --help.

    test_usage.py MAN_PAGE [unittest arguments]
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from support import COMMANDS, DATA, OK, USAGE, ProgramTest, environment, run

MAN_PAGE = pathlib.Path(sys.argv.pop(1))


def options_of(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))


def help_of(*command):
    return run(*command, "--help").stdout


class Arguments(unittest.TestCase):
    def test_a_file_without_its_option(self):
        """What other programs take as an argument: the message says how it is given here."""
        for command, option in (("train", "--data"), ("predict", "--data"), ("export", "--model")):
            result = run(command, "iris.csv")
            self.assertEqual(result.returncode, USAGE)
            self.assertIn(f"'iris.csv': files are named by options, such as {option}", result.stderr)


class Help(unittest.TestCase):
    def test_no_arguments(self):
        result = run()
        self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
        for command in COMMANDS:
            self.assertIn(command, result.stderr)

    def test_help_goes_to_standard_output(self):
        for command in ([], *([name] for name in COMMANDS)):
            result = run(*command, "--help")
            self.assertEqual((result.returncode, result.stderr), (OK, ""), command)
            self.assertTrue(result.stdout.startswith("Usage: linclass"), command)

    def test_version(self):
        result = run("--version")
        self.assertEqual(result.returncode, OK)
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], r"^linclass \d+\.\d+\.\d+ \(liblinclass \d+\.\d+\.\d+\)$")
        self.assertIn(lines[1], ("vectors: portable", "vectors: avx2", "vectors: avx512"))
        self.assertRegex(lines[2], r"^BLAS: .")
        self.assertTrue(all(line.startswith("warning: ") for line in lines[3:]), lines)

    def test_version_warns_of_blas_kernels_narrower_than_the_processor(self):
        lines = run("--version", env={**environment(), "OPENBLAS_CORETYPE": "Prescott"}).stdout.splitlines()
        if "(Prescott)" not in lines[2] or "avx2" not in pathlib.Path("/proc/cpuinfo").read_text().split():
            self.skipTest("the BLAS in use is not an OpenBLAS that chooses kernels, or the processor has no AVX2")
        self.assertIn("vectors of 128 bits", lines[3])
        self.assertIn("OPENBLAS_CORETYPE=", lines[3])

    def test_help_gives_the_defaults_and_ranges(self):
        text = " ".join(help_of("train").split())
        for words in ("Default 1/255", "1 to 1024", "Default 100", "Default 1e-4", ">= 0. Default 0"):
            self.assertIn(words, text)


    def test_default_iterations_are_those_of_the_solvers(self):
        table = (MAN_PAGE.parents[1] / "lib" / "solver" / "solver.c").read_text()
        solvers = re.findall(r'\{LINCLASS_SOLVER_\w+, "[^"]+", "([a-z-]+)", (\d+),', table)
        self.assertGreater(len(solvers), 8)
        usual = "1000"
        others = {name: count for name, count in solvers if count != usual}
        manual = re.sub(r"\n\.[A-Z]+ |\n", " ", ManPage.text)
        for source in (help_of("train"), manual):
            text = " ".join(source.split())
            (words,) = re.findall(rf"or iterations, .*?Default:? (.*?), ?{usual} for the others", text)
            said = re.findall(r"(\d+) for ([a-z-]+(?: and [a-z-]+)?)", words)
            self.assertEqual({name: count for count, names in said for name in names.split(" and ")}, others)

    def test_what_is_required_is_used(self):
        """Labels are required of every command that reads samples but predict, which has no use for them."""
        for command in ("train", "predict", "evaluate", "verify", "calibrate"):
            required = help_of(command).partition("Required (")[2].partition("\n\n")[0]
            self.assertIn("--data", options_of(required))
            self.assertEqual("--labels" in options_of(required), command != "predict", command)

    def test_every_heading_has_options_below_it(self):
        """Two groups of one number would be sorted together, below the second heading."""
        for command in COMMANDS:
            lines = help_of(command).splitlines()
            for line, below in zip(lines, lines[1:], strict=False):
                if re.match(r" \S", line):
                    self.assertRegex(below, r"^      --", f"{command}: {line}")

    def test_help_of_a_command(self):
        self.assertEqual(run("help").stdout, run("--help").stdout)
        for command in COMMANDS:
            self.assertEqual(run("help", command).stdout, help_of(command))
        self.assertEqual(run("help", "trian").returncode, USAGE)


class Suggestions(unittest.TestCase):
    def assert_meant(self, meant, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
        self.assertIn(f"did you mean '{meant}'?", result.stderr)

    def test_commands(self):
        for given, meant in (("trian", "train"), ("evalute", "evaluate"), ("inof", "info"), ("covert", "convert")):
            self.assert_meant(meant, given)
        self.assertNotIn("did you mean", run("fit-everything").stderr)

    def test_options(self):
        self.assert_meant("--images", "train", "--imagse=x")
        self.assert_meant("--l1", "train", "--quiet", "--l3=1")
        self.assert_meant("--learning-rate", "train", "--learning_rate", "1")
        self.assert_meant("--probabilities", "predict", "--probabilites")
        self.assertNotIn("did you mean", run("predict", "--frobnicate").stderr)

    def test_values_that_begin_like_options_are_none(self):
        self.assertNotIn("unrecognized", run("info", "--label", "--sovler", "/nowhere").stderr)
        self.assertNotIn("unrecognized", run("info", "--", "--sovler").stderr)

    def test_abbreviations_stay(self):
        self.assertIn("--model is required", run("predict", "--prob", "--data=x").stderr)

    def test_what_a_terminal_would_not_show_is_escaped(self):
        self.assertIn("\\x1B", run("train", "--\033[31m").stderr)


class ManPage(unittest.TestCase):
    text = MAN_PAGE.read_text().replace(r"\-", "-")

    def section(self, name):
        found = re.search(rf"^\.SH {name}\n(.*?)(?=^\.SH )", self.text, re.MULTILINE | re.DOTALL)
        self.assertIsNotNone(found, name)
        return found.group(1)

    def test_every_option_of_a_command_is_in_its_section_and_no_other(self):
        common = options_of(self.section("COMMON OPTIONS"))
        for command in COMMANDS:
            documented = options_of(self.section(command.upper())) | common
            self.assertEqual(options_of(help_of(command)), documented, command)

    def test_no_other_option_is_mentioned(self):
        known = set().union(*(options_of(help_of(command)) for command in COMMANDS))
        self.assertEqual(options_of(self.text) - known, set())

    def test_missing_cells_are_those_of_the_reader(self):
        cells = (MAN_PAGE.parents[1] / "lib" / "data" / "formats" / "csv_cells.c").read_text()
        (words,) = re.findall(r"WORDS\[\] = \{(.*?)\}", cells, re.DOTALL)
        listed = ", ".join(re.findall(r'"([^"]+)"', words))
        self.assertIn(f"missing cells of a table, which are empty or one of {listed}:", self.text)

    def test_version_is_the_programs(self):
        version = run("--version").stdout.split()[1]
        self.assertIn(f'"liblinclass {version}"', self.text.splitlines()[0])

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_it_formats_without_a_warning(self):
        command = ["groff", "-man", "-ww", "-z", str(MAN_PAGE)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(result.stderr, "")


class Refusals(ProgramTest):
    def test_an_option_that_names_something_is_given_once(self):
        """Of two files, columns or lists of labels one would be passed over."""
        model, files = self.folder / "refused", ("--images=x", "--labels=x", "--model=x")
        for command, options in (
            (("train", *files), ("--labels", "--model", "--sample-weights", "--history", "--warm-start",
                                 "--only-labels", "--ignore-label")),
            (("predict", *files), ("--output", "--offsets", "--model", "--labels")),
            (("calibrate", *files), ("--output",)), (("evaluate", *files), ("--images",)),
            (("export", "--model=x"), ("--onnx", "--name")),
            (("train", "--data=x", "--model", model), ("--data", "--label", "--samples")),
            (("info", "x"), ("--label",)), (("convert", "x", "y.csv"), ("--labels", "--label")),
        ):  # fmt: skip
            for option in options:
                self.refuse(USAGE, f"{option} is given twice, as '", *command, f"{option}=a", option, "b")
        self.refuse(USAGE, "--label is given twice, as 't1' and as 't2'", "info", "x", "--label=t1", "--label=t2")
        for first, second in (("1=2", "2=2"), ("balanced", "2=2"), ("1=2", "balanced")):
            self.refuse_train(
                f"--class-weight is given twice, as '{first}' and as '{second}'",
                f"--class-weight={first}", f"--class-weight={second}",
            )  # fmt: skip

    def test_of_numbers_the_last_counts(self):
        """So that a script can have its own, and pass on those that it is given."""
        options = (*self.data, "--quiet", "--json", "--epochs=2", "--model", self.folder / "last")
        one = self.succeed("train", *options, "--l2=5", "--l2=0.5")
        self.assertEqual(json.loads(one)["l2"], 0.5)

    def refuse_train(self, words, *arguments):
        model = self.folder / "refused"
        data = self.data_but_for(arguments)
        self.refuse(USAGE, words, "train", *data, "--model", model, *arguments)
        self.assertFalse(model.exists())

    def test_values_out_of_range_are_named(self):
        for option, value in (
            ("--epochs", "0"), ("--epochs", "1.5"), ("--epochs", "99999999999999999999"),
            ("--epochs", "3 "), ("--epochs", ""), ("--batch-size", "-1"), ("--batch-size", "0x10"),
            ("--learning-rate", "0"), ("--learning-rate", "1,5"), ("--learning-rate", "nan"),
            ("--learning-rate", "1e999"), ("--learning-rate", " 1"), ("--learning-rate", "0x1p3"),
            ("--l2", "-1e-9"), ("--l1", "inf"), ("--scale", "0"), ("--scale", "1/255"),
            ("--seed", "-1"), ("--seed", "18446744073709551616"), ("--threads", "1025"),
            ("--tolerance", "-1"), ("--max-seconds", "0"), ("--dtype", "float16"),
            ("--solver", "adam"), ("--loss", ""),
        ):  # fmt: skip
            with self.subTest(option=option, value=value):
                self.refuse_train([f"{option}:", f"'{value}'"], f"{option}={value}")

    def test_names_of_files_are_not_empty(self):
        self.refuse_train("--history: the name of the file is empty", "--history=")

    def test_names_are_listed(self):
        self.refuse_train("auto, sgd, gd", "--solver=adam")

    def test_options_without_meaning_for_the_solver(self):
        self.refuse_train(["--batch-size", "gd"], "--solver=gd", "--batch-size=10")
        self.refuse_train(["--tolerance", "sgd"], "--tolerance=1", "--solver=sgd")

    def test_validation_needs_both_files(self):
        self.refuse_train("go together", "--validation-images", self.images)

    def test_one_file_is_standard_input(self):
        self.refuse_train("standard input", "--images=-", "--labels=-")

    def test_one_thing_goes_to_standard_output(self):
        self.refuse_train("standard output", "--history=-", "--json")

    def test_unknown_options_arguments_and_commands(self):
        self.refuse_train("--no-such-option", "--no-such-option")
        self.refuse_train("'extra'", "extra")
        self.refuse(USAGE, "'fit' is not a command", "fit")
        self.refuse(USAGE, "--fit", "--fit")

    def test_required_options(self):
        self.refuse(USAGE, "--data or --images is required", "train")
        self.refuse(USAGE, "--model is required", "train", *self.data)
        self.refuse(USAGE, "--labels is required", "evaluate", "--model=m", "--images=i")
        self.refuse(USAGE, "--model is required", "predict", "--images=i")
        self.refuse(USAGE, "FILE is required", "info")

    def test_what_the_library_refuses_is_told_in_options_of_the_program(self):
        command = ("train", *self.data, "--model", self.folder / "refused")
        self.refuse(USAGE, "--cv is 1000000", *command, "--cv=1000000")
        decay = ("--learning-rate-schedule=step", "--learning-rate-decay=2")
        self.refuse(USAGE, "--learning-rate-decay is 2", *command, *decay)
        self.refuse(DATA, "--loss is logistic, a loss for two classes", *command, "--loss=logistic")

    def test_messages_are_english_in_every_locale(self):
        changed = environment(LC_ALL="de_DE.UTF-8", LANGUAGE="de")
        self.refuse(USAGE, "is required", "train", env=changed)


if __name__ == "__main__":
    unittest.main()
