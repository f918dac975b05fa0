"""Names in kana and Latin letters by where they stand: やまだです, ソムチャイという人, John様."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import yaml

from conversations.masking.found import Occupied
from conversations.masking.morphemes import NOUN, PERSONS, PLACE, Reader
from conversations.masking.text import alternatives, honours, word_set

_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヴ"))}
_ROLES = (
    rf"(?:{alternatives('person_roles')}|パートナー|[ァ-ヴー一-龥]人|"
    rf"マネージャー|エンジニア)[】\])]?"
)
_OPENS = (
    rf"(?:^|[。、!?\n「]|(?:さっき|先ほど|さきほど|先日|昨日|前回|"
    rf"〕|会社|\)|㈱|Ltd\.)[のは]|電話した|連絡した|私は|わたしは|"
    rf"僕は|こちら"
    rf"|{_ROLES}(?:の|は|:|[ ]))[ ]*"
)
_SAYS = (
    r"(?=です(?!か|ね。)|でございま|っす|や(?:。|$|けど|ねん)|だ。|"
    r"と申|といいま|と言いま|と言う者|という者|いいます|言います|"
    r"より[、。]|$|\n|。)"
)
_ACTS = (
    r"|(?=が(?:参|伺|お伺|うかが|担当|来|行|説明|対応|出|言う|言って|"
    r"通訳)|に(?:任せ|頼|聞|電話|連絡)|から(?:です|の|電話|連絡)|"
    r"まで)"
)
_HONOURS = rf"(?=さん|様|さま|氏|先生|くん|はん|{alternatives('titles')})"

KANA = r"(?P<name>(?P<first>[ぁ-んー]{2,6}?|[ァ-ヴー]{2,8}?))"
OPENED = re.compile(rf"(?:^|(?<=[。、!?\n「のは: たら〕])){KANA}(?:{_SAYS}{_ACTS})")
PAIR = re.compile(
    r"(?:(?<![ぁ-んァ-ヴー])|(?<=[のはた]))(?P<name>(?P<first>[ぁ-ん]{2,6}|"
    r"[ァ-ヴー]{2,8})[ ・](?:[ぁ-ん]{2,4}?|[ァ-ヴー]{2,5}))"
    r"(?=です|と申|といい|と言|でござ|っす|や(?:。|$)|さん|様|氏|が|に|から|、|。|\n|\)|$)"
)
HONOURED = re.compile(
    rf"(?:(?<![ぁ-んー])|(?<=[のはとがにをもや]))(?P<first>(?P<name>[ぁ-ん]{{2,6}}?)){_HONOURS}"
)
HONOURED_KATAKANA = re.compile(rf"(?<![ァ-ヴー・])(?P<first>(?P<name>[ァ-ヴー]{{2,8}})){_HONOURS}")
_END = (
    r"(?=です|でございま|と申|といい|と言|いいます|っす|や(?:。|$)|"
    r"が|に|から|という|さん|様|氏|くん|先生|社長|部長|課長|、|。|"
    r"[)]|\n|$)"
)
JOINED = re.compile(
    rf"(?<![ァ-ヴー・「])(?P<name>(?P<first>[ァ-ヴー]{{2,10}})(?:・[ァ-ヴー]{{1,10}}){{1,4}}){_END}"
)
FOREIGN = re.compile(
    rf"(?:{_ROLES}(?:の|は|:)[ ]?(?P<roled>[ァ-ヴー]{{2,9}})(?:{_SAYS}{_ACTS})"
    r"|(?<![ァ-ヴー・])(?P<called>[ァ-ヴー]{2,9})(?=という(?:人|方|者|スタッフ|通訳)|に任せて))"
)
FOREIGN_HONOURED = re.compile(rf"(?<![ァ-ヴー・])(?P<name>[ァ-ヴー]{{3,9}}){_HONOURS}")
KATAKANA = frozenset(map(chr, range(ord("ァ"), ord("ヶ"))))
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SEVERAL = re.compile(r"[ぁ-んァ-ヴー][ ・][ぁ-んァ-ヴ]")
_LATIN = r"(?P<name>[A-Z][A-Za-z]{1,14}(?: [A-Z][A-Za-z]{0,14}\.?){0,3})"
LATIN = re.compile(
    rf"(?:{_OPENS}{_LATIN}(?=です|っす|や(?:。|$)|が(?:参|伺|担当|言)|$|\n)"
    rf"|(?<![A-Za-z&' ]){_LATIN.replace('name', 'said')}(?=と申|といいます|"
    rf"と言いま|と言う者|という(?:者|人|方)|に任せ|いいます|でございま|"
    rf"(?:さん|様|くん|先生|氏|社長|部長|課長)))"
)
#: 「Tanaka Hiroshi」: one word in small letters is what a product or a place may be as well.
SURE_BEFORE = re.compile(r"(?:の|は|:|した|[、!。] ?|ちら|[名当] )$")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Return how frequent surnames are read, in hiragana."""
    path = Path(__file__).with_name("kana_surnames.yml")
    return frozenset(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))


def is_surname_in_kana(name: str) -> bool:
    """Return whether a word in hiragana or katakana reads as a frequent surname."""
    return name.translate(_TO_HIRAGANA) in surnames()


class KanaSlots:
    """Finds names of persons that are not written in kanji."""

    def __init__(self, public: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly.
        """
        self._public = frozenset(public)

    def find(self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied) -> None:
        """Find names of persons (see `NameSlots.find`)."""
        honoured = honours(text, characters)
        katakana = not KATAKANA.isdisjoint(characters)
        for match in OPENED.finditer(text):
            self._surname(match, taken, introduced=True)
        if honoured:
            for pattern in (HONOURED, HONOURED_KATAKANA):
                for match in pattern.finditer(text):
                    self._surname(match, taken, introduced=False)
        if katakana:
            self._foreign(text, honoured, reader, taken)
        if not _UPPER.isdisjoint(characters):
            for match in LATIN.finditer(text):
                self._latin(match, text, taken)

    def _surname(self, match: re.Match[str], taken: Occupied, introduced: bool) -> None:
        first = match["first"]
        # スズキさん is the company as often as a person.
        known = introduced or first not in word_set("large_companies")
        if known and is_surname_in_kana(first) and match["name"] not in self._public:
            taken.add(*match.span("name"), "person")

    def find_whole(self, text: str, reader: Reader, taken: Occupied) -> None:
        """Find names of several parts, before a rule takes one of the parts alone."""
        if not _SEVERAL.search(text):
            return
        for match in PAIR.finditer(text):
            self._surname(match, taken, introduced=True)
        for match in JOINED.finditer(text):
            parts = match["name"].split("・")
            first, last = reader.entries(parts[0]), reader.entries(parts[-1])
            if match["name"] in self._public or (first and not first & PERSONS):
                continue
            if PLACE not in last or last & PERSONS:
                taken.add(*match.span("name"), "person")

    def _foreign(self, text: str, honoured: bool, reader: Reader, taken: Occupied) -> None:
        for match in FOREIGN_HONOURED.finditer(text) if honoured else ():
            name = match["name"]
            if name in self._public or name in word_set("large_companies"):
                continue
            if name.endswith(tuple(word_set("not_persons"))):
                continue
            entries = reader.entries(name)
            if not entries and any(
                word.unknown or len(word.surface) < 3 for word in reader.words(name)
            ):
                taken.add(*match.span("name"), "person")
        for match in FOREIGN.finditer(text):
            group = "roled" if match["roled"] else "called"
            entries = reader.entries(match[group])
            known = not entries or (entries & PERSONS and not entries & {NOUN, PLACE})
            if known and match[group] not in self._public:
                taken.add(*match.span(group), "person")

    def _latin(self, match: re.Match[str], text: str, taken: Occupied) -> None:
        group = "name" if match["name"] else "said"
        name = match[group]
        several = " " in name
        if name.split()[0] in word_set("not_latin_names") or name in self._public:
            return
        if name.casefold() in self._public or name in word_set("large_companies"):
            return
        if name.isupper() and (not several or text[match.end() : match.end() + 2] != "です"):
            return
        alone = not several and group == "name"
        if alone and not SURE_BEFORE.search(text[: match.start(group)]):
            return
        if alone and name[1:] != name[1:].lower():
            return
        taken.add(*match.span(group), "person")
