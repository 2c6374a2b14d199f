"""Ratios of times measured in turns, and what they show."""

import math

CONFIDENCE = 0.99  # of one interval: a table has dozens of rows
MARGIN = 0.01  # two processes differ by so much through where their arrays happen to lie


def ratios_of_turns(old, new):
    """new/old of neighbouring turns, which were taken as old new new old old new ..."""
    return [b / a for a, b in zip(old, new)]


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def interval(values, confidence=CONFIDENCE):
    """Bounds of the median by order statistics, whatever the distribution: (low, high); None for too few values.

    The j-th smallest of n values lies above the median with the probability that fewer than j of n fair coins
    show heads."""
    n = len(values)
    ordered = sorted(values)
    below, rank = 0.0, 0
    while rank < n // 2:
        below += math.comb(n, rank) / 2**n
        if 2 * below > 1 - confidence:
            break
        rank += 1
    return (ordered[rank - 1], ordered[n - rank]) if rank else None


def verdict(bounds, margin=MARGIN):
    if bounds is None:
        return "too few turns"
    low, high = bounds
    if high < 1 - margin:
        return "faster"
    if low > 1 + margin:
        return "slower"
    return "no difference shown"
