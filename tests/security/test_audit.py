"""What `make audit` makes of pip-audit's answers: silence is never taken for safety."""

from __future__ import annotations

import json

import pytest

from tests.security.audit import judge

SAFE = {"name": "a", "version": "1", "vulns": []}
KNOWN = {"name": "b", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        ([SAFE], 0, "1 件を調べ、0 件"),
        ([SAFE, KNOWN], 1, "b 1: CVE-1（直った版: 2）"),
        ([SAFE, UNKNOWN], 2, "1 件は調べられませんでした: c"),
        ([UNKNOWN], 2, "何も調べていません"),
    ],
)
def test_answers(
    found: list[dict[str, object]], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge(json.dumps({"dependencies": found}), "") == code
    told = capsys.readouterr()
    assert said in told.out + told.err


def test_no_answer_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert judge("", "Traceback …\nConnectionError: no route") == 2
    told = capsys.readouterr().err.strip()
    assert "脆弱性の一覧に届かない" in told and "no route" in told
    assert len(told.splitlines()) == 1
