"""Names of companies by where they stand: 南海プレスです, 取引先の協和ゴムが, 喫茶「ひだまり」."""

from __future__ import annotations

import re
from collections.abc import Collection

from conversations.masking.found import Occupied
from conversations.masking.kana_slots import is_surname_in_kana
from conversations.masking.morphemes import NOUN, PERSONS, PLACE, PROPER, SURNAME, Reader
from conversations.masking.text import alternatives, lasts, word_set

_ENDING = alternatives("name_endings")
_RUN = (
    rf"(?!弊社|当社|うちは|こちら|取引先|仕入先)(?P<name>[一-龥々ヶノァ-ヴーぁ-ん・]{{2,14}}?|"
    rf"[A-Z][A-Za-z]{{1,10}})(?P<end>{_ENDING})"
)
_PERSON = r"[一-龥々ァ-ヴーぁ-ん]{1,6}"
_SAYS = (
    rf"と申|といいま|と言いま|いいます|いう(?:会社|もん|所|ところ|"
    rf"店)|でございま|の者|の[二三四五六七八]代目|の(?:店主|代表|社長|"
    rf"専務|常務|部長|工場長|総務|営業|経理|海外|輸出|担当)|の(?:{_PERSON})(?:です|"
    rf"と申|といい|でございま)"
)
#: Who speaks so tells whose name it is.
OPENED = re.compile(
    rf"(?:^|[。、!\n「]|うちは|弊社は?|当社は?|こちら|[すつ]、)[ ]*{_RUN}"
    rf"(?:株式会社)?(?=(?P<sure>{_SAYS})|"
    rf"です(?:。|、|!|が|けど|ー|わ|\n|$)|や。)"
)
#: 「クレストの田中と申します」: what a name follows with の says where it works.
WORKS = re.compile(
    r"(?:^|[。、!\n])[ ]*(?:弊社|当社|株式会社)?(?P<name>[ァ-ヴー・]{3,15}|"
    r"[A-Z][A-Za-z0-9&'-]{1,20}(?: [A-Z][A-Za-z0-9&'-]*){0,3})の[ ]?"
    r"(?P<who>[一-龥々]{1,4}|[ぁ-ん]{2,5}?|[ァ-ヴー]{2,6})(?=です|"
    r"と申|といい|と言い|でございま|いいます)"
)
SAID = re.compile(
    rf"(?:{alternatives('partners')})(?:の|は|である|、)(?P<name>[ァ-ヴー・]{{3,12}})(?=が|"
    rf"に|と|から|を|も|さん|です|、|。|$)"
    r"|(?<![ァ-ヴーA-Za-z])(?P<firm>[ァ-ヴー・]{3,10}|[A-Z][A-Za-z&]{1,15})社(?=が|"
    r"に|と|から|を|も|は|の|さん|です|、|。|$)"
)
PARTNER = re.compile(
    rf"(?:{alternatives('partners')})(?:の|は|が|である|、){_RUN}(?=が|"
    rf"は|に|と|から|を|も|の|さん|です|、|。|\n|$)"
)
HONOURED = re.compile(rf"(?:^|(?<=[。、\n「はがのにと])){_RUN}(?=さん|様|御中)")
_QUOTED = r"[「『\"](?P<quoted>[^「」『』\"\n]{1,15})[」』\"]"
_SHOP = alternatives("shops")
QUOTED = re.compile(
    rf"(?:{_SHOP}|店名は?|会社|工場|工房){_QUOTED}|{_QUOTED.replace('quoted', 'called')}(?:(?:って|"
    rf"と)?いう|の)(?:名前の|名の|屋号の|小さな|小さい)?[一-龥ァ-ヴーぁ-ん]{{0,6}}?(?:{_SHOP}|"
    rf"店|屋|工房|会社|旅館|商店|メーカー|企業|工場)"
    rf"|{_QUOTED.replace('quoted', 'run')}(?:を(?:経営|営|やって|運営)|"
    rf"の(?:店主|女将|大将|オーナー|経営者))"
)
SHOP = re.compile(
    rf"(?<![一-龥ァ-ヴー])(?:{_SHOP})[ 　]?(?P<name>[一-龥々ァ-ヴーぁ-ん・]{{1,12}}?)"
    rf"(?=(?:の(?:店主|"
    rf"女将|大将|オーナー|主人|経営者|店長|若女将)|と申|といいま|と言いま))"
    rf"|(?:^|[。、\n])(?P<whole>(?:{_SHOP})[ 　・][一-龥々ァ-ヴーぁ-ん・]{{2,12}}?)(?=です|"
    rf"でございま|と申|といい|の|。|$)"
)
CALLED = re.compile(
    r"(?:^|[。、!\n]|(?:弊社|当社|うち)は)[ ]*(?:[^\s。、「」〔〕]{1,12}の)?"
    r"(?P<name>[^\s。、「」〔〕のはがをで]{2,14}?)(?=と申します|"
    r"と申す者|という屋号)"
)
BODY = re.compile(
    rf"(?P<name>(?:{alternatives('bodies')})[ ]?(?!など|等|に|が|は|"
    rf"を|で|の|と|も|か|、|。)[^\s、。「」()\[\]]{{2,16}}?)"
    r"(?=です|の(?:者|代表|理事|事務|職員|会員|方)|と申|といい|として|でございま|が|に|、|。|\n|$)"
)
KANA_SHOP = re.compile(
    r"(?:^|[。、\n])(?P<name>(?:ベーカリー|カフェ|スーパー|パティスリー|"
    r"サロン|美容室|レストラン|ホテル|旅館|食堂|居酒屋|民宿|喫茶)(?![はがをのにでもなやかとへ])[ぁ-ん]{2,8}?)(?=です|"
    r"でございま|の店)"
)
_KATAKANA = re.compile(r"[ァ-ヴー・]+")
_HIRAGANA = re.compile(r"[ぁ-ん]{2,6}")
_NOT_HEAD = re.compile(r"[はがをにのなでとるたいもやへう]$")
_KANA_INSIDE = re.compile(r"[ぁ-ん]")


_ENDS = lasts("name_endings")
_SAID_WITH = lasts("partners") | frozenset("社")
#: Kinds of shops, and marks of what is called by a name.
_SHOPS = lasts("shops") | frozenset('「『"')


class CompanySlots:
    """Finds names of companies in the places of a sentence that are for them."""

    def __init__(self, public: Collection[str], places: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly.
            places: Names of places without 市, 県 …
        """
        self._places = frozenset(places)
        self._public = frozenset(public) | word_set("large_companies")

    def find(self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied) -> None:
        """Find names of companies.

        Args:
            text: The text, widths and forms folded.
            characters: Those of the text.
            reader: Knows under which kinds a word is listed.
            taken: Gets what is found.
        """
        if not _ENDS.isdisjoint(characters):
            self._by_ending(text, characters, reader, taken)
        for match in WORKS.finditer(text) if "の" in characters else ():
            who = match["who"]
            named = SURNAME in reader.entries(who) or is_surname_in_kana(who)
            if named and self._is_coined(match["name"], reader):
                self._take(*match.span("name"), text, taken)
        if not _SAID_WITH.isdisjoint(characters):
            for match in SAID.finditer(text):
                group = "name" if match["name"] else "firm"
                if self._is_coined(match[group], reader):
                    self._take(*match.span(group), text, taken)
        if not _SHOPS.isdisjoint(characters):
            self._shops(text, taken)

    def _by_ending(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        for match in OPENED.finditer(text):
            if self._is_name(match["name"], match["end"], bool(match["sure"]), reader):
                self._take(match.start("name"), match.end("end"), text, taken)
        found = [] if _SAID_WITH.isdisjoint(characters) else [*PARTNER.finditer(text)]
        if "さん" in text or "様" in characters or "御" in characters:
            found += HONOURED.finditer(text)
        for match in found:
            if self._is_name(match["name"], match["end"], False, reader):
                self._take(match.start("name"), match.end("end"), text, taken)

    def _shops(self, text: str, taken: Occupied) -> None:
        for match in KANA_SHOP.finditer(text):
            self._take(*match.span("name"), text, taken)
        for match in SHOP.finditer(text):
            group = "name" if match["name"] else "whole"
            if match[group] not in word_set("not_a_name"):
                self._take(*match.span(group), text, taken)
        if any(mark in text for mark in '「『"'):
            for match in QUOTED.finditer(text):
                group = next(one for one in ("quoted", "called", "run") if match[one])
                self._take(*match.span(group), text, taken)

    def _take(self, start: int, end: int, text: str, taken: Occupied) -> None:
        if text[start:end] not in self._public:
            taken.add(start, end, "company")

    def find_bodies(self, text: str, characters: frozenset[str], taken: Occupied) -> None:
        """Find bodies whose names are phrases, before a rule takes their first word alone."""
        if "法" in characters:
            for match in BODY.finditer(text):
                self._take(*match.span("name"), text, taken)

    def find_rest(self, text: str, taken: Occupied) -> None:
        """Find what somebody calls itself that is neither known as a person nor as a company."""
        if "申" not in text and "屋号" not in text:
            return
        for match in CALLED.finditer(text):
            name = match["name"]
            place = name in self._places or name in word_set("big_places")
            if not place and name not in word_set("not_introduced"):
                self._take(*match.span("name"), text, taken)

    def _is_coined(self, name: str, reader: Reader) -> bool:
        if name in self._public or name.casefold() in self._public or name in word_set("trades"):
            return False
        if name.isascii():
            return name.split()[0] not in word_set("not_latin_names")
        return not reader.entries(name) & {NOUN, PLACE} and any(
            word.unknown or word.kind not in (NOUN, PLACE) for word in reader.words(name)
        )

    def _is_name(self, head: str, ending: str, sure: bool, reader: Reader) -> bool:
        """Return whether what stands before an ending is a name and not a trade: 南海, not 順送."""
        if head in word_set("trades") or head in word_set("not_a_name"):
            return False
        if head + ending in self._public or head in self._public or _NOT_HEAD.search(head):
            return False
        if head in word_set("company_heads"):
            return True
        if head.isascii():
            return head not in word_set("not_latin_heads") and ending not in word_set("own_places")
        shop = ending in word_set("shop_endings")
        if _HIRAGANA.fullmatch(head):
            return shop or sure or is_surname_in_kana(head)
        entries = reader.entries(head)
        if _KATAKANA.fullmatch(head):
            if is_surname_in_kana(head):
                return True
            return not entries & {NOUN, PLACE} and (sure or shop or bool(entries) or len(head) < 6)
        if len(head) == 1 or _KANA_INSIDE.search(head):
            return False
        if head in self._places or head in word_set("big_places"):
            entries = frozenset({PLACE})
        goods = ending in word_set("regional_goods") or ending in word_set("own_places")
        if PLACE in entries and SURNAME not in entries and goods:
            return False
        if NOUN in entries:
            # 大橋 is a bridge, 海上 the sea: only of some a trade behind them makes a name.
            named = ending in word_set("endings_of_names") and head not in word_set("made_goods")
            return named or head in word_set("surnames_and_words")
        if entries:
            return bool(entries & PERSONS) or PROPER in entries or sure or len(ending) > 1
        pieces = reader.words(head)
        return sure and all(piece.kind in PERSONS or piece.unknown for piece in pieces)
