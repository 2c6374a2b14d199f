"""Times to an objective, from trainings of several lengths: bounds, since what happens between is not seen."""

GAPS = [1e-2, 1e-3, 1e-4]  # relative to the smallest objective any library reached


def seconds_to(rows, gap):
    """The longest of a library's trainings that stays above the gap, the shortest that reaches it, or None."""
    above = [row["seconds"] for row in rows if row["gap"] > gap]
    below = [row["seconds"] for row in rows if row["gap"] <= gap]
    return max(above, default=None), min(below, default=None)


def race(rows):
    """Bounds of each library's time to the gaps; its lower ones held against our upper one."""
    names = dict.fromkeys(row["library"] for row in rows if row["gap"] is not None)
    bounds = {name: [seconds_to([row for row in rows if row["library"] == name], gap) for gap in GAPS]
              for name in names}
    ours = bounds.get("linclass, lbfgs", [(None, None)] * len(GAPS))
    table = []
    for name, pairs in bounds.items():
        row = {"library": name}
        for gap, (above, below), (_, best) in zip(GAPS, pairs, ours):
            row[f"above {gap:.0e}"], row[f"below {gap:.0e}"] = above, below
            row[f"times ours, {gap:.0e}"] = above / best if above and best else None
        table.append(row)
    return table
