"""What the tests of several systems share: a small corpus, a tiny model of random weights, and one
that says what it is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from holdfast.system import Spec, ToolCall, Usage
from systems.models.chat import Completion, Request

_DOCUMENTS = {
    "pump-manual": (
        "Pump Manual",
        {
            "Error codes": "E-4012 means that the inlet is dry. E-4013 means that it is frozen.",
            "Cleaning": "Rinse the filter with warm water every month.",
        },
    ),
    "travel": (
        "Travel Policy",
        {"Hotels": "A night may cost 120 euros.", "Trains": "Second class; book early."},
    ),
}

TEMPLATE = (
    "{% if tools %}<|im_start|>system\nTools:{% for tool in tools %}\n{{ tool.function.name }}: "
    "{{ tool.function.description }}{% endfor %}<|im_end|>\n{% endif %}"
    "{% for turn in messages %}<|im_start|>{{ turn.role }}\n{{ turn.content }}"
    "{% for call in turn.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call>"
    "{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SENTENCES = (
    "The ferry leaves Osmer Quay at nine and returns when the tide has turned.",
    "Rinse the filter every month, and write the reading of the meter into the book.",
    "Who sold forty bottles of cider? The note does not tell; ask at the counter.",
    '{"name": "Ada", "age": 41, "tags": ["new", "late"], "paid": true, "left": null}',
)


@pytest.fixture
def documents(tmp_path):
    """A folder with two documents of two sections each."""
    folder = tmp_path / "documents"
    for identity, (title, sections) in _DOCUMENTS.items():
        body = "\n\n".join(f"## {heading}\n\n{text}" for heading, text in sections.items())
        path = folder / "source" / f"{identity}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            f"---\nid: {identity}\ntitle: {title}\nstatus: current\n---\n\n# {title}\n\n{body}\n"
        )
    return folder


def make_model(folder):
    """Write a Llama of random weights with a tokenizer and a chat template into a folder."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    words.train_from_iterator(SENTENCES * 3, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        eos_token="<|im_end|>",  # noqa: S106  # a word of the vocabulary
        pad_token="<|endoftext|>",  # noqa: S106  # another
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        initializer_range=0.4,
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=0,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder of a tiny model."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    return make_model(tmp_path_factory.mktemp("tiny"))


@dataclass(frozen=True)
class Scripted:
    """A chat model whose turns were written down; the loop around it is what is tested."""

    turns: Sequence[str | tuple[ToolCall, ...]]
    requests: list[Request] = field(default_factory=list)

    @property
    def spec(self) -> Spec:
        return Spec(name="scripted")

    def complete(self, request: Request, /) -> Completion:
        turn = self.turns[min(len(self.requests), len(self.turns) - 1)]
        self.requests.append(request)
        usage = Usage(input_tokens=10, output_tokens=2, calls=1)
        if isinstance(turn, str):
            return Completion(text=turn, usage=usage)
        return Completion(text="", tool_calls=turn, usage=usage, finish_reason="tool_calls")

    def complete_all(self, requests, /):
        return tuple(map(self.complete, requests))


@pytest.fixture
def scripted():
    """Makes a model of its turns."""
    return Scripted
