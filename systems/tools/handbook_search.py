"""Handbook search: the passages of the handbook that a model is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.system import Response
from systems.rag.corpus import Corpus
from systems.tools.fetching import ServiceError

__all__ = ["HandbookSearch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandbookSearch:
    """Numbered passages, best first, cut to what fits beside a conversation."""

    corpus: Corpus
    retrieve: Callable[[str], Response]
    passages: int = 2
    """Largest number of passages."""
    words: int = 90
    """Words of each passage that are shown, from its beginning."""

    def __call__(self, *, query: str) -> str:
        """The passages as text.

        Raises:
            ServiceError: no passage shares a word with the query.
        """
        texts = {section.id: section.text for section in self.corpus.sections}
        found = self.retrieve(query).passages[: self.passages]
        if not found:
            raise ServiceError(f"no passage about {query}")
        shown = (" ".join(texts[passage.id].split()[: self.words]) for passage in found)
        return "\n".join(f"[{number}] {text}" for number, text in enumerate(shown, start=1))
