"""Roles: what a value is in a text where no noun says it, as the buyer is in "Ada ordered it"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holdfast.digest import Json
from systems.models.training.chance import NO_PHRASES, Chance
from systems.models.training.names import value
from systems.models.training.phrases import Phrases, phrases, table, whole

__all__ = [
    "FLAGS", "MORE_FLAGS", "MORE_ROLES", "MORE_SCALES", "ROLES", "SCALES", "Flag", "Role", "Scale", "answered", "filled", "plain_flag", "rated",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Role:
    """A value without a noun: the keys it goes by, its kind, and the clauses that hold it."""

    keys: str
    kind: str
    clauses: tuple[str, ...]
    about: str
    more: Phrases[str] = NO_PHRASES
    """Further clauses."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that is so or not: its keys and what texts say in either case."""

    keys: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    more_yes: Phrases[str] = NO_PHRASES
    more_no: Phrases[str] = NO_PHRASES
    """Further clauses of either."""


@dataclass(frozen=True, slots=True)
class Scale:
    """One of a few values, and the words by which a text tells which."""

    keys: str
    words: dict[str, tuple[str, ...]]
    more: Mapping[str, Phrases[str]] = field(default_factory=dict[str, Phrases[str]])
    """Further words by value."""


def _role(keys: str, kind: str, about: str, clauses: str) -> Role:
    parts = tuple(part.strip() for part in clauses.split("|"))
    return Role(keys, kind, parts, about, phrases("roles", "clauses", keys.split(maxsplit=1)[0]))


def _flag(keys: str, yes: tuple[str, ...], no: tuple[str, ...]) -> Flag:
    first = keys.split(maxsplit=1)[0]
    return Flag(keys, yes, no, phrases("roles", "yes", first), phrases("roles", "no", first))


def _scale(keys: str, words: dict[str, tuple[str, ...]]) -> Scale:
    more = table("roles")["scales"].get(keys.split(maxsplit=1)[0], {})
    return Scale(keys, words, {word: Phrases(tuple(told)) for word, told in more.items()})


def _both(clauses: Sequence[str]) -> Phrases[str]:
    """Clauses of something that is learned as a whole, or measured as a whole."""
    return Phrases(tuple(clauses), tuple(clauses))


def _made_role(one: Mapping[str, Any]) -> Role:
    return Role(" ".join(one["keys"]), one["kind"], (), one["about"], _both(one["clauses"]))


def _made_flag(one: Mapping[str, Any]) -> Flag:
    return Flag(" ".join(one["keys"]), (), (), _both(one["yes"]), _both(one["no"]))


def _made_scale(one: Mapping[str, Any]) -> Scale:
    words = {word: _both(told) for word, told in one["words"].items()}
    return Scale(" ".join(one["keys"]), dict.fromkeys(words, ()), words)


ROLES = (
    _role("customer buyer client ordered_by", "person", "who ordered", "{} ordered it | an order came in from {} | {} bought it last week | {} would like to order | sold to {} | we got an order from {}"),
    _role("caller reporter reported_by", "person", "who called", "{} called | {} rang this morning | {} reported it | call from {} | {} phoned us about it | {} left a message | told us by {}"),
    _role("sender from_name signed_by", "person", "who wrote", "best regards, {} | yours, {} | cheers, {} | written by {} | signed {} | thanks, {}"),
    _role("recipient to_name addressee", "person", "who it is for", "hi {}, | dear {}, | this is for {} | please hand it to {} | hello {}, | for the attention of {}"),
    _role("assignee responsible handled_by", "person", "who takes care of it", "{} will take care of it | {} is on it | ask {} about it | {} takes this one | assigned to {} | {} looks after it"),
    _role("speaker presenter host", "person", "who speaks", "{} will speak | with a talk by {} | {} gives the talk | presented by {} | hosted by {} | {} is on stage"),
    _role("doctor physician seen_by", "person", "the doctor", "seen by {} | {} examined the patient | an appointment with {} | {} wrote the prescription | treated by {}"),
    _role("approver approved_by", "person", "who approved", "{} approved it | approved by {} | {} said yes | with the okay of {} | {} gave the green light"),
    _role("patient name full_name", "person", "name of the person", "my name is {} | I am {} | this is {} speaking | {} here | the name is {} | it's {}"),
    _role("city town place", "place", "where it is", "in {} | it happened in {} | near {} | it is located in {} | down in {} | here in {} | we are based in {}"),
    _role("from_city origin departs_from", "place", "where it starts", "leaving from {} | from {} | it starts in {} | it sets off in {} | departing {} | coming from {}"),
    _role("to_city destination arrives_in", "place", "where it goes", "going to {} | to {} | bound for {} | heading for {} | it ends in {} | on the way to {}"),
    _role("store branch shop", "place", "which shop", "at our shop in {} | the {} branch has it | picked up at the store in {} | bought in the {} store | our {} shop called"),
    _role("company organisation firm employer", "company", "which firm", "{} confirmed it | on behalf of {} | I work for {} | {} has signed | a letter from {} | {} wants it | our client {}"),
    _role("vendor supplier seller bought_from", "company", "who sold it", "bought from {} | supplied by {} | {} delivers it | we ordered at {} | {} sent the invoice | made by {}"),
    _role("product article item_name", "product", "which product", "the {} is broken | about the {} | I bought a {} | one {} please | my {} does not start | regarding the {} | we need the {} | the {} arrived damaged"),
    _role("order_id order_number order_no", "code", "the order", "order {} | my order number is {} | re: {} | it is about order {} | the order {} is late | ordered under {}"),
    _role("invoice invoice_no bill", "code", "the invoice", "invoice {} | bill {} | invoice {} is open | the bill has the number {} | please pay invoice {}"),
    _role("flight train trip_no", "code", "which trip", "flight {} | on {} | train {} | with {} | aboard {} | we take {}"),
    _role("error error_code fault", "code", "the error", "it shows error {} | error {} | the display says {} | it stops with {} | code {} lights up | failing with {}"),
    _role("due due_date deadline", "date", "when it is due", "it is due on {} | by {} at the latest | please finish it by {} | no later than {} | we need it by {} | the deadline is {}"),
    _role("date day when on", "date", "which day", "on {} | it took place on {} | on the morning of {} | we meet on {} | that was {} | see you on {} | it is planned for {}"),
    _role("start_date begins valid_from", "date", "when it begins", "starting {} | from {} on | as of {} | it begins on {} | valid from {} | first day is {}"),
    _role("end_date ends until valid_to", "date", "when it ends", "until {} | it ends on {} | through {} | valid until {} | last day is {} | it runs out on {}"),
    _role("time hour start_time at", "time", "at what time", "at {} | it starts at {} | doors open at {} | around {} | come at {} | from {} | sharp at {}"),
    _role("price amount cost total", "money", "how much money", "it costs {} | for {} | that makes {} | the bill was {} | I paid {} | a total of {} | priced at {} | it comes to {}"),
    _role("rent monthly_rent", "money", "the rent", "{} a month | the rent is {} | {} rent | for {} per month | monthly {}"),
    _role("item object thing article", "thing", "which thing", "a {} was found | I lost a {} | somebody left a {} here | I am looking for a {} | a {} is missing | it is a {} | there is a {} on the shelf | a {}, hardly used"),
    _role("problem issue complaint defect", "problem", "what is wrong", "it {} | the thing {} | mine {} | since yesterday it {} | the customer says it {} | suddenly it {} | now it {}"),
    _role("weekday open_on day_of_week", "weekday", "which day of the week", "every {} | on {}s | it is open on {} | come on {} | only on {} | next {}"),
    _role("quantity_text portion", "measure", "how much of it", "{} of it | about {} | exactly {} | we took {} | {} in all | it needs {}"),
    _role("refund paid_back credit", "money", "what was paid back", "we refunded {} | {} was paid back | a refund of {} | you get {} back | credited with {}"),
    _role("phone callback tel contact_number", "phone", "the phone number", "call {} | reach me at {} | tel. {} | my number is {} | ring {} | phone {} | text {}"),
    _role("email mail contact_email", "email", "the mail address", "write to {} | mail {} | my address is {} | send it to {} | contact {} | reach us at {}"),
    _role("address street ship_to", "street", "the street address", "deliver to {} | at {} | we live at {} | the flat is at {} | ship it to {} | come to {}"),
    _role("room location where", "room", "which room", "in {} | we meet in {} | it is in {} | upstairs in {} | go to {} | over in {}"),
    _role("colour color finish", "colour", "which colour", "in {} | the {} one | painted {} | I want it in {} | a {} one | it has to be {}"),
    _role("material made_of", "material", "what it is made of", "made of {} | a {} one | it is {} | from {} | built of {} | in solid {}"),
    _role("length_of duration lasts", "duration", "how long", "it takes {} | for {} | it lasted {} | within {} | it goes on for {} | we stay {} | about {} long"),
    _role("discount reduction off", "percent", "how much off", "{} off | with {} discount | reduced by {} | {} cheaper | a {} reduction"),
    _role("topic subject about", "topic", "what it is about", "it is about {} | a question on {} | we talked about {} | regarding {} | the subject was {} | on {}"),
    _role("weight load heavy", "measure", "how heavy or large", "it weighs {} | {} heavy | with {} | it measures {} | {} of it | it holds {}"),
)  # fmt: skip
"""Patterns are long lines on purpose: one line is one role."""

FLAGS = (
    _flag("urgent asap high_priority", ("it is urgent", "this cannot wait", "please hurry", "we need it right away", "as soon as possible please", "very urgent"), ("no rush", "it can wait", "take your time", "there is no hurry", "whenever you find time", "it is not urgent")),
    _flag("paid settled", ("it is already paid", "I have paid", "the money has arrived", "paid in full", "we settled the bill"), ("it is not paid yet", "the bill is still open", "we have not paid", "payment is missing", "nothing has been paid")),
    _flag("furnished", ("furnished", "with furniture", "the furniture stays", "fully furnished"), ("unfurnished", "without furniture", "it comes empty", "not furnished")),
    _flag("parking has_parking", ("parking is available", "with a parking space", "you can park there", "a garage is included"), ("there is no parking", "no place to park", "without parking", "you cannot park there")),
    _flag("returned sent_back", ("it was sent back", "I returned it", "we got it back", "the parcel came back"), ("I want to keep it", "it was not returned", "I did not send it back", "nobody returned it")),
    _flag("in_stock available", ("it is in stock", "we have it here", "available now", "ready to ship"), ("it is sold out", "out of stock", "not available", "we ran out of it")),
    _flag("vegetarian meatless", ("no meat please", "vegetarian", "we eat no meat", "meatless please"), ("with meat", "meat is fine", "not vegetarian", "we like meat")),
    _flag("injured hurt", ("somebody was hurt", "one person was injured", "there were injuries", "an ambulance came"), ("nobody was hurt", "no one was injured", "there were no injuries", "everybody is fine")),
    _flag("online remote virtual", ("we meet online", "it is a video call", "held online", "join from home"), ("we meet in person", "on site", "not online", "in the office, not online")),
    _flag("dogs_allowed pets", ("dogs are welcome", "you may bring your dog", "pets are fine"), ("no dogs please", "pets are not allowed", "leave the dog at home")),
    _flag("open_today is_open", ("we are open today", "the shop is open", "come in, we are open"), ("closed today", "the shop is shut", "we do not open today")),
    _flag("signed has_signed", ("she has signed", "the papers are signed", "it is signed"), ("the signature is missing", "not signed yet", "nobody has signed")),
    _flag("insured covered", ("it is insured", "the insurance pays", "covered by insurance"), ("it is not insured", "the insurance does not pay", "there is no insurance")),
)  # fmt: skip

SCALES = (
    _scale("priority importance", {"low": ("low priority", "not important", "it hardly matters"), "medium": ("normal priority", "somewhat important", "medium priority"), "high": ("top priority", "very important", "high priority", "it matters a lot")}),
    _scale("mood sentiment feeling", {"positive": ("I am very happy", "great work", "we love it", "thank you so much"), "negative": ("I am disappointed", "this is bad", "we are angry", "it is a shame"), "neutral": ("just for your information", "only a note", "for the record")}),
    _scale("size", {"small": ("a small one", "in small", "size small"), "medium": ("a medium one", "medium size", "in medium"), "large": ("a large one", "in large", "the big one")}),
    _scale("channel source via", {"phone": ("by phone", "over the phone", "in a call"), "mail": ("by mail", "in a letter", "by post"), "web": ("on the website", "through the web form", "online")}),
    _scale("status state", {"open": ("it is still open", "nothing has happened yet", "not solved yet"), "closed": ("it is solved", "done", "we closed it"), "waiting": ("we are waiting for an answer", "on hold", "it has to wait")}),
    _scale("payment pay_by", {"card": ("by card", "with my credit card", "card payment"), "cash": ("in cash", "cash", "with banknotes"), "transfer": ("by bank transfer", "through the bank", "wired")}),
    _scale("level difficulty", {"easy": ("it is easy", "for beginners", "quite simple"), "hard": ("it is hard", "for experts", "really difficult")}),
    _scale("transport travel_by", {"car": ("by car", "we drive", "in the car"), "train": ("by train", "on the train", "by rail"), "plane": ("by plane", "we fly", "on a flight")}),
)  # fmt: skip


MORE_ROLES = whole("roles", "role", _made_role)
MORE_FLAGS = whole("roles", "flag", _made_flag)
MORE_SCALES = whole("roles", "scale", _made_scale)

_ADJECTIVES = (
    "broken new clean full locked wet safe dry heated quiet fresh loud empty warm visible complete frozen sealed valid charged "
    "repaired labelled busy ready healthy sharp bright stable printed checked covered flat soft round steep free public"
).split()
_HAS = (
    ("with {}", "without {}"),
    ("{} included", "no {}"),
    ("it has {}", "it has no {}"),
    ("there are {}", "there are no {}"),
    ("it comes with {}", "it comes without {}"),
    ("{}: yes", "{}: no"),
)
_IS = (
    ("it is {}", "it is not {}"),
    ("{}", "not {}"),
    ("still {}", "no longer {}"),
    ("it was {}", "it was not {}"),
    ("everything is {}", "nothing is {}"),
    ("{}: yes", "{}: no"),
)
_MORE_HAS = (
    ("{} is there", "{} is missing"), ("you get {}", "you do not get {}"), ("we found {}", "we found no {}"), ("{}, of course", "{}, unfortunately not"), ("they brought {}", "they forgot {}"),
    ("plus {}", "minus {}"), ("has got {}", "has not got {}"), ("{} is part of it", "{} is not part of it"), ("there is some {}", "there isn't any {}"), ("{} can be had", "{} cannot be had"),
    ("we have {}", "we have none of {}"), ("everybody got {}", "nobody got {}"), ("always with {}", "never with {}"),
    ("they let us have {}", "they will not let us have {}"), ("{} would be there", "there wouldn't be {}"), ("one more {}", "not one {}"), ("you can use {}", "you can't use {}"),
)  # fmt: skip
_MORE_IS = (
    ("it looks {}", "it does not look {}"), ("all {}", "none of it is {}"), ("already {}", "not yet {}"), ("they say it is {}", "they say it isn't {}"), ("{} by now", "far from {}"), ("{} indeed", "hardly {}"),
    ("it has been {} for days", "it has never been {}"), ("we keep it {}", "we cannot keep it {}"), ("they made it {}", "they failed to make it {}"), ("we call it {}", "nobody calls it {}"),
    ("it became {}", "it did not become {}"), ("as {} as ever", "anything but {}"), ("{} again", "no more {}"), ("it should be {} and it is", "it should be {} but it isn't"), ("very {}", "not very {}"),
    ("quite {}", "nowhere {}"),
)  # fmt: skip
_DONE = (
    "approved checked printed delivered packed cleaned reviewed confirmed booked cancelled refunded tested counted invoiced answered repaired collected registered copied translated published "
    "invited unpacked measured ordered shipped sorted tuned listed audited archived installed ironed planted"
).split()  # fmt: skip
_DOING = (
    ("it is {}", "it is not {}"), ("it was {}", "it was never {}"), ("they have {} it", "they have not {} it"), ("already {}", "not {} yet"), ("we {} it", "we still have not {} it"), ("it has been {}", "it has not been {}"),
    ("somebody {} it", "nobody {} it"), ("everything was {}", "nothing was {}"), ("it got {}", "it did not get {}"), ("{} yesterday", "still to be {}"), ("she has {} it", "no one has {} it"), ("{} and done", "it remains to be {}"),
)  # fmt: skip
"""These are learned and never measured."""


def _more_flag(chance: Chance) -> tuple[Flag, str]:
    """Something had, being or done, said in ways that no measurement has."""
    way = chance.between(0, 2)
    word = (
        value(chance, "item")
        if way == 0
        else chance.pattern(_ADJECTIVES)
        if way == 1
        else chance.one(_DONE)
    )
    said = (_MORE_HAS, _MORE_IS, _DOING)[way]
    keys = f"{word} has_{word} with_{word}" if way == 0 else f"{word} is_{word}"
    return Flag(
        keys, tuple(yes.format(word) for yes, _ in said), tuple(no.format(word) for _, no in said)
    ), word


def plain_flag(chance: Chance) -> tuple[Flag, str]:
    """Something that any thing may be or have, and the words for it."""
    if chance.free:
        return _more_flag(chance)
    if chance.maybe(0.5):
        word = value(chance, "item")
        said = chance.side(_HAS)
        keys = f"{word} has_{word} {word}_included with_{word}"
    else:
        word = chance.pattern(_ADJECTIVES)
        said = chance.side(_IS)
        keys = f"{word} is_{word}"
    return Flag(
        keys, tuple(yes.format(word) for yes, _ in said), tuple(no.format(word) for _, no in said)
    ), word


def filled(chance: Chance, role: Role) -> tuple[str, Json]:
    """A clause with a value of the role in it, and the value."""
    if role.kind == "integer":
        number = chance.between(2, 90)
        return chance.pattern(role.clauses, role.more).format(number), number
    found = value(chance, role.kind)
    return chance.pattern(role.clauses, role.more).format(found), found


def answered(chance: Chance, flag: Flag) -> tuple[str, Json]:
    """A clause that says whether it is so, and the answer."""
    yes = chance.maybe(0.5)
    if yes:
        return chance.pattern(flag.yes, flag.more_yes), yes
    return chance.pattern(flag.no, flag.more_no), yes


def rated(chance: Chance, scale: Scale) -> tuple[str, Json]:
    """A clause that tells one of the scale's values, and the value."""
    word = chance.one(list(scale.words))
    return chance.pattern(scale.words[word], scale.more.get(word, NO_PHRASES)), word
