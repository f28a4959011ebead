"""Pipeline: retrieve, guard, focus, read, guard again; every part can be replaced or left out."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from holdfast.digest import Json
from holdfast.system import Passage, Response, Spec
from systems.rag.answering.citations import CITATIONS_VERSION, read_citations
from systems.rag.answering.declining import UNTOLD, refuses
from systems.rag.answering.excerpts import excerpts
from systems.rag.answering.reader import Reader, Reading
from systems.rag.answering.stages import Stages
from systems.rag.corpus import Corpus
from systems.rag.guardrails.guard import Alarm, Draft, Guards
from systems.rag.retrieval.retriever import Retriever

__all__ = ["REFUSED", "Answering", "Focus"]

REFUSED = "I can't help with that."
"""What is said where a guard refuses a question or withholds an answer."""


class Focus(Protocol):
    """Leaves of the passages what matters to a question; passages with nothing left are gone."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, question: str, passages: tuple[Passage, ...], /) -> tuple[Passage, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers a question from passages and cites them as `[1]`, or says that they do not tell.

    The response holds the passages as the reader was shown them, in the order of their numbers.
    `data` holds the ids that are cited under `cited`, numbers that stand for no passage under
    `unknown`, what guards found under `alarms`, and under `left_out` the ids that were retrieved
    and of which a guard or the focus left nothing to read. Where it declines, `refused` says why:
    true where a guard refused the question or withheld the answer, or the reader said that it does
    not help with such things, false where the documents do not tell. Spans tell what each part
    took.
    """

    reader: Reader
    retriever: Retriever | None = None
    """None leaves the reader to what it knows: the control."""
    corpus: Corpus | None = None
    """Where the text of passages stands; not needed where the retriever's passages carry it."""
    count: int = 5
    """Number of passages of the retriever that are read, from its best rank."""
    dated: bool = False
    """Titles carry the state and date of their documents."""
    focus: Focus | None = None
    guards: Guards = field(default_factory=Guards)
    name: str = "answering"
    """Name of the system; one that ships keeps it whatever its parts are."""

    @property
    def spec(self) -> Spec:
        reader = self.reader.spec
        params: dict[str, Json] = {**reader.params, "count": self.count}
        artifacts = {"reader": reader.digest, **self.guards.artifacts}
        if self.dated:
            params["dated"] = True
        if self.retriever is None:
            params["retriever"] = "none"
            del params["count"]
        else:
            found = self.retriever.spec
            params["retriever"] = found.name
            artifacts["retriever"] = found.digest
        if self.corpus is not None:
            artifacts["corpus"] = self.corpus.digest
        if self.focus is not None:
            artifacts["focus"] = self.focus.spec.digest
            params["focus"] = self.focus.spec.label
        if self.guards.label:
            params["guards"] = self.guards.label
        return Spec(
            name=self.name,
            params=params,
            version=f"3-citations-{CITATIONS_VERSION}",
            artifacts=artifacts,
            texts=reader.texts,
        )

    def __call__(self, question: str, /, *, seed: int = 0) -> Response:
        stages = Stages()
        alarms = self._at_input(question, stages)
        if alarms:
            return _response(_REFUSAL, _Context(alarms=alarms), stages, refused=True)
        context = self._context(question, stages)
        if self.retriever is not None and not context.passages:
            return _response(Reading(text=UNTOLD, abstained=True), context, stages)
        with stages.stage("read"):
            reading = self.reader(question, context.passages, seed=seed)
        stages.add(reading.usage)
        draft = Draft(question=question, passages=context.passages, text=reading.text)
        alarms = self._at_output(draft, stages)
        if alarms:
            reading = replace(_REFUSAL, timings=reading.timings)
            context = replace(context, alarms=(*context.alarms, *alarms))
        return _response(reading, context, stages, refused=bool(alarms))

    def _at_input(self, question: str, stages: Stages) -> tuple[Alarm, ...]:
        for guard in self.guards.input:
            with stages.stage(f"guard {guard.spec.name}"):
                alarms = guard(question)
            if alarms:
                return alarms
        return ()

    def _context(self, question: str, stages: Stages) -> "_Context":
        """The passages that are read, and what guards found in them."""
        if self.retriever is None:
            return _Context()
        with stages.stage("retrieve"):
            found = self.retriever(question)
            best = found.passages[: self.count]
            passages = excerpts(
                () if found.abstained else best, corpus=self.corpus, dated=self.dated
            )
        stages.add(found.usage)
        alarms: list[Alarm] = []
        for guard in self.guards.context:
            with stages.stage(f"guard {guard.spec.name}"):
                cleaned = guard(passages)
            passages = cleaned.passages
            alarms += cleaned.alarms
        if self.focus is not None and passages:
            with stages.stage("focus"):
                passages = self.focus(question, passages)
        kept = {passage.id for passage in passages}
        left_out = dict.fromkeys(one.id for one in best if one.id not in kept)
        return _Context(passages=passages, alarms=tuple(alarms), left_out=tuple(left_out))

    def _at_output(self, draft: Draft, stages: Stages) -> tuple[Alarm, ...]:
        for guard in self.guards.output:
            with stages.stage(f"guard {guard.spec.name}"):
                alarms = guard(draft)
            if alarms:
                return alarms
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What stands before a reader, and what came of the rest."""

    passages: tuple[Passage, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    left_out: tuple[str, ...] = ()


_REFUSAL = Reading(text=REFUSED, abstained=True)


def _response(
    reading: Reading, context: _Context, stages: Stages, *, refused: bool = False
) -> Response:
    citations = read_citations(reading.text, count=len(context.passages))
    data: dict[str, Json] = {
        "cited": [context.passages[number - 1].id for number in citations.known],
        "unknown": list(citations.unknown),
    }
    if reading.abstained:
        data["refused"] = refused or refuses(reading.text)
    if context.alarms:
        data["alarms"] = [alarm.row for alarm in context.alarms]
    if context.left_out:
        data["left_out"] = list(context.left_out)
    return Response(
        text=reading.text,
        data=data,
        passages=context.passages,
        abstained=reading.abstained,
        usage=stages.usage,
        timings=reading.timings,
        spans=stages.spans,
    )
