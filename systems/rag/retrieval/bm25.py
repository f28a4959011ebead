"""BM25: retrieval by the words that a question shares with a passage."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.corpus import Corpus
from systems.rag.retrieval.shortlist import respond
from systems.rag.retrieval.terms import TERMS_VERSION, read_terms

__all__ = ["BM25"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BM25:
    """Ranks passages by BM25 (Robertson and others 1994, in Lucene's form) over stemmed words.

    `read_terms` says what counts as a word. The index is made at the first question; passages that
    share no word with the question are not returned.
    """

    corpus: Corpus
    k1: float = 1.5
    """How much a repeated word adds."""
    b: float = 0.75
    """How far long passages are discounted: 0 not at all, 1 in full."""
    depth: int = 20
    """Number of passages returned at most."""
    threshold: float | None = None
    """Best score below which the question is declined; None answers always."""
    # bm25s comes without types.
    _index: Once[Any] = field(default_factory=Once[Any], init=False, repr=False, compare=False)

    @property
    def spec(self) -> Spec:
        params: dict[str, Json] = {"k1": self.k1, "b": self.b, "depth": self.depth}
        if self.threshold is not None:
            params["threshold"] = self.threshold
        return Spec(
            name="bm25",
            params=params,
            version=f"1-terms-{TERMS_VERSION}",
            artifacts={"corpus": self.corpus.digest},
        )

    def __call__(self, question: str, /) -> Response:
        index = self._index.get(self._build)
        known = [term for term in read_terms(question) if term in index.vocab_dict]
        scores: Sequence[float] = index.get_scores(known) if known else ()
        sections = self.corpus.sections
        return respond(
            (
                (section.id, score)
                for section, score in zip(sections, scores, strict=False)
                if score > 0
            ),
            depth=self.depth,
            threshold=self.threshold,
        )

    def _build(self) -> Any:
        try:
            import bm25s
        except ImportError as error:
            raise MissingExtra("BM25 retrieval needs: pip install bm25s PyStemmer") from error
        index = bm25s.BM25(method="lucene", k1=self.k1, b=self.b)
        terms = [read_terms(section.searchable) for section in self.corpus.sections]
        index.index(terms, show_progress=False)
        return index
