"""One-time passwords as the RFCs say, and what the store holds of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from conversations.database import Database
from conversations.schema import staff_second_factor
from desk import totp
from desk.accounts import Accounts, Role
from desk.login_journal import KEEP_DAYS, LoginJournal
from desk.second_factor import PENDING_SECONDS, SecondFactors
from tests.clock import Clock
from tests.stores import store_url

#: RFC 6238, appendix B, SHA-1.
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    database = Database(store_url(tmp_path))
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    Accounts(database, hasher, clock).add(
        "kanri", "管理", Role.ADMINISTRATOR, "長い合言葉をここに書く12"
    )
    yield database
    database.close()


@pytest.fixture
def factors(database: Database, clock: Clock) -> SecondFactors:
    return SecondFactors(database, b"a secret", clock)


def key_of(written: str) -> bytes:
    import base64

    return base64.b32decode(written + "=" * (-len(written) % 8))


def enrolled(factors: SecondFactors, clock: Clock) -> tuple[bytes, list[str]]:
    key = key_of(factors.begin("kanri").key)
    codes = factors.confirm("kanri", totp.code_of(key, totp.step_at(clock())))
    assert codes is not None
    return key, codes


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_the_vectors_of_the_rfc(at: int, code: str) -> None:
    assert totp.code_of(b"12345678901234567890", totp.step_at(at), digits=8) == code


def test_a_code_is_good_once_and_near_its_time(factors: SecondFactors, clock: Clock) -> None:
    key, _ = enrolled(factors, clock)
    # The code that set it up is used up.
    assert factors.check("kanri", totp.code_of(key, totp.step_at(clock()))) is None
    clock.time += 60
    code = totp.code_of(key, totp.step_at(clock()))
    full_width = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert factors.check("kanri", f"{full_width[:3]} {full_width[3:]}") == "code"
    assert factors.check("kanri", code) is None
    clock.time += 300
    assert factors.check("kanri", totp.code_of(key, totp.step_at(clock() - 90))) is None
    assert factors.check("kanri", "") is None
    assert factors.check("nobody", code) is None


def test_recovery_codes_are_good_once_each(factors: SecondFactors, clock: Clock) -> None:
    _, codes = enrolled(factors, clock)
    assert factors.check("kanri", codes[0].lower().replace("-", " ")) == "recovery"
    assert factors.check("kanri", codes[0]) is None
    assert factors.recovery_left("kanri") == len(codes) - 1


def test_the_store_alone_makes_no_codes(
    factors: SecondFactors, database: Database, clock: Clock
) -> None:
    key, codes = enrolled(factors, clock)
    with database.read() as connection:
        kept = str(connection.execute(select(staff_second_factor)).all())
    assert totp.written(key) not in kept and key.hex() not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    other = SecondFactors(database, b"another secret", clock)
    clock.time += 60
    assert other.check("kanri", totp.code_of(key, totp.step_at(clock()))) is None


def test_the_word_that_the_password_was_right(factors: SecondFactors, clock: Clock) -> None:
    token = factors.pending("kanri", "browser")
    assert factors.of_pending(token, "browser") == "kanri"
    assert factors.of_pending(token, "another browser") is None
    assert factors.of_pending(token.replace("kanri", "yamada"), "browser") is None
    for made_up in ("", "1.2.kanri", "9" * 400, "²." + token, token[:-1]):
        assert factors.of_pending(made_up, "browser") is None
    clock.time += PENDING_SECONDS + 2
    assert factors.of_pending(token, "browser") is None


def test_the_journal_forgets_and_names_no_unknown_login(database: Database, clock: Clock) -> None:
    journal = LoginJournal(database, clock)
    journal.note("kanri", "in", "192.0.2.1")
    clock.time += KEEP_DAYS * 86400 + 1
    # A password typed into the wrong field.
    journal.note("hunter2-hunter2", "wrong", "192.0.2.2")
    for _ in range(5):
        journal.note("kanri", "limited", "192.0.2.3")
    told = [(one.login, one.outcome, one.address) for one in journal.latest()]
    assert told == [("kanri", "limited", "192.0.2.3"), ("", "wrong", "192.0.2.2")]
    assert journal.latest(login="kanri", failed=True)[0].failed
