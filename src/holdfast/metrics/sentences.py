"""Sentences: a text in its sentences and words, as the Punkt and Treebank rules part them."""

from functools import lru_cache
from importlib import import_module
from typing import Any

from holdfast.errors import MissingExtra

__all__ = ["split_sentences", "split_words"]

_INSTALL = 'sentences and words are found by Punkt and NLTK: pip install "holdfast[instructions]"'


def split_sentences(text: str) -> list[str]:
    """English sentences by Punkt (Kiss and Strunk 2006) with the model that NLTK ships.

    Raises:
        MissingExtra: Punkt is not installed.
    """
    return _punkt().tokenize(text)


def split_words(text: str) -> list[str]:
    """Words and punctuation of each sentence by the rules of the Penn Treebank.

    Raises:
        MissingExtra: Punkt or NLTK is not installed.
    """
    return [word for one in split_sentences(text) for word in _treebank().tokenize(one)]


@lru_cache(maxsize=1)
def _punkt() -> Any:
    """NLTK's tokenizer with its English model, which NLTK would download and a package carries."""
    try:
        rules: Any = import_module("nltk.tokenize.punkt")
        model: Any = import_module("punkt").load_model("english")
    except ImportError as error:
        raise MissingExtra(_INSTALL) from error
    learned = rules.PunktParameters()
    learned.abbrev_types.update(model.abbrev_types)
    learned.collocations.update(model.collocations)
    learned.sent_starters.update(model.sent_starters)
    learned.ortho_context.update(model.ortho_context)
    return rules.PunktSentenceTokenizer(learned)


@lru_cache(maxsize=1)
def _treebank() -> Any:
    try:
        library: Any = import_module("nltk.tokenize.destructive")
    except ImportError as error:
        raise MissingExtra(_INSTALL) from error
    return library.NLTKWordTokenizer()
