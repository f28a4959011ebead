"""Running again until it is green is named, and never silent."""

from dataclasses import replace
from pathlib import Path

import pytest

from holdfast.commands.attempts import attempt_key, remembered
from holdfast.commands.gating import Settings, hold
from holdfast.comparison import compare
from holdfast.dataset import Case, Dataset
from holdfast.gate import decide
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.store import accept
from holdfast.suite import Suite
from holdfast.system import Spec
from holdfast.testing import ScriptedMetric, ScriptedSystem, make_run

POLICIES = (Policy(metric="correct", margin=0.05),)
SYSTEM = ScriptedSystem(default="x")


def run(id: str, good: int) -> Run:
    return make_run({f"c{n}": [float(n < good)] for n in range(60)}, id=id)


def attempt(id: str, good: int, store: Path, *, system: ScriptedSystem = SYSTEM):
    base, candidate = run("base", 55), run(id, good)
    verdict = decide(compare(base, candidate, policies=POLICIES), POLICIES)
    key = attempt_key(system, candidate, base)
    return remembered(verdict, key, store=store)


def test_a_pass_after_regressions_of_the_same_system_says_so(tmp_path: Path) -> None:
    assert attempt("run-1", 30, tmp_path).warnings == ()
    assert attempt("run-2", 30, tmp_path).warnings == ()
    found = attempt("run-3", 55, tmp_path)
    assert found.outcome == "pass"
    [text] = found.warnings
    assert "2 earlier runs of this system, equal in spec and code" in text
    assert "2 regressed (such as run-1, run-2)" in text


def test_another_system_or_baseline_starts_anew(tmp_path: Path) -> None:
    attempt("run-1", 30, tmp_path)
    other = replace(SYSTEM, spec=Spec(name="scripted", version="2"))
    assert attempt("run-2", 55, tmp_path, system=other).warnings == ()
    candidate = run("c", 5)
    first = attempt_key(SYSTEM, candidate, run("base", 5))
    assert first != attempt_key(SYSTEM, candidate, run("base+6", 5))
    assert first != attempt_key(SYSTEM, replace(candidate, dataset_digest="d"), run("base", 5))


def test_a_note_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    attempt("run-1", 30, tmp_path)
    (tmp_path / "runs" / "run-1" / "verdict.json").write_text("{")
    assert attempt("run-2", 55, tmp_path).warnings == ()


@pytest.mark.parametrize(
    "options", [RunOptions(progress="none"), RunOptions(fresh=True, progress="none")]
)
def test_the_gate_remembers_how_it_ended(tmp_path: Path, options: RunOptions) -> None:
    store = tmp_path / "reports"
    dataset = Dataset(name="d", cases=tuple(Case(id=f"c{n}", input=str(n)) for n in range(40)))

    def judged(scores: dict[str, float]):
        suite = Suite(
            name="s",
            dataset=dataset,
            metrics=(ScriptedMetric(scores=scores, default=1.0),),
            policies=(Policy(metric="scripted", margin=0.05),),
        )
        settings = Settings(start=tmp_path, store=str(store), options=options)
        return hold(suite, SYSTEM, against=None, policies=None, settings=settings).verdict

    first = judged({})
    from holdfast.store import find, read_run

    accept(read_run(find(first.comparison.candidate.id, store)), store)
    assert judged({f"c{n}": 0.0 for n in range(20)}).outcome == "regression"
    lucky = judged({})
    assert lucky.outcome == "pass"
    assert any("1 earlier run of this system" in text for text in lucky.warnings)
