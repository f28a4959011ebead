"""Loop: tokenize, forward, decode, written out by hand with a key-value cache."""

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from systems.foundation.continuation import Continuation, Ending
from systems.foundation.sampling import Sampling, choose
from systems.models.network import Network
from systems.models.room import forward_with

if TYPE_CHECKING:
    import torch

__all__ = ["first_stop", "write_by_hand"]


def write_by_hand(network: Network, prompt: Sequence[int], sampling: Sampling) -> Continuation:
    """Go on with a prompt of tokens, one token at a time."""
    import torch
    from transformers import DynamicCache

    began = perf_counter()
    generator = torch.Generator().manual_seed(sampling.seed)
    cache = DynamicCache(config=network.model.config)
    tokens: list[int] = []
    ending: Ending = "length"
    unread = list(prompt)
    room = network.context - len(unread)
    with torch.inference_mode():
        while len(tokens) < min(sampling.max_tokens, room):
            # What was read before stands in the cache: its keys and values do not change.
            scores = _read(network, unread, cache)
            token = choose(scores, sampling, generator)
            if token in network.ends:
                ending = "end"
                break
            tokens.append(token)
            unread = [token]
            if sampling.stop and first_stop(network.tokenizer.decode(tokens), sampling.stop) >= 0:
                ending = "stop"
                break
    seconds = perf_counter() - began
    text = network.tokenizer.decode(tokens)
    cut = first_stop(text, sampling.stop)
    return Continuation(
        tokens=tuple(tokens),
        text=text if cut < 0 else text[:cut],
        ending=ending,
        seconds=seconds,
    )


def first_stop(text: str, stops: Sequence[str]) -> int:
    """Where the first stop text begins; -1 where there is none.

    >>> first_stop("one; two. three", (".", ";"))
    3
    """
    return min((text.find(stop) for stop in stops if stop in text), default=-1)


def _read(network: Network, tokens: Sequence[int], cache: Any) -> "torch.Tensor":
    """Scores of every token of the vocabulary after the last of these, which join the cache."""
    import torch

    before = cache.get_seq_length()
    device = network.model.device
    answer = forward_with(
        network.model,
        cache,
        input_ids=torch.tensor([tokens], device=device),
        position_ids=torch.arange(before, before + len(tokens), device=device)[None],
    )
    return answer.logits[0, -1].float().cpu()
