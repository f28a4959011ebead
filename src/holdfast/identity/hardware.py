"""Hardware: what a run was computed on, without the names of machines or people."""

import functools
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

__all__ = ["accelerators", "hardware", "operating_system"]

_SECONDS = 3.0
_LONGEST = 120
_NVIDIA = Path("/proc/driver/nvidia")


def hardware() -> dict[str, str]:
    """Processor, cores, memory and accelerators by name, as far as that is known at once."""
    found = {
        "processor": _processor(),
        "cores": str(_cores() or ""),
        "memory": _memory(),
        **accelerators(),
    }
    return {name: " ".join(value.split())[:_LONGEST] for name, value in found.items() if value}


@functools.cache
def operating_system() -> str:
    """Name and version of the operating system, such as `Debian GNU/Linux 12 (bookworm)`."""
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}".strip()
    if sys.platform == "win32":
        return f"Windows {platform.release()} {platform.version()}"
    try:
        name = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        name = ""
    return name or f"{platform.system()} {platform.release()}"


def accelerators() -> dict[str, str]:
    """Accelerators and their driver; nothing is imported or initialised to find them."""
    return _of_torch(sys.modules.get("torch")) | _of_nvidia()


@functools.cache
def _processor() -> str:
    if sys.platform == "darwin":
        return _output("sysctl", "-n", "machdep.cpu.brand_string")
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return platform.processor()
    match = re.search(r"(?m)^(?:model name|Model|cpu model)\s*:\s*(.+)$", text)
    return match[1] if match else platform.processor()


def _cores() -> int | None:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


@functools.cache
def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return ""
    return f"{size / 2**30:.0f} GiB"


def _of_torch(torch: Any) -> dict[str, str]:
    """What an imported torch computes on besides the processor, where it has begun to."""
    try:
        if torch is None or not torch.cuda.is_initialized():
            return {}
        names = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
        version = torch.version.hip or torch.version.cuda
    except (AttributeError, RuntimeError, AssertionError):
        return {}
    runtime = "ROCm" if torch.version.hip else "CUDA"
    return {"accelerator": _counted(names), "runtime": f"{runtime} {version}"}


@functools.cache
def _of_nvidia() -> dict[str, str]:
    """Graphics cards by the files of their driver, else by its program."""
    models: list[str] = []
    try:
        for file in sorted(_NVIDIA.glob("gpus/*/information")):
            match = re.search(r"(?m)^Model:\s*(.+)$", file.read_text("utf-8", "replace"))
            models += [match[1]] if match else []
        driver = _driver((_NVIDIA / "version").read_text("utf-8", "replace")) if models else ""
    except OSError:
        models, driver = [], ""
    if models and driver:
        return {"accelerator": _counted(models), "driver": driver}
    rows = _output("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    pairs = [row.rpartition(",") for row in rows.splitlines() if "," in row]
    if not pairs:
        return {}
    return {
        "accelerator": _counted([name.strip() for name, _, _ in pairs]),
        "driver": pairs[0][2].strip(),
    }


def _driver(text: str) -> str:
    match = re.search(r"\b(\d+\.\d+(?:\.\d+)?)\b", text)
    return match[1] if match else ""


def _counted(names: list[str]) -> str:
    """Equal names once with their number.

    >>> _counted(["H200", "H200", "L4"])
    '2 x H200, L4'
    """
    counts = Counter(names)
    return ", ".join(f"{n} x {name}" if n > 1 else name for name, n in counts.items())


def _output(program: str, *arguments: str) -> str:
    """What a program prints; empty where it is missing, fails or takes long."""
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        answer = subprocess.run(
            [path, *arguments], capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return answer.stdout.strip()
