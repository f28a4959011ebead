"""The answering pipeline: what its parts are given, and what the response tells of them."""

import zlib
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Trial
from holdfast.metrics import CAUSES, ErrorCause, ReferenceRecall, Refusal
from holdfast.prompts import Prompt
from holdfast.system import Passage, Response, Spec, Usage
from systems.models.chat import Completion
from systems.rag.answering.citations import read_citations
from systems.rag.answering.declining import UNTOLD, declines
from systems.rag.answering.excerpts import excerpts
from systems.rag.answering.extractive import ExtractiveReader
from systems.rag.answering.focusing import BestSentences
from systems.rag.answering.pipeline import REFUSED, Answering
from systems.rag.answering.ranking import SentenceRanking
from systems.rag.answering.reader import PromptedReader
from systems.rag.answering.sentences import split_sentences
from systems.rag.corpus import Corpus
from systems.rag.guardrails.guard import Alarm, Cleaned, Guards

PROMPT = """+++
passages = 2
max_tokens = 9
+++
# user
{% for passage in passages %}
[{{ loop.index }}] {{ passage.text }}
{% endfor %}
Question: {{ question }}
"""


@dataclass(frozen=True)
class Said:
    """A chat model that always says the same, and remembers what it was asked."""

    text: str
    asked: list = field(default_factory=list)

    @property
    def spec(self):
        return Spec(name="said", params={"model": "said"}, artifacts={"text": self.text})

    def complete(self, request):
        self.asked.append(request)
        usage = Usage(input_tokens=7, output_tokens=3, calls=1)
        return Completion(text=self.text, usage=usage, time_to_first_token=0.5)

    def complete_all(self, requests):
        return tuple(self.complete(request) for request in requests)


@dataclass(frozen=True)
class Fixed:
    """Always finds the same passages."""

    ids: tuple
    abstained: bool = False
    usage: Usage = field(default_factory=Usage)

    @property
    def spec(self):
        return Spec(name="fixed", params={"ids": list(self.ids)})

    def __call__(self, question):
        passages = tuple(Passage(id=name, score=1.0) for name in self.ids)
        return Response(passages=passages, abstained=self.abstained, usage=self.usage)


@dataclass(frozen=True)
class Found:
    """Always finds the same texts."""

    passages: tuple
    spec = Spec(name="found")

    def __call__(self, question):
        return Response(passages=self.passages)


@dataclass(frozen=True)
class WordEncoder:
    """Counts hashed words."""

    @property
    def spec(self):
        return Spec(name="words")

    def __call__(self, texts):
        vectors = np.zeros((len(texts), 256), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").replace("?", " ").split():
                vectors[row, zlib.crc32(word.encode()) % 256] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


FOUND = ("pump-manual#error-codes", "travel#hotels", "travel#trains")


@pytest.fixture
def corpus(documents):
    return Corpus(folder=documents)


@pytest.fixture
def ranking(corpus, tmp_path):
    pytest.importorskip("bm25s", reason="bm25s is not installed")
    return SentenceRanking(corpus=corpus, encoder=WordEncoder(), folder=tmp_path / "indexes")


@pytest.fixture
def system(corpus):
    """Makes a pipeline whose model says a text."""

    def made(said="120 euros [2]", *, found=FOUND, **parts):
        reader = PromptedReader(prompt=Prompt(name="qa", version=1, text=PROMPT), model=Said(said))
        parts = {"retriever": Fixed(found), "corpus": corpus, "count": 2, **parts}
        return Answering(reader=reader, **parts)

    return made


def test_the_model_reads_the_best_passages_under_their_numbers(system):
    answering = system()
    answering("What may a night cost?")
    (request,) = answering.reader.model.asked
    assert request.messages[0].content == (
        "[1] Pump Manual: Error codes\n"
        "E-4012 means that the inlet is dry. E-4013 means that it is frozen.\n"
        "[2] Travel Policy: Hotels\nA night may cost 120 euros.\n"
        "Question: What may a night cost?"
    )
    assert request.max_tokens == 9


def test_the_response_holds_what_was_shown_and_what_was_cited(system):
    response = system("120 euros [2], see also [7]")("What may a night cost?")
    assert [passage.id for passage in response.passages] == list(FOUND[:2])
    assert response.passages[1].text == "Travel Policy: Hotels\nA night may cost 120 euros."
    assert response.data == {"cited": ["travel#hotels"], "unknown": [7]}
    assert not response.abstained


def test_every_stage_is_timed_and_all_usage_is_added_up(system):
    retriever = Fixed(FOUND, usage=Usage(input_tokens=5, calls=2))
    response = system(retriever=retriever)("What may a night cost?")
    assert [span.name for span in response.spans] == ["retrieve", "read"]
    assert response.usage == Usage(input_tokens=12, output_tokens=3, calls=3)
    assert response.timings == {"time_to_first_token": 0.5}


@pytest.mark.parametrize("retriever", [Fixed(()), Fixed(FOUND, abstained=True)])
def test_nothing_retrieved_is_declined_without_asking_the_model(system, retriever):
    answering = system(retriever=retriever)
    response = answering("What may a night cost?")
    assert response.text == UNTOLD and response.abstained
    assert answering.reader.model.asked == []


def test_without_a_retriever_the_model_is_asked_alone(system):
    answering = system("Paris", retriever=None)
    response = answering("What may a night cost?")
    assert response.passages == () and response.text == "Paris"
    assert answering.reader.model.asked[0].messages[0].content.startswith("Question:")


def test_a_model_that_says_that_it_cannot_tell_has_abstained(system):
    assert system(UNTOLD)("Who?").abstained


def test_a_passage_without_text_needs_a_corpus(system):
    with pytest.raises(UsageError, match="give the corpus in which it stands"):
        system(corpus=None)("Who?")


def test_passages_that_carry_their_text_need_no_corpus():
    own = (Passage(id="a", text="Own text."),)
    assert excerpts(own) == own


def test_a_title_may_carry_state_and_date(corpus):
    (shown,) = excerpts((Passage(id="travel#hotels"),), corpus=corpus, dated=True)
    assert shown.text.startswith("Travel Policy (current): Hotels\n")


def test_every_part_is_in_the_spec(system, ranking):
    variants = [
        system(),
        system(retriever=Fixed(FOUND[:1])),
        system(retriever=None),
        system(count=3),
        system(dated=True),
        system(focus=BestSentences(ranking=ranking)),
        system(focus=BestSentences(ranking=ranking, count=1)),
        system(guards=Guards(input=(Objects(),))),
        system("another model"),
    ]
    assert len({variant.spec.digest for variant in variants}) == len(variants)
    assert system().spec.texts == {"qa.md": PROMPT}


def test_a_setting_of_a_prompt_that_means_nothing_is_refused():
    text = "+++\npassage = 2\n+++\n# user\n{{ question }}"
    with pytest.raises(UsageError, match="'passage' means nothing here"):
        PromptedReader(prompt=Prompt(name="qa", version=1, text=text), model=Said(""))


@dataclass(frozen=True)
class Objects:
    """Objects to questions and answers that hold a word, and strikes it from passages."""

    word: str = "euros"

    @property
    def spec(self):
        return Spec(name="objects", params={"word": self.word})

    def __call__(self, given):
        if isinstance(given, tuple):
            return Cleaned(
                passages=tuple(one for one in given if self.word not in one.text),
                alarms=tuple(self._alarm(one.id) for one in given if self.word in one.text),
            )
        text = given if isinstance(given, str) else given.text
        return (self._alarm("here"),) if self.word in text else ()

    def _alarm(self, where):
        return Alarm(guard="objects", kind="injection", where=where, text=self.word)


def test_a_refused_question_reaches_neither_retriever_nor_model(system):
    answering = system(guards=Guards(input=(Objects(),)))
    response = answering("How many euros?")
    assert response.text == REFUSED and response.abstained
    assert response.data["refused"] is True
    assert [span.name for span in response.spans] == ["guard objects"]
    assert response.data["alarms"] == [
        {"guard": "objects", "kind": "injection", "where": "here", "text": "euros"}
    ]
    assert answering.reader.model.asked == []


def test_what_a_guard_takes_out_is_not_read(system):
    answering = system(guards=Guards(context=(Objects(),)))
    response = answering("What may a night cost?")
    assert [passage.id for passage in response.passages] == [FOUND[0]]
    assert "euros" not in answering.reader.model.asked[0].messages[0].content
    assert response.data["alarms"][0]["where"] == "travel#hotels"


def test_a_withheld_answer_leaves_no_trace_in_the_text(system):
    response = system(guards=Guards(output=(Objects(),)))("What may a night cost?")
    assert response.text == REFUSED and response.abstained
    assert response.data["refused"] is True
    assert response.data["cited"] == []


@dataclass(frozen=True)
class First:
    """Keeps the first passage alone."""

    spec = Spec(name="first")

    def __call__(self, question, passages):
        return passages[:1]


@pytest.mark.parametrize(
    ("parts", "left_out"),
    [
        ({"focus": First()}, [FOUND[1]]),
        ({"guards": Guards(context=(Objects(),))}, [FOUND[1]]),
        ({"guards": Guards(context=(Objects(word="a"),))}, list(FOUND[:2])),
        ({"retriever": Fixed(FOUND, abstained=True)}, list(FOUND[:2])),
        ({}, None),
    ],
)
def test_what_was_retrieved_and_not_shown_is_told_apart_from_what_was_missed(
    system, parts, left_out
):
    response = system(**parts)("What may a night cost?")
    assert response.data.get("left_out") == left_out
    assert response.data.get("refused") is (False if response.abstained else None)


@pytest.mark.parametrize(
    ("said", "refused"),
    [(UNTOLD, False), ("I don't know.", False), ("I can't find that.", False), ("", False),
     (REFUSED, True), ("Sorry, I cannot assist with that.", True)],
)  # fmt: skip
def test_what_the_documents_do_not_tell_is_declined_and_not_refused(system, said, refused):
    response = system(said)("What may a night cost?")
    assert response.abstained and response.data["refused"] is refused
    for must in (True, False):
        case = Case(id="a", input="?", expected={"refuse": must})
        found = Refusal()(Trial(case=case, repeat=0, response=response, seconds=1.0))
        assert found.value == float(must or not refused)


def test_a_guarded_pipeline_and_the_table_of_causes_agree_on_who_refused(system):
    case = Case(id="a", input="?", expected={"passages": {FOUND[0]: 2}, "answer": "dry"})
    for guards in (Guards(input=(Objects(),)), Guards(output=(Objects(),))):
        response = system(guards=guards)("How many euros?")
        given = Trial(case=case, repeat=0, response=response, seconds=1.0)
        causes = [
            cause
            for cause in CAUSES
            if ErrorCause(cause=cause, correct=ReferenceRecall())(given).value
        ]
        assert causes == ["wrongly_abstained"]


def test_numbers_in_brackets_are_citations_each_once():
    found = read_citations("Ten [2]; twelve [1, 2] or [0] and [9].", count=2)
    assert (found.known, found.unknown) == ((2, 1), (0, 9))


@pytest.mark.parametrize(
    "text",
    [
        UNTOLD,
        "The passages do not mention a price.",
        "This is not stated in the documents.",
        "I don't know.",
        "No passage answers this.",
        " ",
    ],
)
def test_declining_is_read_from_words(text):
    assert declines(text)


@pytest.mark.parametrize(
    "text",
    ["120 euros", "It does not say so on the box.", "The documents do not tell why, but when [1]."],
)
def test_an_answer_is_not_taken_for_declining(text):
    assert not declines(text)


def test_sentences_are_told_from_abbreviations_and_tables():
    text = 'Mr. Oon is in. He said "no." Then he left.\n\n| Part | Price |\n|---|---|\n| A | 2 |'
    assert split_sentences(text) == (
        "Mr. Oon is in.",
        'He said "no."',
        "Then he left.",
        "| Part | Price |",
        "| A | 2 |",
    )


def test_the_sentence_that_shares_the_question_is_first(ranking, corpus):
    passages = excerpts([Passage(id=name) for name in FOUND], corpus=corpus)
    first = ranking("What does E-4013 mean?", passages)[0]
    assert (first.passage, first.place) == (0, 1)
    assert first.text == "E-4013 means that it is frozen."


def test_a_focus_keeps_sentences_in_their_passage_and_order(ranking, corpus):
    passages = excerpts([Passage(id=name) for name in FOUND], corpus=corpus)
    kept = BestSentences(ranking=ranking, count=2)("frozen inlet dry means E-4013", passages)
    assert [passage.id for passage in kept] == [FOUND[0]]
    assert kept[0].text == passages[0].text


def test_a_sentence_that_a_guard_changed_is_ranked_by_its_new_text(ranking):
    changed = (Passage(id="travel#hotels", text="Travel Policy: Hotels\nBreakfast is free."),)
    (only,) = ranking("Is breakfast free?", changed)
    assert only.text == "Breakfast is free." and only.score > 0.5


def test_the_extractive_reader_quotes_with_numbers(ranking, corpus):
    passages = excerpts([Passage(id=name) for name in FOUND], corpus=corpus)
    reading = ExtractiveReader(ranking=ranking, count=1)("What may a night cost?", passages, seed=0)
    assert reading.text == "A night may cost 120 euros [2]." and not reading.abstained


def test_numbers_in_brackets_of_a_quoted_text_are_no_citations_of_the_answer(system, ranking):
    own = (
        Passage(id="wear", text="Pumps: Wear\nPumps wear out in nine years [2]."),
        Passage(id="rest", text="Pumps: Rest\nA pump rests [1-3]."),
    )
    reader = ExtractiveReader(ranking=ranking, count=1)
    retriever = Found(own)
    response = replace(system(), reader=reader, retriever=retriever)("When do pumps wear out?")
    assert response.text == "Pumps wear out in nine years [1]."
    assert response.data == {"cited": ["wear"], "unknown": []}


def test_the_extractive_reader_declines_below_its_threshold(ranking, corpus):
    passages = excerpts([Passage(id=name) for name in FOUND], corpus=corpus)
    reader = ExtractiveReader(ranking=ranking, threshold=9.0)
    assert reader("What may a night cost?", passages, seed=0).abstained


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("Nine [1][2].", (1, 2), ()),
        ("Nine [1-3].", (1, 2, 3), ()),
        ("Nine [2–4, 1].", (2, 3, 1), (4,)),
        ("Nine [3-1].", (1, 2, 3), ()),
        ("In [2025] it was nine.", (), ()),
        ("Between [a-b] and [-1].", (), ()),
    ],
)
def test_ranges_and_lists_of_numbers_are_citations_and_years_are_not(text, known, unknown):
    found = read_citations(text, count=3)
    assert (found.known, found.unknown) == (known, unknown)


@pytest.mark.parametrize(
    ("module", "version", "readers"),
    [
        ("reader", "DECLINING_VERSION", ["reader", "pipeline"]),
        ("pipeline", "CITATIONS_VERSION", ["pipeline"]),
        ("ranking", "SENTENCES_VERSION", ["ranking", "focus", "extractive", "quoting"]),
    ],
)
def test_a_change_in_how_texts_are_read_is_another_system(
    system, ranking, monkeypatch, module, version, readers
):
    parts = {
        "reader": system().reader,
        "pipeline": system(),
        "ranking": ranking,
        "focus": BestSentences(ranking=ranking),
        "extractive": ExtractiveReader(ranking=ranking),
        "quoting": replace(system(), reader=ExtractiveReader(ranking=ranking)),
    }
    before = {name: parts[name].spec.digest for name in readers}
    monkeypatch.setattr(f"systems.rag.answering.{module}.{version}", "another")
    after = {name: parts[name].spec.digest for name in readers}
    assert [name for name in readers if before[name] == after[name]] == []
