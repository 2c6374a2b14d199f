"""Training under limits of address space: a model, a sentence about memory, or a program that could not
be loaded, but never a hang.

OpenBLAS takes 128 MiB for each of its calls at the same time, and does not give up where there is no
room; products with few classes do without it.
"""

import os
import resource
import signal
import unittest

from support import INTERNAL, NOT_CONVERGED, OK, UINT8, ProgramTest, blobs, environment, run, write_idx

LIMITS = (60, 80, 100, 130, 160, 200, 250, 300, 350, 400)  # MB
SECONDS = 120  # what hangs is ended then, and the test fails

# Before main(): by the loader, or by OpenBLAS when it cannot start its threads.
NOT_LOADED = ("error while loading shared libraries", "blas_thread_init", "cannot allocate memory")


def limited(megabytes, *arguments, **changes):
    limit = (megabytes * 1000000, megabytes * 1000000)
    return run(*arguments, timeout=SECONDS, env=environment(**changes),
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit))


@unittest.skipIf(os.environ.get("LINCLASS_SANITIZERS", "none") != "none",
                 "sanitizers reserve terabytes of address space")
class MemoryLimit(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        pixels, labels = blobs(400, 80, side=12)
        images = write_idx(cls.folder / "many-images", UINT8, (400, 12, 12), pixels)
        labels = write_idx(cls.folder / "many-labels", UINT8, (400,), labels)
        cls.many = ("--images", images, "--labels", labels)

    def train(self, megabytes, data, threads, solver, **changes):
        """Whether the fit succeeded; that it failed in another way than for want of memory is an error."""
        with self.subTest(limit=megabytes, threads=threads, solver=solver, classes=80 if data is self.many else 3):
            result = limited(megabytes, "train", *data, "--model", self.folder / "limited", "--l2=1e-3",
                             f"--threads={threads}", f"--solver={solver}", "--iterations=3", **changes)
            if result.returncode == INTERNAL:
                self.assertIn("out of memory", result.stderr)
            elif result.returncode in (127, -signal.SIGINT, -signal.SIGABRT, -signal.SIGSEGV, 128 + signal.SIGINT):
                self.assertTrue(any(text in result.stderr for text in NOT_LOADED), result.stderr)
            else:
                self.assertIn(result.returncode, (OK, NOT_CONVERGED), result.stderr)
            return result.returncode in (OK, NOT_CONVERGED)

    def test_no_limit_hangs(self):
        for megabytes in LIMITS:
            for threads in (1, 2):
                self.train(megabytes, self.data, threads, "lbfgs")
                self.train(megabytes, self.many, threads, "sgd")

    def test_few_classes_need_no_buffers(self):
        self.assertTrue(self.train(150, self.data, 2, "sgd", OPENBLAS_NUM_THREADS="1"))

    def test_enough_is_enough(self):
        for threads in (1, 2):
            for solver in ("sgd", "lbfgs", "newton-cg"):
                self.assertTrue(self.train(1000, self.many, threads, solver))


if __name__ == "__main__":
    unittest.main()
