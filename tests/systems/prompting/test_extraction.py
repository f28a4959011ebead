import pytest

from holdfast.errors import UsageError
from holdfast.prompts import Prompt
from systems.prompting import variants
from systems.prompting.extraction import Extraction

HEAD = '+++\nexamples = {{select = "{select}", count = 2}}\n{more}\n+++\n'
BODY = """# system
{% for key in task.keys %}
- {{ key.name }}: {{ key.about }}, {{ key.kind }}{{ ", or null" if key.nullable }}
{% endfor %}

# user for each example
{{ example.text }}

# assistant for each example
{{ example.answer | json }}

# user
{{ text }}
"""


@pytest.fixture
def system(tasks, shelf, rule):
    """Makes an extraction with settings of its prompt."""

    def made(*, select="none", more="", say=None):
        model = rule(say or (lambda messages: '{"no": "K9", "kg": 2.0, "kind": "dry"}'))
        text = HEAD.format(select=select, more=more) + BODY
        prompt = Prompt(name="extraction", version=1, text=text)
        return Extraction(prompt=prompt, model=model, tasks=tasks, shelf=shelf)

    return made


def shown(extraction, text):
    extraction({"schema": "crate", "text": text})
    return [turn.content for turn in extraction.model.asked[-1].messages if turn.role == "user"]


def test_the_answer_is_data_and_text_with_its_usage(system):
    response = system()({"schema": "crate", "text": "K9, flour"})
    assert response.data == {"no": "K9", "kg": 2, "kind": "dry"}
    assert response.text.startswith('{"no"')
    assert (response.usage.input_tokens, response.usage.output_tokens) == (7, 3)


def test_keys_are_told_in_words(system):
    extraction = system()
    extraction({"schema": "crate", "text": "K9"})
    assert extraction.model.asked[0].messages[0].content == (
        "- no: number of the crate, text\n- kg: weight, number, or null\n"
        "- kind: what is in it, one of wet, dry\n"
    )


@pytest.mark.parametrize(
    "said", ["", "K9", "[1]", 'Here: {"no": 1}', '{"a": 1, "a": 2}', '{"a": NaN}']
)
def test_what_is_no_object_is_no_data_and_is_not_mended(said, system):
    response = system(say=lambda messages: said)({"schema": "crate", "text": "K9"})
    assert response.data is None
    assert response.text == said


def test_the_first_examples_are_the_same_for_every_text(system, rows):
    extraction = system(select="first")
    assert shown(extraction, "K9") == [rows["a"][0], rows["b"][0], "K9"]


def test_the_nearest_examples_come_with_the_nearest_last(system, rows):
    extraction = system(select="nearest")
    text = "Nobody weighed K8 because the weather was fine, barley."
    assert shown(extraction, text)[-2:] == [rows["c"][0], text]
    text = "Crate K7 with mussels weighs 3.5 kilograms."
    assert shown(extraction, text)[-2:] == [rows["d"][0], text]


def test_listed_examples_come_as_the_prompt_lists_them(tasks, shelf, rows, rule):
    more = '[examples.ids]\ncrate = ["d", "a"]'
    text = '+++\n[examples]\nselect = "listed"\n' + more + "\n+++\n" + BODY
    prompt = Prompt(name="extraction", version=1, text=text)
    model = rule(lambda messages: "{}")
    extraction = Extraction(prompt=prompt, model=model, tasks=tasks, shelf=shelf)
    assert shown(extraction, "K9") == [rows["d"][0], rows["a"][0], "K9"]


def test_the_schema_is_enforced_only_where_the_prompt_says_so(system):
    for more, enforced in (("", False), ("constrained = true", True)):
        extraction = system(more=more)
        extraction({"schema": "crate", "text": "K9"})
        schema = extraction.model.asked[0].schema
        assert (schema is not None) == enforced
        assert schema is None or "description" not in schema


@pytest.mark.parametrize(
    ("select", "more", "says"),
    [
        ("closest", "", "select is one of none, first, nearest, listed"),
        ("none", "temprature = 1", "'temprature' means nothing here"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(select, more, says, system):
    with pytest.raises(UsageError, match=says):
        system(select=select, more=more)


def test_unknown_schemas_name_the_known_ones(system):
    with pytest.raises(UsageError, match="did you mean 'crate'"):
        system()({"schema": "crates", "text": "K9"})


def test_the_spec_changes_with_all_that_answers_depend_on(tasks, shelf, tmp_path, system, rows):
    plain, few = system(), system(select="first")
    near = system(select="nearest")
    assert len({one.spec.digest for one in (plain, few, near)}) == 3
    assert set(few.spec.artifacts) >= {"extraction.md", "model", "schemas", "examples"}
    assert "encoder" in near.spec.artifacts
    assert "examples" not in plain.spec.artifacts
    before = few.spec.digest
    rows = shelf.path.read_text().replace("K1", "K11")
    other = tmp_path / "other.jsonl"
    other.write_text(rows)
    moved = Extraction(
        prompt=few.prompt, model=few.model, tasks=tasks, shelf=type(shelf)(path=other)
    )
    assert moved.spec.digest != before


@pytest.mark.parametrize("version", variants.versions())
def test_every_version_that_is_shipped_can_ask_about_every_schema(version, rule):
    extraction = variants.variant(version, model=rule(lambda messages: "{}"))
    for name in variants.TASKS.names:
        request = extraction.request(variants.TASKS[name], "A text.")
        assert request.messages[-1].content == "A text."
        assert all(turn.content for turn in request.messages)


def test_examples_come_from_the_development_cases_alone():
    assert all(example.id.startswith("ex-dev-") for example in variants.DEV.examples)


def test_what_is_live_keeps_its_name_through_all_versions(rule):
    model = rule(lambda messages: "{}")
    assert variants.live(model=model).spec.name == "extraction"
    assert variants.variant(1, model=model).spec.name == "extraction-v1"
