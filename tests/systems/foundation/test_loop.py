import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from systems.foundation.library import write_by_library
from systems.foundation.loop import first_stop, write_by_hand
from systems.foundation.sampling import Sampling, narrow

pytestmark = pytest.mark.filterwarnings("default")

SAMPLINGS = st.builds(
    Sampling,
    temperature=st.sampled_from([0.0, 0.3, 1.0, 1.7]),
    top_k=st.sampled_from([0, 1, 3, 50, 10_000]),
    top_p=st.sampled_from([0.05, 0.5, 0.9, 1.0]),
    seed=st.integers(0, 2**31),
    max_tokens=st.integers(1, 12),
    stop=st.sampled_from([(), ("e",), ("zq", " t"), ("never comes",)]),
)
PROMPTS = st.lists(st.integers(3, 300), min_size=1, max_size=20)


@settings(max_examples=15, deadline=None)
@given(PROMPTS, SAMPLINGS)
def test_the_loop_writes_what_the_library_writes(network, prompt, sampling):
    by_hand = write_by_hand(network, prompt, sampling)
    by_library = write_by_library(network, prompt, sampling)
    assert by_hand.data == by_library.data
    assert len(by_hand.tokens) <= sampling.max_tokens
    assert not [stop for stop in sampling.stop if stop in by_hand.text]


def test_the_cache_changes_nothing_but_the_time(network):
    import torch

    prompt = list(range(10, 40))
    written = write_by_hand(network, prompt, Sampling(max_tokens=10))
    ids = list(prompt)
    for token in written.tokens:
        with torch.inference_mode():
            scores = network.model(torch.tensor([ids]), use_cache=False).logits[0, -1]
        assert int(scores.argmax()) == token
        ids.append(token)


@given(
    st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=30),
    st.integers(0, 35),
    st.floats(0.05, 1.0),
    st.floats(0.2, 3.0),
)
def test_scores_are_narrowed_as_transformers_does(values, top_k, top_p, temperature):
    import torch
    from transformers import (
        LogitsProcessorList,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    chain = LogitsProcessorList([TemperatureLogitsWarper(temperature)])
    if top_k:
        chain.append(TopKLogitsWarper(top_k))
    if top_p < 1:
        chain.append(TopPLogitsWarper(top_p))
    scores = torch.tensor(values)
    wanted = chain(torch.zeros(1, 1, dtype=torch.long), scores[None])[0]
    found = narrow(scores, Sampling(temperature=temperature, top_k=top_k, top_p=top_p))
    assert torch.equal(found, wanted)
    assert (found > -math.inf).any()


def test_the_end_of_the_context_ends_a_continuation(network):
    prompt = [5] * (network.context - 3)
    written = write_by_hand(network, prompt, Sampling(max_tokens=50))
    assert len(written.tokens) <= 3
    assert written.data == write_by_library(network, prompt, Sampling(max_tokens=50)).data


def test_the_first_stop_text_is_found():
    assert first_stop("one; two. three", (".", ";")) == 3
    assert first_stop("one", (".",)) == -1


@pytest.mark.parametrize(
    "wrong", [{"temperature": -1}, {"top_k": -1}, {"top_p": 0.0}, {"max_tokens": 0}]
)
def test_settings_that_mean_nothing_are_refused(wrong):
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} must"):
        Sampling(**wrong)
