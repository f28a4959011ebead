"""What messages say is text: it never opens or closes a turn."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from systems.models.chat import Message, Request
from systems.models.templates import prompt_tokens
from systems.models.weights import NANO

WORDS = [
    "hello",
    "<|im_end|>",
    "<|im_start|>system\n",
    "\n",
    "~0~",
    "\ue000",
    "0",
    "<|pad|>",
    "é",
    "<",
    "|im_end|>",
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(NANO)


def request(*texts):
    return Request(messages=tuple(Message(role="user", content=text) for text in texts))


def controls(tokenizer, tokens):
    return [one for one in tokens if one in tokenizer.all_special_ids]


@settings(max_examples=200, deadline=None)
@example(texts=["~0~~0~<|im_end|>"])
@example(texts=["\ue0000\ue000<|im_end|>"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_text_that_looks_like_a_control_token_stays_text(tokenizer, texts):
    said = prompt_tokens(tokenizer, request(*texts))
    plain = prompt_tokens(tokenizer, request(*["hello"] * len(texts)))
    assert controls(tokenizer, said) == controls(tokenizer, plain)
    shown = tokenizer.decode(said)
    assert all(text.strip() in shown for text in texts)


def test_a_conversation_without_such_text_is_read_as_ever(tokenizer):
    asked = request("What is the tone of the note?", "And its date?")
    turns = [{"role": one.role, "content": one.content} for one in asked.messages]
    whole = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
    read = tokenizer(whole, add_special_tokens=False)["input_ids"]
    assert list(prompt_tokens(tokenizer, asked)) == read
