"""Totals: tokens and money are compared as ratios, and what is lost has no limit."""

import random

import pytest

from holdfast.comparison import compare
from holdfast.errors import UsageError
from holdfast.gate import Verdict, decide
from holdfast.metric import Failure
from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.system import Spec
from holdfast.testing import make_run

TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")


def counted(growth: float = 1.0, *, cases: int = 60, seed: int = 1) -> dict[str, list[float]]:
    sizes, noise = random.Random(1), random.Random(seed)
    return {
        f"c{index}": [growth * sizes.lognormvariate(6, 0.5) * noise.lognormvariate(0, 0.1)]
        for index in range(cases)
    }


def spent(
    after: dict[str, list[float | Failure]], *, margin: float = 0.15, **more: object
) -> Verdict:
    old, new = make_run(counted(), metric=TOKENS), make_run(after, id="b", metric=TOKENS)
    rules = [Policy(metric="tokens", margin=margin, **more)]
    return decide(compare(old, new, policies=rules), rules)


def state(verdict: Verdict) -> str:
    return verdict.findings[0].state


def test_more_tokens_than_the_margin_regress() -> None:
    verdict = spent(counted(1.4, seed=2))
    assert (state(verdict), verdict.exit_code) == ("regressed", 1)
    assert "beyond_margin" in verdict.findings[0].tags
    delta = verdict.findings[0].delta
    assert delta is not None
    assert (delta.scale, delta.method) == ("ratio", "fieller")
    assert delta.estimate == pytest.approx(1 - delta.candidate_mean / delta.baseline_mean)
    assert "tokens, +37.9 % on 60 cases" in verdict.findings[0].why.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_as_many_tokens_as_before_are_within_a_margin_that_is_a_share() -> None:
    assert state(spent(counted(seed=2))) == "within_margin"
    assert state(spent(counted(seed=2), margin=0.01)) == "inconclusive"
    assert state(spent(counted(0.6, seed=2))) == "improved"


def test_fewer_than_thirty_cases_claim_no_safety_for_totals() -> None:
    few = dict(list(counted(seed=2).items())[:25])
    before = {key: counted()[key] for key in few}
    rules = [Policy(metric="tokens", margin=0.5)]
    runs = make_run(before, metric=TOKENS), make_run(few, id="b", metric=TOKENS)
    verdict = decide(compare(*runs, policies=rules), rules)
    assert (state(verdict), verdict.findings[0].tags) == ("inconclusive", ("few_cases",))
    assert "Fewer than 30 independent cases" in verdict.findings[0].why


GONE = Failure(stage="metric", error="no usage was reported")


def test_a_lost_count_could_have_been_anything() -> None:
    one = {**counted(seed=2), "c3": [GONE]}
    assert state(spent(one)) == "within_margin"
    several = {**counted(seed=2), **{f"c{index}": [GONE] for index in range(3)}}
    verdict = spent(several, margin=0.3)
    assert (state(verdict), verdict.findings[0].tags) == ("inconclusive", ("missing",))
    why = verdict.findings[0].why
    assert "but 3 cases lack a score" in why
    assert "Nothing limits what they could have been: counted against the candidate" in why
    assert "they make a regression." in why or "they make the verdict another one." in why


def test_a_lost_count_does_not_turn_a_growth_into_a_doubt_about_its_ceiling() -> None:
    grown = {**counted(1.4, seed=2), "c3": [GONE]}
    assert (state(spent(grown)), spent(grown).exit_code) == ("regressed", 1)
    verdict = spent(grown, floor=10_000.0)
    assert (state(verdict), verdict.exit_code) == ("regressed", 1)


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_lost_counts_that_could_hide_a_growth_block(lost: int) -> None:
    grown = counted(1.4, seed=2)
    worst = sorted(grown, key=lambda key: grown[key][0] / counted()[key][0])[-lost:]
    verdict = spent({**grown, **{key: [GONE] for key in worst}})
    assert verdict.exit_code != 0


@pytest.mark.parametrize("values", [[-1.0, 2.0], [0.0, 0.0]])
def test_totals_that_are_no_totals_are_named(values: list[float]) -> None:
    before = {f"c{index}": [values[index % 2]] for index in range(40)}
    after = {key: [value[0] + 1.0] for key, value in before.items()}
    runs = make_run(before, metric=TOKENS), make_run(after, id="b", metric=TOKENS)
    rules = [Policy(metric="tokens", margin=0.1)]
    with pytest.raises(UsageError, match="that is zero or some scores are negative"):
        decide(compare(*runs), rules)
    verdict = decide(compare(*runs, policies=rules), rules)
    assert verdict.exit_code == 3
    assert "that total is zero or some scores are negative" in verdict.problems[0]
    watched = [Policy(metric="tokens", role="info")]
    assert decide(compare(*runs), watched).findings[0].delta.scale == "difference"


@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize("lost", ["candidate", "baseline"])
def test_a_total_that_only_an_unpaired_case_has_is_zero(repeats: int, lost: str) -> None:
    before: dict[str, list[float | Failure]] = {f"c{index}": [0.0] for index in range(40)}
    after: dict[str, list[float | Failure]] = {key: [1.0] for key in before}
    before["c0"], after["c0"] = ([7.0], [GONE]) if lost == "candidate" else ([GONE], [7.0])
    rules = [Policy(metric="tokens", margin=0.1, estimand="suite")]
    old, new = (
        make_run({key: values * repeats for key, values in arm.items()}, id=name, metric=TOKENS)
        for name, arm in (("a", before), ("b", after))
    )
    verdict = decide(compare(old, new, policies=rules), rules)
    assert verdict.exit_code == 3
    assert "that total is zero" in verdict.problems[0]


def test_amounts_of_zero_are_amounts_and_one_below_zero_is_none() -> None:
    before: dict[str, list[float]] = {**counted(), "c0": [0.0]}
    for least, scale in ((0.0, "ratio"), (-0.5, "difference")):
        after = {**counted(seed=2), "c5": [least]}
        runs = make_run(before, metric=TOKENS), make_run(after, id="b", metric=TOKENS)
        assert compare(*runs).deltas[0].scale == scale
        assert compare(*reversed(runs)).deltas[0].scale == scale


def test_a_margin_in_units_of_a_count_is_refused() -> None:
    with pytest.raises(UsageError, match="ten per cent are margin"):
        spent(counted(seed=2), margin=500.0)


@pytest.mark.parametrize("lost", [3, 4, 5])
def test_one_more_lost_count_never_lifts_a_block(lost: int) -> None:
    before: dict[str, list[float | Failure]] = {f"c{index}": [100.0] for index in range(110)}
    gone = Failure(stage="infrastructure", error="429")
    after = {**before, **{f"c{index}": [gone] for index in range(lost)}}
    if lost == 3:
        after["c3"] = [900.0]
    rules = [Policy(metric="tokens", margin=0.5)]
    old, new = (
        make_run(scores, id=name, metric=TOKENS) for name, scores in (("a", before), ("b", after))
    )
    assert decide(compare(old, new, policies=rules), rules).exit_code == 2
