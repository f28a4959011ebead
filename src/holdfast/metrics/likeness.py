"""Likeness: how alike two texts are, as an embedding model sees them."""

from collections.abc import Sequence
from typing import Protocol

from holdfast.system import Spec

__all__ = ["Embedder", "likeness"]


class Embedder(Protocol):
    """Turns texts into unit vectors; equal specs give equal vectors."""

    @property
    def spec(self) -> Spec: ...

    def __call__(self, texts: Sequence[str], /) -> Sequence[Sequence[float]]: ...


def likeness(embedder: Embedder, one: str, other: str) -> float:
    """Cosine of two texts, 0 where it is below."""
    first, second = embedder([one, other])
    cosine = sum(float(a) * float(b) for a, b in zip(first, second, strict=True))
    return min(1.0, max(0.0, cosine))
