"""BM25: retrieval by the words that a question shares with a passage."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import Json
from holdfast.errors import MissingExtra
from holdfast.system import Response, Spec
from systems.once import Once
from systems.rag.corpus import Checked, Texts
from systems.rag.retrieval.shortlist import ROUNDING, respond
from systems.rag.retrieval.terms import TERMS_VERSION, read_terms

__all__ = ["BM25"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BM25:
    """Ranks passages by BM25 (Robertson and others 1994, in Lucene's form) over stemmed words.

    `read_terms` says what counts as a word. The index is made at the first question; passages that
    share no word with the question are not returned.
    """

    corpus: Texts
    """What is searched: a corpus, its chunks, or a collection."""
    k1: float = 1.2
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
        if isinstance(self.corpus, Checked):
            self.corpus.check()
        index = self._index.get(self._build)
        # Without a word in any text there is no index.
        known = [term for term in read_terms(question) if index and term in index.vocab_dict]
        scores: Any = index.get_scores(known) if known else ()
        texts = self.corpus.texts
        return respond(
            ((texts[place].id, scores[place]) for place in _best(scores, depth=self.depth)),
            depth=self.depth,
            threshold=self.threshold,
        )

    def _build(self) -> Any:
        try:
            import bm25s
        except ImportError as error:
            raise MissingExtra("BM25 retrieval needs: pip install bm25s PyStemmer") from error
        terms = [read_terms(text.searchable) for text in self.corpus.texts]
        if not any(terms):
            return None
        index = bm25s.BM25(method="lucene", k1=self.k1, b=self.b)
        index.index(terms, show_progress=False)
        return index


def _best(scores: Any, *, depth: int) -> Iterable[int]:
    """Places of the scores that may be among the best; ties at the end are left to the caller."""
    import numpy as np

    lowest = 0.0
    if len(scores) > depth:
        # Scores are rounded to six places later, and those that are then equal must all be here.
        lowest = max(0.0, float(np.partition(scores, -depth)[-depth]) - 2 * ROUNDING)
    return np.flatnonzero(np.asarray(scores) > lowest).tolist()
