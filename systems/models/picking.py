"""Picking: the next token of each lane, the same whatever else is in the batch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from systems.models.lane import Lane

if TYPE_CHECKING:
    import torch

__all__ = ["Picked", "pick"]

NEAR_TIE = 5e-4
"""Gap of two logits below which the order of float32 sums could decide between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The next token of one lane."""

    token: int
    logprob: float
    """Natural logarithm of the model's own probability of it."""


def pick(
    lanes: Sequence[Lane],
    logits: "torch.Tensor",
    *,
    alone: Callable[[Lane], "torch.Tensor"] | None,
) -> list[Picked]:
    """The next token of each lane from its row of logits (lanes, vocabulary).

    At temperature 0 it is the likeliest; else one is drawn by the Gumbel-max rule (Gumbel 1954:
    the largest of logit / temperature + Gumbel noise is a draw from the softmax), with noise from
    the lane's own generator. Sums in a larger batch round differently, so where the two best
    are closer than rounding can reach, `alone` computes the row again from its tokens alone.
    """
    import torch

    rows = logits.float()
    scores = _scores(lanes, rows, noise := [_noise(lane, rows) for lane in lanes])
    best, second = scores.topk(2, dim=-1).values.T
    temperatures = torch.tensor([lane.request.temperature or 1.0 for lane in lanes])
    close = (best - second) * temperatures.to(best) < NEAR_TIE
    if alone is not None and bool(close.any()):
        for number in close.nonzero().flatten().tolist():
            lane = lanes[number]
            rows[number] = alone(lane).float()
            scores[number] = _scores([lane], rows[number : number + 1], [noise[number]])[0]
    tokens = scores.argmax(-1)
    chosen = rows.log_softmax(-1).gather(-1, tokens[:, None])[:, 0]
    return [
        Picked(token=token, logprob=min(logprob, 0.0))
        for token, logprob in zip(tokens.tolist(), chosen.tolist(), strict=True)
    ]


def _noise(lane: Lane, rows: "torch.Tensor") -> "torch.Tensor | None":
    """Gumbel noise for one step of a lane that is drawn from; None for a greedy one."""
    import torch

    if not lane.request.temperature:
        return None
    if lane.generator is None:
        # Always of the CPU, so that a seed means the same on every device.
        lane.generator = torch.Generator().manual_seed(lane.request.seed)
    waits = torch.empty(rows.shape[-1], dtype=torch.float64).exponential_(generator=lane.generator)
    return -waits.clamp_min(1e-300).log()


def _scores(
    lanes: Sequence[Lane], rows: "torch.Tensor", noise: "Sequence[torch.Tensor | None]"
) -> "torch.Tensor":
    scores = _allowed(lanes, rows).double()
    for number, (lane, own) in enumerate(zip(lanes, noise, strict=True)):
        if own is not None:
            scores[number] = scores[number] / lane.request.temperature + own.to(scores.device)
    return scores


def _allowed(lanes: Sequence[Lane], rows: "torch.Tensor") -> "torch.Tensor":
    """The logits, minus infinity where a lane's grammar forbids the token."""
    held = {n: lane.grammar for n, lane in enumerate(lanes) if lane.grammar is not None}
    if not held:
        return rows
    import xgrammar

    masks = xgrammar.allocate_token_bitmask(len(lanes), rows.shape[-1])
    for number, grammar in held.items():
        grammar.fill(masks, number)
    allowed = rows.clone()
    xgrammar.apply_token_bitmask_inplace(allowed, masks.to(rows.device), indices=list(held))
    return allowed
