"""Workers: processes that train together, each on lessons of its own, with their gradients shared.

A small model gains nothing from a second thread, whose waiting costs as much as its work, and
nearly twice the speed from a second process.
"""

import os
import socket
from collections.abc import Callable
from typing import Any

__all__ = ["rank", "share", "together", "total", "world"]


def rank() -> int:
    """Number of this process, from 0."""
    import torch.distributed as dist

    return dist.get_rank() if dist.is_initialized() else 0


def world() -> int:
    """Number of processes."""
    import torch.distributed as dist

    return dist.get_world_size() if dist.is_initialized() else 1


def share(model: Any) -> None:
    """Give every process the mean of all gradients."""
    import torch
    import torch.distributed as dist

    if world() == 1:
        return
    held = [parameter.grad for parameter in model.parameters()]
    flat = torch.cat([one.reshape(-1) for one in held])
    dist.all_reduce(flat)
    flat /= world()
    for one, mean in zip(held, flat.split([one.numel() for one in held]), strict=True):
        one.copy_(mean.view_as(one))


def total(*counts: int) -> list[int]:
    """The sums of the counts over all processes."""
    import torch
    import torch.distributed as dist

    if world() == 1:
        return list(counts)
    sums = torch.tensor(counts)
    dist.all_reduce(sums)
    return [int(one) for one in sums]


def together(count: int, work: Callable[[], None]) -> None:
    """Do the work in so many processes of one thread each, or in this one where it is one.

    Raises:
        torch.multiprocessing.ProcessRaisedException: the work failed in one of them; the others
            are stopped.
    """
    import torch.multiprocessing as multiprocessing

    if count == 1:
        work()
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    multiprocessing.start_processes(_begin, (count, port, work), nprocs=count, start_method="fork")


def _begin(at: int, count: int, port: int, work: Callable[[], None]) -> None:
    import torch
    import torch.distributed as dist

    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=at, world_size=count)
    try:
        work()
    finally:
        dist.destroy_process_group()
