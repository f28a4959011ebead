"""The assistant and its model's function calling, judged against the accepted baselines.

The services are a local server with recorded answers, which fails where a case asks for it.
A missing library is an error here and never a skip: a gate that did not run must not look green.
"""

import pytest

from evals.chat_model import needs_chat_model
from evals.tools_suites import ASSISTANT, ASSISTANT_FAULTS, FUNCTION_CALLING
from systems.models.choice import chosen_model
from systems.tools.function_calling import FunctionCalling
from systems.tools.instructions import read_instructions
from systems.tools.rehearsal import Rehearsal
from systems.tools.server.serving import LocalServices

pytestmark = needs_chat_model


@pytest.fixture(scope="module")
def assistant():
    with LocalServices() as services:
        yield Rehearsal(model=chosen_model(), services=services)


def test_tools_that_were_never_seen_are_called_rightly(gate):
    gate(FUNCTION_CALLING, FunctionCalling(model=chosen_model(), prompt=read_instructions()))


def test_the_assistant_calls_its_tools_and_says_what_they_gave(gate, assistant):
    gate(ASSISTANT, assistant)


def test_the_assistant_copes_with_tools_that_fail(gate, assistant):
    gate(ASSISTANT_FAULTS, assistant)
