"""The runner counts what campaigns cannot report themselves: a crash, a hang, a leak, a sanitizer's report; it
goes on with the next case, says how to try the case again, and ends with a status that tells."""

import contextlib
import io
import os
import pathlib
import stat
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import pytest

import campaigns  # noqa: E402
import run  # noqa: E402

PROGRAM = f"""#!{sys.executable}
import os, signal, sys, time
sys.path.insert(0, {str(HERE)!r})
import attack
campaign = attack.Attack()
for case, random in campaign.cases(6):
    if case == 2:
        ATTACKED
    elif case % 2:
        campaign.refused()
    else:
        campaign.accepted()
"""


class Runner(unittest.TestCase):
    def attack(self, line, **changes):
        """Run a campaign of six cases, of which number 2 executes a line: (table and findings, status)."""
        folder = tempfile.TemporaryDirectory(prefix="linclass-runner-")
        self.addCleanup(folder.cleanup)
        program = pathlib.Path(folder.name) / "release" / "tests" / "attack" / "campaign"
        program.parent.mkdir(parents=True)
        program.write_text(PROGRAM.replace("ATTACKED", line))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        entry = campaigns.Campaign("fake", "campaign", "", **({"patience": 30} | changes))
        arguments = ["run.py", "--seconds=20", "--seed=7", f"--directory={folder.name}"]
        output = io.StringIO()
        with (
            mock.patch.object(campaigns, "CAMPAIGNS", (entry,)),
            mock.patch.object(sys, "argv", arguments),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(io.StringIO()),
            pytest.raises(SystemExit) as ended,
        ):
            run.main()
        return output.getvalue(), ended.value.code

    def counts(self, output):
        """tried, refused, accepted, crash, hang, leak, wrong"""
        (line,) = [line for line in output.splitlines() if line.startswith("fake ")]
        return [int(cell) for cell in line.split("|")[1:8]]

    def test_all_is_well(self):
        output, status = self.attack("campaign.accepted()")
        assert self.counts(output) == [6, 3, 3, 0, 0, 0, 0]
        assert status == 0

    def test_a_crash_is_counted_and_the_next_case_tried(self):
        output, status = self.attack("os.kill(os.getpid(), signal.SIGSEGV)")
        assert self.counts(output) == [6, 3, 2, 1, 0, 0, 0]
        assert "crash: fake, case 2: ended by SIGSEGV" in output
        assert "scripts/attack --only fake --seed 7 --case 2" in output
        assert status == 1

    def test_a_hang_is_counted_and_the_next_case_tried(self):
        output, status = self.attack("time.sleep(1000)", patience=1.5)
        assert self.counts(output) == [6, 3, 2, 0, 1, 0, 0]
        assert status == 1

    def test_reports_of_sanitizers_are_crashes_and_leaks(self):
        assert self.counts(self.attack(f"os._exit({run.SANITIZER_FOUND})")[0])[3] == 1
        output, status = self.attack(f"print({run.LEAK!r}, flush=True); os._exit({run.SANITIZER_FOUND})")
        assert self.counts(output)[5] == 1
        assert status == 1

    def test_what_is_silently_wrong_is_said_and_kept(self):
        output, status = self.attack("campaign.wrong('three is not four')")
        assert self.counts(output) == [6, 3, 2, 0, 0, 0, 1]
        assert "three is not four" in output
        assert status == 1

    def test_a_campaign_that_cannot_run_says_why(self):
        output, status = self.attack("attack.skip('no strace here')")
        assert "no strace here" in output
        assert status == 0

    def test_a_campaign_that_breaks_is_no_success(self):
        output, status = self.attack("raise ValueError('broken')")
        assert "broken, status 1" in output
        assert status == 1

    def test_every_campaign_has_its_program(self):
        for campaign in campaigns.CAMPAIGNS:
            name = campaign.program
            assert name.startswith("attack_") or os.path.exists(HERE / name), name


if __name__ == "__main__":
    unittest.main()
