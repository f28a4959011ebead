"""Events: what passages tell besides attributes, with questions and the letter of each answer."""

__all__ = ["EVENTS", "LETTERS", "MORE_EVENTS"]

EVENTS = (
    ("{p} founded {e} in {y}", (("Who founded {e}?", "p"), ("When was {e} founded?", "y"), ("In which year did {p} found {e}?", "y"))),
    ("{p} runs the {c} office of {e}", (("Who runs the {c} office of {e}?", "p"), ("Which office of {e} does {p} run?", "c"))),
    ("{e} moved from {c} to {d}", (("Where did {e} move to?", "d"), ("Where was {e} before it moved?", "c"), ("From where did {e} move to {d}?", "c"))),
    ("{p} bought the {x} for {m}", (("What did {p} buy?", "x"), ("How much did {p} pay for the {x}?", "m"), ("Who bought the {x}?", "p"))),
    ("the {x} must be serviced every {t}", (("How often must the {x} be serviced?", "t"), ("What must be serviced every {t}?", "x"))),
    ("{p} reported the fault {k} on {w}", (("Who reported the fault {k}?", "p"), ("When was {k} reported?", "w"), ("Which fault did {p} report?", "k"))),
    ("{e} pays {m} for each {i}", (("How much does {e} pay for each {i}?", "m"), ("Who pays {m} for each {i}?", "e"))),
    ("{p} works at {e} in {c}", (("Where does {p} work?", "e"), ("In which town does {p} work?", "c"), ("Who works at {e} in {c}?", "p"))),
    ("the warranty of the {x} ends after {t}", (("How long is the warranty of the {x}?", "t"), ("When does the warranty of the {x} end?", "t"))),
    ("{e} sends its {i} to {c} by {w}", (("Where does {e} send its {i}?", "c"), ("What does {e} send to {c}?", "i"), ("By when does {e} send its {i} to {c}?", "w"))),
    ("visitors of {e} report to {p} in {r}", (("To whom do visitors of {e} report?", "p"), ("Where do visitors of {e} report?", "r"))),
    ("the {x} weighs {s} and is made of {h}", (("How much does the {x} weigh?", "s"), ("What is the {x} made of?", "h"))),
    ("if the display shows {k}, replace the {i}", (("What must be replaced if the display shows {k}?", "i"), ("What does the display show if the {i} must be replaced?", "k"))),
    ("requests above {m} need the approval of {p}", (("Who approves requests above {m}?", "p"), ("Above which sum is {p}'s approval needed?", "m"))),
)  # fmt: skip
MORE_EVENTS = (
    ("{p} opened the {e} shop in {c} in {y}", (("Who opened the shop of {e} in {c}?", "p"), ("When did {p} open a shop?", "y"), ("Where is the shop of {e} that {p} opened?", "c"))),
    ("{p} sold the {x} to {e}", (("Who sold the {x}?", "p"), ("To whom did {p} sell the {x}?", "e"), ("What did {e} get from {p}?", "x"))),
    ("{e} rents {r} to {p} for {m}", (("Which room does {p} rent?", "r"), ("What does {p} pay to {e}?", "m"), ("Who rents {r}?", "p"))),
    ("{p} left {e} on {w}", (("When did {p} leave {e}?", "w"), ("Which firm did {p} leave?", "e"), ("Who left {e} on {w}?", "p"))),
    ("the {x} holds {s} and costs {m}", (("How much does the {x} hold?", "s"), ("What is the price of the {x}?", "m"))),
    ("{k} means that the {i} must be cleaned", (("What does {k} mean?", "i"), ("Which sign says that the {i} must be cleaned?", "k"))),
    ("{e} closes its office in {c} on {w}", (("When does {e} close its office in {c}?", "w"), ("Which office does {e} close?", "c"), ("Who closes an office in {c}?", "e"))),
    ("{p} teaches at {e} and lives in {c}", (("Where does {p} teach?", "e"), ("Where does {p} live?", "c"), ("Who teaches at {e}?", "p"))),
    ("the bus from {c} to {d} takes {t}", (("How long is the bus from {c} to {d}?", "t"), ("Where does the bus from {c} go?", "d"), ("Where does the bus to {d} come from?", "c"))),
    ("{p} found the {i} in {r}", (("What did {p} find?", "i"), ("Where did {p} find the {i}?", "r"), ("Who found the {i}?", "p"))),
    ("a box of {i} weighs {s} and is sent to {c}", (("What is the weight of a box of {i}?", "s"), ("Where is the box of {i} sent?", "c"), ("What is in the box for {c}?", "i"))),
    ("{e} was bought by {p} for {m} in {y}", (("Who bought {e}?", "p"), ("For how much was {e} bought?", "m"), ("In what year was {e} bought?", "y"))),
    ("staff of {e} get {t} of leave", (("How much leave do staff of {e} get?", "t"), ("Whose staff get {t} of leave?", "e"))),
    ("{p} signs for {e} up to {m}", (("Up to which sum may {p} sign?", "m"), ("For which firm does {p} sign?", "e"), ("Who signs for {e}?", "p"))),
    ("the {x} in {r} was replaced on {w}", (("When was the {x} replaced?", "w"), ("Which device in {r} was replaced?", "x"), ("Where was the {x} replaced?", "r"))),
    ("{e} makes {i} of {h}", (("What does {e} make?", "i"), ("Of what are the {i} of {e} made?", "h"), ("Who makes {i} of {h}?", "e"))),
    ("{p} called about {k} from {c}", (("What did {p} call about?", "k"), ("From where did {p} call?", "c"), ("Who called about {k}?", "p"))),
    ("after {t} the {x} has to be recharged", (("When does the {x} have to be recharged?", "t"), ("What has to be recharged after {t}?", "x"))),
    ("{p} prefers {h} to {i}", (("What does {p} prefer?", "h"), ("Who prefers {h}?", "p"))),
    ("the key of {r} is kept by {p}", (("Who keeps the key of {r}?", "p"), ("Which key does {p} keep?", "r"))),
)  # fmt: skip
"""These are learned and never measured."""
LETTERS = {
    "p": "person", "e": "company", "c": "place", "d": "place", "x": "product", "m": "money", "t": "duration", "k": "code", "w": "date", "i": "item",
    "r": "room", "s": "measure", "h": "material",
}  # fmt: skip
"""Kind of value by letter."""
