"""The handbook keeps its promises: its documents, questions and facts agree with one another."""

from __future__ import annotations

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
KINDS = {"keyword", "paraphrase", "multi-hop", "comparison", "temporal", "unanswerable"}
FACT_KINDS = {"person", "team", "product", "service", "contract", "incident", "policy"}
REQUIRED_KEYS = {"id", "title", "source", "date", "version", "status"}
OPTIONAL_KEYS = {"supersedes", "owner", "variant_of"}
LEAST = {"dev": (60, 6), "test": (100, 10)}  # questions in all, questions of each kind
# The pattern also takes codes of the wrong length, so that a mistyped one is found.
CODE = re.compile(r"\b(?:TQC|TQ|INC|POL|HRW|LDG|SLP|GWY|CK|E)-\d[\d-]*")
STOP_WORDS = set(
    "a about after all an and any are as at be been being before by can could did do does each every for from had has "
    "have how i if in into is it its may me might more most must my no not of on once one or ought our out per should "
    "than that the their them then there these they this those to under up us was we were what when where which while "
    "who whom whose why will with would you your".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file of the corpus."""

    header: dict[str, str]
    body: str
    passages: dict[str, str]
    """Passage id to heading and text, in the order of the file."""
    path: Path

    @property
    def id(self) -> str:
        return self.header["id"]

    @property
    def is_current(self) -> bool:
        return self.header["status"] == "current"

    @property
    def date(self) -> date:
        return date.fromisoformat(self.header["date"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of dev.jsonl or test.jsonl."""

    id: str
    split: str
    input: str
    passages: dict[str, int]
    answer: str | None
    missing: str | None
    tags: tuple[str, ...]
    cluster: str

    @property
    def kind(self) -> str:
        return next(tag for tag in self.tags if tag in KINDS)

    def passages_graded(self, grade: int) -> list[str]:
        return [passage for passage, given in self.passages.items() if given == grade]


def read_document(path: Path) -> Document:
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    header = dict(line.split(": ", 1) for line in front_matter.splitlines())
    headings = re.split(r"(?m)^## (.+)\n", body)
    passages = {}
    for heading, text in zip(headings[1::2], headings[2::2], strict=True):
        passage = f"{path.stem}#{re.sub('[^a-z0-9]+', '-', heading.lower()).strip('-')}"
        assert passage not in passages, f"{passage!r} names two sections of {path.name}"
        passages[passage] = f"{heading}\n{text.strip()}"
    return Document(header=header, body=body, passages=passages, path=path)


def read_lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (HANDBOOK / name).read_text(encoding="utf-8").splitlines()]


@cache
def documents() -> dict[str, Document]:
    return {path.stem: read_document(path) for path in sorted(HANDBOOK.glob("documents/*/*.md"))}


@cache
def passages() -> dict[str, str]:
    return {name: text for document in documents().values() for name, text in document.passages.items()}


@cache
def questions() -> tuple[Question, ...]:
    return tuple(
        Question(
            split=split, id=row["id"], input=row["input"], passages=row["expected"]["passages"], cluster=row["cluster"],
            answer=row["expected"]["answer"], missing=row.get("missing"), tags=tuple(row["tags"]),
        )
        for split in LEAST
        for row in read_lines(f"{split}.jsonl")
    )  # fmt: skip


@cache
def facts() -> tuple[dict, ...]:
    return tuple(read_lines("facts.jsonl"))


def document_of(passage: str) -> Document:
    return documents()[passage.split("#")[0]]


def known_codes() -> set[str]:
    """Codes that the fact sheet knows, as an entity, an attribute or a value."""
    texts = [" ".join((fact["entity"], fact["attribute"], fact["value"])) for fact in facts()]
    texts += [other["value"] for fact in facts() for other in fact["otherwise_in"]]
    return {code for text in texts for code in CODE.findall(text)}


def families() -> dict[str, str]:
    """Document id to the name of the group that its versions and variants form."""
    family = {name: name for name in documents()}
    for document in documents().values():
        for key in {"supersedes", "variant_of"} & set(document.header):
            old, new = family[document.header[key]], family[document.id]
            family = {name: new if group == old else group for name, group in family.items()}
    return family


def content_words(text: str) -> set[str]:
    words = (word for word in re.findall("[a-z]+", text.lower()) if len(word) > 2 and word not in STOP_WORDS)
    return {word[:-1] if word.endswith("s") and len(word) > 3 else word for word in words}


def word_grams(words: list[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + size]) for start in range(max(1, len(words) - size + 1))}


def template(question: str) -> set[tuple[str, ...]]:
    """Word 3-grams of a question in which numbers, codes and capitalised names are masked."""
    words = re.findall(r"[\w'-]+", re.sub(r"\b[A-Z]+-[\d-]+|\b\d[\d.,:]*", "0", question))
    masked = ["name" if place and word[0].isupper() else word.lower() for place, word in enumerate(words)]
    return word_grams(masked, 3)


def test_there_are_enough_documents_in_every_source() -> None:
    count = Counter(document.path.parent.name for document in documents().values())
    assert len(list(HANDBOOK.glob("documents/*/*.md"))) == len(documents()), "two documents share an id"
    assert len(documents()) >= 66 and set(count) == SOURCES and min(count.values()) >= 10


def test_front_matter_is_complete_and_says_where_the_file_lies() -> None:
    for name, document in documents().items():
        keys = set(document.header)
        assert REQUIRED_KEYS <= keys <= REQUIRED_KEYS | OPTIONAL_KEYS, name
        assert (document.id, document.header["source"]) == (name, document.path.parent.name), name
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name) and document.date.year > 2000, name
        assert document.header["status"] in {"current", "superseded", "draft"}, name
        assert document.body.startswith(f"\n# {document.header['title']}\n"), name


def test_sections_are_of_a_readable_length() -> None:
    for name, document in documents().items():
        assert 3 <= len(document.passages) <= 6, name
    lengths = {name: len(re.findall(r"\w+", text.split("\n", 1)[1])) for name, text in passages().items()}
    assert not {name: length for name, length in lengths.items() if not 40 <= length <= 130}


def test_a_newer_version_names_an_older_document_that_is_marked_so() -> None:
    replaced = {new.header["supersedes"]: new for new in documents().values() if "supersedes" in new.header}
    superseded = {name for name, document in documents().items() if document.header["status"] == "superseded"}
    assert set(replaced) == superseded and len(superseded) >= 6
    for old, new in replaced.items():
        assert documents()[old].date < new.date, f"{new.id} is not newer than {old}"
        assert documents()[old].header["source"] == new.header["source"]


def test_documents_that_are_not_declared_alike_share_no_long_phrase() -> None:
    assert sum("variant_of" in document.header for document in documents().values()) >= 4
    family = families()
    grams = {name: word_grams(re.findall(r"\w+", document.body.lower()), 8) for name, document in documents().items()}
    strangers = [(left, right) for left, right in combinations(grams, 2) if family[left] != family[right]]
    assert not [(left, right) for left, right in strangers if len(grams[left] & grams[right]) > 2]


def test_every_code_in_the_prose_is_known_to_the_fact_sheet() -> None:
    texts = [(name, document.body) for name, document in documents().items()]
    texts += [(question.id, f"{question.input} {question.answer}") for question in questions() if question.passages]
    known = known_codes()
    assert not [(name, code) for name, text in texts for code in CODE.findall(text) if code not in known]


def test_no_document_knows_of_an_incident_before_its_first_report() -> None:
    # Sheets of the contract register carry later remarks under the date of signature.
    reported: dict[str, date] = {}
    for document in documents().values():
        if document.header["source"] == "incidents":
            code = document.header["title"].split(":")[0]
            reported[code] = min(reported.get(code, document.date), document.date)
    for name, document in documents().items():
        if document.header["source"] != "contracts":
            early = [code for code in re.findall(r"INC-\d{4}", document.body) if reported[code] > document.date]
            assert not early, f"{name} mentions {early} too early"


def test_facts_stand_verbatim_where_the_sheet_says() -> None:
    assert len(facts()) >= 150
    for fact in facts():
        assert set(fact) == {"entity", "kind", "attribute", "value", "stated_in", "otherwise_in"}
        assert fact["kind"] in FACT_KINDS and fact["stated_in"], f"{fact['entity']}: {fact['attribute']}"
        stated = [(passage, fact["value"]) for passage in fact["stated_in"]]
        stated += [(other["passage"], other["value"]) for other in fact["otherwise_in"]]
        missing = [(passage, value) for passage, value in stated if value not in passages()[passage]]
        assert not missing, f"{fact['entity']}, {fact['attribute']}: {missing}"


def test_current_documents_give_each_attribute_one_value() -> None:
    counts = Counter((fact["entity"], fact["attribute"]) for fact in facts())
    assert not [key for key, count in counts.items() if count > 1]
    others = {other["passage"] for fact in facts() for other in fact["otherwise_in"]}
    assert not [passage for passage in others if document_of(passage).is_current]


def test_each_split_has_enough_questions_of_each_kind() -> None:
    ids = [question.id for question in questions()]
    assert len(set(ids)) == len(ids) and len({question.input for question in questions()}) == len(ids)
    for split, (least, least_of_kind) in LEAST.items():
        count = Counter(question.kind for question in questions() if question.split == split)
        assert count.total() >= least and set(count) == KINDS and min(count.values()) >= least_of_kind


def test_tags_are_the_kind_the_sources_and_whether_an_outdated_text_competes() -> None:
    for question in questions():
        kinds = [tag for tag in question.tags if tag in KINDS]
        sources = {tag for tag in question.tags if tag in SOURCES}
        statuses = {document_of(passage).header["status"] for passage in question.passages_graded(1)}
        outdated = {"outdated"} if "superseded" in statuses else set()
        assert len(kinds) == 1 and set(question.tags) == {*kinds, *sources, *outdated}, question.id
        if question.passages:
            assert sources == {document_of(passage).header["source"] for passage in question.passages_graded(2)}, question.id
        assert re.fullmatch("[a-z0-9-]+", question.cluster) and len(sources) >= 1, question.id


def test_grades_are_one_or_two_and_point_at_real_passages() -> None:
    for question in questions():
        assert set(question.passages) <= set(passages()), question.id
        assert set(question.passages.values()) <= {1, 2}, question.id
        if question.kind not in {"temporal", "comparison"}:
            assert all(document_of(passage).is_current for passage in question.passages_graded(2)), question.id


def test_each_kind_keeps_its_rule() -> None:
    for question in questions():
        needed = question.passages_graded(2)
        unanswerable = question.kind == "unanswerable"
        assert (not question.passages) == (question.answer is None) == bool(question.missing) == unanswerable, question.id
        assert unanswerable or needed, question.id
        assert question.kind != "multi-hop" or len({document_of(passage).id for passage in needed}) >= 2, question.id
        assert question.kind != "comparison" or len(needed) >= 2, question.id
        assert question.kind != "keyword" or CODE.search(question.input), question.id


def test_paraphrases_avoid_the_words_of_their_passages() -> None:
    for question in questions():
        if question.kind == "paraphrase":
            asked = content_words(question.input)
            shared = asked & content_words(" ".join(passages()[passage] for passage in question.passages_graded(2)))
            assert len(shared) <= 0.25 * len(asked), f"{question.id} shares {sorted(shared)}"


def test_no_question_is_another_with_the_names_swapped() -> None:
    templates = [(question.id, template(question.input)) for question in questions()]
    for (first, left), (second, right) in combinations(templates, 2):
        assert len(left & right) < 0.5 * len(left | right), f"{first} and {second} are built alike"


def test_most_current_documents_answer_some_question() -> None:
    current = {name for name, document in documents().items() if document.is_current}
    asked = {document_of(passage).id for question in questions() for passage in question.passages_graded(2)}
    assert len(current & asked) >= 0.8 * len(current), sorted(current - asked)


def test_the_card_states_the_true_counts() -> None:
    card = (HANDBOOK / "CARD.md").read_text(encoding="utf-8")
    kinds = Counter((question.split, question.kind) for question in questions())
    rows = [f"| {kind} | {kinds['dev', kind]} | {kinds['test', kind]} |" for kind in sorted(KINDS)]
    count = Counter((document.header["source"], document.header["status"]) for document in documents().values())
    rows += [f"| {name} | {count[name, 'current']} | {count[name, 'superseded']} | {count[name, 'draft']} |" for name in SOURCES]
    rows += [f"{len(documents())} documents with {len(passages())} passages", f"{len(questions())} questions and {len(facts())} facts"]
    assert not [row for row in rows if row not in card]
