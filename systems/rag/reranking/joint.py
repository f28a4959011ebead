"""Joint: the upper layers of an encoder that read question and passage together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from systems.rag.reranking.states import TokenStates

__all__ = ["Head", "Side", "joint_scores", "read_side"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What turns the last states into one number; linear in each part of them."""

    segments: "torch.Tensor"
    """Shape (2, dimensions): added to what the upper layers read of the question, and of the
    passage, so that they can be told apart."""
    pooled: "torch.Tensor"
    """Weights of the product, dimension by dimension, of the question's mean and the passage's."""
    first: "torch.Tensor"
    """Weights of the state of the first token."""
    late: "torch.Tensor"
    """Weight of the late interaction, a single number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One text as the upper layers read it."""

    states: "torch.Tensor"
    """Shape (tokens, dimensions), from the layers that read the text alone."""
    words: "torch.Tensor"
    """Which tokens stand for a part of the text."""


def read_side(text: "TokenStates", *, marks: Iterable[int]) -> Side:
    """One text for the upper layers.

    Args:
        text: what the lower layers made of it.
        marks: tokens that stand for no part of a text.
    """
    import torch

    words = ~torch.isin(torch.tensor(text.tokens), torch.tensor(sorted(marks)))
    return Side(states=torch.from_numpy(text.vectors).float(), words=words)


def joint_scores(
    layers: Sequence[Any],
    head: Head,
    *,
    question: Side,
    passages: Sequence[Side],
    late: "torch.Tensor",
) -> "torch.Tensor":
    """One score for each passage, shape (passages,); gradients flow where they are asked for.

    Args:
        layers: the upper layers, each a module of (states, additive mask).
        head: what turns their last states into a number.
        question: the question as the lower layers left it.
        passages: the passages likewise.
        late: late interaction of the question with each passage.
    """
    import torch
    from torch.nn.functional import normalize

    length = len(question.states)
    longest = max(len(passage.states) for passage in passages)
    states = torch.zeros(len(passages), length + longest, question.states.shape[1])
    hidden = torch.full((len(passages), 1, 1, length + longest), -1e4)
    words = torch.zeros(len(passages), longest, 1)
    states[:, :length] = question.states + head.segments[0]
    hidden[..., :length] = 0
    for row, passage in enumerate(passages):
        end = length + len(passage.states)
        states[row, length:end] = passage.states + head.segments[1]
        hidden[row, ..., length:end] = 0
        words[row, : end - length, 0] = passage.words
    for layer in layers:
        states = layer(states, hidden)
    asked = _mean(states[:, :length], question.words.float()[None, :, None])
    read = _mean(states[:, length:], words)
    together = (normalize(asked, dim=-1) * normalize(read, dim=-1)) @ head.pooled
    return head.late * late + together + states[:, 0] @ head.first


def _mean(states: "torch.Tensor", words: "torch.Tensor") -> "torch.Tensor":
    return (states * words).sum(dim=1) / words.sum(dim=1).clamp(min=1)
