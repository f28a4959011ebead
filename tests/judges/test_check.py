"""A judge beside people: real requests with real raters, and planted judges of known quality."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import holdfast
from holdfast.errors import RecordError
from holdfast.judges.admission import Admission, Terms, criteria, demoted
from holdfast.judges.check import Check, check
from holdfast.judges.labels import Labels
from holdfast.judges.matching import match, trials_by_case
from holdfast.judges.repetition import asked_again, repetition
from holdfast.metric import Trial
from holdfast.record import Run
from tests.judges.builders import (
    QUIET,
    judge_of,
    labels_of,
    polite_requests,
    public,
    run_of,
    suite_of,
)

WORDS = {"please", "thanks", "thank", "could", "would", "appreciate", "sorry", "nice", "great"}


def checked(run: Run, labels: Labels, *, cut: float = 0.5, again: tuple[Run, ...] = ()) -> Check:
    metric = run.metrics[0]
    arms = {"candidate": trials_by_case(run.trials)}
    matched = match(labels, arms, names={run.id: "candidate"}, metric=metric)
    groups = asked_again(run, metric, others=again)
    return check(
        matched.rated,
        metric=metric,
        cut=cut,
        clusters={case.id: case.cluster or case.id for case in run.cases},
        repetition=repetition(groups, run, metric, cut=cut),
    )


def planted(tmp_path: Path, *, sensitivity: float, specificity: float, cases: int = 400) -> Check:
    """A judge that errs as often as it is told to, asked twice, beside labels that are right."""
    dice = np.random.default_rng(8)
    good = dice.random(cases) < 0.5
    right = dice.random(cases) < np.where(good, sensitivity, specificity)
    said = {str(n): float(good[n] == right[n]) for n in range(cases)}
    judge = judge_of(lambda trial: said[str(trial.case.id)])
    run = run_of(suite_of({str(n): f"letter {n}" for n in range(cases)}, judge, repeats=2))
    labels = labels_of(
        tmp_path / "labels.jsonl",
        [{"case_id": str(n), "label": bool(good[n])} for n in range(cases)],
    )
    return checked(run, labels)


def test_a_good_judge_is_admitted_and_its_figures_are_the_counts(tmp_path: Path) -> None:
    found = planted(tmp_path, sensitivity=0.9, specificity=0.85)
    assert found.confusion.total == 400
    assert found.sensitivity.estimate == pytest.approx(
        found.confusion.true_positive / found.confusion.positives
    )
    assert found.balanced is not None and found.balanced.low > 0.8
    assert found.repetition is not None and found.repetition.answers == 400
    assert [one.name for one in criteria(found, Terms()) if one.blocks] == []


def test_a_judge_of_chance_is_not_admitted(tmp_path: Path) -> None:
    found = planted(tmp_path, sensitivity=0.6, specificity=0.55)
    missed = [one for one in criteria(found, Terms()) if one.blocks]
    assert [one.name for one in missed] == ["balanced accuracy"]
    assert "where 75\xa0% is needed" in missed[0].says


def test_too_few_labels_say_how_many_more(tmp_path: Path) -> None:
    found = planted(tmp_path, sensitivity=1.0, specificity=1.0, cases=60)
    says = next(one.says for one in criteria(found, Terms()) if one.name == "labels")
    yes, no = found.confusion.positives, found.confusion.negatives
    assert f"{50 - yes} more positives and {50 - no} more negatives" in says


def test_a_judge_that_was_asked_once_is_not_known_to_be_steady(tmp_path: Path) -> None:
    judge = judge_of(lambda trial: float(int(trial.case.id) % 2))
    run = run_of(suite_of({str(n): "x" for n in range(200)}, judge))
    rows = [{"case_id": str(n), "label": n % 2} for n in range(200)]
    found = checked(run, labels_of(tmp_path / "l.jsonl", rows))
    assert found.repetition is None
    blocking = [one for one in criteria(found, Terms()) if one.blocks]
    assert [one.name for one in blocking] == ["repetition"]
    assert "--repeat 2" in blocking[0].says


def test_a_noisy_judge_is_told_from_a_noisy_system(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)

    def noisy(trial: Trial) -> float:
        return float(np.clip(0.5 + 0.2 * dice.normal(), 0, 1))

    suite = suite_of({str(n): f"letter {n}" for n in range(120)}, judge_of(noisy), repeats=2)
    run = run_of(suite)
    again = holdfast.rescore(run, suite, options=QUIET)
    rows = [{"case_id": str(n), "label": n % 2} for n in range(120)]
    found = checked(run, labels_of(tmp_path / "l.jsonl", rows), again=(again,)).repetition
    assert found is not None and found.answers == 120
    assert found.judge_variance == pytest.approx(0.04, rel=0.2)
    assert found.trial_variance is not None and found.trial_variance < 0.01
    assert "ask the judge several times" in found.advice
    assert found.share.estimate < 0.6


def test_answers_that_the_judge_failed_to_score_count_as_wrong(tmp_path: Path) -> None:
    def lazy(trial: Trial) -> float:
        if int(trial.case.id) % 4 == 0:
            raise ValueError("no verdict in the reply")
        return float(int(trial.case.id) % 2)

    run = run_of(suite_of({str(n): "x" for n in range(200)}, judge_of(lazy)))
    rows = [{"case_id": str(n), "label": n % 2} for n in range(200)]
    found = checked(run, labels_of(tmp_path / "l.jsonl", rows))
    assert found.unscored == 50
    assert found.specificity.estimate == 0.5
    assert found.sensitivity.estimate == 1.0


def test_labels_of_another_answer_are_refused(tmp_path: Path) -> None:
    judge = judge_of(lambda trial: 1.0)
    run = run_of(suite_of({str(n): "x" for n in range(40)}, judge))
    unknown = labels_of(tmp_path / "u.jsonl", [{"case_id": f"q{n}", "label": 1} for n in range(9)])
    with pytest.raises(RecordError, match=r"9 of 9 labels do not match .* has no case 'q0'"):
        checked(run, unknown)
    stale = [{"case_id": str(n), "label": 1, "output": "0" * 32} for n in range(9)]
    with pytest.raises(RecordError, match="answered otherwise than when it was labelled"):
        checked(run, labels_of(tmp_path / "s.jsonl", stale))
    scale = labels_of(tmp_path / "c.jsonl", [{"case_id": "1", "label": 5}])
    with pytest.raises(RecordError, match="outside the range of tone, 0 to 1"):
        checked(run, scale)


def test_five_raters_of_real_requests_and_a_judge_that_counts_polite_words(tmp_path: Path) -> None:
    requests = polite_requests(1500)

    def polite(trial: Trial) -> float:
        words = re.findall(r"[a-z]+", str(trial.response.text).lower())
        return min(25.0, 12.0 + 3.0 * sum(word in WORDS for word in words))

    judge = judge_of(polite, bounds=(1, 25))
    run = run_of(suite_of({key: text for key, (text, _) in requests.items()}, judge))
    rows = [
        {"case_id": key, "rater": f"p{place}", "label": value}
        for key, (_, values) in requests.items()
        for place, value in enumerate(values)
    ]
    found = checked(run, labels_of(tmp_path / "l.jsonl", rows), cut=13.0)
    assert found.people is not None and 0.2 < found.people.low < found.people.high < 0.4
    # It agrees with people far less than they do among themselves.
    assert found.alpha is not None and found.alpha.high < found.people.low
    assert found.balanced is not None and found.balanced.high < 0.75
    assert [one.name for one in criteria(found, Terms()) if one.name == "balanced accuracy"]
    assert not [one for one in criteria(found, Terms()) if one.blocks and one.name == "labels"]


def test_word_overlap_judges_real_claims_better_than_chance_and_too_badly_to_gate(
    tmp_path: Path,
) -> None:
    lines = public("wice_dev/claims.jsonl").read_text("utf-8").splitlines()
    claims = {f"c{place}": json.loads(line) for place, line in enumerate(lines)}
    assert len(claims) == 349

    def overlap(trial: Trial) -> float:
        evidence = set(re.findall(r"\w+", " ".join(claims[trial.case.id]["evidence"]).lower()))
        words = re.findall(r"\w+", trial.response.text.lower())
        return sum(word in evidence for word in words) / len(words)

    suite = suite_of({key: row["claim"] for key, row in claims.items()}, judge_of(overlap))
    rows = [{"case_id": key, "label": row["label"] == "supported"} for key, row in claims.items()]
    found = checked(run_of(suite), labels_of(tmp_path / "l.jsonl", rows), cut=0.85)
    assert found.balanced is not None
    assert 0.5 < found.balanced.low < found.balanced.high < 0.75
    assert any(one.name == "balanced accuracy" and one.blocks for one in criteria(found, Terms()))


def test_a_judge_gates_only_while_it_is_the_admitted_one(tmp_path: Path) -> None:
    found = planted(tmp_path, sensitivity=0.95, specificity=0.95)
    metric = found.metric
    policy = holdfast.Policy(metric="tone", margin=0.05)
    good = Admission(
        suite="letters",
        judge="tone",
        digest=metric.spec.digest,
        labels="",
        date="2026-01-02",
        criteria=criteria(found, Terms()),
        figures={},
    )
    assert good.admitted
    kept, notes = demoted((policy,), (metric,), {"tone": good})
    assert kept == (policy,) and notes == ()
    for admissions, word in (
        ({}, "nobody has checked it"),
        ({"tone": Admission(**{**fields(good), "digest": "f" * 32})}, "not the judge that was"),
    ):
        kept, notes = demoted((policy,), (metric,), admissions)
        assert kept[0].role == "monitor" and word in notes[0]
        assert demoted((policy,), (metric,), admissions, corrected=("tone",))[0] == (policy,)


def fields(admission: Admission) -> dict[str, object]:
    return {name: getattr(admission, name) for name in Admission.__dataclass_fields__}


def test_a_judge_that_favours_the_candidate_is_found(tmp_path: Path) -> None:
    dice = np.random.default_rng(6)
    truth = {n: float(dice.random() < 0.6) for n in range(160)}
    texts = {str(n): f"letter {n}" for n in truth}

    def fond(trial: Trial) -> float:
        right = truth[int(trial.case.id)]
        return 1.0 if "!" in trial.response.text and int(trial.case.id) % 5 == 0 else right

    suite = suite_of(texts, judge_of(fond))
    before, after = run_of(suite), run_of(suite, lambda question: f"{question}!")
    rows = [
        {"case_id": str(n), "run": arm, "label": value}
        for n, value in truth.items()
        for arm in ("baseline", "candidate")
    ]
    matched = match(
        labels_of(tmp_path / "l.jsonl", rows),
        {"baseline": trials_by_case(before.trials), "candidate": trials_by_case(after.trials)},
        names={},
        metric=after.metrics[0],
    )
    found = check(
        matched.rated, metric=after.metrics[0], cut=0.5, clusters={key: key for key in texts}
    )
    assert found.bias is not None and found.bias.cases == 160
    assert found.bias.p < 0.01 and found.bias.shift.low > 0
    missed = [one for one in criteria(found, Terms()) if one.state == "missed"]
    assert [one.name for one in missed] == ["differential bias"]


def test_a_fair_judge_that_errs_is_no_favourite_of_a_worse_candidate(tmp_path: Path) -> None:
    """Errors make every real change look smaller, which is not a favour."""
    dice = np.random.default_rng(31)
    worse = {str(n) for n in range(300) if dice.random() < 0.3}
    wrong = {name: {str(n) for n in range(300) if dice.random() < 0.15} for name in ("old", "new")}

    def errs(trial: Trial) -> float:
        arm = "new" if trial.response.text.endswith("!") else "old"
        good = not (arm == "new" and trial.case.id in worse)
        return float(good != (trial.case.id in wrong[arm]))

    texts = {str(n): f"letter {n}" for n in range(300)}
    suite = suite_of(texts, judge_of(errs))
    before, after = run_of(suite), run_of(suite, lambda question: f"{question}!")
    rows = [
        {"case_id": key, "run": arm, "label": arm == "baseline" or key not in worse}
        for key in texts
        for arm in ("baseline", "candidate")
    ]
    matched = match(
        labels_of(tmp_path / "l.jsonl", rows),
        {"baseline": trials_by_case(before.trials), "candidate": trials_by_case(after.trials)},
        names={},
        metric=after.metrics[0],
    )
    found = check(
        matched.rated, metric=after.metrics[0], cut=0.5, clusters={key: key for key in texts}
    ).bias
    assert found is not None and found.p > 0.05
    gaps = {"baseline": [], "candidate": []}
    for one in matched.rated:
        gaps[one.arm].append(one.mean - one.trial.scores["tone"].value)  # type: ignore[union-attr]
    assert np.mean(gaps["candidate"]) - np.mean(gaps["baseline"]) < -0.05
