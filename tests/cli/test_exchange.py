"""linclass export and import."""

import ctypes
import shutil
import subprocess
import unittest

from support import DATA, IO, USAGE, ProgramTest, rows_of, run

LIBLINEAR = """solver_type L2R_LR
nr_class 3
label 5 -1 2
nr_feature 2
bias 1
w
1 2 3
4 5 6
7 8 9
"""


class Export(ProgramTest):
    def test_several_formats_at_once(self):
        paths = {name: self.folder / f"model.{name}" for name in ("onnx", "c", "liblinear")}
        self.succeed("export", "--model", self.model, *(f"--{name}={path}" for name, path in paths.items()))
        self.assertIn(b"MatMul", paths["onnx"].read_bytes())
        self.assertTrue(paths["c"].read_text().startswith("/* A linear classifier of 16 features and 3 classes"))
        self.assertTrue(paths["liblinear"].read_text().startswith("solver_type MCSVM_CS\nnr_class 3\n"))

    def test_standard_output(self):
        path = self.folder / "spots.c"
        self.succeed("export", "--model", self.model, "--c", path, "--name=spots")
        text = self.succeed("export", "--model", self.model, "--c=-", "--name=spots")
        self.assertEqual(text, path.read_text())
        self.assertIn("long long spots_label(const float *x);", text)

    @unittest.skipUnless(shutil.which("cc"), "there is no C compiler")
    def test_the_source_predicts_what_the_program_does(self):
        source, library = self.folder / "predict.c", self.folder / "predict.so"
        self.succeed("export", "--model", self.model, "--c", source)
        subprocess.run(["cc", "-std=c99", "-shared", "-fPIC", source, "-o", library], check=True)
        probabilities = ctypes.CDLL(str(library)).linclass_probabilities
        rows = rows_of(self.succeed("predict", "--model", self.model, "--images", self.images, "--probabilities"))
        for i, row in enumerate(rows):
            x = (ctypes.c_float * 16)(*self.pixels[16 * i : 16 * i + 16])
            found = (ctypes.c_float * 3)()
            probabilities(x, found)
            for j in range(3):
                self.assertAlmostEqual(found[j], float(row[f"probability_{j}"]), places=5)

    def test_refusals(self):
        self.refuse(USAGE, "--onnx, --c or --liblinear is required", "export", "--model", self.model)
        self.refuse(USAGE, "--model is required", "export", "--c=-")
        self.refuse(USAGE, "standard output", "export", "--model", self.model, "--c=-", "--onnx=-")
        self.refuse(USAGE, "same file", "export", "--model", self.model, "--c", self.model)
        self.refuse(USAGE, "identifier", "export", "--model", self.model, "--c=-", "--name=a-b")
        self.refuse(IO, "no-folder", "export", "--model", self.model, "--c", self.folder / "no-folder" / "a.c")


class Import(ProgramTest):
    def test_labels_and_probabilities(self):
        given, model = self.folder / "liblinear.model", self.folder / "imported"
        given.write_text(LIBLINEAR)
        self.succeed("import", "--liblinear", given, "--model", model)
        table = self.folder / "rows.csv"
        table.write_text("x,y\n1,0\n-9,1\n")
        scores = rows_of(self.succeed("predict", "--model", model, "--data", table, "--scores"))
        self.assertEqual(scores[0], {"score_-1": "10", "score_2": "12", "score_5": "8"})
        self.assertEqual(self.succeed("predict", "--model", model, "--data", table).split(), ["2", "5"])
        self.refuse(USAGE, "probabilities", "predict", "--model", model, "--data", table, "--probabilities")

    def test_refusals_name_the_line(self):
        given, model = self.folder / "damaged.model", self.folder / "not-imported"
        given.write_text(LIBLINEAR.replace("5 6", "five 6"))
        self.refuse(DATA, ["damaged.model", "line 8"], "import", "--liblinear", given, "--model", model)
        self.refuse(IO, "nowhere", "import", "--liblinear=/nowhere", "--model", model)
        self.refuse(USAGE, "--liblinear is required", "import", "--model", model)
        self.refuse(USAGE, "--model is required", "import", "--liblinear", given)
        self.assertFalse(model.exists())

    def test_standard_input_and_output(self):
        imported = run("import", "--liblinear=-", "--model=-", input=LIBLINEAR.encode(), text=False)
        self.assertEqual(imported.returncode, 0, imported.stderr)
        shown = run("info", "-", input=imported.stdout, text=False)
        self.assertIn(b"hinge", shown.stdout)


if __name__ == "__main__":
    unittest.main()
