"""What does an adapted MiniLM add to the claim verifier, and what does it cost?

The development claims of datasets/claims, and those of WiCE (Kamoi et al. 2023) where they are
there, go through the shipped verifier, through the reader alone and through both together; what
`between` saves and costs is computed from the same readings. Exits with 1 where both together rank
the development claims worse than the shipped verifier does, on the mean of the sets.

    python benchmarks/adapted_verifier.py                  # two minutes of two cores
    python benchmarks/adapted_verifier.py --test --write   # the test claims too, with intervals
                                                           # over passages: when all is chosen
"""

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from report import Target, finish, table
from verifier import DATA, DRAWS, ROOT

from holdfast.verifying.agreement import auroc, balanced_accuracy
from holdfast.verifying.head import read_head
from systems.rag.reranking.states import States
from systems.verifier.adapted import AdaptedVerifier
from systems.verifier.combining import read_combination
from systems.verifier.neighbours import Neighbours
from systems.verifier.reading import JOINT_FROM, AdaptedReader
from systems.verifier.weighing import Labelled, Weighed, development, read_claims, weighed

WICE = DATA / "wice_dev" / "claims.jsonl"
TEST = (("test", "hand-written"), ("news-test", "news-summary"), ("web-test", "web-page"))
BETWEEN = ((0.0, 1.0), (0.02, 0.98), (0.05, 0.95), (0.1, 0.9), (0.2, 0.8))
TIMED = 40
"""Claims by which the speed is measured."""

Scores = list[float]


def odds(score: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-score))


def shipped(one: Weighed) -> float:
    """Score of the shipped verifier."""
    return odds(one.total(0))


def alone(one: Weighed) -> float:
    """Score of the reader."""
    return odds(min(read for _, read in one.parts))


def both(one: Weighed, between: tuple[float, float] = (0.0, 1.0)) -> float:
    """Score of both together, where the reader is asked between two shipped scores."""
    low, high = between
    combination = read_combination()
    return min(
        combination.of_odds(*part) if low <= odds(part[0]) <= high else odds(part[0])
        for part in one.parts
    )


MEASURES: dict[str, Callable[[Weighed], float]] = {
    "shipped": shipped, "the reader alone": alone, "both": both,
}  # fmt: skip


def ranked(claims: Sequence[Weighed], score: Callable[[Weighed], float]) -> float:
    """AUROC of a score."""
    return auroc([one.supported for one in claims], [score(one) for one in claims])


def accurate(claims: Sequence[Weighed], score: Callable[[Weighed], float], least: float) -> float:
    """Balanced accuracy of a score at a threshold."""
    labels = [one.supported for one in claims]
    return balanced_accuracy(labels, [score(one) for one in claims], threshold=least)


def drawn(passages: Sequence[str], *, seed: int = 6) -> list["np.ndarray"]:
    """Numbers of claims, passages drawn anew."""
    dice = np.random.default_rng(seed)
    names = sorted(set(passages))
    groups = [np.flatnonzero(np.array(passages) == name) for name in names]
    draws = dice.integers(0, len(groups), (DRAWS, len(groups)))
    return [np.concatenate([groups[at] for at in row]) for row in draws]


def interval(values: Sequence[float]) -> str:
    """The middle 95 % of values."""
    low, high = np.quantile(values, (0.025, 0.975))
    return f"{low:.3f} to {high:.3f}"


def tested(name: str, claims: Sequence[Weighed], passages: Sequence[str]) -> list[str]:
    """A row of the test claims, with intervals over passages."""
    labels = [one.supported for one in claims]
    scores = {key: [score(one) for one in claims] for key, score in MEASURES.items()}
    found: dict[str, list[float]] = {key: [] for key in scores}
    for at in drawn(passages):
        yes = [labels[one] for one in at]
        if 0 < sum(yes) < len(yes):
            for key, values in scores.items():
                found[key].append(auroc(yes, [values[one] for one in at]))
    more = [one - other for one, other in zip(found["both"], found["shipped"], strict=True)]
    cells = [f"{auroc(labels, scores[key]):.3f} ({interval(found[key])})" for key in MEASURES]
    return [f"{name}, {len(claims)} claims on {len(set(passages))}", *cells, interval(more)]


def test_section(reader: AdaptedReader, near: Neighbours) -> list[str]:
    """The test claims."""
    rows, accuracies = [], []
    for file, tag in TEST:
        claims = list(read_claims(ROOT / "datasets" / "claims" / f"{file}.jsonl", tag))
        judged = weighed(claims, reader=reader, near=near)
        # Claims about one passage share its evidence, or all of it but a sentence taken out.
        rows.append(tested(file, judged, [" ".join(evidence) for _, evidence, _ in claims]))
        accuracies.append(
            f"{file} {accurate(judged, both, read_combination().threshold):.3f} "
            f"({accurate(judged, shipped, read_head().threshold):.3f})"
        )
    headers = ("test claims", *MEASURES, "both, less shipped")
    said = "Balanced accuracy of both, and of the shipped verifier: " + ", ".join(accuracies)
    return ["## Test claims", table(headers, rows), f"{said}."]


def development_section(sets: dict[str, list[Weighed]]) -> list[str]:
    """The development claims, by what is asked and by when."""
    headers = ("AUROC", *(f"{name} ({len(some)})" for name, some in sets.items()), "mean")
    rows = []
    for key, score in MEASURES.items():
        found = [ranked(some, score) for some in sets.values()]
        rows.append([key, *(f"{one:.3f}" for one in (*found, float(np.mean(found))))])
    asked = []
    for low, high in BETWEEN:
        found = [ranked(some, partial(both, between=(low, high))) for some in sets.values()]
        parts = [part for some in sets.values() for one in some for part in one.parts]
        share = np.mean([low <= odds(part[0]) <= high for part in parts])
        cells = (*(f"{one:.3f}" for one in (*found, float(np.mean(found)))), f"{share:.0%}")
        asked.append([f"between {low} and {high}", *cells])
    return [
        "## Development claims",
        table(headers, rows),
        "The reader is asked where the shipped score lies between two:",
        table((*headers, "sentences read"), asked),
    ]


def speed(claims: Sequence[Labelled]) -> str:
    """Claims a second of CPU time, evidence and models fresh for each setting."""
    rows = []
    for near in (Neighbours(), Neighbours(words=1, most=2)):
        with tempfile.TemporaryDirectory() as folder:
            verifier = AdaptedVerifier(
                reader=AdaptedReader(lower=States(layers=JOINT_FROM, folder=None)),
                near=replace(near, folder=Path(folder)),
            )
            verifier.verify(["The ferry leaves."], ["It rains.", "A b.", "C d.", "E f.", "G h."])
            row = [f"sentences by words: {near.words}, by meaning: {near.most}"]
            for _ in ("unseen", "again"):
                began, at = time.process_time(), time.perf_counter()
                for claim, evidence, _ in claims:
                    verifier.verify([claim], evidence)
                spent = time.process_time() - began
                row.append(f"{len(claims) / spent:.1f}")
                row.append(f"{len(claims) / (time.perf_counter() - at):.1f}")
            rows.append(row)
    headers = ("", "unseen, CPU", "unseen, clock", "again, CPU", "again, clock")
    return f"## Speed\n\nClaims a second, one by one.\n\n{table(headers, rows)}"


def main() -> int:
    """Run, print and say whether the target is met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write results/adapted_verifier.md")
    parser.add_argument("--test", action="store_true", help="measure the test claims too")
    chosen = parser.parse_args()
    reader, near = AdaptedReader(), Neighbours()
    claims = development(WICE if WICE.is_file() else None)
    sets = {name: weighed(some, reader=reader, near=near) for name, some in claims.items()}
    sections = development_section(sets)
    if chosen.test:
        sections += test_section(reader, near)
    means = [np.mean([ranked(some, score) for some in sets.values()]) for score in (shipped, both)]
    target = Target(
        claim="mean AUROC that both together lose to the shipped verifier on development claims",
        measured=float(means[0] - means[1]), limit=0.0,
    )  # fmt: skip
    sections.append(speed(claims["news-dev"][:TIMED]))
    name = "adapted_verifier" if chosen.write else None
    return finish("Adapted verifier", sections, [target], write=name)


if __name__ == "__main__":
    sys.exit(main())
