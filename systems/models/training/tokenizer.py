"""Tokenizer: byte-level pairs, learned from the lessons, in which a name is cut the same way everywhere."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from systems.models.training.lesson import Lesson
from systems.models.training.mixture import lessons

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

__all__ = ["END", "SPECIAL", "START", "learn_tokenizer", "letters", "rendered"]

START, END, PAD = "<|im_start|>", "<|im_end|>", "<|pad|>"
SPECIAL = (PAD, START, END)
CALLS = ("<tool_call>", "</tool_call>")
CITATIONS = tuple(f"[{number}]" for number in range(1, 17))
"""One token each: which number stands before a passage is then found in one step, where with three
tokens (a bracket, a digit, a bracket) it was still guessed after 14 M tokens of training."""

_WORDS = r"[A-Za-z]+|\d| |\n|[^A-Za-z0-9\s]+|\s"
"""A space is a token of its own, so that a name in a sentence and the same name in quotation marks
have the same tokens: copying is then repeating."""


def learn_tokenizer(
    folder: Path, *, vocabulary: int, seed: int, prose: Iterable[str], count: int = 12_000
) -> None:
    """Learn a byte-level BPE (Sennrich et al. 2016) from lessons and other prose, and save it."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(CALLS) - len(CITATIONS),
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = (_plain(lesson) for lesson in islice(lessons(seed=seed), count))
    made.train_from_iterator(chain(texts, prose), trainer)
    # Not special, so that decoding keeps them: the parser of tool calls reads them in the text.
    made.add_tokens(
        [AddedToken(text, special=False, normalized=False) for text in (*CALLS, *CITATIONS)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[START],
        model_max_length=2048,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    ).save_pretrained(folder)


def letters(tokenizer: "PreTrainedTokenizerFast") -> tuple[str, ...]:
    """The tokens of two or more letters, in the order of their numbers."""
    found = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return tuple(text for text, _ in found if text.isascii() and text.isalpha() and len(text) > 1)


def rendered(tokenizer: "PreTrainedTokenizerFast", some: Iterable[Lesson]) -> Iterator[str]:
    """The lessons as the chat template writes them."""
    for lesson in some:
        yield tokenizer.apply_chat_template(
            [_turn(message) for message in lesson.messages],
            tools=[_definition(tool) for tool in lesson.tools] or None,
            tokenize=False,
        )


def _turn(message: Any) -> dict[str, Any]:
    turn: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        turn["tool_calls"] = [
            {"type": "function", "function": {"name": call.name, "arguments": dict(call.arguments)}}
            for call in message.tool_calls
        ]
    return turn


def _definition(tool: Any) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _plain(lesson: Lesson) -> str:
    tools = "\n".join(f"{tool.name} {tool.description} {tool.parameters}" for tool in lesson.tools)
    return "\n".join(
        [
            tools,
            *(f"{turn.role}\n{turn.content}{turn.tool_calls or ''}" for turn in lesson.messages),
        ]
    )
