"""Names: what a text writes with capital letters, taken as people, places and works."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.verifying.quantities import is_quantity
from holdfast.verifying.words import Token, listed

__all__ = ["Name", "names"]

_TITLES = listed(
    """mr mrs ms dr sir lord lady dame rev hon prof professor president minister senator councillor
    chancellor chairman captain sergeant sgt det detective inspector constable judge justice"""
)
_JOINTS = listed("of the and de la van von der al el di da du")


@dataclass(frozen=True, slots=True)
class Name:
    """Neighbouring words with capital letters."""

    text: str
    stems: tuple[str, ...]
    """Stems of its words, the small ones in between left out."""
    place: int
    """Position of its first token."""
    end: int
    """Position behind its last token."""
    sure: bool
    """It does not merely begin the sentence."""


def names(words: Sequence[Token]) -> tuple[Name, ...]:
    """Names of a sentence in their order.

    >>> from holdfast.verifying.words import tokens
    >>> [one.text for one in names(tokens("Later the Bank of Norway hired Ida Moen in May."))]
    ['Bank of Norway', 'Ida Moen']
    """
    return tuple(_walk(words))


def _walk(words: Sequence[Token]) -> Iterator[Name]:
    place = 0
    while place < len(words):
        if not _capital(words[place]):
            place += 1
            continue
        end = _end(words, place)
        part = words[place:end]
        stems = tuple(one.stem for one in part if _capital(one))
        sure = place > 0 or len(stems) > 1 or part[0].text.isupper()
        yield Name(" ".join(one.text for one in part), stems, place, end, sure)
        place = end


def _end(words: Sequence[Token], place: int) -> int:
    end = place + 1
    while end < len(words):
        if _capital(words[end]):
            end += 1
        elif words[end].text in _JOINTS and end + 1 < len(words) and _capital(words[end + 1]):
            end += 2
        else:
            break
    return end


def _capital(word: Token) -> bool:
    if not (word.capital and word.content):
        return False
    return word.text.lower() not in _TITLES and not is_quantity(word.text)
