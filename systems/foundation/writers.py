"""Writers: systems that go on with a prompt, by hand and by the library, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from holdfast.digest import Json
from holdfast.errors import UsageError
from holdfast.system import Response, Spec, Usage
from systems.foundation.continuation import Continuation
from systems.foundation.library import write_by_library
from systems.foundation.loop import write_by_hand
from systems.foundation.sampling import Sampling
from systems.models.chat import Message, Request
from systems.models.local import LocalModel
from systems.models.network import Network
from systems.models.templates import prompt_tokens

__all__ = ["SideBySide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Answers a prompt by the loop of this repository and by `generate()`.

    The text is that of the loop; `data` holds tokens, text and ending of both, and of the loop
    when it is asked a second time.
    """

    model: LocalModel = field(default_factory=LocalModel)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="side-by-side",
            params={"model": self.model.label},
            artifacts={"model": self.model.spec.digest},
        )

    def __call__(self, input: Mapping[str, Json], /) -> Response:
        """Go on with `input["prompt"]`; its other keys are fields of `Sampling`."""
        prompt, sampling = read_input(input)
        network = self.model.network
        ids = tokens_of(network, prompt)
        by_hand = write_by_hand(network, ids, sampling)
        by_library = write_by_library(network, ids, sampling)
        again = write_by_hand(network, ids, sampling)
        return Response(
            text=by_hand.text,
            data={"by_hand": by_hand.data, "by_library": by_library.data, "again": again.data},
            usage=Usage(input_tokens=len(ids), output_tokens=len(by_hand.tokens), calls=3),
            timings=_timings(by_hand, by_library),
        )


def tokens_of(network: Network, prompt: str) -> list[int]:
    """A question as the tokens of a conversation that the model goes on with."""
    request = Request(messages=(Message(role="user", content=prompt),))
    ids = list(prompt_tokens(network.tokenizer, request))
    if len(ids) >= network.context:
        raise UsageError(
            f"the prompt has {len(ids):,} tokens, and the model reads {network.context:,} with "
            "its answer; shorten it"
        )
    return ids


def read_input(input: Mapping[str, Json]) -> tuple[str, Sampling]:
    """The prompt and the settings of a case.

    Raises:
        UsageError: a key is not known, or there is no prompt.
    """
    known = {one.name for one in fields(Sampling)} | {"prompt"}
    prompt = input.get("prompt")
    if not isinstance(prompt, str) or not set(input) <= known:
        raise UsageError(
            f"an input holds 'prompt' and may hold {', '.join(sorted(known - {'prompt'}))}; "
            f"got {', '.join(map(repr, input))}"
        )
    settings: dict[str, Any] = {key: value for key, value in input.items() if key != "prompt"}
    settings["stop"] = tuple(settings.get("stop", ()))
    return prompt, Sampling(**settings)


def _timings(by_hand: Continuation, by_library: Continuation) -> dict[str, float]:
    return {"by_hand": by_hand.seconds, "by_library": by_library.seconds}
