"""Retriever: what ranks the passages of a corpus for a question."""

from typing import Protocol

from holdfast.system import Response, Spec

__all__ = ["Retriever"]


class Retriever(Protocol):
    """Ranks passages for a question, best first; passages carry ids, and may carry their text."""

    @property
    def spec(self) -> Spec:
        """Everything that its rankings depend on."""
        ...

    def __call__(self, question: str, /) -> Response: ...
