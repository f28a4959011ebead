"""Wording: questions and statements put together from parts, so that hardly one comes twice.

What is held out for measuring has patterns of its own and never comes from here.
"""

from systems.models.training.chance import Chance

__all__ = [
    "asked",
    "noted",
    "own",
    "prompted",
    "searched",
    "searching",
    "stated",
    "stored",
    "wished",
]

_QUESTIONS = tuple(
    part.strip()
    for part in """
    what is {e}'s {a} | what the {a} of {e} is | the {a} of {e} | which {a} {e} has | what {e} uses as {a} | what {a} belongs to {e} | {e}'s {a} | {e}, {a}
    what {e} has for a {a} | what was chosen as the {a} of {e} | what the {a} for {e} might be | what stands under {a} for {e} | the {a} that {e} has | {e} and its {a}
    what {a} was agreed for {e} | how {e} is doing for {a} | what is known of the {a} at {e} | {a} for {e} | {a}, {e} | what the current {a} of {e} is | what {e} lists as {a}
    the right {a} for {e} | which one is the {a} of {e} | what you have on {e}'s {a} | what somebody wrote as the {a} of {e} | if there is a {a} for {e} | where the {a} of {e} is noted
    """.replace("\n", "|").split("|")
    if part.strip()
)  # fmt: skip
_OPENERS = tuple(
    part.lstrip()
    for part in "|Please |Hi, |Quick question: |I would like to know |Could you tell me |Do you happen to know |We have to know |Remind me, |Just checking: |Say, |Any idea "
    "|For the report: |According to the documents, |Could you check |Let me know |A customer asks |They want to know |Hello! |I am looking for |Give me |Show me |Now |Next: |So, "
    "|Somebody asked me |My question is |Look at |One thing: |It would help to have |Can you see ".split("|")
)  # fmt: skip
_CLOSERS = "|||?|?|?|.| please| please?|, please|, thanks| exactly?| again?| now?|, do you know?| - thanks!| in the text?| there?| these days?".split("|")  # fmt: skip

_STATED = tuple(
    part.strip()
    for part in """
    {e} got {v} as its {a} | {e} went for {v} as {a} | {v} is what {e} has for {a} | the {a} {e} picked is {v} | {e} moved to {v} for its {a} | {v} became the {a} of {e}
    {e}: {a} {v} | {a} of {e}: {v} | {e} - {a}: {v} | {e}, whose {a} is {v}, was there too | {v} belongs to {e} as {a} | we noted {v} as the {a} of {e} | {e} stays with {v} as {a}
    nobody but {e} has {v} as {a} | {e} will keep the {a} {v} | the {a} recorded for {e} is {v} | {e} reported {v} for the {a} | you find {v} as the {a} of {e} | {e} still has the {a} {v}
    under {a}, {e} has {v} | {e} was given the {a} {v} | the {a} ({v}) of {e} was confirmed | {v}, that is the {a} of {e} | {e} needs {v} for its {a} | it was {e} that took {v} as {a}
    {e} named {v} when asked for the {a} | {v} counts as the {a} of {e} | the list has {v} next to {e} under {a} | the {a} which {e} told us is {v} | {e} works with {v} as its {a}
    """.replace("\n", "|").split("|")
    if part.strip()
)  # fmt: skip
_OWN = tuple(
    part.strip()
    for part in """
    we noted {v} as the {a} | the {a} we have is {v} | {v} belongs there as the {a} | {a} is now {v} | make the {a} {v} | {v} would be the right {a} | the {a} ({v}) is settled | it has the {a} {v}
    {v} was given as {a} | somebody wrote {v} under {a} | under {a} it says {v} | the {a} they want is {v} | a {a} of {v} | its {a}, {v}, has been confirmed | the {a} went from nothing to {v}
    {v} is still the {a} | take {v} for the {a} | the {a} must be {v} | {v}: that is the {a} | keep {v} as the {a} | my notes say {v} for the {a} | the {a} I heard is {v} | this time the {a} is {v}
    enter {v} as {a} | {a} -> {v} | {a} ... {v} | {a} ({v}) | {v} for {a} | the form has {v} in the field {a} | after some talk the {a} became {v} | the {a} again is {v}
    """.replace("\n", "|").split("|")
    if part.strip()
)  # fmt: skip
_BEFORE = tuple(
    part.lstrip()
    for part in "||||As far as we know, |Officially, |On paper, |Note that |By now, |In the end, |As agreed, |For this year, |Since May, |It is known that |We heard that |Again, "
    "|After the change, |In practice, |Without doubt, |According to the register, |To be clear, |At last, |Until further notice, ".split("|")
)  # fmt: skip
_AFTER = "|||||| at the moment| as before| from now on|, as agreed| for good| once more| since then|, it seems| for the time being| by the way| this year| until autumn".split("|")  # fmt: skip

_STORED = (
    "{e} gets {v} as {a}", "the {a} for {e} is {v} from today", "write {v} into the {a} of {e}", "replace the {a} of {e} by {v}", "{a} of {e} -> {v}", "use {v} as {e}'s {a} from now on",
    "{e} has a new {a}: {v}", "please set {v} as {a} for {e}", "correct {e}'s {a}, it is {v}", "{e} told me that the {a} is {v}, put it in", "turn the {a} of {e} into {v}", "we agreed on {v} as the {a} for {e}",
    "let {e} have {v} for {a}", "the right {a} of {e} is {v}", "add the {a} {v} to {e}", "{v} should be {e}'s {a}",
)  # fmt: skip
_SEARCHED = (
    "are there {thing} with {v} as {a}", "{thing}: {a} {v}", "I am after {thing} that have the {a} {v}", "give me all {thing} with {a} {v}", "{thing} whose {a} would be {v}",
    "what {thing} come with the {a} {v}", "help me find {thing}, the {a} must be {v}", "do you know {thing} with {v} for {a}", "pick {thing} by {a}, I need {v}", "only {thing} where {v} is the {a}",
    "could I see {thing} that list {v} under {a}", "{v} as {a}, which {thing} are left", "we look for {thing}; {a}: {v}", "name some {thing} with the {a} {v}",
)  # fmt: skip
_WISHED = (
    "{o}what was that {a} of {e} again", "{o}{e}, you know, the {a}", "{o}I keep forgetting {e}'s {a}", "{o}how was it with the {a} at {e}", "{o}they told me the {a} of {e} once but it is gone",
    "{o}maybe you can find the {a} that {e} has", "{o}it is about {e}, more exactly the {a}", "{o}the thing with {e}, the {a} of it", "{o}where would I see {e}'s {a}", "{o}I have to tell them the {a} of {e} by tonight",
    "{o}can't find {e}'s {a} anywhere", "{o}no idea what {e} has as {a}, do you", "{o}wasn't there something on the {a} of {e}", "{o}I need to look something up, the {a} for {e}",
    "{o}what did {e} say the {a} was", "{o}{e} has some {a}, doesn't it", "{o}about {e}: the {a}", "{o}do we have the {a} of {e} on file",
)  # fmt: skip
_CHATTER = "||hm, |well, |listen, |sorry, me again, |okay so |hello hello, |one more, |by the way, |not urgent but |you may laugh, but |quick one: |hi there, |a bit of a strange question: |".split("|")  # fmt: skip

_PROMPTS = (
    "Extract {keys} and answer as JSON.", "JSON with the keys {keys}, please.", "The answer is one JSON object with {keys}.", "Find {keys} in the text. Only JSON.", "Keys: {keys}. Format: JSON.",
    "From the message below, take {keys} and write them as JSON.", "Give me JSON. The keys, in order: {keys}.", "You turn messages into JSON objects with {keys}.", "Reply with a JSON object that holds {keys}, nothing more.",
    "Your task: fill {keys} from the text and print JSON.", "Convert the note into a JSON object. Keys in order: {keys}.", "Parse the text into JSON with {keys}.", "What does the text say about {keys}? JSON only.",
    "Make a JSON record out of the text, with {keys} in this order.", "Record {keys} as JSON.", "Data entry: {keys}. Answer in JSON.",
)  # fmt: skip


_SEARCHES = (
    "Search query for this:", "Search terms:", "Keywords:", "Query only:", "What to search for:", "Write what you would type into a search box.", "Shorten the question to a query.",
    "Give me search terms for the question.", "Only the words to search for.", "One query, nothing else.", "Reply with a query for the index.", "Name what the user looks for, as a query.",
    "Your output goes to a search engine.", "Rephrase for search.", "The last message, as a query:", "Question in, query out.", "You rewrite questions for a retriever.", "Search:",
    "Retrieval query:", "Condense the question into a query that stands alone.", "Say in a few words what is looked for.", "Make it searchable.",
)  # fmt: skip
_NOTES = (
    "Pass this on to {p}: {f}.", "{f}. Tell {p}.", "Write {p} a line: {f}.", "Inform {p}: {f}.", "{p} has to hear that {f}.", "Could you text {p} that {f}?", "Draft a note for {p}: {f}.", "Send {p} a message that {f}.",
    "Give {p} the news: {f}.", "Please let {p} know: {f}.", "Message to {p}. {f}.", "Reply to {p} that {f}.", "Drop {p} a line that {f}.", "To {p}: {f}.", "Explain to {p} that {f}.", "{p} asked. Say that {f}.",
)  # fmt: skip


def _cased(chance: Chance, text: str) -> str:
    return text[:1].upper() + text[1:] if chance.maybe(0.5) else text


def asked(chance: Chance, a: str, e: str) -> str:
    """A question for the attribute `a` of the entity `e`."""
    core = chance.worn(chance.one(_QUESTIONS)).format(a=a, e=e)
    return _cased(chance, chance.one(_OPENERS) + core + chance.one(_CLOSERS))


def stated(chance: Chance, a: str, e: str, v: str) -> str:
    """A clause by which the attribute `a` of the entity `e` is `v`."""
    core = chance.worn(chance.one(_STATED)).format(a=a, e=e, v=v)
    return chance.one(_BEFORE) + core + chance.one(_AFTER)


def own(chance: Chance, a: str, v: str) -> str:
    """A clause by which the attribute `a` is `v`, of what the text is about."""
    core = chance.worn(chance.one(_OWN)).format(a=a, v=v)
    return chance.one(_BEFORE) + core + chance.one(_AFTER)


def stored(chance: Chance, a: str, e: str, v: str) -> str:
    """A request to note that the attribute `a` of `e` is `v`."""
    return chance.worn(chance.one(_STORED)).format(a=a, e=e, v=v)


def searched(chance: Chance, thing: str, a: str, v: str) -> str:
    """A request for things with the attribute."""
    return chance.worn(chance.one(_SEARCHED)).format(thing=thing, a=a, v=v)


def wished(chance: Chance, a: str, e: str) -> str:
    """A wordy question, as people type it, for the attribute `a` of `e`."""
    return chance.worn(chance.one(_WISHED)).format(o=chance.one(_CHATTER), a=a, e=e) + chance.one(
        _CLOSERS
    )


def searching(chance: Chance) -> str:
    """A prompt that asks for a search query."""
    return chance.worn(chance.one(_SEARCHES))


def noted(chance: Chance, p: str, f: str) -> str:
    """A request to tell the person `p` the news `f`."""
    return _cased(chance, chance.worn(chance.one(_NOTES)).format(p=p, f=f))


def prompted(chance: Chance) -> str:
    """A prompt of extraction with `{keys}` in it."""
    return chance.worn(chance.one(_PROMPTS))
