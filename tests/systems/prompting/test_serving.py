import json
import urllib.error
import urllib.request

import pytest

from holdfast.errors import RateLimited, Unavailable
from holdfast.prompts import Prompt
from systems.prompting.extraction import Extraction
from systems.prompting.serving import served

PROMPT = Prompt(
    name="extraction",
    version=1,
    text='+++\nexamples = {select = "none", count = 0}\n+++\n# system\nAnswer with JSON.\n\n'
    "# user\n{{ text }}\n",
)
QUESTION = {"schema": "crate", "text": "K9, flour"}


def asked(address, path, question):
    """Status and value of an answer."""
    data = json.dumps(question).encode()
    request = urllib.request.Request(f"{address}{path}", data=data)  # noqa: S310  # our own server
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the same
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def system(tasks, shelf, rule):
    def made(say):
        return Extraction(prompt=PROMPT, model=rule(say), tasks=tasks, shelf=shelf)

    return made


def test_what_is_rendered_and_sent_back_is_what_the_system_would_send(system):
    extraction = system(lambda messages: '{"no": "K9"}')
    with served(extraction) as address:
        status, rendered = asked(address, "/render", QUESTION)
        assert status == 200
        status, answer = asked(address, "/answer", {**QUESTION, **rendered})
    assert status == 200
    assert answer["output"] == '{"no": "K9"}'
    assert answer["tokenUsage"] == {"prompt": 7, "completion": 3, "total": 10, "numRequests": 1}
    sent = extraction.model.asked[-1]
    extraction(QUESTION)
    assert sent == extraction.model.asked[-1]


def test_messages_may_be_changed_on_their_way(system):
    extraction = system(lambda messages: messages[-1].content)
    with served(extraction) as address:
        turns = {"messages": [{"role": "user", "content": "other"}]}
        assert asked(address, "/answer", {**QUESTION, **turns})[1]["output"] == "other"


@pytest.mark.parametrize(
    ("error", "status"),
    [(RateLimited("slow down"), 429), (Unavailable("nobody there"), 503), (KeyError("x"), 400)],
)
def test_errors_keep_their_kind(system, error, status):
    def fail(messages):
        raise error

    with served(system(fail)) as address:
        rendered = asked(address, "/render", QUESTION)[1]
        found, told = asked(address, "/answer", {**QUESTION, **rendered})
    assert found == status
    assert str(error) in told["error"]


def test_a_question_that_makes_no_sense_is_told_so(system):
    with served(system(lambda messages: "")) as address:
        assert asked(address, "/render", {"schema": "box", "text": ""})[0] == 400
        status, told = asked(address, "/render", {"schema": "crate"})
    assert status == 400
    assert "text" in told["error"]
