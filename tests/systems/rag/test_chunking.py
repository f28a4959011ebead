from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import DatasetError, UsageError
from holdfast.system import Passage, Response, Spec
from systems.rag.chunking.chunked import Chunked
from systems.rag.chunking.chunkers import ByStructure, Fixed, Recursive
from systems.rag.chunking.chunks import Chunks
from systems.rag.chunking.document import Break, read_documents
from systems.rag.corpus import Corpus, Section

ENDS = [" ", " ", " ", " ", ". ", "! ", "\n", "\n\n"]


@st.composite
def written(draw):
    """A document of up to four sections, drawn as the ends of their words."""
    ends = draw(st.lists(st.lists(st.sampled_from(ENDS), max_size=40), min_size=1, max_size=4))
    sections = [
        Section(
            id=f"d#s{at}",
            title="D",
            heading=f"Heading {at}",
            text="".join(f"word{end}" for end in [*inner, ""]),
            front={},
            place=at,
        )
        for at, inner in enumerate(ends)
    ]
    return next(read_documents(sections))


DOCUMENTS = written()


@st.composite
def sized(draw, kind):
    size = draw(st.integers(1, 40))
    return kind(size=size, overlap=draw(st.integers(0, size - 1)))


@st.composite
def structures(draw, *, bounded=False):
    largest = draw(st.integers(1, 40) if bounded else st.none() | st.integers(1, 40))
    return ByStructure(largest=largest, smallest=draw(st.integers(0, largest or 30)))


CHUNKERS = st.one_of(sized(Fixed), sized(Recursive), structures())


@given(document=DOCUMENTS, chunker=CHUNKERS)
@settings(max_examples=60, deadline=None)
def test_chunks_hold_every_word_in_order_and_none_is_empty(document, chunker):
    chunks = chunker(document)
    assert {word for chunk in chunks for word in chunk} == set(range(len(document.words)))
    assert all(len(chunk) > 0 and chunk.step == 1 for chunk in chunks)
    starts, stops = [one.start for one in chunks], [one.stop for one in chunks]
    assert starts == sorted(starts)
    assert stops == sorted(set(stops))
    assert chunks == chunker(document)


@given(document=DOCUMENTS, chunker=st.one_of(sized(Fixed), sized(Recursive)))
@settings(max_examples=60, deadline=None)
def test_size_is_kept_and_the_overlap_is_as_asked(document, chunker):
    chunks = chunker(document)
    assert max(map(len, chunks)) <= chunker.size
    for one, other in pairwise(chunks):
        assert one.stop - other.start == min(chunker.overlap, one.stop)


@given(document=DOCUMENTS, chunker=structures(bounded=True))
@settings(max_examples=50, deadline=None)
def test_structure_keeps_the_largest_size_and_overlaps_nothing(document, chunker):
    chunks = chunker(document)
    assert max(map(len, chunks)) <= chunker.largest
    assert sum(map(len, chunks)) == len(document.words)


@given(document=DOCUMENTS)
@settings(max_examples=50, deadline=None)
def test_structure_without_limits_gives_the_sections(document):
    chunks = ByStructure()(document)
    spans = [(document.words[one.start][0], document.words[one.stop - 1][1]) for one in chunks]
    assert spans == [(part.start, part.end) for part in document.parts]


@given(document=DOCUMENTS, size=st.integers(1, 40))
@settings(max_examples=50, deadline=None)
def test_a_recursive_cut_within_a_sentence_is_only_made_where_the_sentence_is_too_long(
    document, size
):
    for chunk in Recursive(size=size)(document)[:-1]:
        if document.breaks[chunk.stop - 1] != Break.WORD:
            continue
        before = [at for at in range(chunk.stop - 1) if document.breaks[at] != Break.WORD]
        start = before[-1] + 1 if before else 0
        after = range(chunk.stop - 1, len(document.words))
        end = next(at + 1 for at in after if document.breaks[at] != Break.WORD)
        assert end - start > size


@pytest.mark.parametrize(
    "make",
    [
        lambda: Fixed(size=0),
        lambda: Fixed(size=5, overlap=5),
        lambda: Recursive(size=5, overlap=-1),
        lambda: ByStructure(largest=0),
        lambda: ByStructure(largest=5, smallest=6),
    ],
)
def test_sizes_that_cannot_be_are_refused(make):
    with pytest.raises(UsageError, match="got"):
        make()


@pytest.fixture
def corpus(documents):
    return Corpus(folder=documents)


def test_a_chunk_knows_its_text_and_the_sections_that_it_touches(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=15))
    first = chunks.texts[0]
    assert first.id == "pump-manual@0-80"
    assert first.text.startswith("Error codes\n\nE-4012 means that the inlet is dry.")
    assert [one.section for one in first.covers] == ["pump-manual#error-codes"]
    second = chunks.texts[1]
    assert [one.section for one in second.covers] == ["pump-manual#cleaning"]
    assert second.covers[0].of_chunk == 1.0
    assert first.searchable == f"Pump Manual\n{first.text}"
    assert chunks.chunk(first.id) is first


def test_sections_stand_in_the_order_of_the_document_and_not_of_their_ids(corpus):
    first = next(iter(read_documents(corpus.sections)))
    assert [part.id for part in first.parts] == ["pump-manual#error-codes", "pump-manual#cleaning"]


def test_an_unknown_chunk_is_an_error(corpus):
    with pytest.raises(DatasetError, match=r"no chunk 'zebra' among the 3 of fixed\(size=15"):
        Chunks(corpus=corpus, chunker=Fixed(size=15)).chunk("zebra")


def test_the_digest_follows_the_order_of_the_sections(documents):
    before = Chunks(corpus=Corpus(folder=documents), chunker=Fixed(size=9))
    texts, digest = [chunk.text for chunk in before.texts], before.digest
    path = documents / "source" / "travel.md"
    start, first, second = path.read_text().rstrip().split("## ")
    path.write_text(f"{start}## {second}\n\n## {first.rstrip()}\n")
    after = Chunks(corpus=Corpus(folder=documents), chunker=Fixed(size=9))
    assert after.corpus.digest == before.corpus.digest
    assert [chunk.text for chunk in after.texts] != texts
    assert after.digest != digest


def test_the_digest_follows_the_chunker(corpus):
    one, other = (Chunks(corpus=corpus, chunker=Fixed(size=size)) for size in (16, 17))
    assert one.digest != other.digest


class Order:
    """Returns chunks in a given order."""

    spec = Spec(name="order")

    def __init__(self, *ids):
        self.ids = ids

    def __call__(self, question):
        scores = enumerate(reversed(self.ids), start=1)
        found = tuple(Passage(id=identity, score=float(score)) for score, identity in scores)
        return Response(passages=found[::-1])


def test_each_section_comes_once_with_its_best_chunk(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=6))
    second, first = chunks.texts[1], chunks.texts[0]
    response = Chunked(chunks=chunks, retriever=Order(second.id, first.id))("?")
    assert [(one.id, one.score, one.text) for one in response.passages] == [
        ("pump-manual#error-codes", 2.0, second.text)
    ]
    assert [one["words"] for one in response.data["chunks"]] == [6, 6]
    assert [list(one["sections"]) for one in response.data["chunks"]] == [
        ["pump-manual#error-codes"]
    ] * 2


def test_passages_without_texts_are_otherwise_the_same(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=6))
    ranked = Order(chunks.texts[0].id)
    quoted, bare = (Chunked(chunks=chunks, retriever=ranked, quoted=one) for one in (True, False))
    assert quoted("?").data == bare("?").data
    assert (quoted("?").passages[0].text, bare("?").passages[0].text) == (chunks.texts[0].text, "")
    assert quoted.spec.digest != bare.spec.digest


def test_a_large_chunk_speaks_for_every_section_that_it_holds(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=500))
    response = Chunked(chunks=chunks, retriever=Order(chunks.texts[0].id))("?")
    assert {one.id for one in response.passages} == {
        "pump-manual#error-codes",
        "pump-manual#cleaning",
    }


def test_a_chunk_does_not_speak_for_a_section_of_which_it_has_the_first_words(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=18))
    assert len(chunks.texts[0].covers) == 2
    response = Chunked(chunks=chunks, retriever=Order(chunks.texts[0].id))("?")
    assert [one.id for one in response.passages] == ["pump-manual#error-codes"]


def test_a_share_of_nothing_is_refused(corpus):
    chunks = Chunks(corpus=corpus, chunker=Fixed(size=18))
    with pytest.raises(UsageError, match="share must lie in"):
        Chunked(chunks=chunks, retriever=Order(), share=0.0)
