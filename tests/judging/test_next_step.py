"""The next step fits the finding: what can be looked at, filled in or changed, and where."""

from dataclasses import replace

import pytest

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.metric import Failure, Score
from holdfast.policy import PROFILES, Policy
from holdfast.record import MetricRecord, Provenance, Run
from holdfast.system import Spec
from holdfast.testing import make_run

TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
ERRORS = MetricRecord(spec=Spec(name="errors"), better="lower", bounds=(0.0, 1.0))
GRADE = MetricRecord(spec=Spec(name="grade"), better="higher", bounds=(0.0, 1.0))
IMPORTED = Provenance(origin="imported from scores.csv")


def scored(*values: float, times: int = 50, metric: MetricRecord = GRADE, id: str = "b") -> Run:
    scores = {f"c{n}": [value] for n, value in enumerate(values * times)}
    return make_run(scores, metric=metric, id=id)


def judged(before: Run, after: Run, **rule: float) -> Verdict:
    policies = [Policy(metric=after.metrics[0].label, **rule)]  # type: ignore[arg-type]
    found = compare(before, after, policies=policies)
    return decide(found, policies, profile=PROFILES["release"])


def imported(run: Run) -> Run:
    return replace(run, provenance=IMPORTED)


def lacking(run: Run, cases: int) -> Run:
    gone = {run.metrics[0].label: Failure(stage="metric", error="the cell is empty")}
    short = [replace(trial, scores=gone) for trial in run.trials[:cases]]
    return replace(run, trials=(*short, *run.trials[cases:]))


@pytest.mark.parametrize(
    ("before", "after", "rule", "words"),
    [
        (scored(1.0, 1.0, 1.0), scored(0.0, 1.0, 1.0), {"margin": 0.02}, "cases that newly fail,"),
        (scored(1.0, 0.9, 0.8), scored(0.8, 0.7, 0.6), {"margin": 0.02}, "cases that got worse,"),
        (
            scored(90.0, 100.0, 110.0, metric=TOKENS),
            scored(150.0, 160.0, 150.0, metric=TOKENS),
            {"margin": 0.1},
            "Find out why tokens rose, mend the candidate and run again",
        ),
        (
            scored(0.0, 1.0, 1.0),
            scored(0.0, 1.0, 1.0),
            {"floor": 0.9},
            "Look at the cases with the worst scores, mend the candidate and run again; if so "
            "little is enough, change the floor on purpose.",
        ),
    ],
)
def test_a_loss_asks_for_a_look_at_what_there_is_to_see(
    before: Run, after: Run, rule: dict[str, float], words: str
) -> None:
    verdict = judged(replace(before, id="a"), after, **rule)
    assert verdict.outcome == "regression"
    assert words in verdict.next_step
    assert ("accept the candidate" in verdict.next_step) == ("floor" not in rule)


def test_an_imported_run_is_never_asked_to_run_again() -> None:
    before, after = imported(scored(1.0, 1.0, id="a")), imported(scored(0.0, 1.0))
    assert "import its scores again; if" in judged(before, after, margin=0.02).next_step
    for one, other in ((before, lacking(after, 4)), (lacking(before, 4), after)):
        for rule in ({"margin": 0.3}, {"floor": 0.6}):
            verdict = judged(one, other, **rule)
            said = " ".join((verdict.sentence, verdict.next_step, verdict.findings[0].why))
            assert "un again" not in said, said


@pytest.mark.parametrize(
    ("before", "after", "files", "step"),
    [
        (0, 4, (), "Run again to fill in the missing scores: finished trials are not repeated."),
        (4, 0, (), "The baseline lacks scores: run its system again and accept that run."),
        (0, 4, ("b",), "Write the missing scores into the candidate's file and import it again."),
        (4, 0, ("a",), "Write the missing scores into the baseline's file and import it again."),
        (4, 4, ("a", "b"), "Write the missing scores into both files and import them again."),
        (4, 4, ("b",), "Write the missing scores into the candidate's file and import it again. "
         "The baseline lacks scores too: run its system again and accept that run."),
    ],
)  # fmt: skip
def test_missing_scores_are_asked_for_where_they_are_missing(
    before: int, after: int, files: tuple[str, ...], step: str
) -> None:
    runs = [lacking(scored(1.0, 1.0, id="a"), before), lacking(scored(1.0, 1.0), after)]
    runs = [imported(run) if run.id in files else run for run in runs]
    verdict = judged(*runs, margin=0.02)
    assert "missing" in verdict.findings[0].tags
    assert verdict.next_step == step
    assert verdict.findings[0].why.endswith(step)


def test_a_file_with_half_of_the_scores_is_to_be_filled() -> None:
    verdict = judged(imported(scored(1.0, id="a")), imported(lacking(scored(1.0), 3)), margin=0.1)
    assert "write the missing scores into the imported file and import it again" in verdict.sentence


def two(first: float, second: float) -> Run:
    metrics = (GRADE, ERRORS)
    run = scored(first, first, times=15)
    scores = {"grade": Score(first), "errors": Score(second)}
    return replace(
        run, metrics=metrics, trials=tuple(replace(trial, scores=scores) for trial in run.trials)
    )


@pytest.mark.parametrize(
    ("policies", "sentence", "words"),
    [
        (
            [Policy(metric="grade", floor=0.5)],
            "Passed: grade reaches its floor.",
            ["90.0\xa0% reaches the floor of 50.0\xa0%; no margin says how much may be lost."],
        ),
        (
            [Policy(metric="errors", floor=0.5)],
            "Passed: errors keeps to its ceiling.",
            ["20.0\xa0% keeps to the ceiling of 50.0\xa0%; no margin says how much may be lost."],
        ),
        (
            [Policy(metric="grade", floor=0.5), Policy(metric="errors", floor=0.5)],
            "Passed: errors, grade reach their floors.",
            [],
        ),
        (
            [Policy(metric="grade", margin=0.3), Policy(metric="errors", floor=0.5)],
            "Improved: grade, and errors keeps to its ceiling.",
            [],
        ),
        (
            [Policy(metric="grade", floor=0.5), Policy(metric="errors", margin=0.3)],
            "Not worse: errors stayed within its margin, and grade reaches its floor.",
            [],
        ),
    ],
)
def test_a_floor_alone_says_nothing_of_a_margin(
    policies: list[Policy], sentence: str, words: list[str]
) -> None:
    compared = compare(replace(two(0.8, 0.2), id="a"), two(0.9, 0.2), policies=policies)
    verdict = decide(compared, policies)
    assert verdict.sentence == sentence
    assert [finding.why for finding in verdict.findings][: len(words)] == words


def test_cases_in_quarantine_are_told_once() -> None:
    before, after = scored(1.0, 1.0, id="a"), scored(1.0, 1.0)
    policies = [Policy(metric="grade", margin=0.1)]
    compared = compare(before, after, policies=policies, quarantined=("c1", "c3"))
    aside = "2 cases in quarantine and kept out of the test: 'c1', 'c3'."
    assert aside in decide(compared, policies).warnings
    noted = replace(compared, notes=("Case 'c1' is in quarantine until 2026-12-31.",))
    told = decide(noted, policies).warnings
    assert "1 case in quarantine and kept out of the test: 'c3'." in told
    assert sum("'c1'" in text for text in told) == 1


@pytest.mark.parametrize(("floor", "fill"), [(0.9, False), (0.51, False), (0.5, True)])
def test_a_floor_that_is_missed_without_the_missing_scores_asks_for_more_than_them(
    floor: float, *, fill: bool
) -> None:
    verdict = judged(scored(1.0, 1.0, id="a"), lacking(scored(0.0, 1.0), 4), floor=floor)
    assert verdict.findings[0].state == "below_floor"
    assert verdict.next_step.startswith("Run again to fill in") == fill
    assert ("change the floor" in verdict.next_step) != fill
