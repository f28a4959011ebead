import pytest

from holdfast.errors import DatasetError
from systems.rag.corpus import Corpus


def test_every_section_is_a_passage_with_an_id_from_its_heading(documents):
    sections = Corpus(folder=documents).sections
    assert [section.id for section in sections] == [
        "pump-manual#cleaning",
        "pump-manual#error-codes",
        "travel#hotels",
        "travel#trains",
    ]
    assert sections[2].searchable == "Travel Policy\nHotels\nA night may cost 120 euros."
    assert sections[2].front["status"] == "current"


def test_a_document_may_be_in_any_language_and_begin_with_a_mark_of_its_encoding(tmp_path):
    text = "---\nid: a\ntitle: 海\n---\n## 概要\n\n水\n\n## 詳細\n\n塩\n\n## Über_uns!\n\nx\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8-sig")
    sections = {section.id: section for section in Corpus(folder=tmp_path).sections}
    assert sorted(sections) == ["a#über-uns", "a#概要", "a#詳細"]
    assert sections["a#詳細"].searchable == "海\n詳細\n塩"


@pytest.mark.parametrize(
    "code",
    [
        "```sh\n## not one\n```",
        "~~~~\n```\n## not one\n~~~\n## nor this\n~~~~~",
        "```\n``` sh\n## not one\n```",
        "```inline``` code",
    ],
)
def test_a_comment_in_a_code_block_is_no_heading(tmp_path, code):
    text = f"---\nid: a\ntitle: A\n---\n## One\n\n{code}\n\n## Two\n\nx\n"
    (tmp_path / "a.md").write_text(text)
    sections = Corpus(folder=tmp_path).sections
    assert [(one.id, one.text) for one in sections] == [("a#one", code), ("a#two", "x")]


def test_the_digest_follows_the_content_and_not_the_place(documents, tmp_path):
    before = Corpus(folder=documents).digest
    moved = documents.rename(tmp_path / "elsewhere")
    assert Corpus(folder=moved).digest == before
    path = moved / "source" / "travel.md"
    path.write_text(path.read_text().replace("120", "130"))
    assert Corpus(folder=moved).digest != before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# Title\n", ":1: the document does not begin with a front matter"),
        ("---\nid: a\n", ":1: the document does not begin with a front matter"),
        ("---\nid a\n---\n", ":2: expected `key: value` in the front matter, got 'id a'"),
        ("---\nid: a\n---\n## H\n\nx\n", ": the front matter has no 'title'"),
        ("---\nid: a\ntitle: A\n---\n# A\n\nlost\n\n## H\n\nx\n", ": text outside a section"),
        ("---\nid: a#b\ntitle: A\n---\n## H\n\nx\n", "the id 'a#b' holds '#'"),
        ("---\nid: a\ntitle: A\n---\n# A\n", ": text outside a section"),
        ("---\nid: a\ntitle: A\n---\n## H\n\nx\n\n## h!\n\ny\n", "another section with id 'a#h'"),
    ],
)
def test_a_malformed_document_is_named(tmp_path, text, problem):
    path = tmp_path / "a.md"
    path.write_text(text)
    with pytest.raises(DatasetError) as caught:
        _ = Corpus(folder=tmp_path).sections
    assert str(caught.value).startswith(str(path))
    assert problem in str(caught.value)


def test_a_folder_without_documents_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="no Markdown documents under"):
        _ = Corpus(folder=tmp_path).sections


def test_a_section_is_found_by_its_id(documents):
    corpus = Corpus(folder=documents)
    assert corpus.section("travel#hotels") is corpus.sections[2]


@pytest.mark.parametrize(
    ("identity", "hint"),
    [("travel#hotel", "did you mean 'travel#hotels'"), ("zebra", "it holds 4 sections")],
)
def test_an_unknown_section_is_an_error_that_helps(documents, identity, hint):
    with pytest.raises(DatasetError, match=f"no section '{identity}' .*{hint}"):
        Corpus(folder=documents).section(identity)


def edit(documents):
    path = documents / "source" / "travel.md"
    path.write_text(path.read_text().replace("120", "1300"))


def add(documents):
    text = "---\nid: tea\ntitle: Tea\n---\n\n## Brewing\n\nFour minutes.\n"
    (documents / "source" / "tea.md").write_text(text)


def remove(documents):
    (documents / "source" / "travel.md").unlink()


@pytest.mark.parametrize("change", [edit, add, remove])
def test_documents_that_change_after_they_were_read_are_told(documents, change):
    corpus = Corpus(folder=documents)
    corpus.check()
    change(documents)
    with pytest.raises(DatasetError, match="the documents changed since they were read"):
        corpus.check()
    Corpus(folder=documents).check()
