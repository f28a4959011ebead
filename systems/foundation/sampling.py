"""Sampling: how the next token is chosen from the scores of all."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.errors import UsageError

if TYPE_CHECKING:
    import torch

__all__ = ["Sampling", "choose", "narrow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """Settings of one continuation."""

    temperature: float = 0.0
    """0 is greedy: always the likeliest token."""
    top_k: int = 0
    """Draw from the `top_k` likeliest tokens; 0 is from all."""
    top_p: float = 1.0
    """Draw from the fewest likeliest tokens that together have this probability (nucleus sampling,
    Holtzman et al. 2020)."""
    seed: int = 0
    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    """Texts after which nothing more is written; they are not part of the text."""

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < math.inf:
            raise UsageError(f"temperature must be 0 or more, got {self.temperature!r}")
        if self.top_k < 0:
            raise UsageError(f"top_k must be 0 or more, got {self.top_k!r}")
        if not 0 < self.top_p <= 1:
            raise UsageError(f"top_p must lie in (0, 1], got {self.top_p!r}")
        if self.max_tokens < 1:
            raise UsageError(f"max_tokens must be at least 1, got {self.max_tokens!r}")


def narrow(scores: "torch.Tensor", sampling: Sampling) -> "torch.Tensor":
    """Scores (vocabulary) after temperature, then top-k, then top-p, as transformers orders them.

    A token that must not be drawn gets minus infinity.
    """
    scores = scores / sampling.temperature
    if sampling.top_k:
        least = scores.topk(min(sampling.top_k, len(scores))).values[-1]
        scores = scores.masked_fill(scores < least, -math.inf)
    if sampling.top_p < 1:
        rising, order = scores.sort()
        # From the unlikeliest on: what together stays within the share that is given up.
        given_up = rising.softmax(-1).cumsum(-1) <= 1 - sampling.top_p
        given_up[-1] = False
        scores = scores.index_fill(0, order[given_up], -math.inf)
    return scores


def choose(scores: "torch.Tensor", sampling: Sampling, generator: "torch.Generator") -> int:
    """The next token: the likeliest, or one drawn from the narrowed distribution."""
    import torch

    if not sampling.temperature:
        return int(scores.argmax())
    shares = narrow(scores, sampling).softmax(-1)
    return int(torch.multinomial(shares, 1, generator=generator))
