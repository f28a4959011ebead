"""Pointwise: a judge that grades one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from systems.judges.instructions import Instructions
from systems.judges.verdict import read_verdict, verdict_schema
from systems.models.chat import ChatModel

__all__ = ["Judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Grades `{"question": ..., "answer": ..., "passages": [...], "reference": ...}`.

    The verdict is the structured answer: `{"reason": ..., "score": ...}`, a whole number of the
    scale. A judge that refuses, is cut or says something else raises `NoVerdict`.
    """

    model: ChatModel
    instructions: Instructions

    def __post_init__(self) -> None:
        if self.instructions.scale is None:
            raise UsageError(
                f"{self.instructions.prompt.label} names no scale; write one into its settings, "
                "such as scale = [1, 5]"
            )

    @property
    def spec(self) -> Spec:
        prompt, model = self.instructions.prompt, self.model.spec
        return Spec(
            name=prompt.name,
            params={"prompt": f"v{prompt.version}", "model": model.label, "scale": self._bounds},
            artifacts={"model": model.digest},
            texts=prompt.texts,
        )

    @property
    def scale(self) -> tuple[float, float]:
        """Lowest and highest grade."""
        low, high = self._bounds
        return float(low), float(high)

    @property
    def asks(self) -> frozenset[str]:
        """Names of what it must be given."""
        return self.instructions.prompt.variables

    @property
    def _bounds(self) -> list[int]:
        return list(self.instructions.scale or ())

    def __call__(self, given: Mapping[str, Json], /, *, seed: int = 0) -> Response:
        low, high = self._bounds
        grades = range(low, high + 1)
        schema = verdict_schema("score", list(grades))
        said = self.instructions.ask(self.model, given, schema=schema, seed=seed)
        data = read_verdict(said, "score", list(grades))
        return Response(text=said.text, data=data, usage=said.usage)
