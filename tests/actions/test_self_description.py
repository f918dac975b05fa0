"""What a company says of its size, and whose official somebody is."""

from __future__ import annotations

import pytest

from actions.self_description import applicant_of


@pytest.mark.parametrize(
    ("text", "applicant"),
    [
        ("従業員は八千人です", "large"),
        ("社員は1万2千人おります", "large"),
        ("社員数１２，０００名", "large"),
        ("従業員二十五名の会社でございます", "sme"),
        ("職人が7人おります", "sme"),
        ("従業員は600人です", None),
        ("佐賀県庁の職員です", "municipality"),
        ("市の環境局の者ですが", "municipality"),
        ("町役場に勤めています", "municipality"),
        ("県の窓口はどこですか", None),
        ("神戸市の靴屋です", None),
        ("福岡県の部品メーカーです", None),
        ("大阪の金型屋です", None),
    ],
)
def test_applicant(text: str, applicant: str | None) -> None:
    assert applicant_of(text) == applicant


@pytest.mark.parametrize(
    ("text", "applicant"),
    [
        ("10人くらい", "sme"),
        ("うちは二十名ほどです", "sme"),
        ("3人でやってます", "sme"),
        ("夫婦二人でやってます", "sme"),
        ("家族だけで回してる", "sme"),
        ("2000人です", "large"),
        ("人口は10人くらい", None),
        ("10人の申込みがありました", None),
    ],
)
def test_a_bare_number_of_people_is_the_company_s_own_when_asked(
    text: str, applicant: str | None
) -> None:
    assert applicant_of(text, asked=True) == applicant


def test_a_bare_number_of_people_nobody_asked_for_describes_nobody() -> None:
    assert applicant_of("10人くらい") is None
