"""Tool use: choosing a tool, filling its arguments, and telling what came back, or declining."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from holdfast.system import ToolCall
from systems.models.chat import Message
from systems.models.training.asking import SPECIAL, Asked, answer, ask, asking, gives, some_kits
from systems.models.training.chance import Chance
from systems.models.training.lesson import Lesson, assistant, result, system, user
from systems.models.training.names import value
from systems.models.training.passages import looked_up
from systems.models.training.phrases import phrases
from systems.models.training.prose import noise, sentence
from systems.models.training.toolbox import TOOLS, Kit

__all__ = ["tool_use"]

_SYSTEMS = (
    "", "", "You are a helpful assistant.", "Use the tools where they help.", "You can call tools.", "Answer with the help of the tools.",
    "You are an assistant with tools. Decline what no tool can do.", "Call a tool, or say that none fits.", "Help the user with the tools below.",
    "Be brief. Use a tool if you need one.", "You work for a help desk and have these tools.",
)  # fmt: skip
_DECLINES = ("Sorry, I have no tool for that.",)
_BEFORE = (
    "", "", "", "", "hi, ", "hey, ", "please, ", "quick question: ", "hello! ", "can you help? ", "one more thing: ", "I was wondering: ", "okay, ",
)  # fmt: skip
_AFTER = (
    "",
    "",
    "",
    "",
    "",
    "?",
    "?",
    " please",
    " thanks",
    " for me",
    "!",
    " - thank you",
    " if you can",
)
_AND = (" and ", ", and ", "; also ", ". And ", ", then ", " and after that ", " plus ")
_RETRY = (
    "error: the service is not available, try again", "error: timeout", "error 500", "error: too many requests", "the tool failed: internal error",
    "error: connection lost", "error: no answer, try again later", "error 503: service unavailable",
)  # fmt: skip
_GAVE_UP = ("Sorry, that didn't work: the service doesn't answer right now.",)
_UNKNOWN = (
    "error: {v} was not found", "error: nothing known about {v}", "error: no result for {v}", "not found: {v}", '{{"error": "unknown: {v}"}}',
    '{{"error": "no match for {v}"}}',
)  # fmt: skip
_NOTHING = ("Sorry, I couldn't find {v}.",)
_CHAT = (
    "tell me a joke", "who painted this picture", "write a poem about {w}", "what is the meaning of {w}", "how old is the universe", "do you like {w}",
    "what should I name my dog", "explain {w} to a child", "which is better, {w} or {x}", "how do I learn to draw", "who won the match last night",
    "why is the sky blue", "can you sing", "teach me about {w}", "what did people eat in the old days", "help me choose between {w} and {x}",
    "write an essay on {w}", "draw me a picture of {w}", "how many bones has a cat", "what rhymes with {w}", "tell me the history of {w}",
)  # fmt: skip


def _framed(chance: Chance, name: str, patterns: Sequence[str]) -> str:
    """A pattern of this name, or one of the many phrases."""
    return chance.pattern(patterns, phrases("asks", "frames", name))


def _spoken(chance: Chance, words: str) -> str:
    said = _framed(chance, "before", _BEFORE) + words + _framed(chance, "after", _AFTER)
    if chance.maybe(0.12):
        extra = sentence(noise(chance))
        said = f"{extra} {said}" if chance.maybe(0.5) else f"{said.rstrip('?!')}. {extra}"
    return said[:1].upper() + said[1:] if chance.maybe(0.6) else said


def _decline(chance: Chance, kits: Sequence[Kit]) -> str:
    """Something that none of these tools can do."""
    names = {kit.name for kit in kits}
    verbs = {word for kit in kits for word in kit.name.split("_")[1:]}
    if chance.maybe(0.35):
        return _framed(chance, "chat", _CHAT).format(
            w=value(chance, chance.one(("item", "topic", "material"))),
            x=value(chance, chance.one(("item", "topic"))),
        )
    while True:
        other = some_kits(chance, 1)[0]
        if other.name not in names and not verbs & set(other.name.split("_")[1:]):
            return ask(chance, other).words


def _after(chance: Chance, asked: Sequence[Asked]) -> list[Message]:
    """What the tools give, and what the assistant makes of it."""
    calls = tuple(one.call for one in asked)
    if len(asked) == 1 and chance.maybe(0.3):
        return _faulty(chance, asked[0])
    results = [gives(chance, one) for one in asked]
    told = " ".join(answer(one, found) for one, found in zip(asked, results, strict=True))
    return (
        [*(result(json.dumps(found, ensure_ascii=False)) for found in results), assistant(told)]
        if calls
        else []
    )


def _faulty(chance: Chance, asked: Asked) -> list[Message]:
    """A tool that fails: once and then works, twice and is given up, or does not know the name."""
    again = Message(role="assistant", tool_calls=(asked.call,))
    names = [shown for shown in asked.call.arguments.values() if isinstance(shown, str)]
    form = chance.random.random()
    if form < 0.35 and names:
        unknown = _framed(chance, "unknown", _UNKNOWN).format(v=names[0])
        return [result(unknown), assistant(_NOTHING[0].format(v=names[0]))]
    fails = result(_framed(chance, "retry", _RETRY))
    if form < 0.75:
        found = gives(chance, asked)
        return [
            fails,
            again,
            result(json.dumps(found, ensure_ascii=False)),
            assistant(answer(asked, found)),
        ]
    return [fails, again, result(_framed(chance, "retry", _RETRY)), assistant(_GAVE_UP[0])]


_LOOK_UP = (
    "{q}",
    "{q}",
    "{q}",
    "Look it up: {q}",
    "What does the handbook say: {q}",
    "{q} Check the handbook.",
    "Please search: {q}",
)


def _handbook(chance: Chance) -> Lesson:
    """A question about the company, which is searched for and answered from what was found."""
    kits = dict.fromkeys([TOOLS[2].name])
    others = (
        [kit for kit in some_kits(chance, chance.upto(0, 3)) if kit.name not in kits]
        if chance.maybe(0.8)
        else []
    )
    tools = tuple(kit.tool(chance) for kit in chance.some([TOOLS[2], *others], 9))
    question, query, found, answer = looked_up(chance)
    call = Message(
        role="assistant", tool_calls=(ToolCall(name=TOOLS[2].name, arguments={"query": query}),)
    )
    asked = user(_framed(chance, "look_up", _LOOK_UP).format(q=question))
    told = chance.worn(_framed(chance, "systems", _SYSTEMS))
    turns = [*([system(told)] if told else []), asked, call, result(found), assistant(answer)]
    return Lesson(messages=tuple(turns), tools=tools)


def tool_use(chance: Chance) -> Lesson:
    """A user who needs one tool, several at once, or none of those at hand."""
    if chance.maybe(0.1):
        return _handbook(chance)
    kits = some_kits(chance, chance.upto(chance.one((1, 2)), chance.one((2, 3, 4, 5))))
    tools = tuple(kit.tool(chance) for kit in chance.some(kits, len(kits)))
    told = chance.worn(_framed(chance, "systems", _SYSTEMS))
    turns: list[Message] = [system(told)] if told else []
    for _ in range(chance.upto(1, 4)):
        form = chance.random.random()
        if form < (0.16 if chance.held_out else 0.22):
            turns += [user(_spoken(chance, _decline(chance, kits))), assistant(_DECLINES[0])]
            continue
        count = 1 if form < 0.8 else 2 if form < 0.96 else 3
        asked = [ask(chance, chance.one(kits)) for _ in range(count)]
        if count > 1 and chance.maybe(0.25):
            asked = _same(chance, asked[0].kit, count) or asked
        words = asked[0].words + "".join(
            _framed(chance, "and", _AND) + one.words for one in asked[1:] if one.words
        )
        if asked[0].words == "" or len({str(one.call) for one in asked}) < len(asked):
            continue
        turns += [
            user(_spoken(chance, words)),
            Message(role="assistant", tool_calls=tuple(one.call for one in asked)),
        ]
        turns += _after(chance, asked)
    if len(turns) < 2:
        return tool_use(chance)
    return Lesson(messages=tuple(turns), tools=tools, kept=_meant(kits))


def _meant(kits: Sequence[Kit]) -> frozenset[str]:
    """Words that tell which of the tools is meant, where requests do not repeat a tool's own."""
    texts = [
        text
        for kit in kits
        if kit.more.learned
        for text in (
            kit.name,
            *kit.about,
            *kit.asks,
            *kit.more.learned,
            *(one.name for one in kit.arguments),
        )
    ]
    return frozenset(word.lower() for text in texts for word in re.findall(r"[A-Za-z]{3,}", text))


def _same(chance: Chance, kit: Kit, count: int) -> list[Asked]:
    """One question that holds several values, such as the weather in two cities."""
    needed = [one for one in kit.arguments if not one.optional]
    if (
        len(needed) != 1
        or needed[0].kind in SPECIAL
        or "|" in needed[0].kind
        or needed[0].kind in ("integer", "number")
    ):
        return []
    name = needed[0].name
    values = [value(chance, needed[0].kind) for _ in range(count)]
    both = f"{', '.join(values[:-1])} and {values[-1]}"
    first = replace(ask(chance, kit), words=asking(chance, kit).format(**{name: both}))
    calls = [ToolCall(name=kit.name, arguments={name: one}) for one in values]
    return [
        replace(first, call=calls[0]),
        *(replace(first, words="", call=call) for call in calls[1:]),
    ]
