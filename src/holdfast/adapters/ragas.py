"""ragas: its metrics as metrics of holdfast.

Its class decides the number; what it is asked about, what a missing number means and what its name
stands for are decided here. Written for ragas 0.4.
"""

import asyncio
import inspect
import math
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from holdfast.adapters.asked_model import AskedModel, Asking, TextEncoder
from holdfast.adapters.foreign import split_settings
from holdfast.adapters.ragas_class import RagasClass, find_class
from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.metric import Better, Failure, Outcome, Score, Trial
from holdfast.metrics.sample import Sample, read_sample
from holdfast.running.settlement import settled
from holdfast.system import Spec

__all__ = ["RagasMetric"]

T = TypeVar("T")

_FIELDS = {
    "user_input": "question",
    "response": "answer",
    "retrieved_contexts": "retrieved",
    "retrieved_context_ids": "retrieved_ids",
    "reference": "reference",
    "reference_contexts": "reference_contexts",
    "reference_context_ids": "reference_ids",
}
_WANTED = {
    "retrieved": "every passage of the response needs its text",
    "reference": 'give it one in "expected": {"answer": "..."}',
    "reference_contexts": 'give it the texts in "expected": {"contexts": [...]}',
    "reference_ids": 'give it the ids in "expected": {"passages": {"<id>": <grade>}}',
}
_LOWER = frozenset({"NoiseSensitivity"})
# Cosines lie between -1 and 1, whatever these say of themselves.
_COSINES = frozenset({"AnswerCorrectness", "AnswerRelevancy", "SemanticSimilarity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RagasMetric:
    """A metric of ragas 0.4, by the name of its class.

    Metrics of `ragas.metrics.collections` are meant, and besides them the four that compare
    passages without a model: IDBasedContextPrecision, IDBasedContextRecall,
    NonLLMContextPrecisionWithReference and NonLLMContextRecall. A number that is missing or not
    finite, a crash, and an answer of the judge that ragas cannot read are failures.

    Needs: pip install "ragas>=0.4.3,<0.5" "langchain-community<0.4"
    """

    name: str
    """Name of the class, such as `Faithfulness`."""
    settings: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """What the class is made with, as JSON: `{"mode": "precision"}`."""
    model: AskedModel | None = None
    """The judge, for a metric that asks one. Such a metric gates after it was admitted."""
    encoder: TextEncoder | None = None
    """What turns texts into vectors, for a metric that compares those."""
    read: Callable[[Trial], Sample] = read_sample
    """How a trial is read."""
    _found: dict[str, RagasClass] = field(
        default_factory=dict[str, RagasClass], init=False, repr=False, compare=False
    )

    @property
    def spec(self) -> Spec:
        found = self._class()
        shown, texts = split_settings(self.settings)
        artifacts = {"ragas": found.code, **found.needs}
        if self.model is not None:
            artifacts["judge"] = self.model.spec.digest
            texts["judge.txt"] = self.model.spec.label
        if self.encoder is not None:
            artifacts["encoder"] = self.encoder.spec.digest
            texts["encoder.txt"] = self.encoder.spec.label
        return Spec(
            name=f"ragas_{found.label}",
            params=shown,
            version=f"1 of ragas {found.version}",
            artifacts=artifacts,
            texts={**found.prompts, **texts},
        )

    @property
    def better(self) -> Better:
        return "lower" if self.name in _LOWER else "higher"

    @property
    def bounds(self) -> tuple[float, float]:
        return (-1.0, 1.0) if self.name in _COSINES else self._class().bounds

    @property
    def judge(self) -> bool:
        """Whether it asks a judge."""
        return self.model is not None

    def __call__(self, trial: Trial, /) -> Outcome:
        return settled(self, partial(self._score, trial))

    def _class(self) -> RagasClass:
        if "class" not in self._found:
            self._found["class"] = find_class(
                self.name, self.settings, judged=self.model is not None, encoder=self.encoder
            )
        return self._found["class"]

    def _score(self, trial: Trial) -> Score | Failure:
        found = self._class()
        fields = self._fields(found, trial)
        if isinstance(fields, Failure):
            return fields
        asking = Asking(self.model, name=f"{self.name} of ragas")
        # They keep results and clients on themselves, so each trial has one of its own.
        made = found.make(self.settings, asking=asking, encoder=self.encoder)
        said = _to_end(found.score(made, fields))
        asking.finish()
        number = float(getattr(said, "value", said))
        if not math.isfinite(number):
            return Failure(stage="metric", error=f"{self.name} of ragas gave {number}, no score")
        return Score(number, getattr(said, "reason", None) or "")

    def _fields(self, found: RagasClass, trial: Trial) -> dict[str, Any] | Failure:
        sample = self.read(trial)
        fields: dict[str, Any] = {}
        for name in found.fields:
            if name not in _FIELDS:
                raise UsageError(
                    f"{self.name} of ragas asks for {name!r}, which no trial has; it cannot be "
                    "used here"
                )
            value: Any = getattr(sample, _FIELDS[name])
            # An empty text stands in every answer, and nothing is all of nothing.
            if value is not None and (value or not name.startswith("reference")):
                fields[name] = value if isinstance(value, str) else list(value)
            elif name in found.required:
                return _missing(trial, _FIELDS[name])
        return fields


def _missing(trial: Trial, part: str) -> Failure:
    wanted = _WANTED.get(part, "leave the case out")
    said = part.replace("_", " ")
    return Failure(stage="metric", error=f"case {trial.case.id!r} has no {said}: {wanted}")


def _to_end(work: Coroutine[Any, Any, T] | T) -> T:
    """Result of a coroutine, wherever this is called."""
    if not inspect.iscoroutine(work):
        return work  # pyright: ignore[reportReturnType]  # it is no coroutine
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
