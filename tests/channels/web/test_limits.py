from __future__ import annotations

import pytest

from channels.web.clients import ClientAddresses
from channels.web.limits import KEYS_KEPT, MemoryRateLimiter


def test_a_minutes_allowance_may_be_used_at_once_and_refills() -> None:
    now = [0.0]
    limiter = MemoryRateLimiter(lambda: now[0])
    assert [limiter.take("a", 20) for _ in range(20)] == [0.0] * 20
    assert limiter.take("a", 20) == pytest.approx(3.0)
    assert limiter.take("b", 20) == 0.0
    now[0] = 2.9
    assert limiter.take("a", 20) == pytest.approx(0.1)
    now[0] = 3.1
    assert limiter.take("a", 20) == 0.0
    now[0] = 1e6
    assert [limiter.take("a", 20) for _ in range(21)].count(0.0) == 20


def test_memory_for_keys_is_bounded() -> None:
    limiter = MemoryRateLimiter()
    for number in range(KEYS_KEPT + 10):
        limiter.take(str(number), 5)
    assert len(limiter._buckets) == KEYS_KEPT


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.8, 10.0.0.7", "10.0.0.8"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("10.0.0.1", "[2001:db8:1:2:3::4]:80", "2001:db8:1:2::/64"),
        ("", None, ""),
    ],
)
def test_the_client_is_the_last_address_no_trusted_proxy_has(
    peer: str, forwarded: str | None, client: str
) -> None:
    assert ClientAddresses(["10.0.0.0/8"]).key(peer, forwarded) == client


def test_a_broken_proxy_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        ClientAddresses(["proxy"])
