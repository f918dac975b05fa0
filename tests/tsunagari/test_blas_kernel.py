"""Builds run on one OpenBLAS kernel, whatever the processor would prefer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tsunagari import blas_kernel

_KERNEL_IN_USE = """
import numpy
from threadpoolctl import threadpool_info
print({part["architecture"] for part in threadpool_info() if part["internal_api"] == "openblas"})
"""


def test_a_new_process_uses_the_pinned_kernel() -> None:
    environment = blas_kernel.pinned(os.environ)
    if blas_kernel.VARIABLE not in environment:
        pytest.skip("this processor lacks what the kernel needs")
    shown = subprocess.run(
        [sys.executable, "-c", _KERNEL_IN_USE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == f"{{'{environment[blas_kernel.VARIABLE]}'}}"


def test_a_kernel_the_operator_chose_stays() -> None:
    chosen = blas_kernel.pinned({blas_kernel.VARIABLE: "SkylakeX"})
    assert chosen == {blas_kernel.VARIABLE: "SkylakeX"}


@pytest.mark.parametrize("flags", ["fpu sse2 avx", None], ids=["old processor", "no flags"])
def test_nothing_is_pinned_where_the_kernel_would_not_run(
    flags: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = tmp_path / "cpuinfo"
    listing.write_text(f"flags\t\t: {flags}\n" if flags else "model name : x\n", encoding="utf-8")
    monkeypatch.setattr(blas_kernel, "_PROCESSOR", listing)
    assert blas_kernel.pinned({"A": "1"}) == {"A": "1"}
