"""Keywords: instructions about words and letters that an answer must or must not hold."""

from holdfast.errors import UsageError
from holdfast.metrics.instructions.instruction import Instruction
from holdfast.metrics.instructions.pattern import compiled

__all__ = ["has_keywords", "keeps_letter_frequency", "keeps_word_frequency", "lacks_words"]


def has_keywords(text: str, instruction: Instruction) -> bool:
    """Every keyword occurs, as a part of a word or a word, in capitals or not."""
    return all(compiled(word).search(text) for word in instruction.texts("keywords"))


def keeps_word_frequency(text: str, instruction: Instruction) -> bool:
    """The keyword occurs less than, or at least, so many times, as a part of a word, too."""
    keyword = instruction.text("keyword").strip()
    count = sum(1 for _ in compiled(keyword).finditer(text))
    return instruction.holds(count, relation="relation", limit="frequency")


def lacks_words(text: str, instruction: Instruction) -> bool:
    """None of the forbidden words occurs as a whole word."""
    words = instruction.texts("forbidden_words")
    return not any(compiled(word, whole=True).search(text) for word in words)


def keeps_letter_frequency(text: str, instruction: Instruction) -> bool:
    """The letter occurs less than, or at least, so many times, in capitals or not."""
    letter = instruction.text("letter").strip().lower()
    if len(letter) != 1:
        raise UsageError(f"the instruction {instruction.id!r} counts one letter, not {letter!r}")
    count = text.lower().count(letter)
    return instruction.holds(count, relation="let_relation", limit="let_frequency")
