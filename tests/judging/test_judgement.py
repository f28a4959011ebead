"""States at their borders: which numbers give which state, and which states block."""

from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparing.timing import Timing
from holdfast.comparison import Comparison, Delta, Lost, compare
from holdfast.gate import Verdict, decide
from holdfast.policy import PROFILES, Policy, Profile
from holdfast.testing import METRICS, make_run
from tests.judging.results import judged

LABEL = METRICS[0].label
CASES = {f"c{index:04}": [1.0] for index in range(60)}
ONE_LESS = {**CASES, "c0000": [0.0]}
COMPARED: Comparison = compare(make_run(CASES), make_run(ONE_LESS, id="b"))
NUMBERS: dict[str, object] = {
    "low": -0.2,
    "estimate": 0.0,
    "high": 0.2,
    "p_worse": 0.5,
    "p_better": 0.5,
}


def delta(**fields: object) -> Delta:
    return replace(COMPARED.deltas[0], **{**NUMBERS, **fields})


def verdict(found: Delta, *, profile: Profile = PROFILES["pr"], **rule: object) -> Verdict:
    policies = [Policy(metric=LABEL, **{"margin": 0.05, **rule})]
    return decide(replace(COMPARED, deltas=(found,)), policies, profile=profile)


def state(found: Verdict) -> tuple[str, tuple[str, ...]]:
    return found.findings[0].state, found.findings[0].tags


@pytest.mark.parametrize(
    ("low", "high", "p_worse", "p_better", "expected"),
    [
        (-0.06, -0.02, 0.05, 0.95, ("regressed", ())),
        (-0.06, -0.02, 0.0501, 0.95, ("inconclusive", ())),
        (-0.05, -0.02, 0.01, 0.99, ("regressed", ())),
        (-0.08, -0.05, 0.01, 0.99, ("regressed", ())),
        (-0.08, -0.0501, 0.01, 0.99, ("regressed", ("beyond_margin",))),
        (-0.05, 0.02, 0.2, 0.8, ("inconclusive", ())),
        (-0.0499, 0.02, 0.2, 0.8, ("within_margin", ())),
        (-0.0499, -0.01, 0.05, 0.95, ("within_margin", ("small_real_drop",))),
        (-0.0499, -0.01, 0.0501, 0.95, ("within_margin", ())),
        (-0.0499, 0.1, 0.95, 0.05, ("improved", ())),
        (-0.0499, 0.1, 0.95, 0.0501, ("within_margin", ())),
        (-0.06, 0.3, 0.99, 0.01, ("inconclusive", ())),
    ],
)
def test_bounds_and_p_values_give_the_state(
    low: float, high: float, p_worse: float, p_better: float, expected: tuple[str, tuple[str, ...]]
) -> None:
    found = verdict(delta(low=low, high=high, p_worse=p_worse, p_better=p_better))
    assert state(found) == expected
    finding = found.findings[0]
    assert (finding.p_worse, finding.p_better) == (p_worse, p_better)
    assert finding.blocks == (expected[0] == "regressed")
    assert found.exit_code == (1 if expected[0] == "regressed" else 0)


@pytest.mark.parametrize(("p_worse", "expected"), [(0.1, "regressed"), (0.1001, "inconclusive")])
def test_a_monitor_is_judged_at_its_own_level(p_worse: float, expected: str) -> None:
    found = verdict(delta(p_worse=p_worse), role="monitor")
    assert (state(found)[0], found.exit_code) == (expected, 0)


def test_what_did_not_change_at_all_is_within_any_margin() -> None:
    found = verdict(delta(method="identical", low=-1.0, p_worse=0.01))
    assert state(found) == ("within_margin", ("identical",))


def test_what_is_only_shown_is_not_judged() -> None:
    found = verdict(delta(low=-0.9, high=-0.8, p_worse=0.0), role="info")
    assert (state(found), found.exit_code) == (("not_judged", ()), 0)


@pytest.mark.parametrize(
    ("method", "units", "clusters", "expected"),
    [
        ("shrunk-t", 19, None, "inconclusive"),
        ("shrunk-t", 20, None, "within_margin"),
        ("shrunk-t", 60, 19, "inconclusive"),
        ("shrunk-t", 60, 20, "within_margin"),
        ("fieller", 29, None, "inconclusive"),
        ("fieller", 30, None, "within_margin"),
        ("tango", 10, None, "within_margin"),
    ],
)
def test_bounds_of_few_cases_claim_no_safety(
    method: str, units: int, clusters: int | None, expected: str
) -> None:
    found = verdict(delta(method=method, pairs=units, clusters=clusters, low=-0.01))
    assert state(found) == (expected, ("few_cases",) if expected == "inconclusive" else ())


def test_few_cases_can_still_show_a_loss() -> None:
    found = verdict(delta(method="shrunk-t", pairs=12, low=-0.04, high=-0.001, p_worse=0.01))
    assert state(found)[0] == "regressed"


@pytest.mark.parametrize(
    ("estimate", "high", "p_worse", "expected"),
    [
        (-0.05, 0.0, 0.05, ("inconclusive", ("small_real_drop",))),
        (-0.05, -0.0001, 0.05, ("regressed", ())),
        (-0.0501, 0.0, 0.05, ("regressed", ())),
        (-0.05, 0.0, 0.0501, ("inconclusive", ())),
    ],
)
def test_a_gate_does_not_fail_by_a_loss_within_the_margin_whose_interval_holds_zero(
    estimate: float, high: float, p_worse: float, expected: tuple[str, tuple[str, ...]]
) -> None:
    numbers = {"low": -0.1, "estimate": estimate, "high": high, "p_worse": p_worse}
    assert state(verdict(delta(**numbers))) == expected
    assert state(verdict(delta(**numbers), role="monitor"))[0] == "regressed"


@pytest.mark.parametrize(
    ("floor", "role", "expected"),
    [
        (0.1001, "gate", ("invalid", 3)),
        (0.1, "gate", ("inconclusive", 0)),
        (0.1001, "monitor", ("invalid", 0)),
    ],
)
def test_seconds_noisier_than_two_margins_say_nothing(
    floor: float, role: str, expected: tuple[str, int]
) -> None:
    timing = Timing(quantile=0.95, requests=400, blocks=20, floor=floor)
    found = verdict(delta(timing=timing), role=role)
    assert (state(found)[0], found.exit_code) == expected
    assert found.findings[0].blocks == (found.exit_code == 3)
    assert state(found)[1] == (("noise",) if expected[0] == "invalid" else ())


REGRESSED = {"low": -0.3, "high": -0.1, "p_worse": 0.001}
WITHIN = {"low": -0.01}
IMPROVED = {"low": 0.01, "p_better": 0.001}


@pytest.mark.parametrize(
    ("nominal", "worst", "role", "expected"),
    [
        (WITHIN, REGRESSED, "gate", ("inconclusive", ("missing",), 2)),
        (IMPROVED, REGRESSED, "gate", ("inconclusive", ("missing",), 2)),
        ({}, REGRESSED, "gate", ("inconclusive", ("missing",), 2)),
        (WITHIN, REGRESSED, "monitor", ("inconclusive", ("missing",), 0)),
        (IMPROVED, WITHIN, "gate", ("within_margin", (), 0)),
        (REGRESSED, REGRESSED, "gate", ("regressed", ("beyond_margin",), 1)),
        (REGRESSED, WITHIN, "gate", ("regressed", ("beyond_margin",), 1)),
        (WITHIN, WITHIN, "gate", ("within_margin", (), 0)),
    ],
)
def test_lost_scores_can_hide_a_regression(
    nominal: dict[str, float],
    worst: dict[str, float],
    role: str,
    expected: tuple[str, tuple[str, ...], int],
) -> None:
    lost = Lost(candidate=1)
    found = verdict(delta(**nominal, lost=lost, worst=delta(**worst, lost=lost)), role=role)
    assert (*state(found), found.exit_code) == expected


def test_many_lost_scores_excuse_no_regression_and_only_stronger_evidence_is_believed() -> None:
    many = Lost(candidate=30)
    for worst in (WITHIN, {}, IMPROVED):
        found = verdict(delta(**REGRESSED, lost=many, worst=delta(**worst, lost=many)))
        assert (state(found)[0], found.exit_code) == ("regressed", 1)
    one = Lost(candidate=1)
    doubtful = verdict(delta(lost=one, worst=delta(**WITHIN, lost=one)))
    assert state(doubtful)[0] == "inconclusive"
    better = verdict(delta(**IMPROVED, lost=one, worst=delta(lost=one)))
    assert state(better) == ("improved", ())


@pytest.mark.parametrize(
    ("usual", "own", "expected"),
    [
        ("pass_with_warning", None, ("within_margin", 0)),
        ("fail", None, ("inconclusive", 2)),
        ("extend", None, ("inconclusive", 2)),
        ("fail", "extend", ("inconclusive", 2)),
        ("fail", "pass_with_warning", ("within_margin", 0)),
        ("pass_with_warning", "extend", ("within_margin", 0)),
        ("pass_with_warning", "fail", ("inconclusive", 2)),
    ],
)
def test_where_doubt_blocks_one_lost_score_must_not_settle_it(
    usual: str, own: str | None, expected: tuple[str, int]
) -> None:
    one = Lost(candidate=1)
    found = verdict(
        delta(**WITHIN, lost=one, worst=delta(lost=one)),
        profile=Profile(name="own", on_inconclusive=usual),
        on_inconclusive=own,
    )
    assert (state(found)[0], found.exit_code) == expected


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (Lost(baseline=10, candidate=10), "within_margin"),
        (Lost(baseline=10, candidate=11), "inconclusive"),
        (Lost(candidate=7), "within_margin"),  # Fisher: p = .015
        (Lost(candidate=8), "inconclusive"),  # p = .0077
        (Lost(baseline=8), "inconclusive"),
        (Lost(candidate=8, both=6), "within_margin"),  # 14 beside 6
        (Lost(both=20), "within_margin"),
        (Lost(both=21), "inconclusive"),
    ],
)
def test_many_or_uneven_lost_scores_leave_a_doubt_where_they_change_the_state(
    lost: Lost, expected: str
) -> None:
    found = verdict(delta(**WITHIN, matched=1000, lost=lost, worst=delta(lost=lost)))
    assert state(found) == (expected, ("missing",) if expected == "inconclusive" else ())
    assert found.exit_code == 0
    same = verdict(delta(**WITHIN, matched=1000, lost=lost, worst=delta(**WITHIN, lost=lost)))
    assert state(same)[0] == "within_margin"


@pytest.mark.parametrize(
    ("reached", "better", "expected"),
    [
        (0.9, "higher", "within_margin"),
        (0.9 - 1e-13, "higher", "within_margin"),
        (0.9 - 1e-11, "higher", "below_floor"),
        (0.5, "higher", "below_floor"),
        (0.9 + 1e-13, "lower", "within_margin"),
        (0.9 + 1e-11, "lower", "below_floor"),
        (0.5, "lower", "within_margin"),
    ],
)
def test_a_floor_is_reached_or_not(reached: float, better: str, expected: str) -> None:
    metric = replace(METRICS[0], better=better)
    for rule in ({"margin": None}, {"margin": 0.05}):
        found = verdict(delta(**WITHIN, metric=metric, floor_mean=reached), floor=0.9, **rule)
        assert state(found)[0] == expected
        assert found.exit_code == (1 if expected == "below_floor" else 0)
        assert found.findings[0].blocks == (expected == "below_floor")


def test_a_floor_without_a_margin_says_that_it_was_all_that_was_judged() -> None:
    assert state(verdict(delta(floor_mean=0.95), margin=None, floor=0.9))[1] == ("floor",)
    assert state(verdict(delta(**IMPROVED, floor_mean=0.95), floor=0.9)) == ("improved", ())
    assert state(verdict(delta(floor_mean=0.5), floor=0.9)) == ("below_floor", ())
    shown = verdict(delta(floor_mean=0.95), role="info", floor=0.9)
    assert state(shown) == ("not_judged", ())
    unclear = verdict(delta(floor_mean=0.95), floor=0.9)
    assert state(unclear) == ("inconclusive", ())


def test_a_floor_that_cannot_be_judged_is_no_pass() -> None:
    missing = verdict(delta(**WITHIN, floor_mean=None), floor=0.9)
    assert (*state(missing), missing.exit_code) == ("inconclusive", ("missing",), 2)
    undrawn = verdict(delta(**WITHIN, floor_mean=None, drawn=0.5), floor=0.9)
    assert (*state(undrawn), undrawn.exit_code) == ("inconclusive", ("undrawn",), 0)
    assert undrawn.findings[0].why.startswith("The floor is judged when all cases are drawn")
    assert "lack a score" in missing.findings[0].why


@pytest.mark.parametrize("drawn", [0.5, 1.0])
def test_a_floor_that_cannot_be_judged_hides_no_regression_and_no_noise(drawn: float) -> None:
    lost = verdict(delta(**REGRESSED, floor_mean=None, drawn=drawn), floor=0.9)
    assert (*state(lost), lost.exit_code) == ("regressed", ("beyond_margin",), 1)
    timing = Timing(quantile=0.95, requests=400, blocks=20, floor=0.2)
    noisy = verdict(delta(timing=timing, floor_mean=None, drawn=drawn), floor=0.9)
    assert (*state(noisy), noisy.exit_code) == ("invalid", ("noise",), 3)


@pytest.mark.parametrize("role", ["gate", "monitor", "info"])
@pytest.mark.parametrize("own", [None, "pass_with_warning", "fail", "extend"])
@pytest.mark.parametrize("usual", ["pass_with_warning", "fail", "extend"])
def test_only_doubt_about_a_gate_blocks_and_only_where_that_is_asked_for(
    role: str, own: str | None, usual: str
) -> None:
    profile = Profile(name="own", on_inconclusive=usual)
    found = verdict(delta(), profile=profile, role=role, on_inconclusive=own)
    decides = usual if own in (None, "extend") else own
    blocks = role == "gate" and decides != "pass_with_warning"
    assert found.findings[0].blocks == blocks
    assert found.exit_code == (2 if blocks else 0)
    assert found.outcome == ("inconclusive" if role == "gate" else "pass")


def test_a_loss_that_only_several_gates_together_excuse_says_so() -> None:
    other = replace(METRICS[1])
    deltas = (
        delta(p_worse=0.05, method="exact", paired=None),
        delta(metric=other, p_worse=0.9, method="exact", paired=None),
    )
    rules = [Policy(metric=metric, margin=0.05) for metric in (LABEL, other.label)]
    found = decide(replace(COMPARED, deltas=deltas), rules).findings
    tags = {finding.metric: finding.tags for finding in found}
    assert tags == {LABEL: ("multiplicity",), other.label: ()}


def test_findings_stand_in_the_order_in_which_they_matter() -> None:
    numbers: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        "a_within": (WITHIN, {}),
        "b_regressed": (REGRESSED, {}),
        "c_doubt": ({}, {}),
        "d_shown": (REGRESSED, {"role": "info"}),
        "e_watched": (REGRESSED, {"role": "monitor"}),
        "f_improved": (IMPROVED, {}),
        "g_watched": (WITHIN, {"role": "monitor"}),
        "h_doubt": ({}, {"on_inconclusive": "fail"}),
    }
    metrics = {
        name: replace(METRICS[0], spec=replace(METRICS[0].spec, name=name)) for name in numbers
    }
    alone = {"paired": None, "method": "exact"}
    deltas = tuple(
        delta(**own, **alone, metric=metrics[name]) for name, (own, _) in numbers.items()
    )
    rules = [
        Policy(metric=metrics[name].label, **{"margin": 0.05, **rule})
        for name, (_, rule) in numbers.items()
    ]
    found = decide(replace(COMPARED, deltas=deltas), rules)
    names = "".join(finding.metric[0] for finding in found.findings)
    assert names == "bhcafegd"
    assert found.outcome == "regression"


@pytest.mark.parametrize("role", ["gate", "monitor"])
def test_a_metric_that_was_not_measured_blocks_where_it_gates(role: str) -> None:
    rules = [Policy(metric="tone", margin=0.1, role=role), Policy(metric=LABEL, margin=0.5)]
    found = {finding.metric: finding for finding in decide(COMPARED, rules).findings}
    absent = found["tone"]
    assert (absent.state, absent.blocks, absent.delta) == ("invalid", role == "gate", None)
    assert found[LABEL].state == "within_margin"


def test_a_finding_says_how_many_cases_flipped_each_way() -> None:
    after = {**CASES, "c0003": [0.0], "c0004": [0.0]}
    before = {**CASES, "c0007": [0.0]}
    compared = compare(make_run(before), make_run(after, id="b"))
    why = decide(compared, [Policy(metric=LABEL, margin=0.05)]).findings[0].why
    assert "2 cases newly fail and 1 newly passes" in why
    shown = decide(compared, [Policy(metric=LABEL, role="info")]).findings[0].why
    assert "newly" not in shown


def test_each_metric_that_lost_in_a_slice_names_its_own_slice() -> None:
    tags = [("x",) if row < 100 else ("y",) if row < 250 else ("z",) for row in range(1000)]
    before = {"m": np.ones(1000), "n": np.ones(1000)}
    after = {label: np.ones(1000) for label in before}
    after["m"][:30] = 0.0
    after["n"][100:150] = 0.0
    found = judged(before, after, tags, margin=0.1, slices="gate")
    assert {finding.tags for finding in found.findings} == {("slice",)}
    whys = {finding.metric: finding.why for finding in found.findings}
    assert "the 100 cases tagged x" in whys["m"] and "tagged y" not in whys["m"]
    assert "the 150 cases tagged y" in whys["n"] and "tagged x" not in whys["n"]
