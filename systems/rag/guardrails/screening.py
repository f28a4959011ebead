"""Screening: guards alone as systems, which refuse what they object to."""

from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.system import Passage, Response, Spec
from systems.rag.answering.excerpts import excerpts
from systems.rag.corpus import Corpus
from systems.rag.guardrails.guard import Alarm, ContextGuard, InputGuard

__all__ = ["DocumentScreen", "QuestionScreen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionScreen:
    """Refuses a question where one of its guards objects."""

    guards: tuple[InputGuard, ...]

    @property
    def spec(self) -> Spec:
        return _spec("question-screen", self.guards, {})

    def __call__(self, question: str, /) -> Response:
        return _response(tuple(alarm for guard in self.guards for alarm in guard(question)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentScreen:
    """Refuses a section, given by its id, where one of its guards takes something out of it."""

    corpus: Corpus
    guards: tuple[ContextGuard, ...]

    @property
    def spec(self) -> Spec:
        return _spec("document-screen", self.guards, {"corpus": self.corpus.digest})

    def __call__(self, identity: str, /) -> Response:
        shown = excerpts([Passage(id=identity)], corpus=self.corpus)
        return _response(tuple(alarm for guard in self.guards for alarm in guard(shown).alarms))


def _spec(
    name: str, guards: tuple[InputGuard, ...] | tuple[ContextGuard, ...], artifacts: dict[str, str]
) -> Spec:
    specs = [guard.spec for guard in guards]
    return Spec(
        name=name,
        params={"guards": "+".join(spec.name for spec in specs)},
        artifacts={**artifacts, **{spec.name: spec.digest for spec in specs}},
    )


def _response(alarms: tuple[Alarm, ...]) -> Response:
    kinds = sorted({alarm.kind for alarm in alarms})
    rows: list[Json] = [alarm.row for alarm in alarms]
    data: dict[str, Json] = {"alarms": rows}
    if alarms:
        data["refused"] = True
    return Response(text=", ".join(kinds) or "nothing found", data=data, abstained=bool(alarms))
