"""bench/peers/race.py: bounds of the time to a gap, and of the ratio of two such times.

    test_race.py PEERS_FOLDER
"""

import sys

sys.path.insert(0, sys.argv[1])
from race import GAPS, race  # noqa: E402

assert GAPS == [1e-2, 1e-3, 1e-4]
ROWS = [{"library": library, "seconds": seconds, "gap": gap} for library, seconds, gap in [
    ("linclass, lbfgs", 0.5, 2e-2), ("linclass, lbfgs", 1.0, 5e-3), ("linclass, lbfgs", 2.0, 1e-4),
    ("slow", 10.0, 3e-2), ("slow", 30.0, 2e-4), ("other loss", 1.0, None)]]
table = {row["library"]: row for row in race(ROWS)}
assert list(table) == ["linclass, lbfgs", "slow"], "a library with another objective does not race"
slow = table["slow"]
assert (slow["above 1e-02"], slow["below 1e-02"], slow["times ours, 1e-02"]) == (10.0, 30.0, 10.0)
assert (slow["above 1e-04"], slow["below 1e-04"], slow["times ours, 1e-04"]) == (30.0, None, 15.0)
assert table["linclass, lbfgs"]["times ours, 1e-04"] == 0.5
