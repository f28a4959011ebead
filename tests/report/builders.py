"""Verdicts made by hand, for tests of what is said about them."""

import random
from dataclasses import replace

from holdfast.comparing.differences import ChangeKind
from holdfast.comparison import CasePair, CaseState, Change, Comparison, Delta, Lost, RunInfo
from holdfast.gate import Finding, Plan, SliceFinding, State, Verdict
from holdfast.judging.standing import JudgeStanding
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Provenance, Receipt, TrialRecord
from holdfast.stats.interval import Interval
from holdfast.system import Passage, Response, Spec, ToolCall

CORRECT = MetricRecord(spec=Spec(name="correct"), better="higher", bounds=(0.0, 1.0))
RECALL = MetricRecord(spec=Spec(name="recall", params={"k": 5}), better="higher", bounds=(0.0, 1.0))
ERRORS = MetricRecord(spec=Spec(name="error_rate"), better="lower", bounds=(0.0, 1.0))
LATENCY = MetricRecord(spec=Spec(name="latency"), better="lower", bounds=None)


def make_delta(
    metric: MetricRecord = CORRECT,
    *,
    low: float = -0.101,
    estimate: float = -0.06,
    high: float = -0.02,
    baseline: float = 0.84,
    **more: object,
) -> Delta:
    sign = 1 if metric.better == "higher" else -1
    delta = Delta(
        metric=metric,
        pairs=300,
        matched=300,
        trials=(5, 1),
        lost=Lost(),
        baseline_mean=baseline,
        candidate_mean=baseline + sign * estimate,
        low=low,
        estimate=estimate,
        high=high,
        p_worse=0.003,
        p_better=0.997,
        method="tango",
        test="mid-p McNemar",
        spread=0.3,
    )
    return replace(delta, **more)  # type: ignore[arg-type]


def make_finding(
    state: State = "regressed",
    *,
    delta: Delta | None = None,
    margin: float | None = 0.02,
    role: str = "gate",
    **more: object,
) -> Finding:
    delta = delta or make_delta()
    finding = Finding(
        metric=delta.metric.label,
        state=state,
        why="84.0 % to 78.0 %: worse by more than chance explains.",
        policy=Policy(metric=delta.metric.label, margin=margin, role=role),  # type: ignore[arg-type]
        delta=delta,
        p_worse=delta.p_worse,
        p_better=delta.p_better,
        blocks=role == "gate" and state in ("regressed", "below_floor"),
    )
    return replace(finding, **more)  # type: ignore[arg-type]


def make_trial(
    text: str = "an answer",
    *,
    case: str = "case-1",
    score: float = 1.0,
    metric: str = "correct",
    why: str = "because",
    **more: object,
) -> TrialRecord:
    trial = TrialRecord(
        case_id=case,
        repeat=0,
        response=Response(text=text),
        scores={metric: Score(score, why)},
    )
    return replace(trial, **more)  # type: ignore[arg-type]


def make_pair(
    state: CaseState = "broken",
    *,
    id: str = "case-1",
    input: object = "What is the boiling point of water?",
    outputs: tuple[str, str] = ("It boils at 100 degrees.", "It boils at 90 degrees."),
    why: str = "because",
    **more: object,
) -> CasePair:
    before, after = {"broken": (1.0, 0.0), "fixed": (0.0, 1.0), "worse": (0.9, 0.7)}.get(
        state, (0.7, 0.9) if state == "better" else (1.0, 1.0)
    )
    pair = CasePair(
        case=CaseRecord(id=id, digest="d", input=input, expected="100"),  # type: ignore[arg-type]
        baseline=(make_trial(outputs[0], case=id, score=before, why=why),),
        candidate=(make_trial(outputs[1], case=id, score=after, why=why),),
        scores={"correct": (None, None) if state in ("added", "removed") else (before, after)},
        states={"correct": state},
    )
    return replace(pair, **more)  # type: ignore[arg-type]


def make_slice(name: str = "lang:de", **more: object) -> SliceFinding:
    found = SliceFinding(
        metric="correct",
        name=name,
        words=f"tagged {name}",
        state="regressed",
        why=f"lost 12.0 pt on the 200 cases tagged {name}.",
        cases=200,
        low=-0.17,
        estimate=-0.12,
        high=-0.072,
        others=0.001,
        p_value=0.0004,
        p_contrast=0.0005,
        searched=26,
    )
    return replace(found, **more)  # type: ignore[arg-type]


def make_run(id: str = "run-1", *, system: str = "prompt-v1", cases: int = 300) -> RunInfo:
    failed = round(cases * 0.16)
    return RunInfo(
        id=id,
        system=Spec(name=system, params={"temperature": 0}, artifacts={"prompt": "9f2c1a"}),
        cases=cases,
        trials=cases,
        repeats=1,
        complete=True,
        provenance=Provenance(
            started="2025-11-22T12:00:00+00:00",
            seconds=74.2,
            seed=7,
            holdfast="0.1.0",
            python="3.11.9",
            platform="linux",
            packages={"numpy": "2.3.1", "transformers": "5.1.0"},
            git_commit="4f1d2c7",
            git_dirty=False,
            cache=Receipt(hits=290, misses=10, reasons={"new input": 10}),
        ),
        tally={
            "passed": cases - failed,
            "failed": failed,
            "errored": 0,
            "skipped": 0,
            "unscored": 0,
        },
    )


def make_verdict(
    findings: tuple[Finding, ...] | None = None,
    *,
    cases: tuple[CasePair, ...] = (),
    changes: tuple[Change, ...] = (),
    **more: object,
) -> Verdict:
    findings = (make_finding(),) if findings is None else findings
    comparison = Comparison(
        suite="answers",
        dataset="questions",
        baseline=make_run(),
        candidate=make_run("run-2", system="prompt-v2"),
        deltas=tuple(finding.delta for finding in findings if finding.delta),
        problems=(),
        added=(),
        removed=(),
        edited=(),
        cases=cases,
        changes=changes,
    )
    verdict = Verdict(
        outcome="regression",
        exit_code=1,
        sentence="Regressed: correct lost 6.0 pt (90 % interval −10.1 to −2.0 pt).",
        next_step="Look at the broken cases, mend the candidate and run again.",
        findings=findings,
        problems=(),
        warnings=(),
        profile="pr",
        comparison=comparison,
    )
    return replace(verdict, **more)  # type: ignore[arg-type]


def passing_verdict() -> Verdict:
    delta = make_delta(low=-0.012, estimate=0.001, high=0.014)
    finding = make_finding("within_margin", delta=delta, why="any loss is smaller than 2.0 pt.")
    return make_verdict(
        (finding,),
        outcome="pass",
        exit_code=0,
        sentence="Not worse: correct stayed within its margin.",
        next_step="",
    )


def inconclusive_verdict(*, blocks: bool = False) -> Verdict:
    delta = make_delta(low=-0.04, estimate=-0.01, high=0.02)
    plan = Plan(resolvable=0.043, more_cases=1200, candidate_trials=5)
    finding = make_finding("inconclusive", delta=delta, plan=plan, blocks=blocks)
    return make_verdict(
        (finding,),
        outcome="inconclusive",
        exit_code=2 if blocks else 0,
        sentence="Inconclusive: correct changed by −1.0 pt, about 1,200 more cases.",
    )


def large_verdict(*, cases: int = 10_000, metrics: int = 5, words: int = 120) -> Verdict:
    """Two runs of many cases, a tenth of them changed, with long answers."""
    random_words = random.Random(7)
    vocabulary = [f"word{number}" for number in range(400)]
    records = [
        MetricRecord(spec=Spec(name=f"metric{n}"), better="higher", bounds=(0.0, 1.0))
        for n in range(metrics)
    ]
    states: tuple[CaseState, ...] = ("broken", "worse", "fixed", "better")
    pairs: list[CasePair] = []
    for number in range(cases):
        state = states[number % 4] if number % 10 == 0 else "same"
        old, new = (" ".join(random_words.choices(vocabulary, k=words)) for _ in range(2))
        pair = make_pair(state, id=f"case-{number}", outputs=(old, new), input=old[:200])
        values = pair.scores["correct"]
        scores = {record.label: values for record in records}
        pairs.append(replace(pair, scores=scores, states={r.label: state for r in records}))
    findings = tuple(make_finding(delta=make_delta(record)) for record in records)
    return make_verdict(findings, cases=tuple(pairs))


def rag_pair() -> CasePair:
    """A retrieval case: passages and a tool call on both sides."""
    case = CaseRecord(
        id="rag-1",
        digest="d",
        input={"question": "Who?"},
        expected={"passages": {"p1": 1, "p2": 0}},
    )
    passages = (Passage(id="p1", score=0.91, text="He did."), Passage(id="p2", text="Not him."))
    call = ToolCall(name="search", arguments={"query": "who"}, result="2 found")
    response = Response(text="He did.", passages=passages, tool_calls=(call,))
    return replace(
        make_pair(id="rag-1"),
        case=case,
        baseline=(make_trial(response=response),),
        candidate=(make_trial(response=replace(response, text="She did.")),),
    )


def changed_verdict() -> Verdict:
    """Two runs that differ in a prompt, a setting, a package, the code and a case."""
    texts = ("Be kind.\nBe brief.\n", "Be kind.\nBe clear.\nUse names.\n")
    commits = ("4f1d2c7f" * 5, "9be07aa1" * 5)
    rows: tuple[tuple[ChangeKind, str, str, str], ...] = (
        ("parameter", "temperature", "0", "0.7"),
        ("package", "torch", "2.7", "2.8"),
        ("code", "git commit", *commits),
        ("hardware", "accelerator", "L4", "H200"),
    )
    prompt = Change(
        what="system prompt support.md",
        name="support.md",
        baseline="d1",
        candidate="d2",
        kind="prompt",
        texts=texts,
    )
    changes = [
        Change(what=name, name=name, baseline=old, candidate=new, kind=kind)
        for kind, name, old, new in rows
    ]
    pairs = (make_pair(), make_pair("edited", id="case-2"), make_pair("same", id="case-3"))
    verdict = make_verdict(changes=(prompt, *changes), cases=pairs)
    arms = (verdict.comparison.baseline, verdict.comparison.candidate)
    runs = [
        replace(
            run,
            metrics=(CORRECT,),
            provenance=replace(run.provenance, git_commit=commit, hardware={"memory": "8 GiB"}),
            texts={"9f2c1a": text},
        )
        for run, commit, text in zip(arms, commits, texts, strict=True)
    ]
    bounds = Interval(low=0.81, estimate=0.88, high=0.93)
    judge = JudgeStanding(
        metric="faithful", state="refused", why="too few labels.", labels=9, balanced=bounds
    )
    comparison = replace(
        verdict.comparison, baseline=runs[0], candidate=runs[1], edited=("case-2",)
    )
    return replace(verdict, comparison=comparison, judges=(judge,))
