"""Marks: what a text has besides what it says, such as citations, addresses, tags and lead-ins."""

import html
import re

from holdfast.verifying.sentences import says_something, split

__all__ = ["read_claim", "without_lead", "without_marks"]

_HINT = re.compile("[\\[<\u3010&\u00b9\u00b2\u00b3]|://|www")
_NUMBERS = r"\d{1,3}(?:\s?[,;\u2013-]\s?\d{1,3}){0,40}"
_NAMED = r"(?:source|src|ref|reference|doc|document|passage|citation|note|n)"
_CITATION = (
    rf"\[(?:\^?{_NUMBERS}|\^\w{{1,20}}|{_NAMED}s?\.?[ _:#]?{_NUMBERS})\]"
    r"|\u3010\d[^\u3010\u3011]{0,80}\u3011"
)
_EDITING = (
    r"\[(?:edit|hide|show|citation needed|clarification needed|needs update|when|who|update)\]"
)
_ADDRESS = r"(?:https?://|www\.)[^\s<>\"\u201d)\]]*[^\s<>\"\u201d)\].,;:!?]"
_LINK = re.compile(
    r"!?\[([^\[\]]{0,300})\]\((?:https?://|www\.|/|#|mailto:)[^\s()]{0,300}(?:\s\"[^\"]{0,100}\")?\)"
)
_TAG = re.compile(
    r"</?(?:p|br|hr|b|i|u|a|em|strong|span|div|li|ul|ol|dl|dt|dd|table|thead|tbody|t[rdh]|h[1-6]|img|"
    r"sup|sub|blockquote|code|pre|section|article|nav|header|footer)(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
_MARK = re.compile(rf"{_CITATION}|{_EDITING}|{_ADDRESS}", re.IGNORECASE)
_RAISED = re.compile('(?<=[a-z)][.,;!?\u201d"])[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+')
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_EMPTY = re.compile(r"\(\s*(?:(?:source|see|cf\.?|ref)s?:?\s*)?[,;\s]*\)", re.IGNORECASE)

_GIVEN = r"(?:provided|given|cited|linked|retrieved|search|web|above)"
_SHOWN = (
    rf"(?:the |this |that |these |those |your )?(?:(?:{_GIVEN} ){{0,2}}"
    r"(?:(?:web ?)?(?:page|site)|articles?|sources?|texts?|passages?|excerpts?|snippets?)|"
    rf"(?:{_GIVEN} ){{1,2}}(?:documents?|results?|context|information))"
    r"(?: (?:above|provided|given))?"
)
_SAYS = r"(?:states?|says?|notes?|mentions?|explains?|reports?|indicates?|describes?|adds?|shows?)"
_LEAD = re.compile(
    r"\W*(?:(?:according to|based on|as (?:stated|noted|mentioned|described|reported) (?:in|on|by)|"
    rf"as per|per|from|in|on) {_SHOWN},\s+|"
    rf"{_SHOWN} (?:also |further |explicitly )?{_SAYS} that\s+)",
    re.IGNORECASE,
)


def without_marks(text: str) -> str:
    """A text without citations, footnotes, addresses and tags of HTML; links leave their words.

    What only looks like a citation stays: a year, a word in brackets.

    >>> without_marks("The [bridge](https://example.org) opened in 2010.[3] It [Oslo] paid [1, 2].")
    'The bridge opened in 2010. It [Oslo] paid .'
    """
    if not _HINT.search(text):
        return text
    text = _TAG.sub(" ", text) if "<" in text else text
    text = html.unescape(text) if _ENTITY.search(text) else text
    bare = _RAISED.sub("", _MARK.sub("", _LINK.sub(_of_link, text)))
    return _EMPTY.sub("", bare)


def _of_link(found: re.Match[str]) -> str:
    return "" if found[1].strip().strip("^").isdigit() else found[1]


def without_lead(claim: str) -> str:
    """A claim without a lead-in that only says that the evidence says so.

    >>> without_lead("According to the page, the bridge opened in 2010.")
    'the bridge opened in 2010.'
    """
    found = _LEAD.match(claim)
    return claim[found.end() :] if found else claim


def read_claim(text: str) -> tuple[str, ...]:
    """The sentences of a claim that say something, without marks and lead-ins.

    >>> read_claim("Yes. [1] According to the page, it sank [2]. Nobody was hurt.[3]")
    ('it sank .', 'Nobody was hurt.')
    """
    return tuple(without_lead(one) for one in split(without_marks(text)) if says_something(one))
