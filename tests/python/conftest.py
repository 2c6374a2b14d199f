"""Fixtures of several test files."""

import signal

import pytest


@pytest.fixture
def control_c():
    """Python's own handler, which a job in the background, that begins with SIGINT ignored, lacks."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
