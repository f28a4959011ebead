"""BM25: retrieval by the words that a question shares with a passage."""

from collections.abc import Iterable, Sequence
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
    counted: Texts | None = None
    """Texts by which rare words and long passages are told, of which `corpus` is a part; None takes
    `corpus`. Scores of several parts can be compared where they are counted over the whole."""
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
            artifacts={
                "corpus": self.corpus.digest,
                **({} if self.counted is None else {"counted": self.counted.digest}),
            },
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
        counted = self.counted or self.corpus
        terms = [read_terms(text.searchable) for text in counted.texts]
        if not any(terms):
            return None
        index = bm25s.BM25(method="lucene", k1=self.k1, b=self.b)
        index.index(terms, show_progress=False)
        if self.counted is not None:
            rows = {text.id: row for row, text in enumerate(self.counted.texts)}
            index.scores = _part(index.scores, [rows[text.id] for text in self.corpus.texts])
        return index


def _part(scores: Any, rows: Sequence[int]) -> Any:
    """The rows of a matrix of scores by passage and term, kept term by term."""
    import numpy as np

    places = np.full(scores["num_docs"], -1)
    places[list(rows)] = np.arange(len(rows))
    held = places[scores["indices"]] >= 0
    return {
        "data": scores["data"][held],
        "indices": places[scores["indices"][held]].astype(scores["indices"].dtype),
        "indptr": np.concatenate([[0], np.cumsum(held)])[scores["indptr"]],
        "num_docs": len(rows),
    }


def _best(scores: Any, *, depth: int) -> Iterable[int]:
    """Places of the scores that may be among the best; ties at the end are left to the caller."""
    import numpy as np

    lowest = 0.0
    if len(scores) > depth:
        # Scores are rounded to six places later, and those that are then equal must all be here.
        lowest = max(0.0, float(np.partition(scores, -depth)[-depth]) - 2 * ROUNDING)
    return np.flatnonzero(np.asarray(scores) > lowest).tolist()
