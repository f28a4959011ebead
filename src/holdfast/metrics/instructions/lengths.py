"""Lengths: instructions about the number of words, sentences and paragraphs."""

import re

from holdfast.errors import UsageError
from holdfast.metrics.instructions.instruction import Instruction
from holdfast.metrics.sentences import split_sentences

__all__ = ["keeps_paragraphs", "keeps_sentences", "keeps_words", "starts_paragraph"]

_WORD = re.compile(r"\w+")
_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_WORD_ENDS = re.compile(r"""[.,?!'"]""")


def keeps_words(text: str, instruction: Instruction) -> bool:
    """Less than, or at least, so many runs of letters, digits and underscores."""
    count = sum(1 for _ in _WORD.finditer(text))
    return instruction.holds(count, relation="relation", limit="num_words")


def keeps_sentences(text: str, instruction: Instruction) -> bool:
    """Less than, or at least, so many sentences by Punkt's English model."""
    count = len(split_sentences(text))
    return instruction.holds(count, relation="relation", limit="num_sentences")


def keeps_paragraphs(text: str, instruction: Instruction) -> bool:
    """Exactly so many paragraphs between dividers `***`; only the outermost may be empty."""
    parts = [part.strip() for part in _DIVIDER.split(text)]
    if not all(parts[1:-1]):
        return False
    # A text without a divider is one part, and the first and the last of them at once.
    outer = parts[:1] if len(parts) == 1 else [parts[0], parts[-1]]
    return len(parts) - outer.count("") == instruction.whole("num_paragraphs")


def starts_paragraph(text: str, instruction: Instruction) -> bool:
    """So many paragraphs between blank lines, of which the n-th starts with the word.

    Empty paragraphs are not counted, but the n-th is looked for among all of them.
    """
    wanted, place = instruction.whole("num_paragraphs"), instruction.whole("nth_paragraph")
    if not 1 <= place <= wanted:
        raise UsageError(
            f"the instruction {instruction.id!r} asks for paragraph {place} of {wanted}"
        )
    paragraphs = text.split("\n\n")
    count = sum(1 for paragraph in paragraphs if paragraph.strip())
    words = paragraphs[place - 1].split() if place <= count else []
    if not words or count != wanted:
        return False
    bare = words[0].lstrip("'").lstrip('"')
    # Letter by letter, as a final sigma has another small form.
    first = "".join(letter.lower() for letter in _WORD_ENDS.split(bare, maxsplit=1)[0])
    return first == instruction.text("first_word").lower()
