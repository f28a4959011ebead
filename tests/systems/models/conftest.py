"""A tiny model with random weights, and a server of ours that says what a test scripts."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

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


@dataclass
class Script:
    """What a server answers, and what it was asked."""

    url: str = ""
    replies: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def stream(self, *events, cut=False, named=False):
        """Answer the next request with server-sent events; `cut` ends them in mid-air."""
        lines = [
            (f"event: {event['type']}\n" if named else "")
            + f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n"
            for event in events
        ]
        self.replies.append((200, {"content-type": "text/event-stream"}, lines, cut))

    def fail(self, status, *, headers=None, body=None):
        """Answer the next request with an error."""
        text = json.dumps(body or {"error": {"message": "no", "type": "error"}})
        self.replies.append((status, headers or {}, [text], False))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        script = self.server.script
        script.asked.append(
            (
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                json.loads(body),
            )
        )
        status, headers, lines, cut = script.replies.pop(0)
        self.send_response(status)
        for name, value in {"transfer-encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for line in lines:
            data = line.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        if cut:
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format, *args):
        """Say nothing."""


@pytest.fixture
def script():
    """A server on this machine that follows a script."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    # A client may hang up before it has read everything; nobody needs to hear of it.
    server.handle_error = lambda request, client: None
    server.script = Script(url=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.script
    server.shutdown()
    server.server_close()
    thread.join()
