"""Pattern: a keyword of an instruction as the regular expression that the reference makes of it."""

import re
from functools import lru_cache

__all__ = ["compiled", "is_pattern"]


@lru_cache(maxsize=4096)
def compiled(keyword: str, *, whole: bool = False) -> re.Pattern[str]:
    """The keyword as a pattern that takes no notice of capitals; `whole` words on request.

    One that is no pattern, such as `:(`, is looked for as it stands.

    >>> bool(compiled(":(", whole=True).search("I am sad :( today"))
    True
    """
    if is_pattern(keyword):
        return re.compile(rf"\b{keyword}\b" if whole else keyword, re.IGNORECASE)
    quoted = re.escape(keyword)
    # Beside ":(" there is no boundary of a word, so the neighbours are looked at.
    return re.compile(rf"(?<!\w){quoted}(?!\w)" if whole else quoted, re.IGNORECASE)


def is_pattern(text: str) -> bool:
    """Whether a text can be read as a regular expression.

    >>> is_pattern(":(")
    False
    """
    try:
        re.compile(text)
    except re.error:
        return False
    return True
