"""Keys: their file, their exchange while servers run, what is lost with them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from conversations import vault as vaults
from conversations.vault import Sealed, Vault, VaultError, new_secret

TEXT = "山田太郎 06-6789-1234"


def test_the_file_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    first = Vault(tmp_path / "var" / "privacy.keys")
    sealed = first.seal(TEXT)
    assert stat.S_IMODE((tmp_path / "var" / "privacy.keys").stat().st_mode) == 0o600
    assert TEXT not in sealed.text and "06-6789" not in sealed.text
    assert Vault(tmp_path / "var" / "privacy.keys").open(sealed) == TEXT
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["privacy.keys"]


def test_a_file_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "privacy.keys"
    Vault(path)
    path.chmod(0o644)
    with pytest.raises(VaultError, match="chmod 600"):
        Vault(path)


def test_a_running_server_follows_an_exchange(tmp_path: Path) -> None:
    path = tmp_path / "privacy.keys"
    server, command = Vault(path), Vault(path)
    old = server.seal(TEXT)
    made = command.add_key()
    new = server.seal(TEXT)
    assert new.key_id == made.id != old.key_id
    assert server.open(old) == server.open(new) == TEXT
    assert command.open(old) == TEXT


def test_a_replaced_key_goes_after_a_day_and_only_when_it_seals_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(tmp_path / "privacy.keys")
    old = vault.seal(TEXT)
    vault.add_key()
    assert vault.drop_retired(frozenset()) == []
    later = vaults.time.time() + vaults.RETIRED_SECONDS + 1
    monkeypatch.setattr(vaults.time, "time", lambda: later)
    assert vault.drop_retired(frozenset({old.key_id})) == []
    assert vault.drop_retired(frozenset()) == [old.key_id]
    assert vault.open(old) is None


def test_tampering_and_lost_keys_open_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "privacy.keys")
    sealed = vault.seal(TEXT)
    assert vault.open(Sealed(sealed.key_id, sealed.text[:-4] + "AAAA")) is None
    assert vault.open(Sealed("unknown", sealed.text)) is None
    assert Vault(tmp_path / "other.keys").open(sealed) is None


def test_keys_of_the_environment(tmp_path: Path) -> None:
    one, two = new_secret(), new_secret()
    before, after = Vault(tmp_path / "k", one), Vault(tmp_path / "k", f"{two}, {one}")
    sealed = before.seal(TEXT)
    assert after.open(sealed) == TEXT
    assert after.seal(TEXT).key_id != sealed.key_id
    assert not (tmp_path / "k").exists()
    with pytest.raises(VaultError, match="new-key"):
        after.add_key()
    with pytest.raises(VaultError, match="鍵の形"):
        Vault(tmp_path / "k", "short")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_where_no_key_can_be_kept_the_start_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(VaultError, match="作れません"):
        Vault(tmp_path / "var" / "privacy.keys")
