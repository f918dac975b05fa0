"""Runs one target under atheris (coverage-guided, libFuzzer): ``python -m tests.fuzz.driver NAME``.

Further arguments are libFuzzer's own. Ends with an error and the input that caused it where a
reader fails.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["channels", "conversations", "knowledge"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    target, _seeds = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()
