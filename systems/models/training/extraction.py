"""Extraction: a record that a text tells, as JSON with the keys and the order asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.digest import Json
from systems.models.chat import Message
from systems.models.training.attributes import Attribute, attributes, number, opaque_key, value_of
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, system, user
from systems.models.training.names import value
from systems.models.training.prose import clause, text_of
from systems.models.training.roles import FLAGS, ROLES, SCALES, filled, plain_flag

__all__ = ["Field", "extraction"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of a schema: what it holds and how texts tell it."""

    key: str
    about: str
    type: Json
    """JSON Schema of its values, without null."""
    source: object
    """What its values and clauses are made from: attribute, role, flag, scale, count or list."""

    def told(self, chance: Chance) -> tuple[str, Json]:
        """A clause that tells a value, and the value."""
        match self.source:
            case ("attribute", what):
                found = value_of(chance, what)
                return clause(chance, what.words, found), found
            case ("role", role):
                return filled(chance, role)
            case ("flag", flag):
                yes = chance.maybe(0.5)
                return chance.pattern(flag.yes if yes else flag.no), yes
            case ("scale", scale):
                word = chance.one(list(scale.words))
                return chance.one(scale.words[word]), word
            case ("count", what):
                return _count(chance, what)
            case ("decimal", words):
                found = round(chance.random.uniform(0, 100), chance.between(1, 2))
                return clause(chance, words, str(found)), found
            case ("choice", what, options):
                found = chance.one(options)
                return clause(chance, what.words, found), found
            case ("bare number", words, unit):
                amount = chance.one((chance.between(2, 90), chance.between(100, 2000)))
                return clause(chance, words, chance.one((f"{amount} {unit}", f"{amount}{unit}", f"{amount} {unit}"))), amount
            case ("list", words, kind):
                return _listing(chance, words, kind)
        raise AssertionError(f"no such source: {self.source!r}")


_COUNTS = (
    "{n} {what}", "we need {n} {what}", "there are {n} {what}", "with {n} {what}", "{n} {what} please",
    "it has {n} {what}", "{what}: {n}", "a total of {n} {what}", "room for {n} {what}", "the number of {what} is {n}",
    "we counted {n} {what}", "{n} {what} are left",
)  # fmt: skip
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()


def _count(chance: Chance, what: str) -> tuple[str, Json]:
    _, n = number(chance)
    shown = _SMALL[n] if n <= 12 and chance.maybe(0.35) else str(n)
    if n >= 1000 and chance.maybe(0.3):
        shown = f"{n:,}"
    return chance.pattern(_COUNTS).format(n=shown, what=what), n


_LISTINGS = (
    "{words}: {all}", "the {words} are {all}", "{all} are the {words}", "with {all} as {words}", "we have {all} as {words}",
    "as {words} please take {all}", "the list of {words}: {all}", "{words} include {all}",
)  # fmt: skip


def _listing(chance: Chance, words: str, kind: str) -> tuple[str, Json]:
    found = list(dict.fromkeys(value(chance, kind) for _ in range(chance.between(1, 4))))
    joined = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
    return chance.pattern(_LISTINGS).format(words=words, all=joined), list(found)


def _fields(chance: Chance, count: int) -> list[Field]:
    """Different fields, from every source."""
    found: dict[str, Field] = {}
    generic = attributes(chance, count)
    used: set[object] = set()
    while len(found) < count:
        made, mark = _field(chance, generic)
        if mark not in used:
            used.add(mark)
            found.setdefault(made.key, made)
    return list(found.values())


def _field(chance: Chance, generic: Sequence[object]) -> tuple[Field, object]:
    form = chance.random.random()
    text = {"type": "string"}
    if form < 0.42:
        what = chance.one(generic)
        return Field(
            key=what.key, about=f"the {what.words}", type=text, source=("attribute", what)
        ), what.words
    if form < 0.70:
        role = chance.pattern(ROLES)
        key = chance.one(role.keys.split())
        return Field(key=key, about=role.about, type=text, source=("role", role)), (
            role.kind if chance.maybe(0.7) else role.keys
        )
    if form < 0.80:
        flag = chance.pattern(FLAGS) if chance.maybe(0.5) else plain_flag(chance)[0]
        key = chance.one(flag.keys.split())
        about = chance.one(("whether it is {}", "true if {}", "{}, yes or no")).format(key.replace("_", " "))
        return Field(
            key=key, about=about, type={"type": "boolean"}, source=("flag", flag)
        ), flag.keys
    if form < 0.87:
        scale = chance.pattern(SCALES)
        key = chance.one(scale.keys.split())
        options = list(scale.words)
        return Field(
            key=key,
            about=f"one of {', '.join(options)}",
            type={"enum": options},
            source=("scale", scale),
        ), scale.keys
    return _numeric(chance)


def _numeric(chance: Chance) -> tuple[Field, object]:
    form = chance.random.random()
    if form < 0.16:
        what, options = _options(chance)
        return Field(key=what.key, about=f"the {what.words}: {', '.join(options[:-1])} or {options[-1]}", type={"enum": options}, source=("choice", what, tuple(options))), what.words
    if form < 0.28:
        what, unit = attributes(chance, 1)[0], chance.one(("kg", "cm", "km", "minutes", "EUR", "litres", "%", "hours", "years", "metres", "degrees"))
        key = chance.one((f"{what.key}_{unit}", what.key)).replace("%", "percent")
        return Field(key=key, about=f"the {what.words} in {unit}, a number", type={"type": "integer"}, source=("bare number", what.words, unit)), what.words
    if form < 0.6:
        what, _ = number(chance)
        key = chance.one(
            (what.words, f"{what.words}_count", f"n_{what.words}", f"number_of_{what.words}")
        )
        return Field(
            key=key,
            about=f"how many {what.words}",
            type={"type": "integer"},
            source=("count", what.words),
        ), what.words
    if form < 0.65:
        what = attributes(chance, 1)[0]
        return Field(
            key=what.key,
            about=f"the {what.words}, a number",
            type={"type": "number"},
            source=("decimal", what.words),
        ), what.words
    what = attributes(chance, 1)[0]
    plural = what.words if what.words.endswith("s") else f"{what.words}s"
    return Field(
        key=plural.replace(" ", "_"), about=f"list of the {plural}", type={"type": "array", "items": {"type": "string"}}, source=("list", plural, what.kind),
    ), plural  # fmt: skip


def _options(chance: Chance) -> tuple[Attribute, list[str]]:
    """An attribute and the few values that it may have."""
    what = attributes(chance, 1)[0]
    kind = chance.one((what.kind, "colour", "material", "item", "weekday", "topic", "problem"))
    options = dict.fromkeys(value(chance, kind) for _ in range(chance.between(2, 5)))
    while len(options) < 2:
        options[value(chance, kind)] = None
    return what, list(options)


def _example(chance: Chance, fields: Sequence[Field], *, missing: float) -> tuple[str, str]:
    """A text and the JSON that it should give; every value that is told is in both."""
    clauses: list[str] = []
    record: dict[str, Json] = {}
    for field in fields:
        if len(fields) > 1 and chance.maybe(missing):
            record[field.key] = [] if field.source[0] == "list" else None
            continue
        said, found = field.told(chance)
        clauses.append(said)
        record[field.key] = found
    for other in _fields(chance, chance.upto(0, chance.one((0, 1, 1, 2)))):
        if not _clashes(other, fields):
            clauses.append(other.told(chance)[0])
    chance.random.shuffle(clauses)
    return text_of(chance, clauses), json.dumps(record, ensure_ascii=False)


def _clashes(other: Field, fields: Sequence[Field]) -> bool:
    """Whether a text with both would leave open which of them is asked for."""
    ours = [field.source for field in fields]
    kinds = {source[1].kind for source in ours if source[0] == "role"}
    heads = {source[1].words.split()[-1] for source in ours if source[0] == "attribute"}
    match other.source:
        case ("role", role):
            return role.kind in kinds or other.source in ours
        case ("attribute", what):
            return what.words.split()[-1] in heads
    return True


_ASKS = (
    "Extract the data as JSON with the keys {keys}.",
    "Return a JSON object with these keys in this order: {keys}.",
    "Read the text and answer with JSON only. Keys: {keys}.",
    "Give the fields {keys} of the text as JSON.",
    "Turn the text into JSON with {keys}.",
    "You extract records. Answer with one JSON object with the keys {keys} and nothing else.",
    "Extract {keys} from the message. Answer as JSON.",
    "Fill in this record as JSON: {keys}.",
    "Pull the following fields out of the user's text: {keys}. Reply with a JSON object.",
    "Which {keys} does the text give? Answer in JSON.",
    "Write down {keys} as a JSON object, keys in exactly this order.",
    "Extract information from the text. Use these keys: {keys}. Output JSON.",
)
_NULLS = (
    " Use null for what the text does not tell.", " Missing values are null.", " If a value is not given, write null.",
    " Null if unknown.", " Put null where the text says nothing.",
)  # fmt: skip
_SCHEMAS = (
    "Answer with JSON that satisfies this JSON Schema:\n{schema}",
    "Extract the data. JSON Schema of the answer:\n{schema}",
    "Return JSON that matches the schema.\nSchema: {schema}",
    "Read the text and fill in this JSON Schema:\n{schema}",
    "You extract records as JSON. They follow this schema: {schema}",
    "Output one JSON object. It must be valid under {schema}",
)
_BARE = (
    "Extract the data as JSON, as in the examples.", "Answer as in the examples.", "Turn the text into JSON.",
    "Follow the examples and answer with JSON.", "Extract the record as JSON.", "Do as before: text in, JSON out.",
)  # fmt: skip
_LEADS = (
    "{}",
    "{}",
    "{}",
    "{}",
    "Text: {}",
    "Message: {}",
    "Extract from this text: {}",
    "{}\n\nJSON:",
    '"{}"',
    "Input: {}",
)


def _listed(chance: Chance, fields: Sequence[Field]) -> str:
    names = [field.key for field in fields]
    form = chance.between(0, 4)
    if form == 0:
        return ", ".join(f'"{name}"' for name in names)
    if form == 1 and len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    if form == 2:
        return ", ".join(f"{field.key} ({field.about})" for field in fields)
    return ", ".join(names)


def _lines(fields: Sequence[Field]) -> str:
    return "".join(f"\n- {field.key}: {field.about}" for field in fields)


def _schema(chance: Chance, fields: Sequence[Field], *, nullable: bool) -> str:
    described = chance.maybe(0.6)
    properties: dict[str, Json] = {}
    for field in fields:
        made = dict(field.type)
        if nullable and "type" in made and made["type"] != "array":
            made["type"] = [made["type"], "null"]
        if described:
            made["description"] = field.about
        properties[field.key] = made
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    if chance.maybe(0.4):
        schema["additionalProperties"] = False
    return json.dumps(schema, indent=2 if chance.maybe(0.15) else None)


def _ask(chance: Chance, fields: Sequence[Field], *, missing: bool, described: bool) -> str:
    """What the prompt says of the fields; `described` where their keys tell nothing."""
    form = chance.random.random()
    if form < 0.3:
        return chance.pattern(_SCHEMAS).format(schema=_schema(chance, fields, nullable=missing))
    ask = chance.pattern(_ASKS)
    if described or form < 0.55:
        head = (
            ask.split("{keys}")[0].rstrip(" :")
            if ask.endswith("{keys}.")
            else "Extract the data as JSON. Keys in this order"
        )
        told = f"{head}:{_lines(fields)}"
    else:
        told = ask.format(keys=_listed(chance, fields))
    return (
        told + (chance.pattern(_NULLS).lstrip() if told.endswith("\n") else chance.pattern(_NULLS))
        if missing or chance.maybe(0.3)
        else told
    )


def extraction(chance: Chance, *, shots: int | None = None, asked: bool | None = None) -> Lesson:
    """A prompt, perhaps with examples, and texts to turn into JSON.

    Without examples the prompt names the keys; with them it may say no more than "as before", and
    keys may be ones that tell nothing.
    """
    fields = _fields(chance, chance.upto(1, 6))
    shots = chance.upto(0, chance.one((0, 0, 1, 2, 3, 4, 5))) if shots is None else shots
    asked = not shots or chance.maybe(0.6) if asked is None else asked
    opaque = chance.maybe(0.3 if shots else 0.12)
    if opaque:
        fields = [
            replace(field, key=key)
            for field, key in zip(fields, _keys(chance, len(fields)), strict=True)
        ]
    missing = 0.2 if chance.maybe(0.45) else 0.0
    told = (
        _ask(chance, fields, missing=missing > 0, described=opaque and not shots)
        if asked
        else chance.pattern(_BARE)
    )
    lead = chance.pattern(_LEADS)
    turns: list[Message] = []
    for at in range(shots + 1):
        text, answer = _example(chance, fields, missing=missing)
        inside = at == 0 and chance.maybe(0.2)
        turns += [user(lead.format(text) if not inside else f"{told}\n\n{text}"), assistant(answer)]
        if inside:
            told = ""
    first = frozenset({0}) if shots and not asked else frozenset[int]()
    return Lesson(messages=(*([system(told)] if told else []), *turns), skipped=first)


def _keys(chance: Chance, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[opaque_key(chance)] = None
    return list(found)
