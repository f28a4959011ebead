"""Cautions: missing scores are told once, and a floor that they miss asks for another run."""

from dataclasses import replace

import numpy as np

from holdfast.comparison import compare
from holdfast.gate import decide
from holdfast.metric import Failure
from holdfast.policy import Policy
from tests.judging.results import run_of


def test_a_floor_missed_by_lost_scores_says_so_and_asks_for_another_run() -> None:
    good = {"safe": np.ones(40), "correct": np.ones(40)}
    tags: list[tuple[str, ...]] = [()] * 40
    candidate = run_of("candidate", good, tags)
    gone = Failure(stage="infrastructure", error="429")
    first = replace(candidate.trials[0], scores={"safe": gone, "correct": gone})
    candidate = replace(candidate, trials=(first, *candidate.trials[1:]))
    policies = [
        Policy(metric="safe", floor=1.0),
        Policy(metric="correct", margin=0.5),
    ]
    verdict = decide(compare(run_of("baseline", good, tags), candidate), policies)
    assert verdict.findings[0].state == "below_floor"
    assert "missing scores counted as the worst" in verdict.sentence
    assert verdict.next_step.startswith("Run again to fill in the missing scores")
    assert len([text for text in verdict.warnings if "lacks a score of" in text]) == 1
