"""Reader: the upper layers of an encoder that read a claim together with sentences of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from systems.rag.reranking.joint import read_side

if TYPE_CHECKING:
    import torch

    from systems.rag.reranking.states import States, TokenStates

__all__ = ["Judgement", "ReaderHead", "Sheet", "judge", "lay_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderHead:
    """What turns the last states into a judgement; linear in them."""

    segments: "torch.Tensor"
    """Shape (4, dimensions): added to what the upper layers read of the claim, of those of its
    tokens that stand in the evidence too, of the evidence, and of those that the claim has too."""
    token: "torch.Tensor"
    """Weights of the state of a claim's token, for whether it is wrong."""
    first: "torch.Tensor"
    """Weights of the state of the claim's first mark, for whether it is supported."""
    turn: "torch.Tensor"
    """Weights of the same state, for whether a wrong claim is contradicted."""
    biases: "torch.Tensor"
    """Shape (4,): of the three above, and how much the worst tokens count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A claim with its sentences, as the upper layers read them."""

    states: "torch.Tensor"
    """Shape (tokens, dimensions): the claim, then each sentence, as the lower layers left them."""
    segments: "torch.Tensor"
    """For each token, its row in `ReaderHead.segments`."""
    words: "torch.Tensor"
    """Which tokens stand for a part of the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was read of each claim, as log-odds."""

    supported: "torch.Tensor"
    """Shape (claims,)."""
    contradicted: "torch.Tensor"
    """Of a claim that is not supported; shape (claims,)."""
    wrong: "torch.Tensor"
    """Of each token to be wrong; shape (claims, tokens)."""
    words: "torch.Tensor"
    """Which tokens stand for a part of the claim; shape (claims, tokens)."""


def lay_out(claim: "TokenStates", sentences: "Sequence[TokenStates]", *, lower: "States") -> Sheet:
    """A claim with its sentences; those may come in any order.

    Args:
        claim: what the lower layers made of it.
        sentences: what they made of each sentence by itself.
        lower: the lower layers.
    """
    import torch

    marks = lower.marks
    sides = [read_side(one, marks=marks) for one in (claim, *sentences)]
    ours = set(claim.tokens) - marks
    theirs = {token for one in sentences for token in one.tokens} - marks
    segments = [int(token in theirs) for token in claim.tokens]
    segments += [2 + int(token in ours) for one in sentences for token in one.tokens]
    words = torch.zeros(len(segments), dtype=torch.bool)
    words[: len(claim.tokens)] = sides[0].words
    return Sheet(
        states=torch.cat([side.states for side in sides]),
        segments=torch.tensor(segments),
        words=words,
    )


def judge(layers: Sequence[Any], head: ReaderHead, sheets: Sequence[Sheet]) -> Judgement:
    """Judgements of claims; gradients flow where they are asked for.

    Args:
        layers: the upper layers, each a module of (states, additive mask).
        head: what turns their last states into numbers.
        sheets: the claims.
    """
    import torch

    longest = max(len(one.states) for one in sheets)
    states = torch.zeros(len(sheets), longest, sheets[0].states.shape[1])
    hidden = torch.full((len(sheets), 1, 1, longest), -1e4)
    words = torch.zeros(len(sheets), longest, dtype=torch.bool)
    for row, sheet in enumerate(sheets):
        end = len(sheet.states)
        states[row, :end] = sheet.states
        hidden[row, ..., :end] = 0
        words[row, :end] = sheet.words
    segments = torch.nn.utils.rnn.pad_sequence([one.segments for one in sheets], batch_first=True)
    states = states + head.segments[segments]
    for layer in layers:
        states = layer(states, hidden)
    wrong = states @ head.token + head.biases[0]
    worst = wrong.masked_fill(~words, -1e4).logsumexp(dim=1)
    first = states[:, 0]
    return Judgement(
        supported=first @ head.first + head.biases[1] - head.biases[3] * worst,
        contradicted=first @ head.turn + head.biases[2],
        wrong=wrong,
        words=words,
    )
