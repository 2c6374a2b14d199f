"""Run one file of tests by pytest; exit with 77, skipped, when this interpreter lacks what they need.

run.py FILE [MODULE...]        MODULE: what the tests import besides numpy and pytest
"""

import importlib.util
import sys


def main() -> int:
    path, *modules = sys.argv[1:]
    missing = [name for name in ("numpy", "pytest", *modules) if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: {sys.executable} has no {', '.join(missing)}")
        return 77
    import pytest

    return int(pytest.main(["-q", "-rs", "-p", "no:cacheprovider", path]))


if __name__ == "__main__":
    sys.exit(main())
