"""Asked: a chat model as the judge that metrics of other libraries ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from holdfast.digest import Json
from holdfast.system import Spec
from systems.judges.verdict import whole_text
from systems.models.chat import ChatModel, Message, Request

__all__ = ["Asked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Answers a prompt; for `model=` of `RagasMetric` and `DeepevalMetric`."""

    model: ChatModel
    max_tokens: int = 2048
    """Length of an answer; their answers quote much."""
    temperature: float = 0.0

    @property
    def spec(self) -> Spec:
        model = self.model.spec
        return Spec(
            name="asked",
            params={
                "model": model.label,
                "max_tokens": self.max_tokens,
                "temperature": self.temperature,
            },
            artifacts={"model": model.digest},
        )

    def __call__(self, prompt: str, /, *, schema: Mapping[str, Json] | None, seed: int) -> str:
        request = Request(
            messages=(Message(role="user", content=prompt),),
            schema=schema,
            seed=seed,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
        )
        return whole_text(self.model.complete(request))
