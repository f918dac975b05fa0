"""A clock that stands still until a test moves it."""

from __future__ import annotations


class Clock:
    """Seconds since the epoch, as `time.time` gives them."""

    def __init__(self, time: float = 1_790_000_000.0) -> None:
        self.time = time

    def __call__(self) -> float:
        return self.time
