"""Slices: a loss in one category is found and named, and noise is not."""

from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparison import compare
from holdfast.gate import SliceFinding, Verdict, decide
from holdfast.metric import Failure
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.testing import make_run
from tests.judging.results import CATEGORIES, SIZES, flipped, judged, names_of, run_of

TAGS = names_of(CATEGORIES)
TWO_HUNDRED = SIZES.index(200)
LOST = np.flatnonzero(CATEGORIES == TWO_HUNDRED)


def passed(chance: np.random.Generator, share: float = 0.85) -> np.ndarray:
    return (chance.random(CATEGORIES.size) < share).astype(np.float64)


def with_a_loss(seed: int, **rule: object) -> Verdict:
    """6.5 % of 4,241 cases flip both ways, and one category of 200 breaks 30 and fixes 6."""
    chance = np.random.default_rng(seed)
    before = passed(chance)
    rest = np.flatnonzero(CATEGORIES != TWO_HUNDRED)
    after = flipped(before, chance, broken=131, fixed=131, rows=rest)
    after[LOST] = flipped(before, chance, broken=30, fixed=6, rows=LOST)[LOST]
    return judged({"correct": before}, {"correct": after}, TAGS, **rule)


def adverse(verdict: Verdict) -> list[SliceFinding]:
    return [found for found in verdict.slices if found.adverse]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_over_many_categories_stays_silent(seed: int) -> None:
    chance = np.random.default_rng(seed)
    before = passed(chance)
    after = flipped(before, chance, broken=138, fixed=138)
    verdict = judged({"correct": before}, {"correct": after}, TAGS)
    assert verdict.exit_code == 0
    assert verdict.findings[0].state == "within_margin"
    assert not [found for found in verdict.slices if found.found]
    assert "138 cases newly fail and 138 newly pass: as many both ways as chance makes" in (
        verdict.findings[0].why
    )


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_categories_of_any_difficulty_stay_silent(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rates = np.linspace(0.3, 0.95, len(SIZES))[CATEGORIES]
    rates = np.where(chance.random(rates.size) < 0.83, chance.random(rates.size) < rates, rates)
    before, after = ((chance.random(rates.size) < rates).astype(np.float64) for _ in range(2))
    assert 0.05 < np.mean(before != after) < 0.09
    verdict = judged({"correct": before}, {"correct": after}, TAGS)
    assert verdict.exit_code == 0
    assert not adverse(verdict)


@pytest.mark.parametrize("seed", range(5))
def test_a_category_that_lost_twelve_points_is_found_among_thirteen(seed: int) -> None:
    verdict = with_a_loss(seed)
    found = adverse(verdict)[0]
    assert (found.name, found.cases, found.searched) == ("topic:06", 200, 13)
    assert found.estimate == pytest.approx(-0.12)
    assert found.low < -0.12 < found.high < -0.05
    assert found.p_value < 0.01
    assert found.p_contrast < 0.01
    assert "lost 12.0\xa0pt on the 200 cases tagged topic:06" in found.why


def test_by_default_a_lost_slice_warns_and_stands_in_the_sentence() -> None:
    verdict = with_a_loss(0)
    assert (verdict.outcome, verdict.exit_code) == ("pass", 0)
    assert verdict.sentence.endswith(
        "; yet correct lost 12.0\xa0pt on the 200 cases tagged topic:06."
    )
    assert verdict.warnings[0].startswith("correct lost 12.0\xa0pt on the 200 cases")
    assert verdict.next_step == (
        "Look at the cases tagged topic:06: they lost more than chance explains."
    )


def test_a_slice_that_gates_makes_its_metric_a_regression() -> None:
    verdict = with_a_loss(0, slices="gate")
    finding = verdict.findings[0]
    assert (verdict.exit_code, finding.state, finding.tags) == (1, "regressed", ("slice",))
    assert verdict.sentence.startswith("Regressed: correct lost 12.0\xa0pt on the 200 cases tagged")
    assert "its policy lets a slice decide" in finding.why
    assert adverse(verdict)[0].blocks


def test_slices_can_be_left_out() -> None:
    verdict = with_a_loss(0, slices="off")
    assert verdict.slices == ()
    assert verdict.exit_code == 0
    assert "topic" not in verdict.sentence


def test_the_category_alone_regresses_and_is_named() -> None:
    chance = np.random.default_rng(0)
    before = passed(chance)[:200]
    after = flipped(before, chance, broken=30, fixed=6)
    verdict = judged({"correct": before}, {"correct": after}, [("topic:06",)] * 200)
    assert verdict.findings[0].state == "regressed"
    assert verdict.sentence.startswith("Regressed: correct lost 12.0")
    assert verdict.sentence.endswith("30 cases newly fail; all cases are tagged topic:06.")


def test_a_loss_of_the_whole_names_the_slice_that_carries_it() -> None:
    chance = np.random.default_rng(1)
    before = passed(chance)[:800]
    tags = [("lang:de",) if row < 200 else ("lang:en",) for row in range(800)]
    after = flipped(before, chance, broken=50, fixed=4, rows=slice(200))
    verdict = judged({"correct": before}, {"correct": after}, tags)
    assert verdict.findings[0].state == "regressed"
    assert ", above all on the 200 cases tagged lang:de (23.0\xa0pt); 50 cases newly fail." in (
        verdict.sentence
    )


def test_a_loss_everywhere_names_no_slice() -> None:
    chance = np.random.default_rng(2)
    before = passed(chance)[:800]
    tags = [("lang:de",) if row % 4 else ("lang:en",) for row in range(800)]
    after = flipped(before, chance, broken=120, fixed=10)
    verdict = judged({"correct": before}, {"correct": after}, tags)
    assert verdict.findings[0].state == "regressed"
    assert "lang:" not in verdict.sentence
    assert {found.name for found in adverse(verdict)} == {"lang:de", "lang:en"}
    assert not [text for text in verdict.warnings if "lang:" in text]


def test_only_the_three_slices_that_differ_most_from_the_rest_are_worth_a_warning() -> None:
    chance = np.random.default_rng(3)
    before = passed(chance)[:800]
    tags = [tuple(f"kind:{bit}" for bit in range(6) if row < 200 + bit) for row in range(800)]
    after = flipped(before, chance, broken=60, fixed=4, rows=slice(200))
    verdict = judged({"correct": before}, {"correct": after}, tags)
    assert len(adverse(verdict)) > 3
    told = [text for text in verdict.warnings if "kind:" in text]
    assert len(told) == 3
    more = len(adverse(verdict)) - 3
    assert f"{more} more slices lost beyond chance; all stand among the slices." in (
        verdict.warnings
    )


def test_a_real_loss_within_the_margin_is_tolerated() -> None:
    before = np.ones(3000)
    after = before.copy()
    after[:1500:60] = 0.0
    tags = [("x",) if row < 1500 else ("y",) for row in range(3000)]
    verdict = judged({"correct": before}, {"correct": after}, tags, margin=0.05, slices="gate")
    assert verdict.exit_code == 0
    assert [(found.state, found.tolerated) for found in verdict.slices] == [("regressed", True)]
    assert "smaller than the margin" in verdict.slices[0].why


def test_a_slice_that_would_count_alone_is_listed_as_unconfirmed() -> None:
    chance = np.random.default_rng(3)
    before = passed(chance)
    after = flipped(before, chance, broken=130, fixed=136, rows=np.flatnonzero(CATEGORIES != 6))
    after[LOST] = flipped(before, chance, broken=12, fixed=4, rows=LOST)[LOST]
    verdict = judged({"correct": before}, {"correct": after}, TAGS)
    states = {found.name: found.state for found in verdict.slices}
    assert states["topic:06"] == "unconfirmed"
    assert len(verdict.slices) <= 3
    assert verdict.slices[0].why.endswith(": chance could explain it.")
    assert "topic" not in verdict.sentence
    assert verdict.warnings == ()


def test_difficulty_from_earlier_runs_makes_slices() -> None:
    chance = np.random.default_rng(4)
    before = np.ones(400)
    after = before.copy()
    after[chance.choice(100, 30, replace=False)] = 0.0
    levels = {f"c{row:05}": float(row) for row in range(400)}
    verdict = judged(
        {"correct": before}, {"correct": after}, [()] * 400, difficulty=levels, margin=0.2
    )
    assert adverse(verdict)[0].name == "difficulty 0 to 99"


def test_a_pair_of_tags_is_left_out_where_one_of_them_says_more() -> None:
    chance = np.random.default_rng(5)
    tags = [("a", *(("b",) if row % 2 else ())) if row < 300 else ("c",) for row in range(900)]
    before = np.ones(900)
    after = flipped(before, chance, broken=60, fixed=0, rows=slice(300))
    found = adverse(judged({"correct": before}, {"correct": after}, tags))
    assert found[0].name == "a"
    assert "a and b" not in {one.name for one in found}


def test_a_pair_of_tags_is_found_where_neither_alone_says_it() -> None:
    tags = [(f"lang:{'de' if row % 2 else 'en'}", f"kind:{row // 2 % 5}") for row in range(1000)]
    before = np.ones(1000)
    inside = np.array(["lang:de" in own and "kind:3" in own for own in tags])
    after = np.where(inside & (np.arange(1000) % 3 == 0), 0.0, 1.0)
    found = adverse(judged({"correct": before}, {"correct": after}, tags))
    assert found[0].name == "kind:3 and lang:de"


def by_id(scores: np.ndarray) -> Run:
    """A run of 2,000 cases in ten families that only the ids tell of."""
    kinds = ("simple", "multiple", "parallel", "parallel_multiple", "java", "javascript")
    families = [*kinds, *(f"live_{kind}" for kind in kinds[:4])]
    made = make_run(
        {f"{families[row // 200]}_{row % 200}-{row % 3}-0": [scores[row]] for row in range(2000)}
    )
    return replace(made, cases=tuple(replace(case, input=None) for case in made.cases))


def with_a_lost_family(seed: int, **rule: object) -> Verdict:
    """6 % of the cases flip both ways, and `parallel_multiple` breaks 30 and fixes 6 of 200."""
    chance = np.random.default_rng(seed)
    before = (chance.random(2000) < 0.85).astype(np.float64)
    lost = np.arange(600, 800)
    rest = np.setdiff1d(np.arange(2000), lost)
    after = flipped(before, chance, broken=54, fixed=54, rows=rest)
    after[lost] = flipped(before, chance, broken=30, fixed=6, rows=lost)[lost]
    rules = [Policy(metric="correct", margin=0.05, **rule)]
    return decide(compare(by_id(before), by_id(after), policies=rules), rules)


@pytest.mark.parametrize("seed", range(3))
def test_a_family_of_ids_that_lost_twelve_points_is_named_without_tags(seed: int) -> None:
    verdict = with_a_lost_family(seed)
    assert (verdict.outcome, verdict.exit_code) == ("pass", 0)
    found = adverse(verdict)
    assert [(one.name, one.cases, one.searched) for one in found] == [
        ("id parallel_multiple", 200, 10)
    ]
    assert verdict.sentence.endswith(
        "; yet correct lost 12.0\xa0pt on the 200 cases whose id begins with parallel_multiple."
    )
    assert verdict.next_step == (
        "Look at the cases whose id begins with parallel_multiple: "
        "they lost more than chance explains."
    )


def test_a_family_of_ids_can_gate() -> None:
    verdict = with_a_lost_family(0, slices="gate")
    assert (verdict.outcome, verdict.exit_code) == ("regression", 1)
    assert [one.name for one in verdict.slices if one.blocks] == ["id parallel_multiple"]


def test_clusters_are_the_units_of_slices() -> None:
    tags = [("x",) if row < 60 else ("y",) for row in range(240)]
    before = np.ones(240)
    after = before.copy()
    after[:9] = 0.0
    after[[70, 100, 130]] = 0.0
    scores = {"correct": before}, {"correct": after}
    assert [found.name for found in adverse(judged(*scores, tags))] == ["x"]
    together = judged(*scores, tags, clusters=[str(row // 3) for row in range(240)])
    assert not adverse(together)  # three conversations say less than nine cases


def test_a_loss_that_missing_scores_hide_in_a_gating_slice_blocks() -> None:
    tags = [("x",) if row < 100 else ("y",) for row in range(1000)]
    before, after = np.ones(1000), np.ones(1000)
    after[:3] = 0.0
    rules = [Policy(metric="correct", margin=0.05, slices="gate")]
    baseline, candidate = (
        run_of(n, {"correct": s}, tags) for n, s in (("a", before), ("b", after))
    )
    gone = Failure(stage="infrastructure", error="429")
    trials = tuple(
        replace(trial, scores={"correct": gone}) if 3 <= row < 15 else trial
        for row, trial in enumerate(candidate.trials)
    )
    shown = decide(compare(baseline, candidate, policies=rules), rules)
    assert (shown.findings[0].state, shown.exit_code) == ("within_margin", 0)
    hidden = decide(compare(baseline, replace(candidate, trials=trials), policies=rules), rules)
    assert (hidden.findings[0].state, hidden.exit_code) == ("inconclusive", 2)
    assert "missing" in hidden.findings[0].tags


@pytest.mark.parametrize(("margin", "fixed"), [(0.1, 0), (0.02, 0), (0.1, 90)])
def test_a_loss_in_a_gating_slice_counts_whatever_the_whole_says(margin: float, fixed: int) -> None:
    before = np.where(np.arange(600) < 480, 1.0, 0.0)
    after = before.copy()
    after[:24] = 0.0
    after[480 : 480 + fixed] = 1.0
    tags = [("x",) if row < 60 else ("y",) for row in range(600)]
    states = {
        slices: judged({"m": before}, {"m": after}, tags, margin=margin, slices=slices)
        for slices in ("off", "gate")
    }
    alone = states["off"].findings[0].state
    assert alone == ("improved" if fixed else "within_margin" if margin == 0.1 else "regressed")
    assert states["gate"].findings[0].state == "regressed"
    assert states["gate"].exit_code == 1


def test_doubt_about_the_whole_excuses_no_loss_in_a_gating_slice() -> None:
    chance = np.random.default_rng(8)
    before, tags = np.ones(300), [("x",) if row < 40 else ("y",) for row in range(300)]
    before[chance.choice(np.arange(40, 300), 60, replace=False)] = 0.0
    after = flipped(before, chance, broken=20, fixed=30, rows=slice(40, 300))
    after[:12] = 0.0
    one = {"m": before}, {"m": after}
    assert judged(*one, tags, margin=0.05, slices="off").findings[0].state == "inconclusive"
    found = judged(*one, tags, margin=0.05, slices="gate")
    assert (found.findings[0].state, found.exit_code) == ("regressed", 1)
    assert "its policy lets a slice decide" in found.findings[0].why


def test_what_missing_scores_hide_in_a_slice_of_one_metric_is_no_doubt_about_another() -> None:
    tags = [("x",) if row < 100 else ("y",) for row in range(1000)]
    both = {"m": np.ones(1000), "n": np.ones(1000)}
    worse = {"m": np.ones(1000), "n": np.ones(1000)}
    worse["m"][:3] = 0.0
    worse["n"][[500, 600, 700]] = 0.0
    rules = [Policy(metric=label, margin=0.05, slices="gate") for label in both]
    baseline, candidate = (run_of(n, s, tags) for n, s in (("a", both), ("b", worse)))
    gone = Failure(stage="infrastructure", error="429")
    trials = tuple(
        replace(trial, scores={**trial.scores, "m": gone}) if 3 <= row < 15 else trial
        for row, trial in enumerate(candidate.trials)
    )
    found = decide(compare(baseline, replace(candidate, trials=trials), policies=rules), rules)
    states = {finding.metric: (finding.state, finding.blocks) for finding in found.findings}
    assert states == {"m": ("inconclusive", True), "n": ("within_margin", False)}


def test_a_loss_that_gates_and_one_that_warns_are_both_told() -> None:
    tags = [("x",) if row < 100 else ("y",) for row in range(1000)]
    both = {"m": np.ones(1000), "n": np.ones(1000)}
    worse = {label: np.where(np.arange(1000) < 30, 0.0, 1.0) for label in both}
    rules = [
        Policy(metric="m", margin=0.1, slices="gate"),
        Policy(metric="n", margin=0.1, slices="warn"),
    ]
    runs = (run_of(name, scores, tags) for name, scores in (("a", both), ("b", worse)))
    comparison = compare(*runs, policies=rules)
    found = decide(comparison, rules)
    assert found.comparison is comparison
    assert [(one.metric, one.name, one.blocks) for one in found.slices if one.adverse] == [
        ("m", "x", True),
        ("n", "x", False),
    ]
    assert {finding.metric: finding.state for finding in found.findings} == {
        "m": "regressed",
        "n": "within_margin",
    }


def test_one_of_twelve_metrics_got_worse_and_is_the_only_one_named() -> None:
    chance = np.random.default_rng(6)
    shared = chance.normal(0.0, 0.12, (200, 1))
    before = np.clip(0.7 + chance.normal(0.0, 0.1, (200, 12)), 0.0, 1.0)
    after = np.clip(before + shared + chance.normal(0.0, 0.04, (200, 12)), 0.0, 1.0)
    after[:, 5] = np.clip(after[:, 5] - 0.05, 0.0, 1.0)
    runs = [{f"m{k:02}": values[:, k] for k in range(12)} for values in (before, after)]
    verdict = judged(*runs, [()] * 200)
    assert [f.metric for f in verdict.findings if f.state == "regressed"] == ["m05"]
    assert verdict.findings[0].adjustment == "max-t"


def test_sequential_runs_are_not_searched() -> None:
    chance = np.random.default_rng(7)
    before = np.ones(400)
    after = flipped(before, chance, broken=40, fixed=0, rows=slice(100))
    tags = [("x",) if row < 100 else ("y",) for row in range(400)]
    rules = [Policy(metric="correct", margin=0.02)]
    runs = [run_of(name, {"correct": s}, tags) for name, s in (("a", before), ("b", after))]
    found = compare(*runs, policies=rules)
    assert adverse(decide(found, rules))
    looked = replace(found, deltas=tuple(replace(d, sequential=True) for d in found.deltas))
    assert decide(looked, rules).slices == ()
