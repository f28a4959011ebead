import json
import shutil
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from math import exp, sqrt
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.errors import MissingExtra, UsageError
from holdfast.system import ToolCall
from systems.models import weights
from systems.models.chat import Message, Request, Tool
from systems.models.local import LocalModel

pytestmark = pytest.mark.filterwarnings("default")

ROOT = Path(__file__).parents[3]
WORDS = [
    "the",
    "ferry",
    "leaves",
    "at",
    "nine",
    "and",
    "returns",
    "when",
    "filter",
    "meter",
    "note",
    "counter",
    "cider",
]
PROMPTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)
SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 6},
        "kind": {"enum": ["a", "b"]},
        "left": {"type": ["boolean", "null"]},
    },
    "required": ["name", "kind", "left"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def model(tiny):
    return LocalModel(model=str(tiny), most=4)


def ask(text, **settings):
    return Request(messages=(Message(role="user", content=text),), max_tokens=12, **settings)


REQUESTS = st.builds(
    ask,
    PROMPTS,
    seed=st.integers(0, 3),
    temperature=st.sampled_from([0.0, 0.0, 0.7, 1.5]),
    schema=st.sampled_from([None, None, SCHEMA]),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(REQUESTS, min_size=1, max_size=7))
def test_an_answer_does_not_depend_on_its_company(model, requests):
    together = model.complete_all(requests)
    alone = [model.complete(request) for request in requests]
    assert [one.text for one in together] == [one.text for one in alone]
    assert [one.usage for one in together] == [one.usage for one in alone]


def test_a_model_with_a_sliding_window_is_batched_too(tiny, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM, MistralConfig

    folder = shutil.copytree(tiny, tmp_path / "sliding")
    plain = json.loads((folder / "config.json").read_text())
    kept = ("vocab_size", "hidden_size", "num_attention_heads", "eos_token_id", "pad_token_id")
    config = MistralConfig(
        **{key: plain[key] for key in kept},
        intermediate_size=64,
        num_hidden_layers=2,
        num_key_value_heads=2,
        sliding_window=8,
        initializer_range=0.4,
    )
    torch.manual_seed(1)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    model = LocalModel(model=str(folder), most=4)
    requests = [ask(" ".join(WORDS[: 1 + n]), temperature=n % 2) for n in range(9)]
    together = model.complete_all(requests)
    assert [one.text for one in together] == [model.complete(one).text for one in requests]


def test_an_answer_that_fills_the_context_does_not_disturb_longer_ones(tiny, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM, GPT2Config

    folder = shutil.copytree(tiny, tmp_path / "positions")
    plain = json.loads((folder / "config.json").read_text())
    config = GPT2Config(
        vocab_size=plain["vocab_size"],
        n_positions=96,
        n_embd=32,
        n_layer=2,
        n_head=2,
        initializer_range=0.4,
        bos_token_id=plain["bos_token_id"],
        eos_token_id=plain["eos_token_id"],
    )
    torch.manual_seed(1)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    model = LocalModel(model=str(folder), most=8)
    texts = [" ".join(WORDS * 2), *WORDS[:7]]
    requests = [replace(ask(text), max_tokens=60) for text in texts]
    together = model.complete_all(requests)
    longest = together[0].usage
    assert longest.input_tokens + longest.output_tokens == 96
    assert max(one.usage.output_tokens for one in together[1:]) > longest.output_tokens
    assert [one.text for one in together] == [model.complete(one).text for one in requests]


def test_tokens_that_are_nearly_alike_are_chosen_without_regard_to_company(tiny, tmp_path):
    from safetensors.torch import load_file, save_file

    twins = shutil.copytree(tiny, tmp_path / "twins")
    parts = load_file(twins / "model.safetensors")
    words = parts["model.embed_tokens.weight"]
    # Every second token has nearly the score of the one before it: rounding alone tells them apart.
    words[1::2] = words[0::2][: len(words[1::2])] * (1 + 1e-7)
    save_file(parts, twins / "model.safetensors", metadata={"format": "pt"})
    model = LocalModel(model=str(twins))
    requests = [ask(" ".join(WORDS[n % 7 : 3 + n]), temperature=n % 2) for n in range(10)]
    together = model.complete_all(requests)
    assert [one.text for one in together] == [model.complete(one).text for one in requests]


@pytest.mark.parametrize("busy", [False, True])
def test_a_program_ends_when_its_main_thread_does(tiny, busy):
    code = (
        "import runpy, sys, threading; runpy.run_path(sys.argv[1])\n"
        "from systems.models.chat import Message, Request\n"
        "from systems.models.local import LocalModel\n"
        "model = LocalModel(model=sys.argv[2])\n"
        "ask = lambda n: Request(messages=(Message(role='user', content='x'),), max_tokens=n)\n"
        "model.complete(ask(2))\n"
        "if sys.argv[3] == 'True':\n"
        "    late = lambda: model.complete_all([ask(200)] * 50)\n"
        "    threading.Thread(target=late, daemon=True).start()\n"
    )
    command = [sys.executable, "-c", code, str(ROOT / "conftest.py"), str(tiny), str(busy)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr


def test_an_answer_is_what_generate_gives(model, tiny):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    network = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(tiny)
    for text in ("when the ferry returns", "cider", "the note and the meter"):
        turns = [{"role": "user", "content": text}]
        ids = tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        out = network.generate(**ids, max_new_tokens=12, do_sample=False)
        new = out[0, ids["input_ids"].shape[1] :].tolist()
        wanted = tokenizer.decode([token for token in new if token != tokenizer.eos_token_id])
        assert model.complete(ask(text)).text == wanted


def test_threads_share_batches_and_get_their_own_answers(model):
    requests = [ask(" ".join(WORDS[: 1 + n]), seed=n, temperature=1.0) for n in range(10)]
    wanted = [model.complete(request).text for request in requests]
    found = {}

    def work(number):
        found[number] = model.complete(requests[number]).text

    threads = [threading.Thread(target=work, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(10)] == wanted


def test_seeds_draw_differently_and_each_the_same_again(model):
    texts = [model.complete(ask("ferry", seed=seed, temperature=1.5)).text for seed in range(5)]
    assert len(set(texts)) == 5
    assert model.complete(ask("ferry", seed=3, temperature=1.5)).text == texts[3]


def test_draws_follow_the_models_own_probabilities(model):
    requests = [
        Request(
            messages=(Message(role="user", content="meter"),),
            max_tokens=1,
            seed=seed,
            temperature=1.0,
            logprobs=True,
        )
        for seed in range(400)
    ]
    # Several tokens may read alike, but their probabilities tell them apart.
    found = [one.logprobs[0] for one in model.complete_all(requests) if one.logprobs]
    logprob, count = Counter(round(one, 3) for one in found).most_common(1)[0]
    share = exp(logprob)
    assert abs(count / 400 - share) < 4.5 * sqrt(share * (1 - share) / 400)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_schema_holds_whatever_the_weights_say(model, temperature):
    requests = [
        Request(
            messages=ask(f"note {n}").messages,
            schema=SCHEMA,
            seed=n,
            temperature=temperature,
            max_tokens=80,
        )
        for n in range(6)
    ]
    for found in model.complete_all(requests):
        assert found.finish_reason == "stop"
        jsonschema.validate(json.loads(found.text), SCHEMA)
        assert list(json.loads(found.text)) == ["name", "kind", "left"]


def test_an_impossible_schema_is_refused(model):
    with pytest.raises(UsageError, match="cannot be enforced"):
        model.complete(ask("x", schema={"type": "no-such-type"}))


def test_the_answer_ends_before_a_stop_text(model):
    whole = model.complete(ask("ferry"))
    assert len(whole.text) > 6
    stop = whole.text[3:6]
    cut = model.complete(ask("ferry", stop=(stop, "never this")))
    assert cut.finish_reason == "stop"
    assert cut.text == whole.text[: whole.text.index(stop)]


def test_usage_length_and_log_probabilities_agree(model):
    found = model.complete(ask("ferry", logprobs=True))
    assert found.finish_reason == "length" and found.usage.output_tokens == 12
    assert len(found.logprobs) == 12 and all(one <= 0 for one in found.logprobs)
    assert found.usage.input_tokens > 0 and found.usage.cost == 0
    assert found.time_to_first_token > 0


def test_an_answer_ends_where_the_model_reads_no_further(model):
    long = ask(" ".join(["meter"] * 60))
    room = 256 - model.complete(long).usage.input_tokens
    found = model.complete(Request(messages=long.messages, max_tokens=10_000))
    assert found.usage.output_tokens <= room and found.finish_reason in ("length", "stop")


def test_a_conversation_that_is_too_long_is_refused_with_its_length(model):
    with pytest.raises(UsageError, match=r"tokens, and the model .* reads 256"):
        model.complete(ask(" ".join(["meter"] * 2000)))


def test_one_bad_request_leaves_the_others_alone(model):
    with pytest.raises(UsageError):
        model.complete_all([ask("fine"), ask(" ".join(["meter"] * 2000))])
    assert model.complete(ask("fine")).usage.output_tokens > 0


def test_an_error_of_the_model_reaches_every_caller_and_is_over_then(tiny, monkeypatch):
    model = LocalModel(model=str(tiny), most=3)
    wanted = model.complete(ask("fine")).text

    def fail(**_):
        raise MemoryError("no room for keys and values")

    with monkeypatch.context() as patched:
        patched.setattr(model.network.model, "forward", fail)
        for text in ("one", "two"):
            with pytest.raises(MemoryError, match="no room"):
                model.complete_all([ask(text)] * 5)
    assert model.complete(ask("fine")).text == wanted


def test_turns_of_tools_reach_the_template(model):
    tool = Tool(name="look", description="Looks.")
    turns = (
        Message(role="user", content="Look!"),
        Message(role="assistant", tool_calls=(ToolCall(name="look", arguments={"a": 1}),)),
        Message(role="tool", content="seen", tool_call_id="call_0"),
    )
    with_calls = model.complete(Request(messages=turns, tools=(tool,), max_tokens=2))
    without = model.complete(Request(messages=turns[:1], max_tokens=2))
    assert with_calls.usage.input_tokens > without.usage.input_tokens + 10


def test_a_response_template_of_the_tokenizer_is_followed(tiny, tmp_path):
    folder = shutil.copytree(tiny, tmp_path / "templated")
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    fields = {
        "content": {"content": "text"},
        "tool_calls": {
            "open": "<<",
            "close": ">>",
            "repeats": True,
            "content": "json",
            "transform": {"type": "function", "function": "{content}"},
        },
    }
    settings["response_template"] = {"start_anchor": "assistant\n", "fields": fields}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    model = LocalModel(model=str(folder))
    engine = model._engine()
    tool = Tool(name="look", description="Looks.")
    lane = engine.lane(Request(messages=(Message(role="user", content="x"),), tools=(tool,)))
    reply = engine._reply(lane, 'I look. <<{"name": "look", "arguments": {"a": 1}}>>')
    assert reply.tool_calls == (ToolCall(name="look", arguments={"a": 1}, id="call_0"),)
    assert reply.text.strip() == "I look."


def test_the_spec_follows_the_files_and_what_changes_answers(tiny, tmp_path):
    before = LocalModel(model=str(tiny)).spec
    assert set(before.artifacts) == {"weights", "config", "tokenizer", "chat_template"}
    assert before.params == {"model": tiny.name}
    assert LocalModel(model=str(tiny), most=2).spec == before
    assert LocalModel(model=str(tiny), precision="bfloat16").spec != before
    copy = shutil.copytree(tiny, tmp_path / "copy")
    (copy / "chat_template.jinja").write_text("{{ messages[-1].content }}")
    changed = LocalModel(model=str(copy)).spec.artifacts
    assert {key for key in changed if changed[key] != before.artifacts[key]} == {"chat_template"}


def test_altered_weights_of_the_embedded_model_are_refused(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "NANO", shutil.copytree(tiny, tmp_path / "nano"))
    monkeypatch.setattr(weights, "PUBLISHED", {"nano": "0" * 64})
    with pytest.raises(UsageError, match="the published ones have 0000"):
        LocalModel().complete(ask("x"))


def test_pickled_weights_and_code_of_a_model_are_never_loaded(tiny, tmp_path):
    pickled = shutil.copytree(tiny, tmp_path / "pickled")
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    with pytest.raises(UsageError, match="pickled weights are never loaded"):
        LocalModel(model=str(pickled)).complete(ask("x"))
    coded = shutil.copytree(tiny, tmp_path / "coded")
    config = json.loads((coded / "config.json").read_text())
    (coded / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoConfig": "x.Y"}}))
    with pytest.raises(UsageError, match="its own code"):
        _ = LocalModel(model=str(coded)).spec


def test_a_model_that_holds_no_conversations_is_refused(tiny, tmp_path):
    plain = shutil.copytree(tiny, tmp_path / "plain")
    (plain / "chat_template.jinja").unlink()
    with pytest.raises(UsageError, match="no chat template"):
        LocalModel(model=str(plain)).complete(ask("x"))


@pytest.mark.parametrize("wrong", [{"precision": "float33"}, {"most": 0}])
def test_settings_that_mean_nothing_are_refused(wrong):
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} must"):
        LocalModel(**wrong)


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"no config\.json"):
        _ = LocalModel(model=str(tmp_path)).spec


def test_a_model_that_the_hub_cannot_give_is_named(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UsageError, match="'nobody/nothing' is neither in the cache"):
        _ = LocalModel(model="hf:nobody/nothing").spec


def test_a_missing_library_names_the_install_line(tiny, monkeypatch):
    monkeypatch.setitem(sys.modules, "xgrammar", None)
    with pytest.raises(MissingExtra, match="pip install xgrammar"):
        LocalModel(model=str(tiny)).complete(ask("x", schema=SCHEMA))


def test_without_weights_of_the_embedded_model_the_error_says_what_stands_in(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "NANO", tmp_path)
    with pytest.raises(UsageError, match=r"weights are missing here.*HOLDFAST_MODEL=hf:OWNER/NAME"):
        LocalModel(model="nano").complete(Request(messages=(Message(role="user", content="hi"),)))
