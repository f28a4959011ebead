from types import SimpleNamespace

import pytest

from systems.models.room import forward_with


class Model:
    """Answers with its inputs, whatever they are called."""

    def __call__(self, **inputs):
        return self.forward(**inputs)


class Since524(Model):
    def forward(self, input_ids, cache=None, **others):
        return SimpleNamespace(read=input_ids, kept=cache, others=others)


class Before(Model):
    def forward(self, input_ids, past_key_values=None, **others):
        return SimpleNamespace(read=input_ids, kept=past_key_values, others=others)


@pytest.mark.parametrize("model", [Since524(), Before()])
def test_the_cache_reaches_a_model_by_the_name_that_it_knows(model):
    answer = forward_with(model, "cache", input_ids=[7])
    assert (answer.read, answer.kept) == ([7], "cache")
    assert answer.others == {"use_cache": True, "logits_to_keep": 1}
