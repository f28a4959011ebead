"""Preferences survive the swap of positions, or are none."""

import asyncio

import numpy as np
import pytest
from scipy.stats import binomtest

import holdfast
from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.judges.admission import Terms, criteria
from holdfast.judges.check import check, position_consistency
from holdfast.judges.matching import Rated
from holdfast.judges.preference import prefer
from holdfast.metric import Failure
from holdfast.system import Response
from tests.judges.builders import QUIET, judge_of, run_of, suite_of

CASES = 120
SUITE = suite_of({str(n): f"letter {n}" for n in range(CASES)}, judge_of(lambda trial: 1.0))
POLICY = holdfast.Policy(metric="preference", margin=0.05)


def louder(question: object) -> str:
    return f"{question}!"


def pair() -> tuple[holdfast.Run, holdfast.Run]:
    return run_of(SUITE), run_of(SUITE, louder)


def test_a_judge_that_likes_a_position_prefers_nobody() -> None:
    for place in ("first", "second"):
        found = prefer(*pair(), lambda case, first, second, said=place: said, options=QUIET)
        assert (found.wins, found.losses, found.ties) == (0, 0, CASES)
        assert found.consistency is not None and found.consistency.share.estimate == 0.0
        assert found.fairness == (1.0 if place == "first" else -1.0)
        comparison = holdfast.compare(found.baseline, found.candidate)
        delta = next(one for one in comparison.deltas if one.metric.label == "preference")
        assert delta.estimate == 0.0 and delta.p_worse == delta.p_better == 1.0
        verdict = holdfast.decide(comparison, (POLICY,))
        assert verdict.findings[0].state != "improved"
        assert verdict.findings[0].state != "regressed"


def test_a_noisy_judge_with_a_true_preference_is_heard() -> None:
    dice = np.random.default_rng(2)

    async def judge(case: Case, first: Response, second: Response) -> str:
        await asyncio.sleep(0)
        if dice.random() < 0.3:  # a third of its words are noise, mostly for the first place
            return "first" if dice.random() < 0.7 else "second"
        return "first" if first.text.endswith("!") else "second"

    found = prefer(*pair(), judge, options=QUIET)
    assert found.wins > 5 * max(found.losses, 1)
    assert found.p_better < 1e-6
    comparison = holdfast.compare(found.baseline, found.candidate)
    delta = next(one for one in comparison.deltas if one.metric.label == "preference")
    assert delta.metric.judge
    assert 0.0 < delta.low < delta.estimate <= 0.5
    assert holdfast.decide(comparison, (POLICY,)).findings[0].state == "improved"
    mirrored = prefer(*reversed(pair()), judge, options=QUIET)
    assert mirrored.p_worse < 1e-6


def test_the_sign_test_is_the_binomial_one() -> None:
    def judge(case: Case, first: Response, second: Response) -> str:
        likes = int(case.id) % 3 == 0
        return "first" if first.text.endswith("!") == likes else "second"

    found = prefer(*pair(), judge, options=QUIET)
    assert (found.wins, found.losses) == (40, 80)
    oracle = binomtest(40, 120, alternative="less").pvalue
    assert found.p_worse == pytest.approx(oracle, abs=1e-12)
    assert found.p_better == pytest.approx(binomtest(80, 120, alternative="less").pvalue, abs=1e-12)


def test_equal_answers_are_a_tie_that_nobody_is_asked_about() -> None:
    asked: list[str] = []

    def judge(case: Case, first: Response, second: Response) -> str:
        asked.append(case.id)
        return "first"

    before = run_of(SUITE)
    after = run_of(SUITE, lambda question: louder(question) if "7" in str(question) else question)
    found = prefer(before, after, judge, options=QUIET)
    different = {str(n) for n in range(CASES) if "7" in str(n)}
    assert set(asked) == different and len(asked) == 2 * len(different)
    assert found.consistency is not None and found.consistency.pairs == len(different)


def test_what_fails_is_never_a_win_of_the_one_that_failed() -> None:
    def broken(question: object) -> str:
        if str(question).endswith("3"):
            raise ValueError("out of words")
        return louder(question)

    def judge(case: Case, first: Response, second: Response) -> str:
        if case.id == "5":
            return "both"
        return "tie"

    found = prefer(run_of(SUITE), run_of(SUITE, broken), judge, options=QUIET)
    assert (found.wins, found.losses) == (0, 12)
    outcome = found.candidate.trials[5].scores["preference"]
    assert isinstance(outcome, Failure) and "instead of 'first', 'second'" in outcome.error
    mirrored = prefer(run_of(SUITE, broken), run_of(SUITE), judge, options=QUIET)
    assert (mirrored.wins, mirrored.losses) == (12, 0)


def test_runs_without_common_answers_are_refused() -> None:
    other = suite_of({"x": "something else"}, judge_of(lambda trial: 1.0))
    with pytest.raises(UsageError, match="share no case that both answered"):
        prefer(run_of(SUITE), run_of(other), lambda case, first, second: "tie")


def test_a_judge_of_pairs_is_checked_for_its_position() -> None:
    found = prefer(*pair(), lambda case, first, second: "first", options=QUIET)
    metric = found.candidate.metrics[0]
    rated = [
        Rated(arm="candidate", trial=trial, ratings={"": float(int(trial.case_id) % 2)})
        for trial in found.candidate.trials
    ]
    checked = check(
        rated,
        metric=metric,
        cut=0.75,
        clusters={str(n): str(n) for n in range(CASES)},
        position=position_consistency(found.candidate.trials),
    )
    missed = {one.name: one.says for one in criteria(checked, Terms()) if one.blocks}
    assert "prefers alike in 0.0\xa0% of 120 pairs" in missed["position"]
    assert "120 went to the answer shown first and 0 to the second" in missed["position"]
