"""ragas class: what is known of one of its metrics, and how it is made and called."""

import inspect
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from holdfast.adapters.asked_model import Asking, TextEncoder
from holdfast.adapters.foreign import Library
from holdfast.adapters.ragas_parts import embeddings_of, judge_of
from holdfast.config import did_you_mean
from holdfast.digest import Json, canonical, digest_json
from holdfast.errors import UsageError

__all__ = ["RAGAS", "RagasClass", "find_class"]

RAGAS = Library(
    name="ragas",
    first=(0, 4, 3),
    last=4,
    install='"ragas>=0.4.3,<0.5" "langchain-community<0.4"',
    quiet={"RAGAS_DO_NOT_TRACK": "true"},
)

_WITHOUT_MODEL = (
    "IDBasedContextPrecision",
    "IDBasedContextRecall",
    "NonLLMContextPrecisionWithReference",
    "NonLLMContextRecall",
)
"""Metrics that stand outside the collections alone."""
_NEEDS = {
    "BleuScore": "sacrebleu",
    "CHRFScore": "sacrebleu",
    "NonLLMContextPrecisionWithReference": "rapidfuzz",
    "NonLLMContextRecall": "rapidfuzz",
    "NonLLMStringSimilarity": "rapidfuzz",
    "RougeScore": "rouge-score",
}
"""Libraries whose version the number depends on."""
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class RagasClass:
    """One class of ragas, examined once."""

    kind: Any
    version: str
    label: str
    """Its name in snake case."""
    fields: tuple[str, ...]
    """What it can be told of a trial, in the words of ragas."""
    required: frozenset[str]
    bounds: tuple[float, float]
    prompts: Mapping[str, str]
    """Templates by name, filled in with nothing."""
    code: str
    """Digest of its source, and of the prompts that stand in it."""
    needs: Mapping[str, str]
    """Versions of other libraries that it computes with."""

    def make(
        self, settings: Mapping[str, Json], *, asking: Asking, encoder: TextEncoder | None
    ) -> Any:
        """A fresh one."""
        made = _make(self.kind, settings, asking=asking, encoder=encoder)
        if hasattr(made, "_average_scores"):
            # Two ratings are averaged; where one is missing, ragas takes the other for both.
            made._average_scores = _mean
        return made

    def score(self, made: Any, fields: Mapping[str, Any]) -> Coroutine[Any, Any, Any]:
        """What it says of one trial, as a coroutine."""
        if _is_old(self.kind):
            sample = RAGAS.load("ragas.dataset_schema").SingleTurnSample(**fields)
            return made.single_turn_ascore(sample)
        return made.ascore(**fields)


def find_class(
    name: str, settings: Mapping[str, Json], *, judged: bool, encoder: TextEncoder | None
) -> RagasClass:
    """The class of a name.

    Raises:
        MissingExtra: ragas is not installed.
        UsageError: there is no such metric, or it is set up wrongly.
    """
    kind = _kind(name)
    takes = inspect.signature(kind.__init__).parameters
    if judged and "llm" not in takes:
        raise UsageError(f"{name} of ragas asks no judge; leave out model=...")
    if "llm" in takes and not judged:
        raise UsageError(f"{name} of ragas asks a judge; give it one, as in model=...")
    if encoder is None and "embeddings" in takes and _has_no_default(takes["embeddings"]):
        raise UsageError(f"{name} of ragas compares vectors; give it encoder=...")
    if encoder is not None and "embeddings" not in takes:
        raise UsageError(f"{name} of ragas compares no vectors; leave out encoder=...")
    made = _make(kind, settings, asking=Asking(None, name=name), encoder=encoder)
    fields = _fields(kind)
    low, high = getattr(made, "allowed_values", (0.0, 1.0))
    needs = {_NEEDS[name]: metadata.version(_NEEDS[name])} if name in _NEEDS else {}
    return RagasClass(
        kind=kind,
        version=RAGAS.version,
        label=_WORDS.sub("_", name).lower(),
        fields=tuple(fields),
        required=frozenset(field for field, needed in fields.items() if needed),
        bounds=(float(low), float(high)),
        prompts=_prompts(made),
        code=_code(kind),
        needs=needs,
    )


def _kind(name: str) -> Any:
    collections: Any = RAGAS.load("ragas.metrics.collections")
    if name in _WITHOUT_MODEL:
        module = "_context_precision" if "Precision" in name else "_context_recall"
        return getattr(RAGAS.load(f"ragas.metrics.{module}"), name)
    kind: Any = getattr(collections, name, None)
    if not hasattr(kind, "ascore") or kind.ascore is collections.BaseMetric.ascore:
        known = [*(one for one in collections.__all__ if one != "BaseMetric"), *_WITHOUT_MODEL]
        raise UsageError(f"ragas has no metric {name!r}{did_you_mean(name, known)}")
    if "Message" in str(inspect.signature(kind.ascore)):
        raise UsageError(f"{name} of ragas scores conversations, and a trial is one answer")
    return kind


def _is_old(kind: Any) -> bool:
    return not hasattr(kind, "ascore") or hasattr(kind, "single_turn_ascore")


def _make(
    kind: Any, settings: Mapping[str, Json], *, asking: Asking, encoder: TextEncoder | None
) -> Any:
    takes = inspect.signature(kind.__init__).parameters
    given: dict[str, Any] = dict(settings)
    unknown = sorted(set(given) - set(takes) | set(given) & {"llm", "embeddings", "name"})
    if unknown:
        hidden = {"self", "llm", "embeddings", "name"}
        known = sorted(one for one in set(takes) - hidden if not one.startswith("_"))
        raise UsageError(
            f"{kind.__name__} of ragas has no setting {unknown[0]!r} (known: {', '.join(known)})"
        )
    if isinstance(given.get("distance_measure"), str):
        given["distance_measure"] = _distance(kind, given["distance_measure"])
    if "llm" in takes:
        given["llm"] = judge_of(RAGAS, asking)
    if "embeddings" in takes and encoder is not None:
        given["embeddings"] = embeddings_of(RAGAS, encoder)
    return kind(**given)


def _mean(first: float, second: float) -> float:
    """Mean of two ratings, not a number where one of them is none."""
    return (first + second) / 2


def _distance(kind: Any, name: str) -> Any:
    old = RAGAS.load("ragas.metrics._string")
    if not _is_old(kind):
        return RAGAS.load("ragas.metrics.collections").DistanceMeasure(name)
    return old.NonLLMStringSimilarity(distance_measure=old.DistanceMeasure(name))


def _has_no_default(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty


def _fields(kind: Any) -> dict[str, bool]:
    """What it is told of a trial, and whether it must be."""
    if _is_old(kind):
        return dict.fromkeys(sorted(kind().required_columns["SINGLE_TURN"]), True)
    parameters = list(inspect.signature(kind.ascore).parameters.values())[1:]
    return {one.name: _has_no_default(one) for one in parameters}


def _prompts(made: Any) -> dict[str, str]:
    """Instruction, examples and form of the answer of each prompt that it holds."""
    texts: dict[str, str] = {}
    for name, value in sorted(cast("dict[str, Any]", vars(made)).items()):
        if hasattr(value, "instruction") and hasattr(value, "to_string"):
            examples = [
                {"input": one.model_dump(mode="json"), "output": other.model_dump(mode="json")}
                for one, other in value.examples
            ]
            shape = value.output_model.model_json_schema()
            parts = [str(value.instruction), *map(canonical, examples), canonical(shape)]
            texts[f"{name}.txt"] = "\n".join(parts)
    return texts


def _code(kind: Any) -> str:
    """Digest of the source of the class; of its folder, where it has one of its own."""
    path = Path(inspect.getfile(kind))
    alone = path.name != "metric.py"
    files = [path] if alone else sorted(path.parent.glob("*.py"))
    read = partial(Path.read_text, encoding="utf-8")
    return digest_json({file.name: read(file) for file in files})
