"""Polarity: negation, opposites and scope, the small words that turn a claim round."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.verifying.quantities import TENS, is_quantity
from holdfast.verifying.words import Token, fold, listed, stem

__all__ = ["HEDGES", "OPPOSITES", "SCOPES", "hedges", "is_negation", "negations", "scopes"]

_NEGATIONS = listed(
    """not no never none nobody nothing neither nor nowhere without cannot unable hardly barely
    scarcely ain lack lacked lacks fail failed fails refuse refused refuses deny denied denies
    decline declined declines stop stopped"""
)

_PAIRS = """increase decrease|increase reduce|rise fall|rise drop|raise lower|grow shrink|gain lose
win lose|open close|start end|begin end|begin finish|start finish|before after|above below
over under
more less|more fewer|most least|higher lower|high low|large small|big small|long short
longer shorter|larger smaller|bigger smaller|old new|older younger|old young|early late
earlier later|first last|north south|east west|northern southern|eastern western
male female|man woman|boy girl|he she|his her|him her|father mother|son daughter
brother sister|husband wife|uncle aunt|king queen|prince princess|actor actress|best worst
better worse|good bad|success failure|succeed fail|accept reject|accept refuse|approve reject
agree disagree|support oppose|allow ban|allow forbid|permit forbid|permit ban|allow prohibit
legal illegal|guilty innocent|convict acquit|alive dead|survive die|born die|marry divorce
join leave|arrive depart|arrive leave|enter leave|buy sell|lend borrow|import export
hire dismiss|hire fire|appoint dismiss|employ dismiss|build demolish|build destroy
create destroy|remember forget|love hate|public private|same different|true false|inside outside
indoor outdoor|upper lower|top bottom|day night|morning evening|summer winter
spring autumn|always never|all none|everyone nobody|everything nothing|only also
attack defend|positive negative|profit loss|deficit surplus|strong weak|heavy light
hot cold|warm cold|warm cool|wet dry|full empty|fast slow|faster slower|easy difficult|easy hard
rich poor|cheap expensive|dear cheap|safe dangerous|safe unsafe|maximum minimum
majority minority|include exclude|include omit|internal external|domestic foreign|local national
temporary permanent|urban rural|ancient modern|former current|previous next
previous current|single married|free paid|odd even|daily weekly|weekly monthly|monthly yearly
monthly annual|daily monthly|optional compulsory|optional mandatory|required optional
forbid require|present absent|deny admit|deny confirm|confirm reject|postpone advance
delay advance|remove add|remove install|attach detach|lock unlock|black white|red green|red blue
green blue|yellow red|upstream downstream|uphill downhill|buyer seller|teacher pupil
landlord tenant|employer employee"""

SCOPES = {
    word: group
    for group, words in {
        "all": "all every each everyone everybody everything always entire entirely whole any",
        "only": "only solely exclusively alone just sole exclusive",
        "some": "some several few many partly part partially certain sometimes occasionally",
        "most": "most mostly majority mainly usually generally often typically",
        "bound-above": "maximum under below less fewer within",
        "bound-below": "least minimum over above exceeding",
        "first": "first oldest earliest original",
        "last": "last latest final",
        "extreme": "largest biggest best highest longest tallest smallest worst lowest youngest",
    }.items()
    for word in words.split()
}
"""Words of scope, with the group of those that say about the same."""

_BOUNDS = ("bound-above", "bound-below")
_NO_DENIAL = (
    ("not", "only"), ("not", "just"), ("not", "merely"), ("not", "simply"), ("no", "doubt"),
    ("no", "fewer"), ("no", "less"), ("no", "more"), ("no", "later"), ("no", "sooner"),
    ("no", "matter"), ("nothing", "but"), ("none", "other"),
)  # fmt: skip
"""A negation with a word behind it that together deny nothing."""

HEDGES = listed(
    """may might could possibly perhaps probably likely reportedly allegedly alleged plans planned
    plan expected expects hopes hope proposed proposes would should considering intends intend
    seeks try tried attempted attempt unclear rumoured claims claimed suspected potential"""
)
"""Words that keep a sentence from stating a fact."""


def _opposites() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.replace("\n", "|").split("|"):
        one, other = pair.split()
        # Both the stem and the bare word: small words such as `before` are looked up as written.
        for left, right in ((one, other), (other, one)):
            found.setdefault(stem(left), set()).add(stem(right))
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _opposites()
"""Stems by stem that say the opposite."""


@dataclass(frozen=True, slots=True)
class Negation:
    """One negating word with the content that it turns round."""

    place: int
    around: frozenset[str]
    """Stems of the content words next to it: two before and four behind."""


def is_negation(token: Token) -> bool:
    """Whether a word negates what stands near it."""
    word = fold(token.text)
    return word in _NEGATIONS or word.endswith("n't")


def scopes(words: Sequence[Token]) -> tuple[str, ...]:
    """Words of scope; `over`, `under` and their like are some only before a number.

    >>> from holdfast.verifying.words import tokens
    >>> scopes(tokens("Only two were held over the theft of over 30 cars."))
    ('only', 'over')
    """
    found: list[str] = []
    for place, one in enumerate(words):
        word = fold(one.text)
        if word not in SCOPES or (place and (one.capital or fold(words[place - 1].text) in TENS)):
            continue
        behind = words[place + 1 : place + 4]
        if SCOPES[word] not in _BOUNDS or any(is_quantity(each.text) for each in behind):
            found.append(word)
    return tuple(found)


def hedges(words: Sequence[Token]) -> tuple[int, ...]:
    """Positions of the words that keep a text from stating a fact; `May` is none."""
    return tuple(
        place
        for place, one in enumerate(words)
        if fold(one.text) in HEDGES and not (one.capital and (place or one.text == "May"))
    )


def negations(words: Sequence[Token]) -> tuple[Negation, ...]:
    """Negations of a text in their order; `not only` and `not until` are none.

    >>> from holdfast.verifying.words import tokens
    >>> [sorted(one.around) for one in negations(tokens("The ferry did not sail on Monday."))]
    [['ferri', 'monday', 'sail']]
    """
    return tuple(
        Negation(place, _around(words, place))
        for place, one in enumerate(words)
        if is_negation(one) and not _is_no_denial(words, place)
    )


def _is_no_denial(words: Sequence[Token], place: int) -> bool:
    follower = fold(words[place + 1].text) if place + 1 < len(words) else ""
    behind = {fold(one.text) for one in words[place + 1 : place + 5]}
    word = fold(words[place].text)
    return (word, follower) in _NO_DENIAL or (
        "until" in behind and (word == "not" or word.endswith("n't"))
    )


def _around(words: Sequence[Token], place: int) -> frozenset[str]:
    before = _contents(reversed(words[max(0, place - 5) : place]), 1)
    behind = _contents(words[place + 1 : place + 7], 3)
    return frozenset(before + behind)


def _contents(words: Iterable[Token], most: int) -> list[str]:
    return [one.stem for one in words if one.content and not is_negation(one)][:most]
