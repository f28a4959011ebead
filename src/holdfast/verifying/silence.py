"""Silence: what sentences state besides saying that the documents do not tell."""

import re
from collections.abc import Iterator, Sequence

from holdfast.verifying.asides import without_opening
from holdfast.verifying.denials import DENIALS_VERSION, DOCUMENTS, is_silence, names_documents
from holdfast.verifying.sentences import CITATION

__all__ = ["SILENCE_VERSION", "without_silence"]

SILENCE_VERSION = f"2-denials-{DENIALS_VERSION}"
"""Raised whenever something else may be left of the same sentence."""

_LONGEST = 1000
"""Characters of a clause beyond which it is no silence, and would take long to be read."""
_CITATION = re.compile(CITATION)
_NAMED = re.compile(
    r"\b((?:passage|document|source|excerpt|text)s?)((?:\s*(?:,|and|or)?\s*\[[\d\s,;–-]{1,80}\])+)"
    r"(?=\s+[a-z])"
)
"""Passages that a sentence speaks of by their numbers; it rests on them no more than on others."""
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]{1,400}[\"”»]")
_MARKUP = re.compile(r"[*_`#>]|^\s*(?:the )?(?:answer|response|note)\s*:", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*;\s+|\s+[–—-]\s+|\s*—\s*|:\s+(?!(?:who|what|when|where|which|whether|why|how|that|if)\b)"
    r"|,?\s+(?=(?:but|however|yet|although|though|whereas|while)\b)"
    r"|,?\s+(?=(?:and\s+)?(?:therefore|thus|hence|consequently)\b)"
    r"|,\s+(?=(?:so|instead|only|except|it|they|there|I|you|we)\b)"
    r"|,\s+(?=which (?:is|are|was|were|has|have|[a-z]+s)\b)"
    r"|,\s+(?=and\s+(?:it|they|there|the|its|I|you|we|a|an|this|that)\b)"
    r"|\s+(?=and\s+(?:do|does|it|they|there|I|you|we)\b)"
    rf"|,\s+(?=(?:and\s+)?{DOCUMENTS.pattern}\b)"
    rf"|\s+(?=and\s+{DOCUMENTS.pattern}\s+(?:do|does|did|never|fail|are|is|remain)\b)"
    r"|\s*(?=\()|(?<=\))\s*|(?<=[.!?])\s{2,}",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"\W*(?:because|since|as|even though|although|though|while|whereas)\b", re.I
)
_CONDITION = re.compile(r"\W*(?:if|when|whenever|where|unless|once|until)\b", re.IGNORECASE)
_EDGES = re.compile(r"^(?:[\s,;:*_]|[–—-]\s)+|(?<![\s*_])[\s*_]+$")


def without_silence(sentences: Sequence[str]) -> tuple[str, ...]:
    """Each sentence without the clauses that only say that the documents do not tell.

    Such a clause says nothing of the world that evidence could support or deny; where a sentence is
    nothing else, nothing is left of it. What the documents forbid, what other papers do not say and
    that a cause is unknown are facts, and stay. English wordings alone are known.

    >>> without_silence(["It takes 18 weeks [1], but the documents do not say who decides.", "No."])
    ('It takes 18 weeks [1]', 'No.')
    """
    left: list[str] = []
    spoken = False
    for sentence in sentences:
        rest, spoken = _rest(sentence, spoken=spoken)
        left.append(rest)
    return tuple(left)


def _rest(sentence: str, *, spoken: bool) -> tuple[str, bool]:
    """What is left of a sentence, and whether it ends with the documents as its subject."""
    plain = _plain(sentence)
    kept: list[str] = []
    silent, elided, conditional = False, False, False
    for begin, end in _pieces(plain):
        clause = _read(plain[begin:end])
        # Behind a colon somebody else may speak: `He wrote: I do not know why.`
        mute = conditional or (plain[begin] == ":" and not names_documents(clause))
        quiet = (
            not mute
            and len(clause) <= _LONGEST
            and is_silence(
                clause,
                cited=bool(_CITATION.search(plain, begin, end)),
                spoken=spoken or elided,
                elided=elided,
            )
        )
        if not quiet:
            kept.append(_left(sentence[begin:end], clause))
            # A condition ends with its sentence, also where marks kept two sentences together.
            ended = plain[begin:end].rstrip().endswith((".", "!", "?"))
            conditional = not ended and bool(_CONDITION.match(plain, begin, end))
        silent, elided = silent or quiet, quiet or names_documents(clause)
        spoken = False
    if not silent:
        return sentence, elided
    rest = " ".join(_EDGES.sub("", "".join(kept)).split())
    return (rest if re.search(r"\w", _CITATION.sub("", rest)) else ""), elided


def _read(piece: str) -> str:
    """A clause without citations, without what joins it to others, and without its excuses."""
    bare = " ".join(_CITATION.sub(" ", piece).strip(" \t\n,;:–—-()").split())
    return without_opening(bare)


def _left(piece: str, clause: str) -> str:
    """What is kept of a piece beside silence: not a mere excuse, but marks and full stops."""
    return piece if clause or not re.search(r"\w", _CITATION.sub("", piece)) else ""


def _plain(sentence: str) -> str:
    """The sentence letter for letter, with blanks and dashes for what is quoted or marks it up."""
    plain = _QUOTED.sub(lambda found: "x" * len(found[0]), sentence)
    plain = _NAMED.sub(lambda found: found[1] + " " * len(found[2]), plain)
    return _MARKUP.sub(lambda found: " " * len(found[0]), plain)


def _pieces(plain: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a sentence begin and end; what joins two belongs to the second."""
    begin = 0
    for found in _JOINT.finditer(plain):
        if found.start() > begin:
            yield from _parted(plain, begin, found.start())
            begin = found.start()
    # A bracket that closes at the very end leaves nothing behind it.
    if begin < len(plain):
        yield from _parted(plain, begin, len(plain))


def _parted(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """A clause, and the main clause behind it where it is subordinate."""
    comma = plain.find(", ", begin + 1, end) if _SUBORDINATE.match(plain, begin, end) else -1
    if comma < 0:
        yield begin, end
    else:
        yield begin, comma
        yield comma, end
