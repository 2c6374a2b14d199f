"""``python -m linclass``: :func:`linclass.show_versions`."""

from __future__ import annotations

import linclass

if __name__ == "__main__":
    linclass.show_versions()
