"""Training: what is learned, and that an interruption changes nothing but the time."""

import itertools
import time
from dataclasses import replace

import pytest
import torch
from torch.multiprocessing import ProcessRaisedException

from systems.models.training import trainer, workers
from systems.models.training.batches import batches
from systems.models.training.mixture import lessons
from systems.models.training.trainer import Recipe, build, train

TINY = Recipe(
    hidden=32,
    inner=32,
    layers=1,
    heads=1,
    tokens=6_000,
    plateau=3_000,
    decay=2_000,
    warmup=1_000,
    step_tokens=1_500,
    batch_tokens=1_000,
)


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_what_is_learned_is_what_the_assistant_says_and_the_end_of_its_turn(tokenizer):
    made = list(itertools.islice(lessons(seed=1), 40))
    stream = batches(tokenizer, iter(made), tokens=4000, longest=2048, seed=0)
    learned = [
        tokenizer.decode(ids[mask])
        for batch in stream
        for ids, mask in zip(batch.ids, batch.learned, strict=True)
    ]
    assert len(learned) == 40
    for lesson in made:
        turns = [one for one in lesson.messages if one.role == "assistant"]
        kept = [one for at, one in enumerate(turns) if at not in lesson.skipped]
        assert any(
            text.count("<|im_end|>") == len(kept) and all(one.content in text for one in kept)
            for text in learned
        )


def test_the_rate_rises_stays_and_falls_to_nothing():
    assert TINY.rate(0) < 1 or TINY.warmup <= TINY.step_tokens
    assert TINY.rate(2_000) == 1
    assert 0 < TINY.rate(5_500) < 0.5
    assert TINY.rate(6_000) == 0


def test_a_training_goes_on_where_it_was_interrupted(tokenizer, tmp_path):
    stopped = []

    def stop(progress):
        stopped.append(progress)

    train(tmp_path, TINY, tokenizer=tokenizer, reserved=frozenset(), report=stop)
    model = build(TINY)
    progress = trainer._load(tmp_path, model, trainer._optimizers(model, TINY))
    assert progress.tokens >= TINY.tokens
    longer = replace(TINY, tokens=9_000)
    train(tmp_path, longer, tokenizer=tokenizer, reserved=frozenset(), report=stop)
    further = trainer._load(tmp_path, model, trainer._optimizers(model, TINY))
    assert further.steps > progress.steps
    assert further.lessons > progress.lessons


def test_what_is_saved_is_what_is_loaded(tokenizer, tmp_path):
    model = build(TINY)
    optimizers = trainer._optimizers(model, TINY)
    stream = batches(tokenizer, lessons(seed=1), tokens=1000, longest=512, seed=0)
    for _ in range(2):
        trainer._step(model, optimizers, [next(stream)], rate=1.0)
    trainer._save(
        tmp_path, model, optimizers, trainer.Progress(lessons=5, tokens=7, steps=2, loss=1.5)
    )
    again = build(TINY)
    others = trainer._optimizers(again, TINY)
    assert trainer._load(tmp_path, again, others).lessons == 5
    batch = next(stream)
    for each, its in ((model, optimizers), (again, others)):
        trainer._step(each, its, [batch], rate=0.5)
    assert all(
        torch.equal(one, two)
        for one, two in zip(model.parameters(), again.parameters(), strict=True)
    )


def test_learning_lowers_the_loss(tokenizer):
    quick = replace(TINY, adam=0.02)
    model = build(quick)
    optimizers = trainer._optimizers(model, quick)
    batch = next(batches(tokenizer, lessons(seed=1), tokens=2000, longest=512, seed=0))
    losses = [trainer._step(model, optimizers, [batch], rate=1.0) for _ in range(12)]
    assert losses[-1] < 0.85 * losses[0]


def test_processes_that_train_together_keep_the_same_weights(tokenizer, tmp_path):
    def work():
        rank = workers.rank()
        model = build(TINY)
        optimizers = trainer._optimizers(model, TINY)
        own = lessons(seed=1, start=rank, stride=workers.world())
        stream = batches(tokenizer, own, tokens=800, longest=512, seed=0)
        for _ in range(3):
            trainer._step(model, optimizers, [next(stream)], rate=1.0)
        trainer._save(tmp_path / str(rank), model, optimizers, trainer.Progress(steps=rank))
        assert workers.total(1, 5) == [2, 10]

    workers.together(2, work)
    workers.together(1, lambda: None)
    models = []
    for rank in range(2):
        models.append(build(TINY))
        saved = trainer._load(
            tmp_path / str(rank), models[-1], trainer._optimizers(models[-1], TINY)
        )
        assert saved.steps == rank
    fresh = build(TINY)
    for one, two, start in zip(*(each.parameters() for each in (*models, fresh)), strict=True):
        assert torch.equal(one, two)
        assert not torch.equal(one, start)


def test_a_failure_in_one_process_ends_the_others():
    def work():
        if workers.rank() == 1:
            raise ValueError("no more lessons")
        time.sleep(60)  # ended long before

    with pytest.raises(ProcessRaisedException, match="no more lessons"):
        workers.together(2, work)
