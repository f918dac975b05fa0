"""Patterns of how persons are named and name themselves."""

from __future__ import annotations

import re

from conversations.masking.morphemes import Word
from conversations.masking.text import alternatives, word_set

NAME = r"[一-龥々ヶケ]{1,6}|[ァ-ヴー]{2,8}|[ぁ-んー]{2,6}"
CALLED = re.compile(rf"(?P<verb>{alternatives('self_introducers')})")
ROLE = re.compile(
    rf"(?:{alternatives('roles')})(?:者|窓口|責任者)?(?:[】)])?"
    rf"(?P<link>\s*(?:の|は|が|[::]|[ \s/])\s*)(?P<name>(?:{NAME}))"
)
ROLE_LATIN = re.compile(
    rf"(?:{alternatives('roles')})(?:者)?\s*(?:の|は|が|[::]|\s)\s*"
    r"(?P<name>[A-Z][a-zA-Z'.-]*(?: [A-Z][a-zA-Z'-]*){1,3})"
)
LATIN = re.compile(
    r"(?:(?i:my name is|i am|i'm|this is|regards,?|sincerely,?|mr\.?|"
    r"ms\.?|mrs\.?|dr\.?))(?:\s+|(?<=\.))"
    r"(?P<name>[A-Z][a-z]+(?: [A-Z][A-Za-z]+){0,3})"
    r"|(?P<named>[A-Z](?:[a-z]+|\.)(?: [A-Z][A-Za-z]+){1,3})(?=さん|様|氏|と申|といい|先生)"
)
NOT_LATIN_NAMES = frozenset({"From", "Japan", "Osaka", "Looking", "Interested"})
KANA_READING = re.compile(
    r"[(（](?P<kana>[ァ-ヴー]{2,8}[ 　]?[ァ-ヴー]{0,8}|[ぁ-んー]{2,8}[ 　]?[ぁ-んー]{0,8})[)）]"
)
#: Surnames of one character, which dictionaries tag as the words they also are.
SHORT = re.compile(
    r"(?:^|[。!\n])(?P<name>[東西南北森林原関谷辻堀岡星泉島畑柴桂菅榊滝沖])(?=です(?:。|"
    r"、|けど|ー)|と申し)"
)
TOGETHER = re.compile(
    r"(?P<one>[一-龥々]{2,3})(?:と|、)(?P<other>[一-龥々]{2,3})の(?:二人|三人|ふたり|\d人|\d名)"
)
#: 早川ゆうき, 大橋 のぞみ: a given name in kana behind a surname.
_NOT_GIVEN = (
    r"(?![にがをへ]|です|でし|ます|から|より|まで|だけ|とい|とか|"
    r"には|では|への|との|など|たち|らし|って"
    r"|さん|さま|はん|くん|ちゃ)"
)
GIVEN_KANA = re.compile(
    rf"[ ]?{_NOT_GIVEN}[ぁ-んァ-ヴー]{{2,4}}(?=です|と申|といい|と言い|、|。|\)|\s|$|さん|様)"
)
#: Osaka Tools の Suzuki です
LATIN_NAME = re.compile(r"(?<=[のは])(?P<name>[A-Z][a-z]{2,14})(?=です|と申|でございま)")
HUMBLE = re.compile(r"でございま|より[、先]|がお伺い|と申")
ADJACENT_ROLE = re.compile(rf"(?:{alternatives('roles')})$")
DOES = re.compile(r"(?:している|しておる|しております|担当する|という)$")
SPEAKS = re.compile(
    r"^(?:です|っす|だ。|だけど|や。|やけど|ですわ|と申|と言|とい|"
    r"いう|言う|より|でございま|ですー|ですけ|ですが)"
)
SPEAKS_OR_ENDS = re.compile(r"です|と申|と言|とい|いいま|が|さん|様|氏|、|。|\s|$")
STARTS = re.compile(r"(?:^|[。、,.!?\n\s「『(（:]|の|は|から|電話した|〕)$")
WORDS = word_set("not_names")
PLACE_GOES_ON = re.compile(alternatives("place_endings"))
UPPER = re.compile(r"[A-Z]")
KANJI = re.compile(r"[一-龥々]")
HIRAGANA = re.compile(r"[ぁ-んー]+")
BIG_PLACES = word_set("big_places")
CALLS = word_set("honorifics") | word_set("titles")


def is_katakana(text: str) -> bool:
    """Return whether a text is katakana alone."""
    return bool(re.fullmatch(r"[ァ-ヴー]+", text))


def is_kana_name(word: Word) -> bool:
    """Return whether a word may be a name written in kana."""
    return bool(re.fullmatch(r"[ァ-ヴー]{2,6}|[ぁ-ん]{2,5}", word.surface)) and not word.common


def is_latin(text: str) -> bool:
    """Return whether a text is in Latin letters."""
    return text.isascii()


def within_word(text: str, word: Word) -> bool:
    """Return whether kana of a longer word surround it."""
    before, after = text[word.start - 1 : word.start], text[word.end : word.end + 1]
    script = r"[ァ-ヴー]"
    inside = re.match(script, word.surface[0]) and re.match(script, before or " ")
    goes_on = re.match(script, word.surface[-1]) and re.match(script, after or " ")
    return bool(inside or goes_on)
