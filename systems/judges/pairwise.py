"""Pairwise: a judge that chooses between two answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.system import Response, Spec
from systems.judges.instructions import Instructions
from systems.judges.verdict import read_verdict, verdict_schema
from systems.models.chat import ChatModel

__all__ = ["CHOICES", "PairJudge"]

CHOICES = ("first", "second", "tie")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairJudge:
    """Chooses between the answers of `{"question": ..., "first": ..., "second": ...}`.

    The verdict is the structured answer: `{"reason": ..., "choice": "first"}`, or `second`, or
    `tie`. It sees one order; whoever asks asks for the other one too.
    """

    model: ChatModel
    instructions: Instructions

    @property
    def spec(self) -> Spec:
        prompt, model = self.instructions.prompt, self.model.spec
        return Spec(
            name=prompt.name,
            params={"prompt": f"v{prompt.version}", "model": model.label},
            artifacts={"model": model.digest},
            texts=prompt.texts,
        )

    @property
    def asks(self) -> frozenset[str]:
        """Names of what it must be given."""
        return self.instructions.prompt.variables

    def __call__(self, given: Mapping[str, Json], /, *, seed: int = 0) -> Response:
        schema = verdict_schema("choice", CHOICES)
        said = self.instructions.ask(self.model, given, schema=schema, seed=seed)
        data = read_verdict(said, "choice", CHOICES)
        return Response(text=said.text, data=data, usage=said.usage)
