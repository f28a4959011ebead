"""Reranker: what scores passages by reading them beside the question."""

from collections.abc import Sequence
from typing import Protocol

from holdfast.system import Spec

__all__ = ["Reranker"]


class Reranker(Protocol):
    """Scores texts for a question, higher is better; the scale is its own.

    The score of a text does not depend on the order in which the texts are given.
    """

    @property
    def spec(self) -> Spec:
        """Everything that its scores depend on."""
        ...

    def __call__(self, question: str, texts: Sequence[str], /) -> Sequence[float]: ...
