"""Batches: lessons as token ids, with a mask over what is learned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from systems.models.training.lesson import Lesson
from systems.models.training.tokenizer import END, START, rendered

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast

__all__ = ["Batch", "batches", "learned"]

POOL = 512
"""Lessons that are sorted by length together, so that little of a batch is padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Token ids of several lessons, padded on the right."""

    ids: "torch.Tensor"
    """Shape (lessons, longest)."""
    learned: "torch.Tensor"
    """True where a token is to be predicted; the same shape."""


def learned(
    ids: list[int], *, start: int, end: int, assistant: list[int], skipped: frozenset[int]
) -> list[bool]:
    """Which tokens are an assistant's, the end of its turn included; skipped turns are not."""
    mask = [False] * len(ids)
    at, turn, size = 0, -1, len(assistant)
    while at < len(ids):
        if ids[at] == start and ids[at + 1 : at + 1 + size] == assistant:
            turn += 1
            at += 1 + size
            while at < len(ids):
                mask[at] = turn not in skipped
                if ids[at] == end:
                    break
                at += 1
        at += 1
    return mask


def batches(
    tokenizer: "PreTrainedTokenizerFast",
    lessons: Iterator[Lesson],
    *,
    tokens: int,
    longest: int,
    seed: int,
) -> Iterator[Batch]:
    """Batches of about so many tokens each, in random order of length."""
    while pool := list(islice(lessons, POOL)):
        yield from _of_pool(tokenizer, pool, tokens=tokens, longest=longest, order=Random(seed))


def _of_pool(
    tokenizer: "PreTrainedTokenizerFast",
    pool: list[Lesson],
    *,
    tokens: int,
    longest: int,
    order: Random,
) -> Iterator[Batch]:
    assistant = tokenizer.encode("assistant\n", add_special_tokens=False)
    start, end = tokenizer.convert_tokens_to_ids([START, END])
    encoded = tokenizer(list(rendered(tokenizer, pool)), add_special_tokens=False)["input_ids"]
    rows = [
        (
            ids[:longest],
            learned(
                ids[:longest], start=start, end=end, assistant=assistant, skipped=lesson.skipped
            ),
        )
        for ids, lesson in zip(encoded, pool, strict=True)
    ]
    rows.sort(key=lambda row: len(row[0]))
    groups = list(_groups(rows, tokens))
    order.shuffle(groups)
    for group in groups:
        yield _padded(group, tokenizer.pad_token_id)


def _groups(
    rows: Iterable[tuple[list[int], list[bool]]], tokens: int
) -> Iterator[list[tuple[list[int], list[bool]]]]:
    group: list[tuple[list[int], list[bool]]] = []
    for row in rows:
        if group and len(row[0]) * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _padded(group: list[tuple[list[int], list[bool]]], pad: int) -> Batch:
    import torch

    width = max(len(ids) for ids, _ in group)
    ids = [row + [pad] * (width - len(row)) for row, _ in group]
    mask = [row + [False] * (width - len(row)) for _, row in group]
    return Batch(ids=torch.tensor(ids), learned=torch.tensor(mask))
