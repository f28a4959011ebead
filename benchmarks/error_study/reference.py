"""Reference: rates that the reference simulation of the specification found, in percent.

Source: the reference simulation behind the design of the gate, 4,000 runs a cell unless said
otherwise. It uses the full p of the exact sign-flip test where trials are repeated; the gate uses
mid-p, so it may find more.
"""

RUNS = 4000

REGRESSED = {
    (1, 50): {0.0: 2.7, 0.03: 11.0, 0.05: 19.6, 0.1: 49.0},
    (1, 100): {0.0: 4.6, 0.03: 21.2, 0.05: 38.9, 0.1: 79.8},
    (1, 300): {0.0: 5.5, 0.03: 46.2, 0.05: 79.5, 0.1: 99.8},
    (1, 1000): {0.0: 5.0, 0.03: 87.8, 0.05: 99.8, 0.1: 100.0},
    (3, 50): {0.0: 2.4, 0.03: 13.4, 0.05: 26.0, 0.1: 62.8},
    (3, 100): {0.0: 2.7, 0.03: 28.2, 0.05: 53.5, 0.1: 92.6},
    (3, 300): {0.0: 4.6, 0.03: 71.4, 0.05: 95.0, 0.1: 100.0},
    (3, 1000): {0.0: 2.1, 0.03: 99.2, 0.05: 100.0, 0.1: 100.0},
}
"""Share of candidates with the verdict `regressed`, by (trials per arm, cases) and drop."""

USUAL = {
    (1, 50): {
        "mean lower": {0.0: 39.5, 0.03: 66.0, 0.05: 79.1, 0.1: 94.2},
        "lower by 2 points": {0.0: 22.2, 0.03: 49.1, 0.05: 65.1, 0.1: 88.7},
        "unpaired z": {0.0: 0.2, 0.03: 2.9, 0.05: 7.1, 0.1: 28.7},
    },
    (1, 100): {
        "mean lower": {0.0: 43.6, 0.03: 78.0, 0.05: 89.7, 0.1: 99.2},
        "lower by 2 points": {0.0: 19.7, 0.03: 56.2, 0.05: 74.9, 0.1: 97.1},
        "unpaired z": {0.0: 0.4, 0.03: 4.6, 0.05: 14.0, 0.1: 56.4},
    },
    (1, 300): {
        "mean lower": {0.0: 46.3, 0.03: 92.7, 0.05: 99.3, 0.1: 100.0},
        "lower by 2 points": {0.0: 10.3, 0.03: 66.3, 0.05: 92.5, 0.1: 99.9},
        "unpaired z": {0.0: 0.3, 0.03: 15.2, 0.05: 48.1, 0.1: 98.0},
    },
    (1, 1000): {
        "mean lower": {0.0: 47.9, 0.03: 99.8, 0.05: 100.0, 0.1: 100.0},
        "lower by 2 points": {0.0: 1.2, 0.03: 80.9, 0.05: 99.7, 0.1: 100.0},
        "unpaired z": {0.0: 0.2, 0.03: 59.5, 0.05: 97.4, 0.1: 100.0},
    },
    (3, 50): {
        "mean lower": {0.0: 43.3, 0.03: 79.8, 0.05: 89.9, 0.1: 98.5},
        "lower by 2 points": {0.0: 14.8, 0.03: 56.8, 0.05: 75.6, 0.1: 95.8},
        "unpaired z": {0.0: 0.4, 0.03: 12.4, 0.05: 27.8, 0.1: 69.2},
    },
    (3, 100): {
        "mean lower": {0.0: 45.4, 0.03: 89.8, 0.05: 97.0, 0.1: 100.0},
        "lower by 2 points": {0.0: 9.4, 0.03: 64.0, 0.05: 85.0, 0.1: 99.1},
        "unpaired z": {0.0: 0.3, 0.03: 20.5, 0.05: 47.6, 0.1: 92.3},
    },
    (3, 300): {
        "mean lower": {0.0: 49.1, 0.03: 99.0, 0.05: 100.0, 0.1: 100.0},
        "lower by 2 points": {0.0: 1.9, 0.03: 76.5, 0.05: 97.5, 0.1: 100.0},
        "unpaired z": {0.0: 0.2, 0.03: 53.8, 0.05: 91.0, 0.1: 100.0},
    },
    (3, 1000): {
        "mean lower": {0.0: 48.5, 0.03: 100.0, 0.05: 100.0, 0.1: 100.0},
        "lower by 2 points": {0.0: 0.0, 0.03: 91.5, 0.05: 100.0, 0.1: 100.0},
        "unpaired z": {0.0: 0.2, 0.03: 97.1, 0.05: 100.0, 0.1: 100.0},
    },
}
"""Share of candidates that the usual gates block: they tell whether the draws are the same."""

UNEQUAL = {
    100: {0.0: 4.1, 0.03: 26.3, 0.05: 49.1, 0.1: 89.0},
    300: {0.0: 4.5, 0.03: 58.7, 0.05: 89.1, 0.1: 100.0},
}
"""Share of `regressed` with 5 baseline trials and 1 candidate trial, by the t test."""

CORRELATED = {0.0: 42.8, 0.5: 50.2, 0.9: 62.0}
"""Share that finds one of 12 metrics, shifted by a quarter of its standard deviation over 100
cases, with step-down maxT, by the metrics' correlation; 600 runs."""
CORRELATED_RUNS = 600

SEQUENTIAL: dict[tuple[str, int, int], dict[float, tuple[float, float, float]]] = {
    ("hsd", 1, 100): {0.0: (4.4, 44, 93), 0.03: (20, 12, 96), 0.05: (35, 5, 93), 0.1: (74, 0, 81)},
    ("hsd", 1, 300): {
        0.0: (4.5, 85, 207),
        0.03: (43, 23, 249),
        0.05: (75, 5, 222),
        0.1: (99, 0, 135),
    },
    ("hsd", 1, 1000): {
        0.0: (2.7, 97, 354),
        0.03: (67, 33, 534),
        0.05: (98, 2, 411),
        0.1: (100, 0, 203),
    },
    ("hsd", 3, 100): {
        0.0: (3.1, 76, 262),
        0.03: (24, 17, 284),
        0.05: (48, 5, 276),
        0.1: (90, 0, 224),
    },
    ("hsd", 3, 300): {
        0.0: (1.9, 98, 411),
        0.03: (60, 37, 643),
        0.05: (92, 6, 553),
        0.1: (100, 0, 324),
    },
    ("betting", 1, 300): {
        0.0: (2.0, 63, 210),
        0.03: (21, 9, 259),
        0.05: (50, 2, 231),
        0.1: (95, 0, 127),
    },
    ("betting", 1, 1000): {
        0.0: (3.4, 96, 273),
        0.03: (60, 24, 545),
        0.05: (95, 3, 367),
        0.1: (100, 0, 126),
    },
}
"""Blocked and passed in percent, and mean calls of the candidate, by method, trials and cases."""

LATENCY = {
    "p50": {0.0: 4.8, 0.1: 79.0, 0.2: 100.0},
    "p95": {0.0: 4.2, 0.1: 45.0, 0.2: 85.0},
}
"""Share of interleaved runs in which a quantile is found slower, by slowdown; 400 runs."""
LATENCY_RUNS = 400
