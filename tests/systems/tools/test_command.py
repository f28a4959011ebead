"""The assistant on the command line."""

import json

from click.testing import CliRunner

from systems.tools.__main__ import main


def run(*arguments, model):
    return CliRunner().invoke(main, arguments, env={"HOLDFAST_MODEL": str(model)})


def test_a_question_is_answered_offline_and_told_as_json(tiny):
    found = run("Will it rain in Lunvik tomorrow?", "--offline", "--json", model=tiny)
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert set(told) == {"answer", "tool_calls", "usage"} and told["usage"]["input_tokens"] > 0


def test_the_answer_stands_last_in_the_trace(tiny):
    plain = run("Hello?", "--offline", model=tiny)
    traced = run("Hello?", "--offline", "--trace", model=tiny)
    assert plain.exit_code == 0 and traced.stdout.endswith(plain.stdout)


def test_a_model_that_is_not_there_is_an_error_that_says_what_to_do():
    found = run("Hello?", "--offline", model="no-such-model")
    assert found.exit_code == 4 and "no-such-model" in found.stderr
    assert found.stdout == ""


def test_the_help_teaches_by_examples(tiny):
    found = run("--help", model=tiny)
    assert 'python -m systems.tools "Will it rain in Oslo tomorrow?"' in found.output
