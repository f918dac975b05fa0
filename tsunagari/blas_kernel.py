"""One OpenBLAS kernel for every build, so that the same files give the same model everywhere.

OpenBLAS picks its routines by the processor. They add up in different orders, the last digits of
a product differ, and an optimiser that takes dozens of steps from one to the next ends at other
weights: a model trained on one machine would answer a few questions unlike one trained on
another. The kernel is chosen when NumPy is loaded, hence by the environment of a new process
(OpenBLAS, "Setting the environment variables": OPENBLAS_CORETYPE).
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "OPENBLAS_CORETYPE"
KERNEL = "Haswell"
_NEEDS = {"avx2", "fma"}
_PROCESSOR = Path("/proc/cpuinfo")


def pinned(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which OpenBLAS takes the kernel every build uses.

    Args:
        environment: Of the process that starts the build; a kernel chosen there stays.

    Returns:
        A copy. Nothing is added where the processor lacks what the kernel needs, or where that
        cannot be told.
    """
    copy = dict(environment)
    if _has(_NEEDS):
        copy.setdefault(VARIABLE, KERNEL)
    return copy


def _has(features: set[str]) -> bool:
    if platform.machine() not in {"x86_64", "AMD64"} or not _PROCESSOR.exists():
        return False
    for line in _PROCESSOR.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return features <= set(value.split())
    return False
