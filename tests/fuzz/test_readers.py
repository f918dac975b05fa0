"""Each reader of outside input for a moment; `make fuzz` does the same for as long as one likes."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fuzz.run import available, fuzz
from tests.fuzz.targets import TARGETS

SECONDS = 1


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_takes_its_own_seeds(name: str) -> None:
    read, seeds = TARGETS[name]
    for seed in seeds:
        read(seed)


@pytest.fixture(scope="module")
def tried() -> dict[str, subprocess.CompletedProcess[str]]:
    """How each reader fared; several at once, for they start slowly."""
    if not available():
        pytest.skip("atheris がありません（make fuzz-tools）: この検査は飛ばします")
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(TARGETS, pool.map(lambda name: fuzz(name, SECONDS), TARGETS), strict=True))


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_refuses_but_never_fails(
    name: str, tried: dict[str, subprocess.CompletedProcess[str]]
) -> None:
    assert tried[name].returncode == 0, tried[name].stderr[-3000:]
