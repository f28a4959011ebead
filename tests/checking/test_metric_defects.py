"""Bad metrics of each kind are named, and good ones are not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.checking.defect import Defect
from holdfast.checking.discrimination import auroc
from holdfast.checking.suite_check import SuiteCheck, check_suite
from holdfast.dataset import Case, Dataset
from holdfast.errors import DatasetError, UsageError
from holdfast.metric import Better, Failure, Metric, Outcome, Score, Trial
from holdfast.metrics import (
    MRR,
    NDCG,
    Abstention,
    AveragePrecision,
    ExactMatch,
    HitRate,
    Latency,
    PassAtK,
    Precision,
    Recall,
)
from holdfast.policy import Policy
from holdfast.suite import Suite
from holdfast.system import Response, Spec

SENTENCES = (
    "The store is full and the oldest readings are about to go.",
    "Gateways made before 2021 run into it.",
    "Not fit them but send them to Dunmoss.",
    "Because the clock of the sender is wrong.",
    "It should be sent to the import desk.",
    "Nobody knows who wrote the second manual.",
    "The valve can be opened by hand in winter.",
    "Yes",
    "They were moved to the north hall in June.",
    "The seal has expired.",
    "A trip has one seal, and a second attempt is dropped.",
    "Keep it and try again later.",
)


@dataclass(frozen=True)
class Told:
    """A metric that is a function, with the name of its kind."""

    name: str
    function: Callable[[Trial], float | Outcome]
    better: Better = "higher"
    bounds: tuple[float, float] | None = (0.0, 1.0)

    @property
    def spec(self) -> Spec:
        return Spec(name=self.name, version=str(id(self.function)))

    def __call__(self, trial: Trial, /) -> Outcome:
        found = self.function(trial)
        return found if isinstance(found, Score | Failure) else Score(float(found))


def expected(trial: Trial) -> str:
    assert isinstance(trial.case.expected, str)
    return trial.case.expected


def overlap(trial: Trial) -> float:
    """F1 of the words, as in SQuAD."""
    said, wanted = trial.response.text.lower().split(), expected(trial).lower().split()
    common = len(set(said) & set(wanted))
    return 2 * common / (len(set(said)) + len(set(wanted))) if common else 0.0


BAD: Mapping[str, Metric] = {
    "always_one": Told("always_one", lambda trial: 1.0),
    "always_zero": Told("always_zero", lambda trial: 0.0),
    "length": Told("length", lambda trial: min(1.0, len(trial.response.text) / 60)),
    "non_empty": Told("non_empty", lambda trial: bool(trial.response.text)),
    "within": Told("within", lambda trial: trial.response.text in expected(trial)),
    "first_word": Told(
        "first_word",
        lambda trial: trial.response.text.split(" ")[0] == expected(trial).split(" ")[0],
    ),
    "inverted": Told(
        "inverted", lambda trial: trial.response.text == expected(trial), better="lower"
    ),
    "mostly_one": Told("mostly_one", lambda trial: trial.case.id != "c3" or overlap(trial)),
}
GOOD: Mapping[str, Metric] = {
    "exact": ExactMatch(),
    "loose": ExactMatch(ignore_case=True, strip=True),
    "overlap": Told("overlap", overlap),
    "distance": Told("distance", lambda trial: 1.0 - overlap(trial), better="lower"),
    "points": Told("points", lambda trial: 10 * overlap(trial), bounds=None),
}
KINDS = {
    "always_one": "constant",
    "always_zero": "constant",
    "length": "misses",
    "non_empty": "misses",
    "within": "misses",
    "first_word": "misses",
    "inverted": "inverted",
    "mostly_one": "constant",
}


def suite(
    *metrics: Metric,
    answers: Sequence[Any] = SENTENCES,
    policies: Sequence[Policy] = (),
    **more: Any,
) -> Suite:
    cases = tuple(
        Case(id=f"c{number}", input=f"question {number}", expected=answer)
        for number, answer in enumerate(answers)
    )
    return Suite(
        name="made",
        dataset=Dataset(name="made", cases=cases),
        metrics=metrics,
        policies=tuple(policies),
        **more,
    )


def gates(made: Suite, margin: float = 0.1) -> list[Policy]:
    return [
        Policy(metric=metric.spec.label, margin=margin)
        for metric in made.metrics
        if metric.bounds is not None and not getattr(metric, "unit", "")
    ]


def check(*metrics: Metric, **more: Any) -> SuiteCheck:
    made = suite(*metrics, **more)
    return check_suite(made, made.policies or gates(made))


def against(found: SuiteCheck, label: str) -> list[Defect]:
    return [defect for defect in found.defects if defect.metric == label and defect.blocks]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_metric_is_named(name: str) -> None:
    found = check(BAD[name])
    assert not found.proven
    assert KINDS[name] in {defect.kind for defect in against(found, name)}
    assert any(name in defect.sentence for defect in found.defects)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_metric_is_not(name: str) -> None:
    found = check(GOOD[name], ExactMatch(ignore_case=True))
    assert found.proven, [defect.sentence for defect in found.defects if defect.blocks]


@settings(max_examples=25)
@given(
    st.lists(
        st.text("abcdefgh ", min_size=5, max_size=40).filter(lambda text: len(text.split()) > 1),
        min_size=12,
        max_size=30,
        unique_by=lambda text: " ".join(text.split()),
    ),
    st.sampled_from(sorted(BAD)),
    st.sampled_from(["exact", "loose"]),
)
def test_a_bad_metric_beside_a_good_one_is_the_only_one_named(
    answers: list[str], bad: str, good: str
) -> None:
    found = check(BAD[bad], GOOD[good], answers=answers)
    # A length or a first word may tell answers apart that happen to differ there.
    if bad in ("always_one", "always_zero", "inverted", "non_empty", "within"):
        assert against(found, BAD[bad].spec.label)
    assert against(found, GOOD[good].spec.label) == []


def test_the_figures_of_a_miss_are_told() -> None:
    found = check(BAD["non_empty"])
    (shuffled,) = [d for d in found.defects if "answers of other cases" in d.sentence and d.blocks]
    assert "in 12 of 12 cases (mean score 100.0" in shuffled.sentence
    assert "AUROC 0.50; c0, c1, c2)" in shuffled.sentence
    assert shuffled.cases == ("c0", "c1", "c2")


def test_the_worst_defect_stands_first() -> None:
    found = check(BAD["length"], BAD["inverted"], BAD["always_one"])
    kinds = [defect.kind for defect in found.defects if defect.blocks]
    assert kinds[:2] == ["inverted", "constant"]
    shares = [defect.size for defect in found.defects if defect.kind == "misses" and defect.blocks]
    assert shares == sorted(shares, reverse=True)


def test_a_metric_of_a_resource_is_left_out() -> None:
    found = check(ExactMatch(), Latency())
    assert found.exam.left_out == ("latency",)
    assert [result.label for result in found.exam.metrics] == ["exact_match"]


def test_retrieval_metrics_and_abstention_are_proven_on_judged_passages() -> None:
    judged = [{"passages": {f"p{n}": 2, f"q{n}": 1, f"r{n}": 0}} for n in range(14)]
    found = check(Recall(k=5), NDCG(k=10), MRR(), HitRate(k=1), AveragePrecision(), answers=judged)
    assert found.proven
    assert all(result.reads == ("passages",) for result in found.exam.metrics)
    assert {each.skipped for r in found.exam.metrics for each in r.faults if not each.cases} == {14}
    mixed = [*judged, *({"passages": {}} for _ in range(6))]
    decided = check(Abstention(), answers=mixed)
    assert decided.proven and decided.exam.metrics[0].reads == ("abstained",)
    refused = check(Recall(k=5), answers=mixed)
    (defect,) = against(refused, "recall(k=5)")
    assert defect.kind == "unscored" and "6 of 20 cases" in defect.sentence


def test_a_metric_with_a_low_ceiling_is_told_but_not_blamed() -> None:
    answers = [{"passages": {f"p{n}": 1}} for n in range(24)]
    policy = Policy(metric="precision(k=10)", margin=0.05)
    found = check(Precision(k=10), answers=answers, policies=[policy])
    assert found.proven
    (notice,) = [defect for defect in found.defects if defect.kind == "low_reference"]
    assert "24 of 24 cases" in notice.sentence and "10.0" in notice.sentence


def test_a_margin_that_swallows_a_fault_is_named() -> None:
    slight = Told("slight", lambda trial: 1.0 - 0.05 * (1 - overlap(trial)))
    wide = check(slight, policies=[Policy(metric="slight", margin=0.2)])
    assert {defect.kind for defect in against(wide, "slight")} == {"narrow"}
    strict = check(slight, policies=[Policy(metric="slight", margin=0.001)])
    assert against(strict, "slight") == []


def test_gates_that_no_data_could_trip_are_defects() -> None:
    found = check(ExactMatch(), policies=[Policy(metric="exact_match", margin=1.0)])
    assert any(d.kind == "gate" and "can never fail" in d.sentence for d in found.defects)
    small = check(ExactMatch(), answers=SENTENCES[:5])
    assert any(d.kind == "gate" and "at least 10" in d.sentence for d in small.defects)
    assert not small.proven


def test_a_metric_over_several_trials_is_proven_where_there_are_enough() -> None:
    made = suite(PassAtK(metric=ExactMatch(), k=2), repeats=3, answers=[*SENTENCES, *"abcdefgh"])
    found = check_suite(made, gates(made))
    assert found.proven, [defect.sentence for defect in found.defects if defect.blocks]
    few = suite(PassAtK(metric=ExactMatch(), k=2), answers=SENTENCES)
    kinds = [defect.kind for defect in check_suite(few, gates(few)).defects if defect.blocks]
    assert "gate" in kinds


def test_structured_answers_and_tool_calls_are_proven_too() -> None:
    data = [{"team": f"t{n % 4}", "urgent": n % 2 == 0, "score": n} for n in range(16)]
    assert check(ExactMatch(), answers=data).proven
    calls = [{"tool_calls": [{"name": "add", "arguments": {"a": n}}]} for n in range(12)]

    def called(trial: Trial) -> float:
        wanted = trial.case.expected["tool_calls"]  # type: ignore[index,call-overload]
        said = [{"name": c.name, "arguments": dict(c.arguments)} for c in trial.response.tool_calls]
        return float(said == wanted)

    assert check(Told("called", called), answers=calls).proven
    blind = Told("blind", lambda trial: bool(trial.response.tool_calls))
    assert not check(blind, answers=calls).proven


def test_a_suite_may_name_its_own_references() -> None:
    rated = Told("rated", lambda trial: trial.response.text == f"answer to {trial.case.input}")
    made = suite(
        rated,
        answers=[None] * 12,
        reference=lambda case: Response(text=f"answer to {case.input}"),
    )
    assert check_suite(made, gates(made)).proven
    bare = suite(rated, answers=[None] * 12)
    found = check_suite(bare, gates(bare))
    assert [d.kind for d in found.defects if d.blocks] == ["no_reference"]
    partly = suite(ExactMatch(), answers=[*SENTENCES, None])
    found = check_suite(partly, gates(partly))
    assert found.proven and any("1 of 13 cases" in d.sentence for d in found.defects)
    wrong = suite(rated, reference=lambda case: "text")  # type: ignore[arg-type,return-value]
    with pytest.raises(UsageError, match="returned 'text' for case 'c0'"):
        check_suite(wrong, gates(wrong))


def test_allowed_kinds_become_notices_and_an_empty_dataset_is_refused() -> None:
    made = suite(BAD["non_empty"])
    assert check_suite(made, gates(made), allowed=("misses",)).proven
    with pytest.raises(DatasetError, match="holds no cases"):
        check_suite(suite(ExactMatch(), answers=[]), ())


def test_fewer_cases_are_spread_over_the_dataset() -> None:
    made = suite(ExactMatch(), answers=[f"answer number {n}" for n in range(100)])
    found = check_suite(made, gates(made), most=10)
    assert [case.id for case in found.exam.cases] == [f"c{n}" for n in range(0, 100, 10)]


def test_metrics_that_ask_a_model_are_called_side_by_side() -> None:
    import asyncio

    @dataclass(frozen=True)
    class Judge:
        better: Better = "higher"
        bounds: tuple[float, float] = (0.0, 1.0)
        spec: Spec = Spec(name="judge")  # noqa: RUF009  # a frozen value

        async def __call__(self, trial: Trial, /) -> Outcome:
            await asyncio.sleep(0.001)
            return Score(overlap(trial))

    assert check(Judge()).proven

    def raises(trial: Trial) -> float:
        raise ValueError("no key")

    (defect, *_) = against(check(Told("raises", raises)), "raises")
    assert defect.kind == "unscored" and "no key" in defect.sentence


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
    st.lists(st.integers(0, 5), min_size=1, max_size=12),
)
def test_auroc_is_the_statistic_of_mann_and_whitney(right: list[int], wrong: list[int]) -> None:
    found = auroc(right, wrong)
    assert found == pytest.approx(
        stats.mannwhitneyu(right, wrong).statistic / (len(right) * len(wrong))
    )
    assert found == pytest.approx(np.mean([(a > b) + (a == b) / 2 for a in right for b in wrong]))
