"""Toolbox: tools with the ways in which people ask for what they do, and what they give back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from holdfast.digest import Json
from systems.models.chat import Tool
from systems.models.training import wording
from systems.models.training.attributes import attributes
from systems.models.training.chance import NO_PHRASES, Chance
from systems.models.training.names import value
from systems.models.training.phrases import Phrases, phrases

__all__ = ["TOOLS", "Argument", "Kit", "generic", "kit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One parameter of a tool."""

    name: str
    kind: str
    """Kind of value, `integer`, `number`, `flag:word`, or options divided by bars."""
    about: str = ""
    optional: str = ""
    """How a question adds it, such as ` in {}`; empty where it stands in every question."""

    def schema(self, chance: Chance) -> dict[str, Json]:
        """JSON Schema of its values, sometimes described."""
        if "|" in self.kind:
            made: dict[str, Json] = {"type": "string", "enum": list(self.kind.split("|"))}
        else:
            plain = {"integer": "integer", "number": "number"}.get(self.kind, "string")
            made = {"type": "boolean" if self.kind.startswith("flag:") else plain}
        if self.about and chance.maybe(0.6):
            made["description"] = self.about
        return made

    def made(self, chance: Chance) -> tuple[str, Json]:
        """How a user says a value, and the value."""
        if "|" in self.kind:
            found = chance.one(self.kind.split("|"))
            return found.replace("_", " "), found
        if self.kind == "integer":
            number = chance.one(
                (chance.between(2, 12), chance.between(2, 120), chance.between(100, 3000))
            )
            return str(number), number
        if self.kind == "number":
            decimal = round(chance.random.uniform(1, 500), chance.one((1, 2)))
            return str(decimal), decimal
        if self.kind.startswith("flag:"):
            return self.kind.removeprefix("flag:"), True
        found = value(chance, self.kind)
        return found, found


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """A tool, how people ask for it, and the fields of its result."""

    name: str
    about: tuple[str, ...]
    arguments: tuple[Argument, ...]
    asks: tuple[str, ...]
    """Questions with `{argument}` in the places of the required arguments."""
    more: Phrases[str] = NO_PHRASES
    """Further questions of the kind."""
    gives: Mapping[str, str] = field(default_factory=dict[str, str])
    """Kind of value by name of the result's field."""
    answers: tuple[str, ...] = ()
    """Answers with `{argument}` and `{field}`; the others name each field."""

    def tool(self, chance: Chance) -> Tool:
        """The definition that the model sees."""
        properties = {one.name: one.schema(chance) for one in self.arguments}
        needed = [one.name for one in self.arguments if not one.optional]
        parameters: dict[str, Json] = {
            "type": "object",
            "properties": properties,
            "required": needed,
        }
        return Tool(name=self.name, description=chance.one(self.about), parameters=parameters)


def kit(
    name: str, about: str, arguments: str, asks: str, gives: str = "", answers: str = ""
) -> Kit:
    """A tool from lines of text: arguments and fields parted by semicolons, wordings by tildes."""
    parsed: list[Argument] = []
    for part in filter(None, (one.strip() for one in arguments.split(";"))):
        head, _, optional = part.partition("?")
        key, kind, *told = head.split(" ", 2)
        parsed.append(Argument(name=key, kind=kind, about=" ".join(told), optional=optional))
    fields = dict(part.split(" ", 1) for part in (one.strip() for one in gives.split(";")) if part)
    return Kit(
        name=name, about=_split(about), arguments=tuple(parsed), asks=_split(asks),
        more=phrases("asks", "asks", name), gives=fields, answers=_split(answers),
    )  # fmt: skip


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("~") if part.strip())


TOOLS = (
    kit("get_weather", "Weather forecast for a city. ~ Current weather and forecast. ~ Tells the weather of a place on a day.", "city place name of the city; day today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday the day? {}", "what's the weather like in {city} ~ will it rain in {city} ~ how warm is it in {city} ~ do I need an umbrella in {city} ~ weather in {city} ~ is it going to snow in {city} ~ how cold does it get in {city} ~ is {city} sunny ~ what should I wear in {city} ~ I'm off to {city}, how will the weather be ~ give me the forecast for {city} ~ does it rain in {city} ~ how windy is it in {city} ~ tell me the temperature in {city} ~ any storms in {city}", "condition sky; temperature_c degrees; rain_mm rain", "In {city} it's {condition} with {temperature_c} °C. ~ {condition} in {city}, about {temperature_c} °C. ~ {city} gets {condition} and {temperature_c} °C. ~ It's {condition} in {city}, {temperature_c} °C and {rain_mm} mm of rain."),
    kit("get_stock_quote", "Price of a share. ~ Current stock quote of a company. ~ Looks up a stock price.", "company company name or symbol", "how is {company} trading ~ what's the share price of {company} ~ quote for {company} ~ how much is one share of {company} ~ {company} stock price please ~ is {company} up or down ~ what does {company} cost on the stock exchange ~ check the stock of {company} ~ how are shares of {company} doing ~ look up {company} on the market ~ where does {company} stand today ~ price of {company} stock", "price decimal; currency currency; change_percent change", "{company} is at {price} {currency}. ~ One share of {company} costs {price} {currency}. ~ {company} trades at {price} {currency}, {change_percent} % on the day. ~ It's {price} {currency} for {company}."),
    kit("search_handbook", "Search the company handbook. ~ Finds passages in the handbook. ~ Looks up rules and facts of the company.", "query search words to look for", "look up {query} in the handbook ~ what does the handbook say about {query} ~ search the handbook for {query} ~ is there a rule on {query} ~ find our policy on {query} ~ handbook: {query} ~ what are our rules for {query} ~ check the handbook for {query} ~ what do we say about {query} in the handbook ~ where in the handbook is {query}"),
    kit("book_table", "Reserve a table in a restaurant.", "restaurant company the restaurant; guests integer number of people; time time when", "book a table for {guests} at {restaurant} for {time} ~ reserve {restaurant} at {time}, we are {guests} ~ we'd like to eat at {restaurant} at {time}, {guests} people ~ table for {guests}, {time}, {restaurant} ~ get us a table at {restaurant} for {guests} people at {time}", "code code", "Done, your table at {restaurant} is booked, code {code}."),
    kit("convert_currency", "Convert money between currencies.", "amount number how much; from_currency EUR|USD|GBP|CHF|SEK|JPY; to_currency EUR|USD|GBP|CHF|SEK|JPY", "convert {amount} {from_currency} to {to_currency} ~ how much is {amount} {from_currency} in {to_currency} ~ what are {amount} {from_currency} worth in {to_currency} ~ change {amount} {from_currency} into {to_currency} ~ {amount} {from_currency} in {to_currency} please", "result decimal", "{amount} {from_currency} are {result} {to_currency}."),
    kit("send_email", "Send an e-mail.", "to email address of the recipient; subject topic the subject", "send an email to {to} about {subject} ~ write to {to} regarding {subject} ~ email {to}, subject {subject} ~ drop {to} a mail about {subject}", "status sent", "Sent to {to}."),
    kit("set_alarm", "Set an alarm.", "time time when it rings; label topic? for {}", "set an alarm for {time} ~ wake me up at {time} ~ alarm at {time} ~ ring at {time} ~ I have to get up at {time}, set an alarm", "time_left duration", "Alarm set, {time_left} to go."),
    kit("create_reminder", "Create a reminder.", "text topic what to remember; date date when", "remind me of {text} on {date} ~ reminder for {date}: {text} ~ don't let me forget {text} on {date} ~ put {text} on my list for {date}"),
    kit("track_parcel", "Where a parcel is.", "parcel_id code number of the parcel", "where is parcel {parcel_id} ~ track {parcel_id} ~ has {parcel_id} arrived yet ~ what happened to my parcel {parcel_id} ~ status of shipment {parcel_id} ~ find parcel {parcel_id}", "location place; status shipping", "Parcel {parcel_id} is in {location}, {status}. ~ It's {status}, last seen in {location}."),
    kit("find_train", "Train connections between two stations.", "origin place; destination place; time time? at {}", "find a train from {origin} to {destination} ~ when does the next train leave {origin} for {destination} ~ trains {origin} to {destination} ~ how do I get from {origin} to {destination} by train ~ I need to go to {destination} from {origin} by rail", "departs time; platform number_small", "The train leaves {origin} at {departs} from platform {platform}."),
    kit("find_flight", "Flights between two cities on a day.", "origin place from; destination place to; date date when", "find flights from {origin} to {destination} on {date} ~ I want to fly from {origin} to {destination} on {date} ~ flights on {date}, {origin} to {destination} ~ any plane to {destination} from {origin} on {date}", "flight code; price money", "Flight {flight} costs {price}."),
    kit("get_order_status", "State of a customer's order.", "order_id code", "what's the state of order {order_id} ~ is order {order_id} on its way ~ check order {order_id} ~ when will order {order_id} arrive ~ order {order_id}, any news", "status shipping; arrives date", "Order {order_id} is {status} and arrives {arrives}."),
    kit("cancel_order", "Cancel an order.", "order_id code", "cancel order {order_id} ~ please stop order {order_id} ~ I don't want order {order_id} any more ~ call off order {order_id} ~ drop my order {order_id}"),
    kit("add_to_cart", "Put a product into the cart.", "product product; quantity integer", "add {quantity} {product} to my cart ~ put {quantity} {product} in the basket ~ I'll take {quantity} of the {product} ~ {quantity} times {product} in the cart please"),
    kit("calculate", "Calculate an expression.", "expression sum the expression", "what is {expression} ~ calculate {expression} ~ how much is {expression} ~ work out {expression} ~ compute {expression}", "result decimal", "{expression} is {result}."),
    kit("translate", "Translate a text.", "text phrase; language French|German|Spanish|Italian|Swedish", "translate {text} to {language} ~ how do you say {text} in {language} ~ what is {text} in {language} ~ put {text} into {language}"),
    kit("play_music", "Play music.", "artist person", "play something by {artist} ~ put on {artist} ~ I'd like to hear {artist} ~ music by {artist} please ~ start a song of {artist}"),
    kit("call_contact", "Call somebody.", "name person", "call {name} ~ ring {name} ~ get {name} on the phone ~ phone {name} for me ~ dial {name}"),
    kit("book_room", "Book a meeting room.", "room room; date date; time time", "book {room} on {date} at {time} ~ reserve {room} for {date}, {time} ~ I need {room} on {date} at {time} ~ is {room} free on {date} at {time}, then book it"),
    kit("create_ticket", "Open a support ticket.", "product product; priority low|medium|high", "open a {priority} priority ticket for {product} ~ file a ticket about {product}, priority {priority} ~ new ticket: {product}, {priority} ~ {product} is broken, make a {priority} priority ticket", "ticket_id code", "Ticket {ticket_id} is open."),
    kit("get_employee", "Look up an employee.", "name person", "who is {name} ~ look up {name} ~ find the record of {name} ~ what does {name} do here ~ show me the employee {name}", "office room; phone phone", "{name} sits in {office}, phone {phone}."),
    kit("get_exchange_rate", "Exchange rate of two currencies.", "base EUR|USD|GBP|CHF; target SEK|JPY|NOK|PLN", "exchange rate of {base} to {target} ~ how does {base} stand against {target} ~ {base} to {target} rate ~ what's the {base} {target} rate", "rate decimal", "1 {base} is {rate} {target}."),
    kit("set_temperature", "Set the temperature of a room.", "room room; degrees integer", "set {room} to {degrees} degrees ~ make it {degrees} degrees in {room} ~ heat {room} to {degrees} ~ {room} should have {degrees} degrees"),
    kit("turn_on_light", "Switch on the light.", "room room; colour colour? in {}", "turn on the light in {room} ~ light in {room} please ~ switch on the lamps in {room} ~ I need light in {room} ~ make {room} bright"),
    kit("find_hotel", "Hotels in a city.", "city place; nights integer? for {} nights", "find a hotel in {city} ~ where can I sleep in {city} ~ hotels in {city} ~ I need a place to stay in {city} ~ book me somewhere in {city} to sleep", "hotel company; price money", "{hotel} in {city} costs {price}."),
    kit("get_distance", "Distance between two places.", "origin place; destination place", "how far is it from {origin} to {destination} ~ distance {origin} {destination} ~ how many kilometres between {origin} and {destination} ~ is it far from {origin} to {destination}", "kilometres integer", "It's {kilometres} km from {origin} to {destination}."),
    kit("get_time", "Local time of a city.", "city place", "what time is it in {city} ~ local time in {city} ~ how late is it in {city} ~ is it night in {city} ~ clock in {city}", "time time", "It's {time} in {city}."),
    kit("pay_invoice", "Pay an invoice.", "invoice_id code; amount number", "pay {amount} for invoice {invoice_id} ~ settle invoice {invoice_id} over {amount} ~ invoice {invoice_id}: pay {amount} ~ transfer {amount} for {invoice_id}"),
    kit("update_address", "Change a customer's address.", "customer person; street street", "{customer} has moved to {street} ~ change the address of {customer} to {street} ~ new address for {customer}: {street} ~ {customer} now lives at {street}, please update"),
    kit("get_recipe", "Find a recipe.", "ingredient item; servings integer? for {} people", "a recipe with {ingredient} ~ what can I cook with {ingredient} ~ find a dish with {ingredient} ~ recipe for {ingredient} please ~ I have {ingredient}, what can I make"),
)  # fmt: skip
"""Patterns are long lines on purpose: one line is one tool."""

_GETS = (
    "what is the {a} of {e}",
    "tell me the {a} of {e}",
    "{a} of {e} please",
    "which {a} does {e} have",
    "I need the {a} of {e}",
    "look up {e}'s {a}",
    "can you check the {a} of {e}",
    "do you know {e}'s {a}",
    "show the {a} for {e}",
    "give me {e}'s {a}",
    "find out the {a} of {e}",
    "what {a} has {e}",
)
_SETS = (
    "set the {a} of {e} to {v}",
    "change {e}'s {a} to {v}",
    "make {v} the {a} of {e}",
    "{e} needs {v} as {a}",
    "put {v} down as the {a} of {e}",
    "update {e}: {a} is {v}",
    "the {a} of {e} should be {v}, please change it",
    "give {e} the {a} {v}",
    "{v} is the new {a} of {e}, save it",
    "store {v} as {e}'s {a}",
    "enter {v} for {a} of {e}",
    "note that {e} has the {a} {v}",
)
_FINDS = (
    "find {thing} with {a} {v}",
    "list all {thing} whose {a} is {v}",
    "which {thing} have {v} as {a}",
    "search {thing} by {a} {v}",
    "show me {thing} with the {a} {v}",
    "any {thing} with {a} {v}",
    "I want {thing}, {a} {v}",
    "look for {thing} that have {v} as {a}",
    "{thing} with {v} for the {a} please",
    "do we have {thing} with {a} {v}",
    "filter {thing}: {a} {v}",
    "get {thing} where the {a} is {v}",
)
_OWNERS = (
    ("project", "company"),
    ("customer", "person"),
    ("machine", "product"),
    ("city", "place"),
    ("patient", "person"),
    ("order", "code"),
    ("employee", "person"),
    ("account", "code"),
    ("supplier", "company"),
    ("vehicle", "code"),
    ("team", "company"),
    ("member", "person"),
)
_THINGS = "books cars flats jobs events films games courses machines shops trips plants houses shoes phones pictures songs bikes".split()


def generic(chance: Chance) -> Kit:
    """A tool about an attribute that no list names, so that any tool may come."""
    what = attributes(chance, 1)[0]
    owner, kind = chance.pattern(_OWNERS)
    form = chance.between(0, 2)
    if form == 0:
        asks = tuple(
            chance.worn(ask).format(a=what.words, e="{" + owner + "}")
            for ask in chance.several(_GETS, phrases("asks", "generic", "gets"))
        )
        if chance.free:
            asks = (wording.asked(chance, what.words, "{" + owner + "}"),)
        return Kit(
            name=f"{chance.one(('get', 'lookup', 'fetch', 'read'))}_{what.key}", about=(f"The {what.words} of a {owner}.", f"Looks up the {what.words}."),
            arguments=(Argument(name=owner, kind=kind, about=f"the {owner}"),), asks=asks, gives={what.key: what.kind},
            answers=(f"The {what.words} of {{{owner}}} is {{{what.key}}}.", f"It's {{{what.key}}}.", f"{{{owner}}} has the {what.words} {{{what.key}}}."),
        )  # fmt: skip
    if form == 1:
        asks = tuple(
            chance.worn(ask).format(a=what.words, e="{" + owner + "}", v="{" + what.key + "}")
            for ask in chance.several(_SETS, phrases("asks", "generic", "sets"))
        )
        if chance.free:
            asks = (wording.stored(chance, what.words, "{" + owner + "}", "{" + what.key + "}"),)
        return Kit(
            name=f"{chance.one(('set', 'update', 'change', 'save'))}_{what.key}", about=(f"Set the {what.words} of a {owner}.", f"Changes the {what.words}."),
            arguments=_shuffled(chance, (Argument(name=owner, kind=kind), Argument(name=what.key, kind=what.kind, about=f"the {what.words}"))), asks=asks,
            gives={"status": "sent"}, answers=(f"Done, the {what.words} of {{{owner}}} is {{{what.key}}} now.", "Done."),
        )  # fmt: skip
    thing = chance.pattern(_THINGS)
    asks = tuple(
        chance.worn(ask).format(a=what.words, thing=thing, v="{" + what.key + "}")
        for ask in chance.several(_FINDS, phrases("asks", "generic", "finds"))
    )
    if chance.free:
        asks = (wording.searched(chance, thing, what.words, "{" + what.key + "}"),)
    extra = (
        (Argument(name="limit", kind="integer", about="at most so many", optional=", {} at most"),)
        if chance.maybe(0.4)
        else ()
    )
    return Kit(
        name=f"{chance.one(('find', 'search', 'list'))}_{thing}", about=(f"Find {thing} by {what.words}.", f"Search for {thing}."),
        arguments=(Argument(name=what.key, kind=what.kind), *extra), asks=asks, gives={"count": "integer", "best": "product"},
        answers=("I found {count}, the best is {best}.", f"There are {{count}} {thing}, for example {{best}}."),
    )  # fmt: skip


def _shuffled(chance: Chance, items: Sequence[Argument]) -> tuple[Argument, ...]:
    return tuple(chance.some(items, len(items)))
