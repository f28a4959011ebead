"""Terms: the words of a text as BM25 counts them."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

from holdfast.errors import MissingExtra

__all__ = ["TERMS_VERSION", "read_terms"]

TERMS_VERSION = "1"
"""Raised whenever the same text gives other terms."""

_WORD = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")


def read_terms(text: str) -> list[str]:
    """Terms of a text: stems of its words, and its codes whole.

    Words are case-folded, stripped of English stop words and reduced by the Snowball English
    stemmer. A word that holds a digit is a code or a number: it is kept as it is, and joined codes
    such as `E-4012` count whole as well as in their parts, so that `E-4012` finds its own entry
    before every other entry of series E, and a bare `4012` still finds it.
    """
    stop_words, stem = _language()
    terms: list[str] = []
    for match in _WORD.finditer(text.casefold()):
        word = match.group()
        parts = _PART.findall(word)
        if len(parts) > 1 and _is_code(word):
            terms.append(word)
        for part in parts:
            if _is_code(part):
                terms.append(part)
            elif len(part) > 1 and part not in stop_words:
                terms.append(stem(part))
    return terms


def _is_code(word: str) -> bool:
    return any(character.isdigit() for character in word)


@cache
def _language() -> tuple[frozenset[str], Callable[[str], str]]:
    try:
        import Stemmer
        from bm25s.stopwords import STOPWORDS_EN
    except ImportError as error:
        raise MissingExtra("BM25 retrieval needs: pip install bm25s PyStemmer") from error
    stemmer = Stemmer.Stemmer("english")
    return (
        frozenset(cast("Sequence[str]", STOPWORDS_EN)),
        cast("Callable[[str], str]", stemmer.stemWord),
    )
