#!/usr/bin/python3
"""The pictures of docs/benchmarks.md, from the figures of a run.

    plots.py RESULTS IMAGES

RESULTS holds the JSON documents of the benchmark programs, IMAGES gets bench-*.svg. A picture whose
figures are not there is left as it was.
"""

import pathlib
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

from figures import Figures  # noqa: E402

# Okabe and Ito's colours, told apart by colour-blind readers; each series has a marker of its own too.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#000000")
SERIES = [(BLUE, "o", "-"), (VERMILION, "s", "-"), (GREEN, "^", "-"), (PURPLE, "D", "-"), (ORANGE, "v", "-"),
          (BLACK, "x", "-"), (SKY, "P", "-"), (YELLOW, "*", "-")]

plt.style.use(pathlib.Path(__file__).resolve().parents[1] / "python" / "linclass" / "linclass.mplstyle")


def save(figure, directory, name):
    figure.savefig(directory / f"bench-{name}.svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def one_sample(figures, table):
    rows = [row for row in figures.rows("jacobian", table) if row["B"] == 1 and row["n"] == 1000]
    return sorted(rows, key=lambda row: row["k"])


def column(rows, name):
    return [row.get(name) if row.get(name) is not None else float("nan") for row in rows]


def legend_below(axes, columns=1):
    """The legend under the axes, off the data."""
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns)


def reduction(figures, directory):
    """Memory and time of both approaches against k, n = 1000, one sample; and their ratios."""
    memory, time = one_sample(figures, "memory"), [row for row in one_sample(figures, "time") if "structure" in row]
    if not memory or not time:
        return
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10.5, 4.2), constrained_layout=True)
    k = column(memory, "k")
    left.loglog(k, column(memory, "approach 1"), "o", color=VERMILION, label="Jacobian built: measured")
    left.loglog(k, column(memory, "predicted 1"), "-", color=VERMILION, lw=1, label="4 (k² n + k) B")
    left.loglog(k, column(memory, "approach 2"), "^", color=BLUE, label="structure: measured")
    left.loglog(k, column(memory, "predicted 2"), "--", color=BLUE, lw=1, label="4 n k B")
    left.set(xlabel="classes k", ylabel="peak memory, bytes", title="Memory of one gradient, n = 1000")
    k = column(time, "k")
    read = [4 * row["k"] ** 2 * row["n"] / row["read limit"] for row in time]
    write = [4 * row["k"] * row["n"] / row["write limit"] for row in time]
    middle.loglog(k, column(time, "built"), "s", color=ORANGE, label="Jacobian built and multiplied")
    middle.loglog(k, column(time, "multiplied"), "o", color=VERMILION, label="multiplied alone")
    middle.loglog(k, read, "-", color=VERMILION, lw=1, label="4 k² n B at the read bandwidth")
    middle.loglog(k, column(time, "structure"), "^", color=BLUE, label="structure")
    middle.loglog(k, write, "--", color=BLUE, lw=1, label="4 n k B at the write bandwidth")
    middle.set(xlabel="classes k", ylabel="time, s", title="Time of one gradient, one thread")
    ratios(right, memory, time)
    for axes in (left, middle, right):
        legend_below(axes)
    save(figure, directory, "reduction")


def ratios(axes, memory, time):
    """How many times less memory and time the structure takes, beside k."""
    k = sorted({row["k"] for row in memory} | {row["k"] for row in time})
    axes.loglog(k, k, "-", color=BLACK, lw=1, label="k")
    less = [row["approach 1"] / row["approach 2"] for row in memory]
    axes.loglog(column(memory, "k"), less, "D", color=PURPLE, label="memory: Jacobian / structure")
    faster = [row["multiplied"] / row["structure"] for row in time]
    axes.loglog(column(time, "k"), faster, "v", color=GREEN, label="time: multiplied alone / structure")
    axes.set(xlabel="classes k", ylabel="times less", title="The k-fold reduction")


def regime_name(row):
    shape = f"{row['n']} × {row['k']}"
    if row["regime"] == "sgd":
        return f"SGD epoch, B = {row['m']}, {shape}"
    if row["regime"] == "predict":
        return f"predict {row['m']} row{'s' if row['m'] > 1 else ''}, {shape}"
    if row["regime"] == "gradient":
        return f"gradient from residuals, B = {row['m']}, {shape}"
    precision = ", float64" if row["regime"] == "step-f64" else ""
    return f"loss and gradient, {row['m']} × {shape}{precision}"


def roofline(figures, directory):
    """Percent of the bound by regime, one thread and all."""
    rows = figures.rows("roofline", "roofline")
    if not rows:
        return
    names = list(dict.fromkeys(regime_name(row) for row in rows))
    threads = sorted({row["threads"] for row in rows})
    figure, axes = plt.subplots(figsize=(7.2, 0.42 * len(names) + 0.9), constrained_layout=True)
    height = 0.8 / len(threads)
    for index, count in enumerate(threads):
        for row in (row for row in rows if row["threads"] == count):
            y = names.index(regime_name(row)) + (index - (len(threads) - 1) / 2) * height
            share = 100 * row["of bound"]
            first = row is next(r for r in rows if r["threads"] == count)
            axes.barh(y, share, height * 0.9, color=(BLUE, ORANGE)[index % 2], edgecolor="black", lw=0.4,
                      hatch=("", "///")[index % 2],
                      label=f"{count} thread{'s' if count > 1 else ''}" if first else None)
            axes.text(share + 1, y, f"{share:.0f} %, {row['by']}", va="center", fontsize=7, zorder=3,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.axvline(100, color="black", lw=1)
    axes.set_yticks(range(len(names)), names)
    axes.grid(axis="y", visible=False)
    axes.set(xlabel="percent of the bound, and what the bound is made of", xlim=(0, 125))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(threads))
    unknown = any(row.get("verdict") is None for row in rows)
    axes.set_title("Speed, of what the hardware allows" + (", others used the machine" if unknown else ""), pad=26)
    save(figure, directory, "roofline")


def trajectories(figures):
    """{name: [(seconds, objective)]} of our solvers, every iteration in one fit, and of the peers."""
    series = {}
    for row in figures.rows("train", "trajectory"):
        if row["data"] == "fashion-mnist" and row.get("objective") is not None:
            series.setdefault(f"linclass, {row['solver']}", []).append((row["seconds"], row["objective"]))
    for row in figures.rows("peers", "trajectory"):
        if row.get("objective") is not None and not row["library"].startswith("linclass"):
            series.setdefault(row["library"], []).append((row["seconds"], row["objective"]))
    return {name: sorted(points) for name, points in series.items()}


def objective(figures, directory):
    """Gap of the objective against time, each solver and peer."""
    series = trajectories(figures)
    if not series:
        return
    best = min(value for points in series.values() for _, value in points)
    figure, axes = plt.subplots(figsize=(9, 3.6), constrained_layout=True)
    for (name, points), (colour, marker, style) in zip(series.items(), SERIES * 2):
        shown = [(seconds, value / best - 1) for seconds, value in points if value > best * (1 + 1e-7)]
        if shown:
            axes.loglog(*zip(*shown), style, marker=marker, color=colour, lw=1, ms=4,
                        markevery=max(1, len(shown) // 12), label=name)
    axes.set(xlabel="seconds", ylabel="(F − F*) / F*, F* the lowest of all",
             title="How far from the minimum: Fashion-MNIST, mean cross-entropy + (10⁻⁴ / 2) ‖θ‖²")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    save(figure, directory, "objective")


def gaps(figures, directory):
    """What fits prove and how far they are, against the seconds that they took."""
    rows = figures.rows("gaps", "gaps")
    if not rows:
        return
    figure, axes = plt.subplots(figsize=(9, 4), constrained_layout=True)
    for name, (colour, marker, style) in zip(dict.fromkeys(row["series"] for row in rows), SERIES):
        own = [row for row in rows if row["series"] == name]
        for what, line, face in (("distance", style, colour), ("gap", ":", "white")):
            shown = [(row["seconds"], row[what]) for row in own if row[what] is not None and row[what] > 1e-11]
            label = name if what == "distance" else f"{name}: the gap it proves"
            if shown:
                axes.loglog(*zip(*sorted(shown)), line, marker=marker, color=colour, lw=1, ms=4,
                            markerfacecolor=face, label=label)
    axes.axhline(1e-6, color=BLACK, lw=0.8, ls="--")
    axes.text(0.995, 1e-6, "default gap", transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=7)
    axes.set(xlabel="seconds of a fit, one thread", ylabel="over F at zero: F − F*, and the gap",
             title="Fashion-MNIST, 10000 rows: how far from the minimum, and what is proven of it")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    save(figure, directory, "gaps")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures, directory = Figures(sys.argv[1]), pathlib.Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    reduction(figures, directory)
    roofline(figures, directory)
    objective(figures, directory)
    gaps(figures, directory)


main()
