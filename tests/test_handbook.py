"""The handbook keeps its promises: its documents, questions and facts agree with one another."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

HANDBOOK = Path(__file__).parents[1] / "datasets" / "handbook"
SOURCES = {"policies", "contracts", "manuals", "incidents", "people"}
KINDS = {"keyword", "paraphrase", "multi-hop", "comparison", "temporal", "vague", "unanswerable"}
FACT_KINDS = {"person", "team", "product", "service", "contract", "incident", "policy"}
FACT_KEYS = {"entity", "kind", "attribute", "value", "stated_in", "otherwise_in"}
HEADER_KEYS = {"id", "title", "source", "date", "version", "status"}
LINKS = {"supersedes", "variant_of"}
LEAST = {"dev": (100, 10), "test": (200, 20)}  # questions in all, questions of each kind
CODE = re.compile(r"\b(?:TQC|TQ|INC|POL|HRW|LDG|SLP|GWY|CK|E)-\d[\d-]*")  # of any length
STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all an and any are as at be been being before by can could did do does
        each every for from had has have how i if in into is it its may me might more most
        must my no not of on once one or ought our out per should than that the their them
        then there these they this those to under up us was we were what when where which
        while who whom whose why will with would you your
        """,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file of the corpus; its passages are heading and text by id."""

    id: str
    folder: str
    header: dict[str, str]
    body: str
    passages: dict[str, str]

    @property
    def status(self) -> str:
        return self.header["status"]

    @property
    def date(self) -> date:
        return date.fromisoformat(self.header["date"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of dev.jsonl or test.jsonl."""

    id: str
    kind: str
    text: str
    answer: str | None
    missing: str | None
    needed: list[str]  # passages of grade 2
    related: list[str]  # passages of grade 1
    tags: set[str]


def read_document(path: Path) -> Document:
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    header = dict(line.split(": ", 1) for line in front_matter.splitlines())
    pieces = re.split(r"(?m)^## (.+)\n", body)[1:]
    passages = {}
    for heading, text in zip(pieces[::2], pieces[1::2], strict=True):
        passage = f"{path.stem}#{re.sub('[^a-z0-9]+', '-', heading.lower()).strip('-')}"
        assert passage not in passages, f"{passage!r} names two sections"
        passages[passage] = f"{heading}\n{text.strip()}"
    return Document(
        id=path.stem, folder=path.parent.name, header=header, body=body, passages=passages
    )


def read_question(row: dict) -> Question:
    grades = row["expected"]["passages"]
    assert set(grades.values()) <= {1, 2} and re.fullmatch("[a-z0-9-]+", row["cluster"]), row["id"]
    return Question(
        id=row["id"],
        kind=next(tag for tag in row["tags"] if tag in KINDS),
        text=row["input"],
        answer=row["expected"]["answer"],
        missing=row.get("missing"),
        needed=[passage for passage, grade in grades.items() if grade == 2],
        related=[passage for passage, grade in grades.items() if grade == 1],
        tags=set(row["tags"]),
    )


@cache
def read_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (HANDBOOK / name).read_text("utf-8").splitlines()]


@cache
def documents() -> dict[str, Document]:
    return {path.stem: read_document(path) for path in HANDBOOK.glob("documents/*/*.md")}


@cache
def passages() -> dict[str, str]:
    return dict(item for document in documents().values() for item in document.passages.items())


@cache
def questions() -> list[Question]:
    return [read_question(row) for split in LEAST for row in read_lines(f"{split}.jsonl")]


def document_of(passage: str) -> Document:
    return documents()[passage.split("#", maxsplit=1)[0]]


def families() -> dict[str, str]:
    """Document id to the name of the group that its versions and variants form."""
    family = {name: name for name in documents()}
    for document in documents().values():
        for key in LINKS & set(document.header):
            old, new = family[document.header[key]], family[document.id]
            family = {name: new if group == old else group for name, group in family.items()}
    return family


def content_words(text: str) -> set[str]:
    words = {word for word in re.findall("[a-z]{3,}", text.lower()) if word not in STOP_WORDS}
    return {word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words}


def word_grams(words: list[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + size]) for start in range(max(1, len(words) - size + 1))}


def template(question: str) -> set[tuple[str, ...]]:
    """Word 3-grams of a question in which numbers, codes and capitalised names are masked."""
    words = re.findall(r"[\w'-]+", re.sub(r"\b[A-Z]+-[\d-]+|\b\d[\d.,:]*", "0", question))
    names = [word[0].isupper() and place > 0 for place, word in enumerate(words)]
    masked = ["*" if name else word.lower() for word, name in zip(words, names, strict=True)]
    return word_grams(masked, 3)


def test_there_are_enough_documents_and_no_two_share_an_id() -> None:
    assert len(list(HANDBOOK.glob("documents/*/*.md"))) == len(documents()) >= 130
    count = Counter(document.folder for document in documents().values())
    assert set(count) == SOURCES and min(count.values()) >= 15


def test_front_matter_is_complete_and_says_where_the_file_lies() -> None:
    for name, document in documents().items():
        header = document.header
        assert HEADER_KEYS <= set(header) <= HEADER_KEYS | LINKS | {"owner"}, name
        assert (header["id"], header["source"]) == (name, document.folder), name
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name), name
        assert not [value for value in header.values() if ": " in value], f"no YAML: {name}"
        assert document.status in {"current", "superseded", "draft"}, name
        assert document.body.startswith(f"\n# {header['title']}\n"), name


def test_sections_are_of_a_readable_length() -> None:
    assert {len(document.passages) for document in documents().values()} <= {3, 4, 5, 6}
    bodies = {name: text.split("\n", 1)[1] for name, text in passages().items()}
    assert not [
        name for name, body in bodies.items() if not 40 <= len(re.findall(r"\w+", body)) <= 130
    ]


def test_a_newer_version_names_an_older_document_that_is_marked_so() -> None:
    newer = [document for document in documents().values() if "supersedes" in document.header]
    older = [documents()[document.header["supersedes"]] for document in newer]
    statuses = Counter(document.status for document in documents().values())
    assert {document.status for document in older} == {"superseded"}
    assert len({document.id for document in older}) == statuses["superseded"] >= 20
    for old, new in zip(older, newer, strict=True):
        assert old.date < new.date and old.folder == new.folder, f"{old.id} and {new.id}"


def test_documents_that_are_not_declared_alike_share_no_long_phrase() -> None:
    assert sum("variant_of" in document.header for document in documents().values()) >= 8
    family = families()
    grams = {
        name: word_grams(re.findall(r"\w+", document.body.lower()), 8)
        for name, document in documents().items()
    }
    strangers = [pair for pair in combinations(grams, 2) if family[pair[0]] != family[pair[1]]]
    assert not [pair for pair in strangers if len(grams[pair[0]] & grams[pair[1]]) > 2]


def test_every_code_in_the_prose_is_known_to_the_fact_sheet() -> None:
    texts = [(name, document.body) for name, document in documents().items()]
    texts += [
        (question.id, f"{question.text} {question.answer}")
        for question in questions()
        if question.needed
    ]
    known = set(CODE.findall((HANDBOOK / "facts.jsonl").read_text("utf-8")))
    assert not [
        (name, code) for name, text in texts for code in CODE.findall(text) if code not in known
    ]


def test_no_document_knows_of_an_incident_before_its_first_report() -> None:
    reported: dict[str, date] = {}
    for document in documents().values():
        if document.folder == "incidents":
            code = document.header["title"].split()[0]
            reported[code] = min(reported.get(code, document.date), document.date)
    for name, document in documents().items():
        # Sheets of the contract register carry later remarks under the date of signature.
        if document.folder != "contracts":
            codes = re.findall(r"INC-\d{4}", document.body)
            assert not [code for code in codes if reported[code] > document.date], name


def test_facts_stand_verbatim_where_the_sheet_says() -> None:
    assert len(read_lines("facts.jsonl")) >= 400
    for fact in read_lines("facts.jsonl"):
        assert set(fact) == FACT_KEYS and fact["kind"] in FACT_KINDS and fact["stated_in"], fact
        stated = [(passage, fact["value"]) for passage in fact["stated_in"]]
        stated += [(other["passage"], other["value"]) for other in fact["otherwise_in"]]
        missing = [
            (passage, value) for passage, value in stated if value not in passages()[passage]
        ]
        assert not missing, f"{fact['entity']}, {fact['attribute']}: {missing}"


def test_current_documents_give_each_attribute_one_value() -> None:
    counts = Counter((fact["entity"], fact["attribute"]) for fact in read_lines("facts.jsonl"))
    assert not [key for key, count in counts.items() if count > 1]
    others = {
        other["passage"] for fact in read_lines("facts.jsonl") for other in fact["otherwise_in"]
    }
    assert not [passage for passage in others if document_of(passage).status == "current"]


def test_each_split_has_enough_questions_of_each_kind() -> None:
    assert len({question.id for question in questions()}) == len(questions())
    for split, (least, least_of_kind) in LEAST.items():
        asked = [question for question in questions() if question.id.startswith(f"hb-{split}-")]
        count = Counter(question.kind for question in asked)
        assert count.total() >= least
        assert set(count) == KINDS and min(count.values()) >= least_of_kind


def test_tags_are_the_kind_the_sources_and_whether_an_outdated_text_competes() -> None:
    for question in questions():
        sources = {document_of(passage).folder for passage in question.needed}
        competes = "superseded" in {document_of(passage).status for passage in question.related}
        expected = {question.kind} | sources | ({"outdated"} if competes else set())
        if question.kind == "unanswerable":
            expected |= question.tags & SOURCES
        assert question.tags == expected and question.tags & SOURCES, question.id


def test_each_kind_keeps_its_rule() -> None:
    for question in questions():
        needed, kind = question.needed, question.kind
        assert set(needed + question.related) <= set(passages()), question.id
        assert bool(needed) == (question.answer is not None) == (question.missing is None)
        assert bool(needed) == (kind != "unanswerable") and (needed or not question.related)
        assert kind != "multi-hop" or len({document_of(passage).id for passage in needed}) >= 2
        assert kind != "comparison" or len(needed) >= 2, question.id
        assert kind != "keyword" or CODE.search(question.text), question.id
        if kind not in {"temporal", "comparison"}:
            statuses = {document_of(passage).status for passage in needed}
            assert statuses <= {"current"}, f"{question.id} takes an old text for the answer"


def test_paraphrases_avoid_the_words_of_their_passages() -> None:
    for question in questions():
        if question.kind == "paraphrase":
            asked = content_words(question.text)
            shared = asked & content_words(" ".join(passages()[name] for name in question.needed))
            assert len(shared) <= 0.25 * len(asked), f"{question.id} shares {sorted(shared)}"


def test_vague_questions_say_little_and_seldom_in_the_words_of_their_passages() -> None:
    for question in questions():
        if question.kind == "vague":
            asked = content_words(question.text)
            shared = asked & content_words(" ".join(passages()[name] for name in question.needed))
            assert 1 <= len(asked) <= 8, f"{question.id} says {sorted(asked)}"
            assert len(shared) <= 0.5 * len(asked), f"{question.id} shares {sorted(shared)}"
            assert not CODE.search(question.text), f"{question.id} names a code"


def test_no_question_is_another_with_the_names_swapped() -> None:
    templates = [(question.id, template(question.text)) for question in questions()]
    for (first, left), (second, right) in combinations(templates, 2):
        assert len(left & right) < 0.5 * len(left | right), f"{first} and {second} are alike"


def test_most_current_documents_answer_some_question() -> None:
    current = {name for name, document in documents().items() if document.status == "current"}
    asked = {document_of(passage).id for question in questions() for passage in question.needed}
    assert len(current & asked) >= 0.8 * len(current), sorted(current - asked)


def test_the_card_states_the_true_counts() -> None:
    kinds = Counter((question.id.split("-")[1], question.kind) for question in questions())
    rows = [f"| {kind} | {kinds['dev', kind]} | {kinds['test', kind]} |" for kind in KINDS]
    count = Counter((document.folder, document.status) for document in documents().values())
    for name in SOURCES:
        current, old, draft = (count[name, key] for key in ("current", "superseded", "draft"))
        rows.append(f"| {name} | {current} | {old} | {draft} |")
    rows.append(f"{len(documents())} documents with {len(passages())} passages")
    rows.append(f"{len(questions())} questions and {len(read_lines('facts.jsonl'))} facts")
    card = (HANDBOOK / "CARD.md").read_text("utf-8")
    assert not [row for row in rows if row not in card]


def test_the_handbook_is_as_large_and_as_hard_as_its_suites_need() -> None:
    asked = questions()
    joined = [one for one in asked if len({document_of(name).id for name in one.needed}) >= 2]
    assert len(documents()) >= 150
    assert len(asked) >= 240
    assert len(joined) >= 60, "questions that need two or more documents"
    assert sum(question.kind == "vague" for question in asked) >= 30
    assert sum("outdated" in question.tags for question in asked) >= 30
