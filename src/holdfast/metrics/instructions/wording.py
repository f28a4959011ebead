"""Wording: instructions about capitals, commas, quotation marks, the start and the end."""

from holdfast.metrics.instructions.detection import english_or_unknown
from holdfast.metrics.instructions.instruction import Instruction
from holdfast.metrics.sentences import split_words

__all__ = [
    "ends_with_phrase",
    "gives_two_responses",
    "has_no_comma",
    "is_capital_english",
    "is_lowercase_english",
    "is_quoted",
    "keeps_capital_words",
    "repeats_prompt",
]


def is_capital_english(text: str, instruction: Instruction) -> bool:
    """Every letter that has a case is a capital, and the language is English."""
    return text.isupper() and english_or_unknown(text)


def is_lowercase_english(text: str, instruction: Instruction) -> bool:
    """Every letter that has a case is a small one, and the language is English."""
    return text.islower() and english_or_unknown(text)


def keeps_capital_words(text: str, instruction: Instruction) -> bool:
    """Less than, or at least, so many words in capitals, by the rules of the Penn Treebank."""
    count = sum(1 for word in split_words(text) if word.isupper())
    return instruction.holds(count, relation="capital_relation", limit="capital_frequency")


def has_no_comma(text: str, instruction: Instruction) -> bool:
    """No comma of the Latin script occurs."""
    return "," not in text


def is_quoted(text: str, instruction: Instruction) -> bool:
    """The text stands between two straight double quotation marks."""
    bare = text.strip()
    return len(bare) > 1 and bare[0] == bare[-1] == '"'


def ends_with_phrase(text: str, instruction: Instruction) -> bool:
    """The phrase ends the text, in capitals or not, but for quotation marks around the text."""
    return text.strip().strip('"').lower().endswith(instruction.text("end_phrase").strip().lower())


def repeats_prompt(text: str, instruction: Instruction) -> bool:
    """The text starts with the request, in capitals or not."""
    return text.strip().lower().startswith(instruction.text("prompt_to_repeat").strip().lower())


def gives_two_responses(text: str, instruction: Instruction) -> bool:
    """Two different responses between `******`; only the outermost parts may be empty."""
    parts = [part.strip() for part in text.split("******")]
    given = [part for part in parts if part]
    return all(parts[1:-1]) and len(given) == 2 and given[0] != given[1]
