"""Where no option is given, the program and C make the same model of the same data, to the bit.

C is called by ctypes, with nothing but what its _init functions set. tests/python/test_defaults.py compares C with Python.
"""

import ctypes
import os
import unittest
from ctypes import byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p

from support import FLOAT32, UINT8, ProgramTest, run, write_idx

ROWS, COLUMNS, MATRIX_BYTES = 300, 16, 104
TYPES = {UINT8: (1, ctypes.c_uint8), FLOAT32: (2, ctypes.c_float)}  # numbers of linclass/matrix.h


@unittest.skipIf(os.environ["LINCLASS_SANITIZERS"] != "none", "a sanitizer's library is not loaded by another program")
class Defaults(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lib = ctypes.CDLL(os.environ["LINCLASS_LIBRARY"])
        cls.lib.linclass_context_message.restype = c_char_p
        cls.lib.linclass_model_l2.restype = cls.lib.linclass_model_scale.restype = c_double
        cls.ctx = c_void_p()
        cls.lib.linclass_context_create(None, byref(cls.ctx))
        cls.addClassCleanup(cls.lib.linclass_context_destroy, cls.ctx)

    def by_c(self, kind, values):
        """The bytes of a model, its l2 and its scale."""
        number, element = TYPES[kind]
        data = (element * len(values))(*values)
        view = (ctypes.c_char * MATRIX_BYTES)()
        sizes = c_int64(ROWS), c_int64(COLUMNS), data, c_int64(COLUMNS)
        self.assertEqual(self.lib.linclass_matrix_init(view, c_size_t(MATRIX_BYTES), c_int32(number), *sizes), 0)
        labels, model, path = (c_int64 * ROWS)(*self.classes), c_void_p(), self.folder / "c"
        status = self.lib.linclass_fit(self.ctx, view, labels, None, None, byref(model))
        self.assertEqual(status, 0, self.lib.linclass_context_message(self.ctx))
        self.assertEqual(self.lib.linclass_model_save(self.ctx, model, str(path).encode()), 0)
        penalty, scale = self.lib.linclass_model_l2(model), self.lib.linclass_model_scale(model)
        self.lib.linclass_model_destroy(model)
        return path.read_bytes(), penalty, scale

    def compare(self, kind, values, scale):
        images = write_idx(self.folder / "compared", kind, (ROWS, COLUMNS), values)
        model = self.folder / "program"
        done = run("train", "--images", images, "--labels", self.labels, "--model", model)
        self.assert_status(done, 0)
        self.assertIn("converged", done.stderr)
        self.assertIn("l2 0.00333333, the default: 1 / 300, the sum of the weights", done.stderr)
        self.assertEqual(self.by_c(kind, values), (model.read_bytes(), 1 / ROWS, scale))

    def test_bytes_are_scaled(self):
        self.compare(UINT8, self.pixels, 1 / 255)

    def test_flags_are_not(self):
        self.compare(UINT8, [pixel & 1 for pixel in self.pixels], 1)

    def test_floats_are_not(self):
        self.compare(FLOAT32, [pixel / 255 for pixel in self.pixels], 1)

    def test_no_penalty_where_it_has_no_place(self):
        for options in (["--l1=0.01"], ["--loss=perceptron"], ["--standard-errors", "--dtype=float64"], ["--l2=0"]):
            with self.subTest(options=options):
                arguments = ("train", *self.data, "--model", self.folder / "none", "--epochs=3", *options)
                self.assertNotIn("the default", run(*arguments).stderr)


if __name__ == "__main__":
    unittest.main()
