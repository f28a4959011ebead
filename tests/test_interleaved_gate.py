"""The gate with interleave=True on two real systems: fair turns, and a verdict on seconds."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from holdfast.commands.gating import Gating, Settings, hold
from holdfast.dataset import Case, Dataset
from holdfast.errors import UsageError
from holdfast.metrics import ExactMatch, Latency
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.report import render_html, render_markdown
from holdfast.report.document import verdict_as_json
from holdfast.storage.folder import read_run
from holdfast.store import run_path
from holdfast.suite import Suite
from holdfast.system import Response, Spec, Usage

System = Callable[[str], Awaitable[Response]]


def system(name: str, seconds: float) -> System:
    """Sleeps for a service time that depends on the prompt, and answers rightly."""

    async def answer(question: str) -> Response:
        dice = random.Random(question)
        await asyncio.sleep(seconds * dice.uniform(0.8, 1.2))
        return Response(text=f"a {question}", usage=Usage(calls=1, output_tokens=4))

    answer.spec = Spec(name=name)  # type: ignore[attr-defined]
    return answer


def suite_of(*policies: Policy) -> Suite:
    cases = [Case(id=f"c{n}", input=f"q{n}", expected=f"a q{n}") for n in range(70)]
    return Suite(
        name="turns",
        dataset=Dataset(name="d", cases=cases),
        metrics=(ExactMatch(), Latency(), Latency(quantile=0.95)),
        policies=policies,
    )


GATED = suite_of(
    Policy(metric="exact_match", margin=0.05),
    Policy(metric="latency", margin=0.25),
    Policy(metric="latency(quantile=0.95)", margin=0.5, role="monitor"),
)


def held(root: Path, before: System | None, after: System, suite: Suite = GATED) -> Gating:
    options = RunOptions(concurrency=5, progress="none")
    settings = Settings(start=root, store=str(root / "store"), options=options)
    return hold(suite, after, against=before, policies=None, settings=settings, interleave=True)


def runs_of(gating: Gating, root: Path) -> tuple[Run, Run]:
    sides = gating.verdict.comparison.baseline, gating.verdict.comparison.candidate
    before, after = (read_run(run_path(side.id, root / "store")) for side in sides)
    return before, after


def test_two_equal_systems_are_asked_in_fair_turns(tmp_path: Path) -> None:
    gating = held(tmp_path, system("old", 0.002), system("new", 0.002))
    before, after = runs_of(gating, tmp_path)
    assert before.repeats == after.repeats == 3
    assert before.provenance.interleaved == after.provenance.interleaved != ""
    for made in (before, after):
        assert made.complete
        assert len(made.trials) == 210
        assert {trial.block for trial in made.trials} == set(range(21))
    places = [{(t.case_id, t.repeat, t.block) for t in made.trials} for made in (before, after)]
    assert places[0] == places[1]
    firsts = [
        min((t.began or 0.0, name) for name, made in (("old", before), ("new", after))
            for t in made.trials if t.block == block)[1]
        for block in range(21)
    ]  # fmt: skip
    # Of two neighbouring blocks each system begins one.
    assert all(set(firsts[i : i + 2]) == {"old", "new"} for i in range(0, 20, 2))
    deltas = {delta.metric.label: delta for delta in gating.verdict.comparison.deltas}
    timing = deltas["latency"].timing
    assert timing is not None
    assert (timing.requests, timing.blocks) == (200, 20)
    assert timing.requests_per_second is not None
    assert deltas["exact_match"].pairs == 70
    assert deltas["exact_match"].timing is None


def test_a_system_four_times_as_slow_is_a_regression_in_every_report(tmp_path: Path) -> None:
    gating = held(tmp_path, system("old", 0.002), system("new", 0.008))
    verdict = gating.verdict
    assert verdict.exit_code == 1
    states = {finding.metric: finding.state for finding in verdict.findings}
    assert states["latency"] == "regressed"
    assert states["exact_match"] == "within_margin"
    for text in (gating.report.text, render_markdown(verdict), render_html(verdict)):
        plain = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
        assert plain.count("200 requests per arm in 20 blocks, noise floor") >= 2
        assert "requests/s, " in plain
        assert " ms" in plain
    document = verdict_as_json(verdict)
    json.dumps(document, allow_nan=False)
    timings = [row["change"]["timing"] for row in document["findings"]]  # type: ignore[index,call-overload,union-attr]
    told = [timing for timing in timings if timing]
    assert [timing["quantile"] for timing in told] == [0.5, 0.95]
    assert told[0]["requests"] == 200


def test_a_gate_that_lets_nobody_take_turns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="against="):
        held(tmp_path, None, system("new", 0.002))
