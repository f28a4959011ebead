"""The basics of the chosen model, judged against the accepted baselines."""

from evals.chat_model import needs_chat_model
from evals.foundation_suites import DECODING, SURPRISE
from systems.foundation.perplexity import Surprise
from systems.foundation.writers import SideBySide
from systems.models.choice import chosen_local_model

pytestmark = needs_chat_model


def test_the_loop_writes_what_the_library_writes(gate):
    gate(DECODING, SideBySide(model=chosen_local_model()))


def test_texts_surprise_the_model_as_before(gate):
    gate(SURPRISE, Surprise(model=chosen_local_model()))
