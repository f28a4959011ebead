"""Words: a text as tokens that can be compared, with stems and what carries content."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "IRREGULAR", "STOP", "WORDS_VERSION", "Token", "fold", "listed", "related", "stem", "token",
    "tokens", "written",
]  # fmt: skip

WORDS_VERSION = "2"
"""Raised whenever the same text may be read as other words or quantities."""

_NUMBER = r"\d{1,2}:\d{2}(?!\d)|\d+(?:[.,]\d+)*(?:(?:st|nd|rd|th|s)\b|%)?"
_TOKEN = re.compile(rf"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|{_NUMBER}|[$£€%]")
_PLAIN_TOKEN = re.compile(rf"[A-Za-z]+(?:'[A-Za-z]+)*|{_NUMBER}|[$%]", re.ASCII)
"""The same for texts in ASCII, in which it is found sooner."""
_RESPELLED = re.compile(
    r"\b(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-3]\d)(?!\d)"
    r"|(?<![\d/])(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<of>[12]\d{3})(?![\d/])"
    r"|\b(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half>[apAP])\.?[mM]\b"
    r"|\b(?P<written>per ?cent\b|degrees? (?:Celsius|Fahrenheit)\b|United States\b|U\.S\.A\."
    r"|USA\b|U\.S\.|United Kingdom\b|U\.K\.|United Nations\b|U\.N\.|European Union\b|E\.U\.)"
)
_DATED = re.compile(r"\d(?:-\d\d-|/\d\d?/|\s?[apAP]\.?[mM]\b)")
_HINT = re.compile(r"U(?:nited |\.|SA\b)|European U|per ?cent|egrees? [CF]")
"""With the pattern above: what every text holds that has something to respell."""
_AGED = re.compile(
    r"\b(?P<said>\d{1,3}|[A-Za-z]{3,9})-years?-olds?\b|\b(?P<told>\d{1,3}) years? old\b"
    r"|\b[Aa]ged? (?P<count>\d)"
)
_INITIALS = re.compile(r"\b(?:(?:[A-Z]\.){3,}|(?:[A-Z]\.){2}(?!\s?[A-Z]))")
_SHORT = {
    "percent": "%", "per cent": "%", "United States": "US", "U.S.": "US", "United Kingdom": "UK",
    "U.K.": "UK", "United Nations": "UN", "U.N.": "UN", "European Union": "EU", "E.U.": "EU",
    "USA": "US", "U.S.A.": "US", "degree Celsius": "Celsius", "degrees Celsius": "Celsius",
    "degree Fahrenheit": "Fahrenheit", "degrees Fahrenheit": "Fahrenheit",
}  # fmt: skip
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Signs within words that are not shown, such as hyphens for the end of a line."""
_GROUPED = re.compile("(?<!\\d)\\d{1,3}(?:[\u00a0\u2007\u2009\u202f]\\d{3})+(?!\\d)")
_DEGREES = {"C": " Celsius", "F": " Fahrenheit"}
_DEGREE = re.compile("\u00b0 ?([CF])\\b")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def listed(text: str) -> frozenset[str]:
    """The words of a text, for lists that are written down as one."""
    return frozenset(text.split())


STOP = listed(
    """a about above after again against all also although am an and any are aren as at be because
    been before being below between both but by can cannot could did do does doing down during each
    either few for from further had has have having he her here hers herself him himself his how
    however i if in into is it its itself just later may me might more most much must my myself
    neither no nor not of off on once one only onto or other our ours ourselves out over own per
    rather same she should since so some such than that the their theirs them themselves then there
    these they this those though through thus to too toward towards under until up upon us very via
    was we well were what when where whether which while who whom whose why will with within
    without would yet you your yours yourself including include included became become making made
    make according where s t d ll m re ve don didn isn wasn yes
    mr mrs ms nobody nothing nowhere none indeed ok okay sure thanks please sorry"""
)
"""Words that carry little of what a claim says; negation and scope among them have checks."""

IRREGULAR = {
    form: base
    for base, forms in {
        "win": "won", "say": "said", "take": "took taken", "leave": "left", "give": "gave given",
        "go": "went gone", "come": "came", "begin": "began begun", "see": "saw seen",
        "write": "wrote written", "rise": "rose risen", "fall": "fell fallen", "grow": "grew grown",
        "know": "knew known", "find": "found", "hold": "held", "lead": "led", "meet": "met",
        "lose": "lost", "buy": "bought", "sell": "sold", "bring": "brought", "build": "built",
        "send": "sent", "spend": "spent", "pay": "paid", "keep": "kept", "tell": "told",
        "teach": "taught", "think": "thought", "fight": "fought", "catch": "caught",
        "break": "broke broken", "choose": "chose chosen", "speak": "spoke spoken",
        "steal": "stole stolen", "drive": "drove driven", "die": "died dies dead death dying",
        "sing": "sang sung", "swim": "swam swum", "run": "ran", "sit": "sat", "stand": "stood",
        "understand": "understood", "feel": "felt", "shoot": "shot", "hear": "heard",
        "draw": "drew drawn", "fly": "flew flown", "throw": "threw thrown", "show": "shown",
        "wear": "wore worn", "bear": "bore borne born", "forget": "forgot forgotten",
        "hide": "hid hidden", "strike": "struck", "sink": "sank sunk", "man": "men",
        "woman": "women", "child": "children", "person": "people persons", "foot": "feet",
        "wife": "wives", "life": "lives", "marry": "marriage married", "member": "membership",
        "beat": "beaten", "seek": "sought", "deal": "dealt", "sweep": "swept", "tear": "tore torn",
        "freeze": "froze frozen", "shake": "shook shaken", "eat": "ate eaten", "wake": "woke woken",
        "france": "french", "britain": "british", "spain": "spanish", "wales": "welsh",
        "ireland": "irish", "scotland": "scottish", "denmark": "danish", "china": "chinese",
        "turkey": "turkish", "greece": "greek", "sweden": "swedish", "england": "english",
        "iran": "iranian", "iraq": "iraqi", "cuba": "cuban", "netherlands": "dutch",
        "dollar": "usd", "pound": "gbp", "euro": "eur", "kilometre": "km kilometer kilometers",
        "kilogram": "kg kgs", "metre": "meter meters", "litre": "liter liters",
        "centre": "center centers centered", "theatre": "theater theaters", "grey": "gray",
        "colour": "color colors colored", "labour": "labor", "honour": "honor honors honored",
        "favour": "favor favors favored", "favourite": "favorite favorites", "rumour": "rumor",
        "harbour": "harbor harbors", "neighbour": "neighbor neighbors", "behaviour": "behavior",
        "defence": "defense", "offence": "offense offenses", "programme": "program programs",
    }.items()
    for form in forms.split()
}  # fmt: skip
_SIGNS = {"$": "dollar", "£": "pound", "€": "euro"}
"""Stems of signs that are words too."""
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign of a text."""

    text: str
    """As written."""
    stem: str
    content: bool
    """Neither a common word nor a sign."""
    capital: bool
    """It begins with a capital letter."""


def fold(word: str) -> str:
    """Lower case, without accents, with plain apostrophes."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", word.replace("\u2019", "'"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()


def stem(word: str) -> str:
    """Stem of an English word; crude, and the same for most forms of one word.

    >>> [stem(word) for word in ("Cities", "hoped", "running", "Emma's", "won")]
    ['citi', 'hop', 'run', 'emma', 'win']
    """
    return _stem(fold(word))


def _stem(folded: str) -> str:
    plain = folded.split("'", maxsplit=1)[0] if folded.endswith("'s") else folded.replace("'", "")
    if plain in _SIGNS:
        return _SIGNS[plain]
    if plain[:1].isdigit():
        return plain.rstrip("%").replace(",", "").replace(":", ".")
    plain = IRREGULAR.get(plain, plain)
    if len(plain) <= 3 or not plain.isalpha():
        return plain
    return _final(_without_ending(_singular(plain)))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed", "ly"):
        short = word[: -len(ending)]
        if word.endswith(ending) and len(short) >= 3 and not _VOWELS.isdisjoint(short):
            doubled = len(short) > 3 and short[-1] == short[-2] and short[-1] not in "lsz"
            return short[:-1] if doubled else short
    return word


def _final(word: str) -> str:
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    ends_in_y = len(word) > 3 and word[-1] == "y" and word[-2] not in "aeiou"
    return word[:-1] + "i" if ends_in_y else word


def related(one: str, other: str) -> bool:
    """Whether two stems share so long a beginning that they likely have one root.

    >>> related("publication", "publish"), related("armenia", "armenian"), related("may", "mayor")
    (True, True, False)
    """
    if one[:5] != other[:5] or abs(len(one) - len(other)) > 5:
        return False
    if not (one.isalpha() and other.isalpha()):
        return False
    shared = 5 if min(len(one), len(other)) < 8 else 6
    return len(one) >= 5 and len(other) >= 5 and one[:shared] == other[:shared]


def _has_content(word: str, folded: str) -> bool:
    if len(word) == 1:
        return word in "$£€"
    # `it's` and `they've` say no more than `it` and `they`, and `didn't` has checks of its own.
    first, _, rest = folded.partition("'")
    return first not in STOP and rest != "t"


def _respell(found: re.Match[str]) -> str:
    """A day, a time or a name in the one form in which all of its forms are compared."""
    given = found.groupdict()
    if given["year"]:
        return f"{int(given['day'])} {_MONTHS[int(given['month']) - 1]} {given['year']}"
    if given["of"]:
        return _day(int(given["first"]), int(given["second"]), year=given["of"]) or found[0]
    if given["hour"]:
        hour = int(given["hour"]) % 12 + (12 if given["half"] in "pP" else 0)
        return f"{hour}:{given['minute'] or '00'}"
    return _SHORT[given["written"]]


def _day(first: int, second: int, *, year: str) -> str | None:
    """A day written with slashes; None where either part may be the month."""
    month, day = sorted((first, second))
    if not (1 <= month <= 12 and (12 < day <= 31 or day == month)):
        return None
    return f"{day} {_MONTHS[month - 1]} {year}"


def _age(found: re.Match[str]) -> str:
    """A man of 42 is as old as a 42-year-old man, and as one aged 42."""
    return found["said"] or found["told"] or found["count"]


def _shown(text: str) -> str:
    """A text with letters outside ASCII as a reader sees it."""
    bare = unicodedata.normalize("NFC", text).translate(_UNSEEN)
    bare = _GROUPED.sub(lambda found: re.sub(r"\s", "", found[0]), bare)
    return _DEGREE.sub(lambda found: _DEGREES[found[1]], bare) if "\u00b0" in bare else bare


@lru_cache(maxsize=65536)
def token(word: str) -> Token:
    """A word, number or sign with what is compared of it."""
    folded = fold(word)
    content = word.isdigit() or _has_content(word, folded)
    return Token(word, _stem(folded), content, word[0].isupper())


def written(text: str) -> list[str]:
    """Words, numbers and signs of money and percent in their order; hyphens part words."""
    if not text.isascii():
        text = _shown(text)
    # Most sentences hold nothing to respell, and to see that is cheaper than to look for all of it.
    if _DATED.search(text) or _HINT.search(text):
        text = _RESPELLED.sub(_respell, text)
    if "-old" in text or "s old" in text or "age " in text or "ged " in text:
        text = _AGED.sub(_age, text)
    if text.count(".") > 1:
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    return (_PLAIN_TOKEN if text.isascii() else _TOKEN).findall(text)


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Tokens of a text in their order."""
    return tuple(map(token, written(text)))
