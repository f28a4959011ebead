"""Terms: the words of a text as BM25 counts them."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from typing import cast

from holdfast.errors import MissingExtra
from systems.rag.retrieval.stop_words import STOP_WORDS

__all__ = ["TERMS_VERSION", "read_terms"]

TERMS_VERSION = "2"
"""Raised whenever the same text gives other terms."""

_WORD = re.compile(r"[^\W_]+(?:[-./'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")


def read_terms(text: str) -> list[str]:
    """Terms of a text: stems of its words, its numbers, and its codes whole.

    Words lose case and accents, are stripped of English stop words and reduced by the Snowball
    English stemmer; joined words count in their parts. A word that holds a digit is a code or a
    number and is kept as it is. Joined codes such as `E-4012` count whole as well as in their
    parts, so that `E-4012` finds its own entry before every other entry of series E, and a bare
    `4012` still finds it; a decimal such as `11.5` counts whole only, and `1,200` is `1200`.
    """
    stem = _stemmer()
    return [
        term for match in _WORD.finditer(_plain(text)) for term in _terms_of(match.group(), stem)
    ]


# The texts of an index, and the indexes of one collection, are made of the same words.
@lru_cache(maxsize=65_536)
def _terms_of(word: str, stem: Callable[[str], str]) -> tuple[str, ...]:
    if _DECIMAL.fullmatch(word):
        return (word,)
    parts = _PART.findall(word)
    terms = [word] if len(parts) > 1 and _is_code(word) else []
    for part in parts:
        if _is_code(part):
            terms.append(part)
        elif len(part) > 1 and part not in STOP_WORDS:
            terms.append(stem(part))
    return tuple(terms)


def _plain(text: str) -> str:
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_unless_accent, unicodedata.normalize("NFKD", text))
    return _THOUSANDS.sub("", _POSSESSIVE.sub("", text.casefold()))


def _unless_accent(found: re.Match[str]) -> str:
    return "" if unicodedata.combining(found[0]) else found[0]


def _is_code(word: str) -> bool:
    return any(character.isdigit() for character in word)


@cache
def _stemmer() -> Callable[[str], str]:
    try:
        import Stemmer
    except ImportError as error:
        raise MissingExtra("BM25 retrieval needs: pip install bm25s PyStemmer") from error
    return cast("Callable[[str], str]", Stemmer.Stemmer("english").stemWord)
