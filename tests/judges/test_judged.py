"""A judge's verdict is a score, a preference, or a failure."""

from dataclasses import dataclass, field

import pytest

import holdfast
from holdfast.errors import RateLimited, UsageError
from holdfast.judges.judged import Judged, JudgedPairs
from holdfast.judges.preference import prefer
from holdfast.metric import Failure, Score
from holdfast.system import Response, Spec
from tests.judges.builders import QUIET
from tests.trials import trial_of


@dataclass(frozen=True)
class Scripted:
    """A judge that says what a function of the question says."""

    say: object
    asks: frozenset = frozenset({"question", "answer"})
    scale: tuple = (1.0, 5.0)
    given: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name="scripted", params={"scale": list(self.scale)}, texts={"p.md": "Judge."})

    def __call__(self, given, /, *, seed):
        self.given.append((given, seed))
        data = self.say(given, seed)
        return Response(text=str(data), data=data)


def verdict(score, reason="because"):
    return lambda given, seed: {"score": score, "reason": reason}


def test_a_verdict_is_a_score_with_its_reason():
    judge = Scripted(verdict(4))
    told = Judged(name="tone", by=judge)(trial_of("Hello.", question="Hi?"))
    assert told == Score(4.0, "because")
    assert judge.given == [({"question": "Hi?", "answer": "Hello."}, 0)]


@pytest.mark.parametrize(
    "data",
    [
        None,
        "5",
        {},
        {"reason": "good"},
        {"score": "5", "reason": "good"},
        {"score": True, "reason": "good"},
        {"score": None, "reason": "good"},
        {"score": 6, "reason": "beyond"},
        {"score": 0, "reason": "beyond"},
        {"score": float("nan"), "reason": "no number"},
    ],
)
def test_anything_else_is_a_failure_and_no_number(data):
    told = Judged(name="tone", by=Scripted(lambda given, seed: data))(trial_of("Hello."))
    assert isinstance(told, Failure) and told.stage == "metric"


def test_a_judge_that_raises_is_a_failure():
    def crash(given, seed):
        raise ZeroDivisionError("no verdict")

    told = Judged(name="tone", by=Scripted(crash))(trial_of("Hello."))
    assert told == Failure(stage="metric", error="ZeroDivisionError: no verdict")


def test_a_server_that_asks_for_patience_is_asked_again():
    def busy(given, seed):
        raise RateLimited("too many")

    with pytest.raises(RateLimited):
        Judged(name="tone", by=Scripted(busy))(trial_of("Hello."))


def test_a_case_without_what_the_judge_asks_for_is_a_failure_and_nobody_is_asked():
    judge = Scripted(verdict(4), asks=frozenset({"answer", "reference"}))
    metric = Judged(name="correctness", by=judge)
    told = metric(trial_of("Ada."))
    assert isinstance(told, Failure) and "has no reference" in told.error and not judge.given
    assert metric(trial_of("Ada.", expected="Ada.")).value == 4.0
    judge = Scripted(verdict(4), asks=frozenset({"answer", "passages"}))
    told = Judged(name="faithfulness", by=judge)(trial_of("Ada.", passages=[("p", "")]))
    assert isinstance(told, Failure) and "has no passages" in told.error


def test_repeats_are_averaged_under_seeds_of_their_own():
    judge = Scripted(lambda given, seed: {"score": 3 + seed, "reason": f"seed {seed}"})
    told = Judged(name="tone", by=judge, repeats=3)(trial_of("Hello."))
    assert told == Score(4.0, "mean of 3, 4, 5; seed 0")


def test_one_missing_verdict_of_several_is_a_failure():
    judge = Scripted(lambda given, seed: {"score": 3, "reason": ""} if seed < 2 else None)
    assert isinstance(Judged(name="tone", by=judge, repeats=3)(trial_of("Hello.")), Failure)
    with pytest.raises(UsageError, match="at least once, got repeats=0"):
        Judged(name="tone", by=judge, repeats=0)


def test_the_label_stays_and_the_digest_changes_with_the_judge():
    one = Judged(name="tone", by=Scripted(verdict(4))).spec
    other = Judged(name="tone", by=Scripted(verdict(4), scale=(1.0, 3.0))).spec
    assert one.label == other.label == "tone" and one.digest != other.digest
    assert one.texts["judge.txt"] == "scripted(scale=[1.0,5.0])"
    assert one.texts["p.md"] == "Judge."
    assert Judged(name="tone", by=Scripted(verdict(4)), repeats=3).spec.label == "tone(repeats=3)"


CASES = tuple(holdfast.Case(id=f"{n}", input=f"{n}?") for n in range(40))


def suite(metric):
    data = holdfast.Dataset(name="numbers", cases=CASES)
    policies = (holdfast.Policy(metric=metric.spec.label, margin=0.5),)
    return holdfast.Suite(name="numbers", dataset=data, metrics=(metric,), policies=policies)


def test_a_run_records_that_the_score_is_a_judges():
    by_length = Scripted(
        lambda given, seed: {"score": 5 if len(given["answer"]) < 9 else 1, "reason": ""}
    )
    told = suite(Judged(name="brevity", by=by_length))
    old = holdfast.run(told, lambda question: "short")
    new = holdfast.run(told, lambda question: "much longer than that")
    record = next(one for one in new.metrics if one.label == "brevity")
    assert record.judge is True and record.bounds == (1.0, 5.0)
    assert {trial.scores["brevity"].value for trial in new.trials} == {1.0}
    assert {trial.scores["brevity"].value for trial in old.trials} == {5.0}


def test_a_judge_of_pairs_is_asked_in_both_orders():
    judge = Scripted(
        lambda given, seed: {
            "choice": "first" if len(given["first"]) > len(given["second"]) else "second",
            "reason": "longer",
        },
        asks=frozenset({"question", "first", "second"}),
    )
    told = suite(Judged(name="brevity", by=Scripted(verdict(4))))
    old = holdfast.run(told, lambda question: "short")
    new = holdfast.run(told, lambda question: "much longer")
    found = prefer(old, new, JudgedPairs(by=judge), options=QUIET)
    assert (found.wins, found.losses, found.ties) == (40, 0, 0)
    assert found.consistency.share.estimate == 1.0
    assert len(judge.given) == 80
    assert {given["first"] for given, _ in judge.given} == {"short", "much longer"}


def test_a_judge_that_likes_a_position_prefers_nobody_and_is_found_out():
    judge = Scripted(
        lambda given, seed: {"choice": "first", "reason": "it came first"},
        asks=frozenset({"question", "first", "second"}),
    )
    told = suite(Judged(name="brevity", by=Scripted(verdict(4))))
    runs = [holdfast.run(told, lambda question, says=says: says) for says in ("a", "b")]
    found = prefer(*runs, JudgedPairs(by=judge), options=QUIET)
    assert (found.wins, found.losses) == (0, 0)
    assert found.consistency.share.estimate == 0.0 and found.fairness == 1.0


@pytest.mark.parametrize(
    ("votes", "choice"),
    [
        (["first", "first", "second"], "first"),
        (["first", "second", "tie"], "tie"),
        (["first", "second"], "tie"),
        (["second"], "second"),
    ],
)
def test_more_than_half_of_the_votes_decide(votes, choice):
    judge = Scripted(
        lambda given, seed: {"choice": votes[seed], "reason": ""},
        asks=frozenset({"first", "second"}),
    )
    pairs = JudgedPairs(by=judge, repeats=len(votes))
    assert pairs(CASES[0], Response(text="a"), Response(text="b")) == choice


def test_a_pair_without_a_verdict_is_no_preference():
    judge = Scripted(lambda given, seed: {"choice": "both"}, asks=frozenset({"first", "second"}))
    told = suite(Judged(name="brevity", by=Scripted(verdict(4))))
    runs = [holdfast.run(told, lambda question, says=says: says) for says in ("a", "b")]
    found = prefer(*runs, JudgedPairs(by=judge), options=QUIET)
    assert (found.wins, found.losses, found.ties) == (0, 0, 0)
    outcome = found.candidate.trials[0].scores["preference"]
    assert isinstance(outcome, Failure) and outcome.stage == "metric"
