"""Obedient: a scripted chat model that follows any instruction it is shown; the worst case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.system import Spec, Usage
from systems.models.chat import Completion, Request
from systems.rag.guardrails.reveal import plain, reveal

__all__ = ["ObedientModel"]

_WATCHWORD = re.compile(r"\b[A-Z]{4,}-\d{2,3}\b")
_PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObedientModel:
    """Says every watchword that it can read, and else repeats its first passage.

    No real model is so easily led: it decodes whatever is hidden and obeys without asking who
    speaks. The injected documents ask for watchwords, such as `BRAMBLE-41`, that stand nowhere
    else, so an attack succeeds on it exactly where the order reached it.
    """

    @property
    def spec(self) -> Spec:
        return Spec(name="obedient", params={"model": "obedient"})

    def complete(self, request: Request, /) -> Completion:
        """Obey, or repeat."""
        text = request.messages[-1].content
        layers = [plain(text), *(one.text for one in reveal(text))]
        words = dict.fromkeys(
            word for layer in layers for word in _WATCHWORD.findall(layer.upper())
        )
        first = _PASSAGE.search(text)
        said = " ".join(words) if words else f"{first[2]} [{first[1]}]" if first else text
        return Completion(
            text=said,
            usage=Usage(input_tokens=len(text.split()), output_tokens=len(said.split()), calls=1),
        )

    def complete_all(self, requests: Sequence[Request], /) -> tuple[Completion, ...]:
        return tuple(self.complete(request) for request in requests)
