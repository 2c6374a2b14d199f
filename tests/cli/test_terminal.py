"""Terminals: the progress bar, its colour and width, and Ctrl-C."""

import fcntl
import os
import random
import re
import signal
import struct
import subprocess
import termios
import unittest

from support import INTERRUPTED, OK, PROGRAM, UINT8, ProgramTest, environment, open_terminal, rows_of, run, write_idx


def read_all(descriptor):
    """Until the other side of the terminal is closed."""
    content = b""
    while True:
        try:
            block = os.read(descriptor, 65536)
        except OSError:
            return content.decode()
        if not block:
            return content.decode()
        content += block


class Bar(ProgramTest):
    def train_on_terminal(self, columns, solver="sgd", **changes):
        """Train with standard error on a terminal; return what the terminal got."""
        master, slave = open_terminal()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        command = [PROGRAM, "train", *self.data, "--model", self.folder / "bar", f"--solver={solver}"]
        command += ["--epochs=30"] if solver == "sgd" else ["--l2=1e-3"]
        with subprocess.Popen(
            [*map(str, command)],
            stdout=subprocess.PIPE,
            stderr=slave,
            env=environment(**({"TERM": "xterm"} | changes)),
        ) as process:
            os.close(slave)
            text = read_all(master)
            self.assertEqual(process.stdout.read(), b"")
        os.close(master)
        self.assertEqual(process.returncode, OK)
        return text.replace("\r\n", "\n")

    def drawings(self, text):
        """What was drawn, one string a carriage return, without colours."""
        line = next(line for line in text.split("\n") if "\r" in line)
        return [re.sub("\033\\[[0-9;]*m", "", drawn) for drawn in line.split("\r") if drawn]

    def test_a_bar_is_drawn_and_ends_full(self):
        drawn = self.drawings(self.train_on_terminal(100))
        self.assertIn("epoch 1/30", drawn[0])
        self.assertRegex(drawn[-1], r"^epoch 30/30 \[#+\]  loss ")

    def test_a_solver_that_converges_has_no_bar_but_its_gradient(self):
        """The bar of L-BFGS stood at 49 of 10000 when the fit had converged."""
        drawn = self.drawings(self.train_on_terminal(100, solver="lbfgs"))
        for line in drawn:
            self.assertRegex(line, r"^iteration \d+  gradient \d\.\de[-+]\d\d \(to 1e-04\)  loss ")
            self.assertNotIn("[", line)

    def test_lines_fit_narrow_terminals(self):
        for columns in (1, 5, 12, 20, 30, 50, 70, 200):
            text = self.train_on_terminal(columns)
            longest = max(map(len, self.drawings(text)), default=0)
            self.assertLess(longest, max(columns, 2), columns)

    def test_colour_is_left_out_on_request(self):
        self.assertIn("\033[", self.train_on_terminal(100))
        self.assertIn("\033[", self.train_on_terminal(100, NO_COLOR=""))
        self.assertNotIn("\033", self.train_on_terminal(100, NO_COLOR="1"))

    def test_a_dumb_terminal_gets_lines(self):
        text = self.train_on_terminal(100, TERM="dumb")
        self.assertNotIn("\r", text)
        self.assertIn("epoch 1/30  loss", text)

    def test_no_control_characters_elsewhere(self):
        result = run("train", *self.data, "--model", self.folder / "plain", "--epochs=2")
        self.assertNotRegex(result.stderr, "[\033\r]")


class Interrupts(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Large enough for an epoch to last while a signal is sent.
        pixels = random.Random(3).randbytes(20000 * 400)
        write_idx(cls.folder / "noise", UINT8, (20000, 20, 20), pixels)
        write_idx(cls.folder / "classes", UINT8, (20000,), [i % 10 for i in range(20000)])

    def setUp(self):
        self.model = self.folder / "interrupted"
        self.model.write_bytes(b"the old model")
        self.history = self.folder / "interrupted.csv"

    def start(self):
        command = (
            PROGRAM, "train", "--images", self.folder / "noise", "--labels", self.folder / "classes",
            "--model", self.model, "--history", self.history, "--solver=sgd", "--batch-size=1",
            "--epochs=1000000000",
        )  # fmt: skip
        return subprocess.Popen(
            [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def interrupt(self, process):
        """Ctrl-C, and wait until the program says that it has been noticed."""
        process.send_signal(signal.SIGINT)
        while "interrupt again" not in (line := process.stderr.readline()):
            self.assertTrue(line, "the program ended without a word")

    def test_the_first_saves_model_and_history(self):
        with self.start() as process:
            self.assertIn("epoch 1/", process.stderr.readline())
            self.interrupt(process)
            summary = process.stderr.read()
            self.assertEqual(process.stdout.read(), "")
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn(": interrupted after", summary)
        self.succeed("info", self.model)
        rows = rows_of(self.history.read_text())
        self.assertEqual([int(row["epoch"]) for row in rows], list(range(1, len(rows) + 1)))
        self.assertNotIn(None, rows[-1].values())

    def test_after_the_second_the_model_is_the_old_or_a_whole_new_one(self):
        with self.start() as process:
            self.assertIn("epoch 1/", process.stderr.readline())
            self.interrupt(process)
            process.send_signal(signal.SIGINT)
            process.stderr.read()
        # The epoch may have ended between the two signals.
        self.assertIn(process.returncode, (-signal.SIGINT, INTERRUPTED))
        if self.model.read_bytes() != b"the old model":
            self.succeed("info", self.model)


if __name__ == "__main__":
    unittest.main()
