"""Labels of both runs correct what a judge says of a change, whatever the judge."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import holdfast
from holdfast.errors import RecordError, UsageError
from holdfast.judges.correction import correct
from holdfast.judges.sheet import draw_sheet
from holdfast.metric import Trial
from tests.judges.builders import judge_of, labels_of, run_of, suite_of

CASES = 300


def good(answer: str) -> float:
    """What people say: an answer is good where it does not end in a question mark."""
    return 0.0 if answer.endswith("?") else 1.0


def runs(judge, *, broken: float):  # any judge of a trial
    dice = np.random.default_rng(12)
    worse = {f"letter {n}" for n in range(CASES) if dice.random() < broken}
    suite = suite_of({str(n): f"letter {n}" for n in range(CASES)}, judge_of(judge))

    def candidate(question: object) -> str:
        return f"{question}?" if question in worse else f"{question}!"

    return run_of(suite), run_of(suite, candidate)


def rows(before, after, ids):  # two runs
    for name, run in (("baseline", before), ("candidate", after)):
        for trial in run.trials:
            if trial.case_id in ids:
                text = trial.response.text
                yield {"case_id": trial.case_id, "run": name, "label": good(text)}


def drawn(number: int) -> set[str]:
    dice = np.random.default_rng(5)
    return {str(n) for n in dice.permutation(CASES)[:number]}


def flattering(trial: Trial) -> float:
    """A judge that likes exclamation marks and sees no other fault."""
    return 1.0 if trial.response.text.endswith("!") else 0.8


def test_a_judge_that_praises_a_worse_candidate_is_overruled(tmp_path: Path) -> None:
    before, after = runs(flattering, broken=0.25)
    comparison = holdfast.compare(before, after)
    (delta,) = comparison.deltas
    assert delta.estimate > 0.1 and delta.p_better < 0.01
    labels = labels_of(tmp_path / "l.jsonl", list(rows(before, after, drawn(120))))
    (new,) = correct(comparison, labels).deltas
    assert new.method == "ppi" and new.corrected is not None
    assert new.corrected.labelled == 120 and new.corrected.estimate == delta.estimate
    people = np.mean([good(trial.response.text) for trial in after.trials]) - 1.0
    assert new.estimate == pytest.approx(people, abs=0.1) and new.low < people < new.high
    assert new.p_worse < 0.001 and new.high < -0.1
    verdict = holdfast.decide(
        correct(comparison, labels), (holdfast.Policy(metric="tone", margin=0.05),)
    )
    assert verdict.outcome == "regression"


def test_a_judge_that_sees_what_people_see_makes_labels_go_further(tmp_path: Path) -> None:
    before, after = runs(lambda trial: good(trial.response.text), broken=0.1)
    comparison = holdfast.compare(before, after)
    labels = labels_of(tmp_path / "l.jsonl", list(rows(before, after, drawn(100))))
    (new,) = correct(comparison, labels).deltas
    blind = runs(lambda trial: 1.0, broken=0.1)
    (alone,) = correct(holdfast.compare(*blind), labels).deltas
    assert alone.corrected is not None and alone.corrected.weight == 0.0
    assert new.corrected is not None and new.corrected.weight > 0.6
    assert new.high - new.low < 0.8 * (alone.high - alone.low)


def test_few_labels_rest_on_themselves_and_fewer_correct_nothing(tmp_path: Path) -> None:
    before, after = runs(flattering, broken=0.25)
    comparison = holdfast.compare(before, after)
    thirty = correct(
        comparison, labels_of(tmp_path / "a.jsonl", list(rows(before, after, drawn(30))))
    )
    assert thirty.deltas[0].corrected is not None
    assert thirty.deltas[0].corrected.weight == 0.0
    assert any("rests on the labels alone" in note for note in thirty.notes)
    ten = correct(comparison, labels_of(tmp_path / "b.jsonl", list(rows(before, after, drawn(10)))))
    assert ten.deltas == comparison.deltas
    assert any("10 cases are labelled in both runs" in note for note in ten.notes)


def test_labels_that_were_picked_by_the_judge_are_noticed(tmp_path: Path) -> None:
    before, after = runs(flattering, broken=0.5)
    liked = [t.case_id for t in after.trials if t.scores["tone"].value == 1.0][:80]  # type: ignore[union-attr]
    found = correct(
        holdfast.compare(before, after),
        labels_of(tmp_path / "l.jsonl", list(rows(before, after, set(liked)))),
    )
    assert any("had not been drawn at random" in note for note in found.notes)


def test_labels_must_say_of_which_run_and_of_which_metric_they_are(tmp_path: Path) -> None:
    before, after = runs(flattering, broken=0.25)
    comparison = holdfast.compare(before, after)
    nameless = [{"case_id": str(n), "label": 1} for n in range(60)]
    with pytest.raises(RecordError, match="does not say which run"):
        correct(comparison, labels_of(tmp_path / "a.jsonl", nameless))
    other = [{"case_id": str(n), "label": 1, "metric": "taste"} for n in range(60)]
    with pytest.raises(UsageError, match="labels taste, and the comparison measures tone"):
        correct(comparison, labels_of(tmp_path / "b.jsonl", other))


def test_identical_answers_need_no_correction(tmp_path: Path) -> None:
    before, _ = runs(flattering, broken=0.0)
    comparison = holdfast.compare(before, before)
    labels = labels_of(tmp_path / "l.jsonl", list(rows(before, before, drawn(60))))
    assert correct(comparison, labels).deltas == comparison.deltas


@pytest.mark.parametrize("number", [40, 150])
def test_cases_that_nobody_could_label_because_the_system_failed_do_not_vanish(
    tmp_path: Path, number: int
) -> None:
    suite = suite_of({str(n): f"letter {n}" for n in range(CASES)}, judge_of(lambda trial: 1.0))

    def failing(question: object) -> str:
        if int(str(question).split()[1]) % 4 == 0:
            raise ValueError("no idea")
        return f"{question}!"

    before, after = run_of(suite), run_of(suite, failing)
    comparison = holdfast.compare(before, after)
    assert comparison.deltas[0].estimate == pytest.approx(-0.25)
    answered = {trial.case_id for trial in after.trials if trial.response is not None}
    ids = set(sorted(answered, key=lambda key: (int(key) * 7919) % CASES)[:number])
    found = [
        {"case_id": key, "run": arm, "label": 1} for key in ids for arm in ("baseline", "candidate")
    ]
    new = correct(comparison, labels_of(tmp_path / "l.jsonl", found))
    (delta,) = new.deltas
    # Everybody found every answer good, and a quarter of them is missing.
    assert delta.estimate == pytest.approx(-0.25, abs=0.02)
    assert delta.low < -0.25 < delta.high < 0.0
    assert delta.corrected is not None and delta.corrected.labelled == number
    assert any("75 cases without an answer" in note for note in new.notes)
    assert not any("not been drawn at random" in note for note in new.notes)


def test_a_trial_that_failed_counts_beside_those_that_were_labelled(tmp_path: Path) -> None:
    texts = {str(n): f"letter {n}" for n in range(40)}
    suite = suite_of(texts, judge_of(lambda trial: 1.0), repeats=2)
    turns: dict[object, int] = {}

    def failing(question: object) -> str:
        turns[question] = turns.get(question, 0) + 1
        if turns[question] == 2:
            raise ValueError("no idea")
        return f"{question}!"

    before, after = run_of(suite), run_of(suite, failing)
    comparison = holdfast.compare(before, after)
    assert comparison.deltas[0].estimate == pytest.approx(-0.5)
    found = [
        {"case_id": key, "run": arm, "label": 1}
        for key in texts
        for arm in ("baseline", "candidate")
    ]
    (delta,) = correct(comparison, labels_of(tmp_path / "l.jsonl", found)).deltas
    assert delta.estimate == pytest.approx(-0.5)


def test_an_answer_that_both_runs_gave_counts_for_the_run_it_was_drawn_from(tmp_path: Path) -> None:
    texts = {str(n): f"letter {n}" for n in range(400)}
    suite = suite_of(texts, judge_of(lambda trial: 0.5), repeats=2)
    turns: dict[object, int] = {}

    def wavering(question: object) -> str:
        turns[question] = turns.get(question, 0) + 1
        return f"{question}?" if turns[question] == 2 else str(question)

    before, after = run_of(suite), run_of(suite, wavering)
    sheet = draw_sheet((after, before), metric="tone", cases=400)
    rows = list(csv.DictReader(io.StringIO(sheet.text)))
    filled = [row | {"label": good(row["answer"])} for row in rows]
    assert "run" not in rows[0] and after.id not in sheet.text and before.id not in sheet.text
    (delta,) = correct(
        holdfast.compare(before, after), labels_of(tmp_path / "l.jsonl", filled)
    ).deltas
    # Half of the candidate's answers became bad; the drawn trials say so up to chance.
    assert delta.estimate == pytest.approx(-0.5, abs=0.06)
