"""Tables: text labels, text columns, missing cells, unknown categories, by every command that reads data.

What the program makes of a table is compared with the same numbers in IDX files, encoded here.

    test_tables.py IRIS [unittest arguments]
"""

import csv
import gzip
import importlib
import json
import os
import pathlib
import random
import subprocess
import sys
import unittest
import zipfile

from support import DATA, FLOAT64, INT32, OK, USAGE, PROGRAM, ProgramTest, rows_of, run, write_idx

IRIS = pathlib.Path(sys.argv.pop(1))
COLOURS = ["blue", "green", "red"]


def optional(name):
    """A module that the tests can do without; None: it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def animals(rows, seed):
    """Rows of (size, colour, weight, kind); some sizes and colours are missing."""
    generator = random.Random(seed)
    table = []
    for _ in range(rows):
        kind = generator.randrange(3)
        size = "" if generator.random() < 0.1 else f"{generator.gauss(kind, 1):.3f}"
        colour = "" if generator.random() < 0.1 else COLOURS[(kind + generator.randrange(2)) % 3]
        table.append([size, colour, f"{generator.gauss(-kind, 2):.2f}", ["ant", "bee", "cow, brown"][kind]])
    return table


def write_csv(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


HEADER = ["size", "colour", "weight", "kind"]


class Tables(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = animals(200, 1)
        cls.table = write_csv(cls.folder / "animals.csv", HEADER, cls.rows)
        cls.fit = ("--dtype=float64", "--l2=1e-2", "--quiet")
        cls.mean = sum(float(row[0]) for row in cls.rows if row[0]) / sum(1 for row in cls.rows if row[0])
        cls.fitted = cls.folder / "animals-model"
        run("train", "--data", cls.table, "--label=kind", "--missing=mean", "--model", cls.fitted, *cls.fit)

    def encoded(self, rows):
        """The features of rows as this test encodes them."""
        features = []
        for size, colour, weight, *_ in rows:
            features.append(
                [float(size) if size else self.mean, *(colour == each for each in COLOURS), float(weight)]
            )
        return features

    def idx(self, name, rows):
        features = self.encoded(rows)
        return write_idx(
            self.folder / name, FLOAT64, (len(rows), 5), [float(value) for row in features for value in row]
        )

    def scores(self, *arguments):
        return [
            [float(value) for value in row.values()] for row in rows_of(self.succeed("predict", *arguments))
        ]

    def test_a_table_is_fitted_as_its_encoding_by_hand(self):
        classes = sorted({row[3] for row in self.rows})
        labels = write_idx(
            self.folder / "kinds", INT32, (len(self.rows),), [classes.index(row[3]) for row in self.rows]
        )
        images = self.idx("encoded", self.rows)
        by_hand = self.folder / "by-hand"
        self.succeed("train", "--images", images, "--labels", labels, "--model", by_hand, *self.fit)
        self.assertEqual(
            self.scores("--model", self.fitted, "--data", self.table, "--scores"),
            self.scores("--model", by_hand, "--images", images, "--scores"),
        )
        self.assertIn("agrees", self.succeed("verify", self.fitted, "--data", self.table))

    def test_predictions_are_names(self):
        predicted = self.succeed("predict", "--model", self.fitted, "--data", self.table)
        names = [row[0] for row in csv.reader(predicted.splitlines())]
        self.assertEqual(set(names), {"ant", "bee", "cow, brown"})
        numbers = self.succeed(
            "predict", "--model", self.fitted, "--data", self.table, "--labels-as-numbers"
        ).split()
        self.assertEqual([["ant", "bee", "cow, brown"][int(number)] for number in numbers], names)
        for arguments, first in (
            (["--probabilities"], 'probability_ant,probability_bee,"probability_cow, brown"'),
            (["--scores", "--names"], 'ant,bee,"cow, brown"'),
            (["--top=1"], "label_1,score_1"),
        ):
            text = self.succeed("predict", "--model", self.fitted, "--data", self.table, *arguments)
            self.assertEqual(text.splitlines()[0], first)
        self.refuse(
            USAGE, "--names is of", "predict", "--model", self.fitted, "--data", self.table, "--names"
        )

    def test_columns_of_texts_that_are_no_categories_are_pointed_out(self):
        rows = [[f"{number},5", *row[1:]] for number, row in enumerate(self.rows)]
        table = write_csv(self.folder / "decimal-commas.csv", HEADER, rows)
        model = self.folder / "commas-model"
        result = run("train", "--data", table, "--label=kind", "--missing=zero", "--model", model, *self.fit)
        self.assert_status(result, OK)
        self.assertIn("column 'size' (number 0) has 200 different texts, such as '0,5'", result.stderr)
        self.assertNotIn("colour", result.stderr)

    def test_labels_are_not_looked_at_in_predictions(self):
        rows = [[*row[:3], label] for row, label in zip(self.rows, ["", "ant", "elephant"])]
        odd = write_csv(self.folder / "odd-labels.csv", HEADER, rows)
        plain = write_csv(self.folder / "no-labels.csv", HEADER[:3], [row[:3] for row in rows])
        self.assertEqual(
            self.succeed("predict", "--model", self.fitted, "--data", odd),
            self.succeed("predict", "--model", self.fitted, "--data", plain),
        )
        self.refuse(DATA, "kind", "evaluate", "--model", self.fitted, "--data", odd)

    def test_other_columns_in_another_order(self):
        rows = animals(20, 2)
        turned = [[row[2], "-", row[1], row[0]] for row in rows]
        other = write_csv(self.folder / "turned.csv", ["weight", "note", "colour", "size"], turned)
        known = self.scores("--model", self.fitted, "--images", self.idx("turned", rows), "--scores")
        self.assertEqual(self.scores("--model", self.fitted, "--data", other, "--scores"), known)
        packed = self.folder / "turned.csv.gz"
        packed.write_bytes(gzip.compress(other.read_bytes()))
        self.assertEqual(self.scores("--model", self.fitted, "--data", packed, "--scores"), known)
        streamed = subprocess.run(
            [PROGRAM, "predict", "--model", self.fitted, "--data=-", "--scores"],
            input=other.read_bytes(),
            capture_output=True,
            check=True,
        )
        self.assertEqual(
            [[float(v) for v in row.values()] for row in rows_of(streamed.stdout.decode())], known
        )

    def test_unknown_categories(self):
        other = write_csv(self.folder / "pink.csv", HEADER[:3], [["1", "red", "2"], ["1", "pink", "2"]])
        by_hand = [["1", "red", "2"], ["1", "", "2"]]
        self.assertEqual(
            self.scores("--model", self.fitted, "--data", other, "--scores"),
            self.scores("--model", self.fitted, "--images", self.idx("pink", by_hand), "--scores"),
        )
        self.refuse(
            DATA, ["pink.csv", "line 3", "'colour'", "'pink'", "--unknown"],
            "predict", "--model", self.fitted, "--data", other, "--unknown=error",
        )  # fmt: skip

    def test_missing_cells(self):
        model = self.folder / "refused"
        first = next(i for i, row in enumerate(self.rows) if not (row[0] and row[1]))
        self.refuse(
            DATA, ["animals.csv", f"line {first + 2}", "the cell is missing", "--missing"],
            "train", "--data", self.table, "--label=kind", "--model", model,
        )  # fmt: skip
        self.assertFalse(model.exists())
        self.refuse(
            DATA, "missing", "predict", "--model", self.fitted, "--data", self.table, "--missing=error"
        )

    def test_columns_that_are_not_there(self):
        train = ("train", "--data", self.table, "--model", self.folder / "refused")
        self.refuse(
            USAGE, ["--label", "did you mean 'kind'", "'size', 'colour', 'weight'"], *train, "--label=knd"
        )
        self.refuse(USAGE, ["--label is 4", "columns 0 to 3"], *train, "--label=4")
        self.refuse(
            USAGE, ["which column has the labels", "--label", "weight, kind"], *train, "--missing=zero"
        )
        self.refuse(DATA, ["line 2", "'weight'", "no integer"], *train, "--label=weight", "--missing=zero")
        other = write_csv(self.folder / "color.csv", ["size", "color", "weight"], [["1", "red", "2"]])
        self.refuse(
            DATA,
            ["no column 'colour'", "did you mean 'color'"],
            "predict",
            "--model",
            self.fitted,
            "--data",
            other,
        )
        for header, cells in ((HEADER[:-1], ["1", "red", "2"]), (HEADER, ["1", "red", "2", ""])):
            other = write_csv(self.folder / "unlabelled.csv", header, [cells])
            self.refuse(
                DATA,
                ["unlabelled.csv has no labels", "'kind'"],
                "evaluate",
                "--model",
                self.fitted,
                "--data",
                other,
            )
        other = write_csv(
            self.folder / "dog.csv", HEADER, [["1", "red", "2", "ant"], ["1", "red", "2", "dog"]]
        )
        self.refuse(DATA, ["line 3", "'kind'", "'dog'"], "evaluate", "--model", self.fitted, "--data", other)

    def test_digits_are_the_category_they_were_whatever_the_other_rows_have(self):
        codes = ["007", "A12", "1.50", "1e2"] * 10
        rows = [[code, f"0{i % 4}" if i else "x"] for i, code in enumerate(codes)]
        coded = write_csv(self.folder / "codes.csv", ["code", "kind"], rows)
        model = self.folder / "codes-model"
        self.succeed("train", "--data", coded, "--label=kind", "--l2=1e-2", "--model", model, "--quiet")
        scores = {}
        for given in (["007", "1.50", "1e2"], ["007", "1.50", "1e2", "A12"]):
            other = write_csv(self.folder / "other-codes.csv", ["code"], [[code] for code in given])
            command = ("predict", "--model", model, "--data", other, "--scores", "--unknown=error")
            scores[len(given)] = self.succeed(*command).splitlines()
        self.assertEqual(scores[3], scores[4][:4])
        self.assertEqual(len(set(scores[4])), 5)
        labelled = write_csv(self.folder / "coded.csv", ["code", "kind"], [["007", "00"], ["A12", "01"]])
        self.succeed("evaluate", "--model", model, "--data", labelled)

    def test_a_header_without_rows_is_refused_by_the_name_of_the_file(self):
        empty = write_csv(self.folder / "header.csv", HEADER, [])
        self.refuse(
            DATA, "header.csv has no rows", "train", "--data", empty, "--label=kind",
            "--model", self.folder / "refused",
        )  # fmt: skip

    def test_utf_16_is_refused_by_its_name(self):
        wide = self.folder / "wide.csv"
        for encoding in ("utf-16-le", "utf-16-be"):
            wide.write_bytes("\ufeffsize,kind\n1,ant\n2,bee\n".encode(encoding))
            self.refuse(DATA, ["wide.csv", "UTF-16", "save it as UTF-8"], "info", wide)

    def test_options_that_do_not_go_together(self):
        train = ("train", "--model", self.folder / "refused")
        self.refuse(USAGE, "exclude each other", *train, "--data=a", "--images=b", "--labels=c")
        self.refuse(USAGE, "--label is of --data", *train, *self.data, "--label=a")
        self.refuse(USAGE, "--label and --labels", *train, "--data=a", "--label=a", "--labels=b")
        self.refuse(USAGE, "--validation-data goes with --data", *train, *self.data, "--validation-data=a")
        self.refuse(USAGE, "neither a character", *train, "--data=a", "--delimiter=ab")
        self.refuse(USAGE, "not one of", *train, "--data=a", "--missing=never")

    def test_evaluation_shows_the_names(self):
        text = self.succeed("evaluate", "--model", self.fitted, "--data", self.table)
        self.assertRegex(text, r"\n +ant +\d")
        report = json.loads(self.succeed("evaluate", "--model", self.fitted, "--data", self.table, "--json"))
        self.assertEqual(report["class_names"], ["ant", "bee", "cow, brown"])
        self.assertEqual(report["labels"], [0, 1, 2])

    def test_validation_data_are_encoded_like_the_training_data(self):
        other = write_csv(
            self.folder / "few.csv", HEADER, [["1", "red", "2", "bee"], ["0", "blue", "1", "ant"]]
        )
        report = json.loads(
            self.succeed(
                "train",
                "--data",
                self.table,
                "--label=kind",
                "--missing=mean",
                "--validation-data",
                other,
                "--model",
                self.folder / "validated",
                "--json",
                *self.fit,
            )  # fmt: skip
        )
        evaluated = json.loads(
            self.succeed("evaluate", "--model", self.folder / "validated", "--data", other, "--json")
        )
        self.assertEqual(report["validation_samples"], 2)
        self.assertAlmostEqual(report["validation_loss"], evaluated["loss"], places=12)

    def test_labels_in_a_file_of_their_own(self):
        features = write_csv(self.folder / "features.csv", HEADER[:3], [row[:3] for row in self.rows])
        labels = self.folder / "labels.txt"
        labels.write_text("".join(row[3] + "\n" for row in self.rows))
        model = self.folder / "two-files"
        self.succeed(
            "train", "--data", features, "--labels", labels, "--missing=mean", "--model", model, *self.fit
        )
        self.assertEqual(
            self.scores("--model", model, "--data", features, "--scores"),
            self.scores("--model", self.fitted, "--data", features, "--scores"),
        )
        few = self.folder / "few.txt"
        few.write_text("".join("bee\n" for _ in self.rows))
        report = json.loads(
            self.succeed("evaluate", "--model", model, "--data", features, "--labels", few, "--json")
        )
        self.assertEqual(report["support"], [0, len(self.rows), 0])
        few.write_text("".join("dog\n" for _ in self.rows))
        self.refuse(
            DATA, ["'dog'", "no class"], "evaluate", "--model", model, "--data", features, "--labels", few
        )

    def test_info_of_a_table(self):
        text = self.succeed("info", self.table, "--label=kind")
        for words in ("csv", "comma", "200", "'blue', 'green', 'red'", "cow, brown (", "--delimiter"):
            self.assertIn(words, text)
        report = json.loads(self.succeed("info", "--json", self.table, "--label=kind"))
        self.assertEqual((report["format"], report["samples"], report["features"]), ("csv", 200, 5))
        self.assertEqual(
            [(column["name"], column["kind"], column["missing"]) for column in report["columns"]],
            [
                ("size", "numbers", sum(not row[0] for row in self.rows)),
                ("colour", "texts", sum(not row[1] for row in self.rows)),
                ("weight", "numbers", 0),
            ],
        )
        counts = {each["name"]: each["samples"] for each in report["labels"]}
        self.assertEqual(counts, {name: sum(row[3] == name for row in self.rows) for name in counts})
        streamed = subprocess.run(
            [PROGRAM, "info", "-", "--json"], input=self.table.read_bytes(), capture_output=True, check=True
        )
        self.assertEqual(json.loads(streamed.stdout)["features"], 8)

    def test_info_reads_numbers_as_train_does(self):
        """22 of 40 elements are not 0: dense rows are smaller in float32, sparse ones in float64."""
        table = self.folder / "22-of-40.csv"
        table.write_text((",".join("1" * 22 + "0" * 18) + "\n") * 20)
        report = json.loads(self.succeed("info", "--json", table))
        self.assertEqual((report["dtype"], report["sparse"]), ("float32", False))
        report = json.loads(self.succeed("info", "--json", table, "--dtype=float64"))
        self.assertEqual((report["dtype"], report["sparse"]), ("float64", True))
        table.write_text("a,b\n1,1e39\n")
        self.refuse(DATA, "too large for float32", "info", table)
        self.assertIn("float64, dense", self.succeed("info", table, "--dtype=float64"))

    def test_info_of_a_model_has_the_columns(self):
        report = json.loads(self.succeed("info", "--json", self.fitted))
        self.assertEqual(report["class_names"], ["ant", "bee", "cow, brown"])
        self.assertEqual([column["name"] for column in report["columns"]], HEADER[:3])
        self.assertEqual(report["columns"][1]["categories"], COLOURS)
        self.assertAlmostEqual(report["columns"][0]["mean"], self.mean, places=12)
        self.assertIn("0=ant", self.succeed("info", self.fitted))

    def test_convert_keeps_the_numbers(self):
        expected = self.encoded(self.rows)
        made = self.folder / "encoded.csv"
        options = ("--label=kind", "--missing=mean")
        self.succeed("convert", self.table, made, *options)
        rows = list(csv.reader(made.read_text().splitlines()))
        self.assertEqual(rows[0], ["kind", "size", "colour=blue", "colour=green", "colour=red", "weight"])
        self.assertEqual([row[0] for row in rows[1:]], [row[3] for row in self.rows])
        for row, numbers in zip(rows[1:], expected):
            for text, number in zip(row[1:], numbers):
                self.assertAlmostEqual(float(text), number, places=14)
        for ending in ("svm", "npz"):
            made = self.folder / f"encoded.{ending}"
            self.succeed("convert", self.table, made, *options)
            back = self.succeed("convert", made, "-", "--to=csv")
            numbers = [row[1:] for row in csv.reader(back.splitlines())][1:]
            for row, values in zip(numbers, expected):
                self.assertEqual([float(text) for text in row], [float(f"{v:.17g}") for v in values])
        self.assertIn(
            "labels are left out", run("convert", self.table, self.folder / "x.npy", *options).stderr
        )

    def test_archives_are_read_by_numpy_and_by_any_zip_program(self):
        dense = self.folder / "made.npz"
        sparse = self.folder / "made-sparse.npz"
        options = ("--label=kind", "--missing=mean")
        self.succeed("convert", self.table, dense, *options, "--layout=dense")
        self.succeed("convert", self.table, sparse, *options, "--layout=sparse")
        kinds = [row[3] for row in self.rows]
        expected = self.encoded(self.rows)
        for path in (dense, sparse):
            with zipfile.ZipFile(path) as archive:
                self.assertIsNone(archive.testzip())
                for member in archive.infolist():
                    # The local header, the name, the extra fields of zip64 and of the alignment.
                    with open(path, "rb") as file:
                        file.seek(member.header_offset)
                        head = file.read(30)
                    extra = int.from_bytes(head[28:30], "little")
                    begin = member.header_offset + 30 + len(member.filename) + extra
                    self.assertEqual(begin % 64, 0, member.filename)
        numpy = optional("numpy")
        if numpy is not None:
            with numpy.load(dense) as arrays:
                self.assertEqual(arrays["y"].tolist(), kinds)
                self.assertTrue(numpy.allclose(arrays["X"], expected, rtol=1e-15, atol=0))
        scipy = optional("scipy.sparse")
        if scipy is not None:
            self.assertTrue((abs(scipy.load_npz(sparse).toarray() - numpy.array(expected)) < 1e-14).all())

    @unittest.skipIf(
        os.environ.get("LINCLASS_SANITIZERS", "none") != "none", "a sanitizer needs address space"
    )
    def test_convert_to_an_archive_holds_no_copy_of_it(self):
        rows = 1 << 20
        header = "{'descr': '|u1', 'fortran_order': False, 'shape': (%d, 256), }" % rows
        wide = self.folder / "wide.npy"
        with open(wide, "wb") as file:  # 256 MiB of zeros, which take no place on the disk
            file.write(b"\x93NUMPY\x01\x00v\x00" + header.encode().ljust(117) + b"\n")
            file.truncate(128 + 256 * rows)
        made = self.folder / "wide.npz"
        command = ["bash", "-c", 'ulimit -v 500000; exec "$@"', "-", PROGRAM, "convert", wide, made]
        result = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        with zipfile.ZipFile(made) as archive:
            self.assertEqual(archive.getinfo("X.npy").file_size, 128 + 256 * rows)
            self.assertIsNone(archive.testzip())
        made.unlink()

    def test_rows_that_none_are_evaluated_or_verified_on(self):
        empty = write_csv(self.folder / "none.csv", HEADER, [])
        self.refuse(DATA, "none.csv has no rows", "evaluate", "--model", self.fitted, "--data", empty)
        self.refuse(DATA, "none.csv has no rows", "verify", self.fitted, "--data", empty)

    def test_options_of_another_format_are_refused(self):
        made = self.folder / "other.npz"
        self.succeed("convert", self.table, made, "--label=kind", "--missing=mean", "--layout=dense")
        svm = self.folder / "other.svm"
        self.succeed("convert", self.table, svm, "--label=kind", "--missing=mean")
        for path, format, options in (
            (made, "npz", ("--delimiter=,", "--quote=none", "--header=no", "--decimal=comma", "--index-base=1",
                           "--features=3", "--missing=mean", "--unknown=error")),
            (svm, "libsvm", ("--delimiter=,", "--label=0", "--samples=X", "--missing=zero")),
            (self.table, "csv", ("--index-base=0", "--features=3", "--samples=X")),
        ):  # fmt: skip
            for option in options:
                self.refuse(USAGE, [format, option.split("=")[0]], "info", path, option)

    def test_convert_refuses(self):
        out = self.folder / "kept.csv"
        out.write_text("old")
        self.refuse(USAGE, "does not say the format", "convert", self.table, self.folder / "kept")
        self.refuse(USAGE, "--to", "convert", self.table, out, "--to=xls")
        self.refuse(USAGE, "same file", "convert", self.table, self.table)
        self.refuse(DATA, "missing", "convert", self.table, out)
        self.assertEqual(out.read_text(), "old")
        self.assertEqual(list(self.folder.glob(".linclass-*")), [])

    def test_a_header_of_years(self):
        table = self.folder / "years.csv"
        table.write_text("country,2019,2020,class\nDE,1.5,2.5,yes\nFR,2.5,3,no\n")
        model = self.folder / "years"
        result = run("train", "--data", table, "--label=-1", "--model", model, "--quiet")
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        self.assertEqual(json.loads(self.succeed("info", "--json", model))["class_names"], ["no", "yes"])

    def test_a_first_line_that_may_be_a_header(self):
        table = self.folder / "numbered.csv"
        table.write_text("id,1,2,class\na,5,6,yes\nb,6,7,yes\nc,7,9,no\n")
        command = ("train", "--data", table, "--model", self.folder / "numbered", "--quiet")
        self.refuse(USAGE, ["have no names", "--header=yes"], *command, "--label=class")
        self.assertIn("may be a header", run(*command, "--label=-1").stderr)
        self.assertIn("(the first line may be one)", self.succeed("info", table))
        for header in ("yes", "no"):
            result = run(*command, "--label=-1", f"--header={header}")
            self.assertEqual((result.returncode, result.stderr), (OK, ""))

    def test_standardized_columns(self):
        model = self.folder / "standard"
        arguments = ("--data", self.table, "--label=kind", "--missing=mean")
        self.succeed("train", *arguments, "--standardize", "--model", model, "--tolerance=1e-10", *self.fit)
        features = self.encoded(self.rows)
        means = [sum(column) / len(column) for column in zip(*features)]
        spreads = [
            (sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5
            for column, mean in zip(zip(*features), means)
        ]
        scaled = [(v - mean) / spread for row in features for v, mean, spread in zip(row, means, spreads)]
        images = write_idx(self.folder / "scaled", FLOAT64, (len(features), 5), scaled)
        labels = write_idx(
            self.folder / "scaled-labels", INT32, (len(features),),
            [["ant", "bee", "cow, brown"].index(row[3]) for row in self.rows],
        )  # fmt: skip
        other = self.folder / "by-hand-scaled"
        self.succeed(
            "train", "--images", images, "--labels", labels, "--model", other, "--tolerance=1e-10", *self.fit
        )
        known = self.scores("--model", other, "--images", images, "--scores")
        # Both minima are found to about 1e-10 of the gradient: the scores agree far within 1e-6.
        for ours, theirs in zip(self.scores("--model", model, "--data", self.table, "--scores"), known):
            for a, b in zip(ours, theirs):
                self.assertAlmostEqual(a, b, places=6)
        self.assertIn("the report agrees", self.succeed("verify", model, "--data", self.table))
        self.refuse(
            USAGE, "exclude each other", "train", *arguments, "--standardize", "--scale=2", "--model", other
        )

    def test_the_names_of_a_terminal_are_escaped(self):
        hostile = write_csv(
            self.folder / "hostile.csv",
            ["x\u202e\u200b", "y"],
            [["1", "a\u2028\u061c"], ["2", "b"], ["3", "b"]],
        )
        model = self.folder / "hostile-model"
        self.succeed("train", "--data", hostile, "--label=y", "--model", model, "--quiet")
        for arguments in (
            ["info", hostile],
            ["info", model],
            ["evaluate", "--model", model, "--data", hostile],
        ):
            self.assert_escaped(self.succeed(*arguments))
        self.assert_escaped(run("train", "--data", hostile, "--label=z", "--model", model).stderr)

    def assert_escaped(self, text):
        self.assertTrue(text.isascii(), text)
        self.assertIn("\\u{", text)


class Iris(ProgramTest):
    def test_the_example_of_the_readme(self):
        model = self.folder / "iris.safetensors"
        self.succeed("train", "--data", IRIS, "--label=species", "--model", model, "--l2=1e-3", "--quiet")
        self.assertIn("agrees", self.succeed("verify", model, "--data", IRIS))
        predicted = self.succeed("predict", "--model", model, "--data", IRIS).split()
        with open(IRIS, newline="") as file:
            known = [row["species"] for row in csv.DictReader(file)]
        self.assertLessEqual(sum(a != b for a, b in zip(predicted, known)), 4)

    def test_coefficients_have_the_names_of_columns_and_classes(self):
        two = self.folder / "two.csv"
        lines = IRIS.read_text().splitlines()
        two.write_text("".join(line + "\n" for line in lines if "setosa" not in line))
        fit = ("--data", two, "--label=species", "--model", self.folder / "two", "--loss=logistic", "--quiet")
        exact = ("--dtype=float64", "--tolerance=1e-8", "--standard-errors")
        lines = self.succeed("train", *fit, *exact).splitlines()
        names = ["sepal_length", "sepal_width", "petal_length", "petal_width", "intercept"]
        self.assertEqual([line.split()[:2] for line in lines[1:]], [[name, "virginica"] for name in names])
        report = json.loads(self.succeed("train", *fit, *exact, "--json"))
        self.assertEqual([each["name"] for each in report["coefficients"]], [*names[:4], None])

    def test_labels_by_place_without_names(self):
        bare = self.folder / "bare.csv"
        bare.write_text("".join(line + "\n" for line in IRIS.read_text().splitlines()[1:]))
        model = self.folder / "bare-model"
        self.succeed("train", "--data", bare, "--label=-1", "--model", model, "--l2=1e-3", "--quiet")
        features = self.folder / "bare-features.csv"
        features.write_text("".join(line.rpartition(",")[0] + "\n" for line in bare.read_text().splitlines()))
        self.assertEqual(
            self.succeed("predict", "--model", model, "--data", features),
            self.succeed("predict", "--model", model, "--data", bare),
        )

    def fitted(self, name, *options):
        model = self.folder / name
        self.succeed(
            "train", "--data", IRIS, "--label=species", "--model", model, "--l2=1e-3", "--quiet", *options
        )
        return model.read_bytes()

    def test_classes_are_named_in_the_options_of_rows(self):
        for by_name, by_number in (
            ("--only-labels=virginica,setosa", "--only-labels=0,2"),
            ("--class-weight=virginica=3,setosa=0.5", "--class-weight=2=3,0=0.5"),
            ("--ignore-label=versicolor", "--ignore-label=1"),
        ):
            self.assertEqual(self.fitted("named", by_name), self.fitted("numbered", by_number), by_name)

    def test_a_name_that_no_class_has(self):
        for option in ("--only-labels=setosa,rose", "--class-weight=rose=2", "--ignore-label=rose"):
            self.refuse(
                DATA, f"{option.split('=')[0]}: no class is named 'rose'; the classes are: setosa, versicolor, virginica",
                "train", option, "--data", IRIS, "--label=species", "--model", self.folder / "none",
            )  # fmt: skip

    def test_classes_are_named_where_a_model_is_held_against_data(self):
        model = self.folder / "two"
        self.fitted("two", "--only-labels=setosa,virginica")
        report = self.succeed(
            "evaluate", "--data", IRIS, "--model", model, "--only-labels=virginica,setosa", "--json"
        )
        self.assertEqual(json.loads(report)["samples"], 100)


if __name__ == "__main__":
    unittest.main()
