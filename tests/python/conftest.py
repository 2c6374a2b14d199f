"""Fixtures of several test files."""

import signal

import pytest


@pytest.fixture
def control_c():
    """Python's own handler, which a program that begins with SIGINT ignored lacks: a job in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
