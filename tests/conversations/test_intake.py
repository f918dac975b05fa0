from __future__ import annotations

import unicodedata

import pytest

from conversations.intake import MAX_LENGTH, clean, escape_command


@pytest.mark.parametrize("raw", ["", "   ", "\n\t", "\u3000", "\u200b\u200d", "\x00\x07", "\ufeff"])
def test_nothing_readable_is_empty(raw: str) -> None:
    assert clean(raw).problem == "empty"


@pytest.mark.parametrize("raw", ["😀", "👨‍👩‍👧", "？？", "。。。", "!!!", "🇻🇳🎌"])
def test_no_letter_or_digit_is_unreadable(raw: str) -> None:
    assert clean(raw).problem == "unreadable"


@pytest.mark.parametrize("raw", ["大阪です😀", "F/S?", "②", "print('x')", "Hello", "ﾀｲ"])
def test_ordinary_text_passes(raw: str) -> None:
    assert clean(raw).problem is None


def test_control_characters_go_and_the_rest_stays() -> None:
    assert clean("タイ\x00の\x1b賃金\u202eは\r\n？").text == "タイの賃金は\n？"


def test_invisible_marks_between_letters_go_and_emoji_hold_together() -> None:
    assert clean("タ\u200bイ\u200dの\ufeff賃\u2060金\u00adは").text == "タイの賃金は"
    family = "👨\u200d👩\u200d👧です"
    assert clean(family).text == family


def test_text_is_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "ベトナムで")
    assert clean(decomposed).text == "ベトナムで"


def test_length_limit_keeps_the_whole_text() -> None:
    assert clean("あ" * MAX_LENGTH).problem is None
    long = clean("あ" * (MAX_LENGTH + 1))
    assert (long.problem, len(long.text)) == ("too_long", MAX_LENGTH + 1)


def test_lone_surrogate_is_survived() -> None:
    assert clean("タイ\ud800").text.startswith("タイ")


def test_leading_slash_becomes_text() -> None:
    assert escape_command('/inform{"country":"x"}') == '／inform{"country":"x"}'
    assert escape_command("F/S") == "F/S"
