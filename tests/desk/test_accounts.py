from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy import select

from conversations.database import Database
from conversations.schema import staff_account, staff_session
from desk.accounts import AccountError, Accounts, Role
from desk.sessions import IDLE_SECONDS, LONGEST_SECONDS, StaffSessions, csrf_fits
from tests.clock import Clock
from tsunagari.cli import group

#: Argon2 with little work: the tests are about what is done with it.
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "つながりの合言葉 2026年"


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000_000.0)


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    accounts = Accounts(database, FAST, clock)
    accounts.add("yamada", "山田 花子", Role.COUNSELLOR, PASSWORD)
    return accounts


def test_a_right_password_and_nothing_else_opens_an_account(accounts: Accounts) -> None:
    account = accounts.check("yamada", PASSWORD)
    assert account is not None
    assert (account.name, account.role, account.staff_id) == (
        "山田 花子",
        Role.COUNSELLOR,
        "desk:yamada",
    )
    assert account.last_login_at == 1_000_000.0
    for login, password in (("yamada", PASSWORD + "x"), ("nobody", PASSWORD), ("yamada", "")):
        assert accounts.check(login, password) is None


def test_widths_of_a_password_do_not_matter(accounts: Accounts) -> None:
    assert accounts.check("yamada", "つながりの合言葉　２０２６年") is not None


def test_passwords_are_kept_as_argon2id_only(accounts: Accounts, database: Database) -> None:
    with database.read() as connection:
        kept = connection.execute(select(staff_account)).one()
    assert kept.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(tuple(kept))


def test_a_weak_hash_is_renewed_at_login(database: Database, accounts: Accounts) -> None:
    stronger = Accounts(database, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert stronger.check("yamada", PASSWORD)
    with database.read() as connection:
        assert "m=16,t=2" in connection.execute(select(staff_account.c.password_hash)).scalar_one()
    assert stronger.check("yamada", PASSWORD)


@pytest.mark.parametrize(
    ("login", "name", "password"),
    [
        ("Yamada", "山田", PASSWORD),
        ("y", "山田", PASSWORD),
        ("desk:x", "山田", PASSWORD),
        ("sato", " ", PASSWORD),
        ("sato", "佐" * 61, PASSWORD),
        ("sato", "佐藤", "短い"),
        ("sato", "佐藤", "あ" * 20),
        ("sato", "佐藤", "sato-no-password"),
        ("sato", "佐藤", "x1y2z" * 100),
        ("yamada", "別人", PASSWORD),
    ],
)
def test_what_cannot_be_an_account(
    accounts: Accounts, login: str, name: str, password: str
) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.add(login, name, Role.COUNSELLOR, password)
    assert "\n" not in str(caught.value)
    assert [one.login for one in accounts.all()] == ["yamada"]


def test_disabling_and_new_passwords_end_sessions(accounts: Accounts, database: Database) -> None:
    sessions = StaffSessions(database, Clock())
    token = sessions.begin("yamada")
    assert sessions.find(token)
    accounts.set_password("yamada", "まったく別の合言葉です123")
    assert sessions.find(token) is None
    assert accounts.check("yamada", PASSWORD) is None
    token = sessions.begin("yamada")
    accounts.disable("yamada")
    assert sessions.find(token) is None
    assert accounts.check("yamada", "まったく別の合言葉です123") is None
    assert not accounts.any_active()
    accounts.enable("yamada")
    assert sessions.find(token) is None
    assert accounts.check("yamada", "まったく別の合言葉です123")


def test_a_disabled_account_has_no_session_even_if_its_row_is_left(
    accounts: Accounts, database: Database
) -> None:
    accounts.disable("yamada")
    sessions = StaffSessions(database, Clock())
    assert sessions.find(sessions.begin("yamada")) is None


def test_sessions_end_by_idling_and_by_age(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    sessions = StaffSessions(database, clock)
    token = sessions.begin("yamada")
    clock.time += IDLE_SECONDS - 1
    # Looking alone (an open page that refreshes itself) does not keep it alive …
    assert sessions.find(token)
    clock.time += 2
    assert sessions.find(token) is None
    # … using it does, but not for ever.
    token = sessions.begin("yamada")
    begun = clock.time
    while clock.time < begun + LONGEST_SECONDS - IDLE_SECONDS:
        clock.time += IDLE_SECONDS / 2
        assert sessions.find(token, used=True)
    clock.time = begun + LONGEST_SECONDS
    assert sessions.find(token, used=True) is None


def test_a_session_is_kept_as_a_hash_and_ends_on_logging_out(
    accounts: Accounts, database: Database
) -> None:
    sessions = StaffSessions(database, Clock())
    token = sessions.begin("yamada")
    with database.read() as connection:
        assert token not in str(connection.execute(select(staff_session)).all())
    assert sessions.find(token + "x") is None
    assert sessions.find("") is None
    sessions.end(token)
    assert sessions.find(token) is None


def test_old_sessions_are_swept_when_somebody_logs_in(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    sessions = StaffSessions(database, clock)
    sessions.begin("yamada")
    clock.time += IDLE_SECONDS
    sessions.begin("yamada")
    with database.read() as connection:
        assert len(connection.execute(select(staff_session)).all()) == 1


def test_form_tokens_belong_to_one_session(accounts: Accounts, database: Database) -> None:
    sessions = StaffSessions(database, Clock())
    one, other = sessions.find(sessions.begin("yamada")), sessions.find(sessions.begin("yamada"))
    assert one and other
    assert csrf_fits(one.token, one.csrf)
    assert not csrf_fits(other.token, one.csrf)
    assert not csrf_fits(one.token, None)
    assert not csrf_fits(one.token, "é")


# --- the command ------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("TSUNAGARI_DATABASE_URL", f"sqlite:///{tmp_path / 'command.sqlite'}")

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(group, ["desk", "account", *arguments], input=typed)

    return run


def test_the_command_adds_lists_changes_and_disables(run) -> None:  # type: ignore[no-untyped-def]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    added = run("add", "yamada", "--name", "山田 花子", "--role", "管理者", typed=typed)
    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    listed = run("list").output
    assert listed.split("\t")[:4] == ["yamada", "山田 花子", "管理者", "有効"]
    assert run("password", "yamada", "--password-stdin", typed=f"{PASSWORD}!\n").exit_code == 0
    assert run("disable", "yamada").exit_code == 0
    assert "停止" in run("list").output
    assert run("enable", "yamada").exit_code == 0
    assert "有効" in run("list").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("disable", "nobody"), "アカウントはありません"),
        (("add", "a", "--name", "x", "--password-stdin"), "ログイン名は"),
        (("add", "sato", "--name", "佐藤", "--role", "王様", "--password-stdin"), "役割は"),
    ],
)
def test_the_command_says_what_is_wrong(  # type: ignore[no-untyped-def]
    run, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments, typed=f"{PASSWORD}\n")
    assert result.exit_code != 0
    assert said in str(result.exception)
