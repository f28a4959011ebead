"""Quality: what every variant finds of the handbook beside what ships, and at what cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from report import Target, table

from holdfast.comparing.delta import Delta
from holdfast.comparison import compare
from holdfast.dataset import Dataset
from holdfast.metrics import NDCG, Recall, is_answerable
from holdfast.options import RunOptions
from holdfast.policy import Policy
from holdfast.readers import read_jsonl
from holdfast.record import Run
from holdfast.runner import run
from holdfast.suite import Suite
from holdfast.system import Response
from systems.rag import handbook, variants
from systems.rag.retrieval.retriever import Retriever

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("keyword", "paraphrase", "multi-hop", "comparison", "temporal", "vague", "outdated")
SOURCES = ("contracts", "incidents", "manuals", "people", "policies")
METRICS = ("recall(k=5)", "ndcg(k=10)")
# Each bound at 2.5 %, so that both together are an interval of 95 %.
POLICIES = tuple(Policy(metric=name, margin=0.05, alpha=0.025) for name in METRICS)
QUIET = RunOptions(progress="none", concurrency=1)
_CHANGES = ("recall@5", "change", "p", "nDCG@10", "change", "p")
FIGURES = (*_CHANGES, "model calls", "p50 ms", "p95 ms")
FEWEST = 10
"""Questions that a part needs to be told by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What answering took."""

    calls: float
    """Calls of a chat model, per question."""
    middle: float
    """Median seconds of a question."""
    high: float
    """95th percentile of them."""

    @property
    def cells(self) -> tuple[str, str, str]:
        """As it is printed."""
        return f"{self.calls:.2f}", f"{1000 * self.middle:.0f}", f"{1000 * self.high:.0f}"


def suite_of(questions: int) -> Suite:
    """About this many of the answerable test questions."""
    rows = read_jsonl(ROOT / "datasets" / "handbook" / "test.jsonl", name="handbook-test")
    every = tuple(case for case in rows if is_answerable(case))
    # Spread over the file, in which the kinds of question stand one after another.
    cases = every[:: max(1, len(every) // questions)]
    dataset = Dataset(name="handbook-test-answerable", cases=cases)
    return Suite(name="handbook-retrieval", dataset=dataset, metrics=(Recall(k=5), NDCG(k=10)))


def only(made: Run, tag: str) -> Run:
    """The part of a run whose cases have a tag."""
    cases = tuple(case for case in made.cases if tag in case.tags)
    kept = {case.id for case in cases}
    return replace(
        made, cases=cases, trials=tuple(one for one in made.trials if one.case_id in kept)
    )


def count(made: Run, tag: str) -> int:
    """Number of cases with a tag."""
    return sum(tag in case.tags for case in made.cases)


def deltas(before: Run, after: Run) -> Mapping[str, Delta]:
    """Changes by metric; a metric that cannot be compared is not there."""
    return {one.metric.label: one for one in compare(before, after, policies=POLICIES).deltas}


def told(delta: Delta | None) -> tuple[str, str, str]:
    """Mean, change with its interval, and two-sided p-value."""
    if delta is None:
        return "", "", ""
    p = min(1.0, 2 * min(delta.p_worse, delta.p_better))
    return (
        f"{delta.candidate_mean:.3f}",
        f"{delta.estimate:+.3f} ({delta.low:+.3f} to {delta.high:+.3f})",
        f"{p:.4f}" if p >= 0.0001 else "< 0.0001",
    )


def answers(suite: Suite, retriever: Retriever) -> Run:
    """A run whose times hold no loading: one question is asked before it."""
    retriever(str(next(iter(suite.dataset)).input))
    return run(suite, retriever, options=QUIET)


def responses(made: Run) -> list[Response]:
    """Every response.

    Raises:
        RuntimeError: a question has none.
    """
    found = [trial.response for trial in made.trials if trial.response is not None]
    if len(found) < len(made.trials):
        raise RuntimeError(f"{len(made.trials) - len(found)} questions have no answer")
    return found


def cost_of(made: Run) -> Cost:
    """What a run took."""
    middle, high = np.quantile([trial.seconds for trial in made.trials], [0.5, 0.95])
    calls = fmean(response.usage.calls for response in responses(made))
    return Cost(calls=calls, middle=float(middle), high=float(high))


def quality(questions: int) -> tuple[list[str], list[Target]]:
    """Every variant beside what ships: over all questions, by kind, by source, and its cost."""
    suite = suite_of(questions)
    ships = answers(suite, handbook.hybrid())
    every = {**handbook.VARIANTS, **handbook.CHAT_VARIANTS}
    made = {name: answers(suite, make()) for name, make in every.items()}
    sections = [overall(ships, made), by_kind(ships, made)]
    if count(ships, "vague") >= FEWEST:
        sections.append(reflection(suite, ships, made))
    sections.append(routing(ships, made["routed"]))
    return sections, targets(ships, made)


def targets(ships: Run, made: Mapping[str, Run]) -> list[Target]:
    """What ships must be above both of its parts."""
    return [
        Target(
            claim=f"hybrid above {name} in {label}: upper bound of {name}'s change",
            measured=deltas(ships, made[name])[label].high,
            limit=0.0,
        )
        for name in ("bm25", "dense")
        for label in METRICS
    ]


def overall(ships: Run, made: Mapping[str, Run]) -> str:
    """All questions."""
    own = deltas(ships, ships)
    recall, gain = (f"{own[name].candidate_mean:.3f}" for name in METRICS)
    rows = [("hybrid, which ships", recall, "", "", gain, "", "", *cost_of(ships).cells)]
    for name, one in made.items():
        found = deltas(ships, one)
        told_of = (*told(found.get(METRICS[0])), *told(found.get(METRICS[1])))
        rows.append((name, *told_of, *cost_of(one).cells))
    head = ("retriever", *FIGURES)
    return (
        f"## Beside what ships\n\n{len(ships.cases)} answerable test questions; change with its "
        "95 % interval, positive is better; two-sided p; calls of a chat model and time "
        "of a question.\n\n" + table(head, rows)
    )


def by_kind(ships: Run, made: Mapping[str, Run]) -> str:
    """nDCG@10 of each kind of question."""
    kinds = [kind for kind in KINDS if count(ships, kind) >= FEWEST]
    rows = [
        (
            name,
            *(
                told(deltas(only(ships, kind), only(one, kind)).get(METRICS[1]))[1]
                for kind in kinds
            ),
        )
        for name, one in made.items()
    ]
    return "### nDCG@10 by kind of question\n\n" + table(("retriever", *kinds), rows)


def reflection(suite: Suite, ships: Run, made: Mapping[str, Run]) -> str:
    """The vague questions: reflection, the same without a part of it, and its parts alone."""
    full = variants.self_reflective()
    careful, asked = full.attempts
    words = replace(asked, rewriter=variants.feedback())
    parts: Mapping[str, Callable[[], Retriever]] = {
        "the same without a model": lambda: replace(full, attempts=(careful,)),
        "the same with words of feedback for the model's": lambda: replace(
            full, attempts=(careful, words)
        ),
        "the same, the model asked at once": lambda: replace(
            full, attempts=(replace(asked, below=careful.below, weight=1.0, afresh=True),)
        ),
        "its careful search for every question": lambda: careful.retriever,
    }
    vague = tuple(case for case in suite.dataset if "vague" in case.tags)
    part = replace(suite, dataset=Dataset(name="handbook-test-vague", cases=vague))
    before = answers(part, handbook.hybrid())
    runs = {
        name: only(made[name], "vague") for name in ("self-reflective", "multi-query", "agentic")
    }
    runs |= {name: answers(part, make()) for name, make in parts.items()}
    own = deltas(before, before)
    recall, gain = (f"{own[name].candidate_mean:.3f}" for name in METRICS)
    rows = [("hybrid, which ships", recall, "", "", gain, "", "", *cost_of(before).cells)]
    for name, one in runs.items():
        against = only(ships, "vague") if name in made else before
        found = deltas(against, one)
        told_of = (*told(found.get(METRICS[0])), *told(found.get(METRICS[1])))
        rows.append((name, *told_of, *cost_of(one).cells))
    head = ("retriever", *FIGURES)
    share = rounds(made["self-reflective"])
    return (
        f"## Reflection on vague questions\n\n{len(vague)} vague test questions. Of all questions "
        f"{share} are searched for in one, two and three rounds.\n\n" + table(head, rows)
    )


def rounds(made: Run) -> str:
    """Share of questions with one, two and three rounds."""
    data: list[Any] = [response.data for response in responses(made)]
    taken = [len(each["rounds"]) for each in data]
    return ", ".join(f"{taken.count(number) / len(taken):.0%}" for number in (1, 2, 3))


def routing(ships: Run, routed: Run) -> str:
    """What routing loses and saves, by the source that a question is about."""
    rows = [_source("all", ships, routed)]
    rows += [
        _source(source, only(ships, source), only(routed, source))
        for source in SOURCES
        if count(ships, source) >= FEWEST
    ]
    head = ("source", "questions", "recall@5", "change", "p", "documents searched", "asked all")
    return "## Routing by source\n\n" + table(head, rows)


def _source(name: str, ships: Run, routed: Run) -> tuple[str, ...]:
    data: Sequence[Any] = [response.data for response in responses(routed)]
    searched = fmean(each["documents"] / each["of"] for each in data)
    everywhere = fmean(each["documents"] == each["of"] for each in data)
    found = told(deltas(ships, routed).get(METRICS[0]))
    return (name, str(len(ships.cases)), *found, f"{searched:.0%}", f"{everywhere:.0%}")
