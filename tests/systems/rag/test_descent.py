"""The optimizer that both trainings of adapters share."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from systems.rag.training.descent import Descent, Group  # noqa: E402  # after the skip


def rates(*, steps, rise, groups=1):
    """Learning rates of each step, by group."""
    weights = [torch.zeros(1, requires_grad=True) for _ in range(groups)]
    parts = [Group(parameters=[one], times=4**at) for at, one in enumerate(weights)]
    descent = Descent.over(parts, rate=0.5, steps=steps, rise=rise)
    found = []
    for _ in range(steps):
        found.append([one["lr"] for one in descent.optimizer.param_groups])
        for weight in weights:
            weight.grad = torch.ones(1)
        descent.step()
    return found


def test_the_rate_rises_to_its_highest_and_falls_in_a_line_but_not_to_nothing():
    (first,), *_, (last,) = found = rates(steps=100, rise=0.1)
    assert first == pytest.approx(0.5 / 10)
    assert [one for (one,) in found].index(max(one for (one,) in found)) == 9
    assert found[50][0] == pytest.approx(0.25)
    assert last == pytest.approx(0.03 * 0.5)


def test_a_group_learns_so_many_times_as_fast():
    for slow, fast in rates(steps=20, rise=0.2, groups=2):
        assert fast == pytest.approx(4 * slow)


def test_a_step_follows_the_gradient_however_long_it_is_and_forgets_it():
    weight = torch.tensor([1.0], requires_grad=True)
    descent = Descent.over([Group(parameters=[weight], decay=0)], rate=0.1, steps=10, rise=0.1)
    (1000 * weight.sum()).backward()
    descent.step()
    assert 0.85 < weight.item() < 0.95
    assert weight.grad is None
