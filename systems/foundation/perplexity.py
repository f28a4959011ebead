"""Perplexity: how surprised a model is by a text that it did not write."""

from dataclasses import dataclass, field

from holdfast.errors import UsageError
from holdfast.system import Response, Spec
from systems.models.local import LocalModel

__all__ = ["Surprise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """Tells the negative log-likelihood of a text, in nats, after the token that ends a turn.

    Perplexity is exp(nats / tokens). It depends on the tokenizer, bits per byte do not: models
    with other vocabularies are compared by those.
    """

    model: LocalModel = field(default_factory=LocalModel)

    @property
    def spec(self) -> Spec:
        return Spec(
            name="surprise",
            params={"model": self.model.label},
            artifacts={"model": self.model.spec.digest},
        )

    def __call__(self, text: str, /) -> Response:
        """Nats, tokens and bytes of a text."""
        import torch

        network = self.model.network
        ids = network.tokenizer(text, add_special_tokens=False)["input_ids"]
        if not 0 < len(ids) < network.context:
            raise UsageError(
                f"the text has {len(ids):,} tokens; the model reads 1 to {network.context - 1:,}"
            )
        given = torch.tensor([[min(network.ends), *ids]], device=network.model.device)
        with torch.inference_mode():
            scores = network.model(input_ids=given, use_cache=False).logits[0, :-1].float()
        nats = torch.nn.functional.cross_entropy(scores, given[0, 1:], reduction="sum")
        return Response(data={"nats": float(nats), "tokens": len(ids), "bytes": len(text.encode())})
