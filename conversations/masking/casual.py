"""Names in the middle of casual sentences: その件は真壁に聞いて, 取引先の丸高金属が.

The dictionary tags one kind for each word of a sentence. Where somebody is asked, sent or on the
telephone, it is enough that a word is listed as a surname at all; and what nobody lists at all is a
name where only the name of an employer can stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from conversations.masking import casual_patterns as patterns
from conversations.masking.found import Occupied
from conversations.masking.kana_slots import is_surname_in_kana
from conversations.masking.morphemes import NOUN, PERSONS, PLACE, PROPER, SURNAME, Reader
from conversations.masking.text import alternatives, word_set

_ENDING = re.compile(rf"(?P<head>.+?)(?P<end>{alternatives('name_endings')})$")
_KATAKANA = re.compile(r"[ァ-ヴー・]{3,}")
_PARTICLE = re.compile(r"[はがをのにでもなやへ]")


class CasualNames:
    """Finds names of persons and companies by what is said of them."""

    def __init__(self, public: Collection[str], places: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly.
            places: Names of places without 市, 県 …; they need what only a person does.
        """
        self._public = frozenset(public) | word_set("large_companies")
        self._places = frozenset(places) | word_set("districts")

    # --- companies ------------------------------------------------------------------------

    def find_companies(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        """Find names of companies (see `NameSlots.find`)."""
        for match in patterns.EMPLOYER.finditer(text):
            name = match["name"]
            shop = match["called"] is not None and patterns.SHOP_ENDING.match(name) is not None
            called = shop and name not in self._places and not reader.entries(name)
            if called or self._is_company(name, reader):
                self._take(match, text, taken, "company")
        if "です" in text:
            for match in patterns.PLAIN.finditer(text):
                if self._is_company(match["name"], reader, plain=True):
                    self._take(match, text, taken, "company")
        for match in patterns.PARTNER.finditer(text):
            if self._is_company(match["name"], reader, plain=True):
                self._take(match, text, taken, "company")
        if "社" in characters:
            for match in patterns.OURS.finditer(text):
                if self._is_company(match["name"], reader):
                    self._take(match, text, taken, "company")
        if " " in characters:
            for match in patterns.SIGNED.finditer(text):
                if SURNAME in reader.entries(match["who"]) and not _PARTICLE.search(match["name"]):
                    self._take(match, text, taken, "company")
        if not characters.isdisjoint("房舗オエボ蔵"):
            for match in patterns.WORKSHOP.finditer(text):
                self._take(match, text, taken, "company")

    def _is_company(self, name: str, reader: Reader, plain: bool = False) -> bool:
        """Return whether nothing else is called so: 丸高金属, ブライトン, 田島屋; not 豆腐屋.

        Args:
            name: What may be a name.
            reader: Knows under which kinds a word is listed.
            plain: It stands where a trade may stand as well: 順送プレスです.
        """
        if name in self._public or name.casefold() in self._public or name in self._places:
            return False
        if name in word_set("not_a_name") or name in word_set("trades"):
            return False
        if _KATAKANA.fullmatch(name):
            known = reader.entries(name)
            coined = any(
                word.unknown or word.kind not in (NOUN, PLACE) for word in reader.words(name)
            )
            ends = _ENDING.match(name)
            if ends and ends["end"] in word_set("firm_endings"):
                # ミライテック, ミツバ工業: of a good or a trade only where an employer is named.
                head = ends["head"]
                spoken = reader.entries(head) & {NOUN, PLACE} or len(head) < 3
                return head not in word_set("trades") and not (plain and spoken)
            return not plain and not known & {NOUN, PLACE} and (coined or is_surname_in_kana(name))
        shop = _ENDING.match(name) or (None if plain else patterns.SHOP_ENDING.match(name))
        if shop is None or (plain and shop["end"] not in word_set("firm_endings")):
            return False
        head = shop["head"]
        if head in self._public or head in self._places or head in word_set("not_a_name"):
            return False
        return self._is_head(head, reader)

    def _is_head(self, head: str, reader: Reader) -> bool:
        if head in word_set("trades") or head in word_set("made_goods"):
            return False
        if head in word_set("company_heads"):
            return True
        entries = reader.entries(head)
        if entries & PERSONS:
            return NOUN not in entries or head in word_set("surnames_and_words")
        if entries:
            return PROPER in entries and not entries & {NOUN, PLACE}
        pieces = reader.words(head)
        # 丸高, 日昇: two letters nobody lists together. 東邦ばね: a name and its trade.
        coined = len(head) == 2 and len(pieces) == 2 and all("一" <= one <= "龥" for one in head)
        named = pieces[0].kind in PERSONS or pieces[0].surface in word_set("company_heads")
        return coined or named or all(piece.unknown for piece in pieces)

    # --- persons --------------------------------------------------------------------------

    def find_persons(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        """Find names of persons (see `NameSlots.find`)."""
        for match in patterns.ACTING_SURELY.matches(text, characters):
            if self._is_surname(match["name"], reader, may_be_place=True):
                self._take(match, text, taken, "person")
        for match in patterns.ACTING.matches(text, characters):
            if self._is_surname(match["name"], reader, may_be_place=False):
                self._take(match, text, taken, "person")
        for match in patterns.FIRST_PERSON.finditer(text):
            # わたし|みやもと|いいます, わたし|やまだ|と|いいます
            name, start = match["name"], match.start("name")
            while not is_surname_in_kana(name) and name.endswith(("と", "といい", "っ")):
                name = name[:-1]
            if is_surname_in_kana(name):
                taken.add(start, start + len(name), "person")
        for pattern in (patterns.ACTING_IN_KANA, patterns.FILLER):
            for match in pattern.finditer(text):
                name = match["name"]
                kana = is_surname_in_kana(name)
                if kana or self._is_surname(name, reader, may_be_place=False):
                    self._take(match, text, taken, "person")
        for match in patterns.ACTING_IN_KATAKANA.matches(text, characters):
            entries = reader.entries(match["name"])
            if not entries & {NOUN, PLACE, PROPER} and self._is_one_word(match["name"], reader):
                self._take(match, text, taken, "person")
        for match in patterns.GREETS_IN_KATAKANA.matches(text, characters):
            if PERSONS & reader.entries(match["name"]) and match["name"] not in self._places:
                self._take(match, text, taken, "person")
        if "@" in characters:
            for person in taken.of("person"):
                work = patterns.AT_WORK.match(text, person.end)
                if work is not None:
                    self._take(work, text, taken, "company")

    def _is_surname(self, name: str, reader: Reader, *, may_be_place: bool) -> bool:
        if name in self._public or name in word_set("not_names") or name in word_set("big_places"):
            return False
        if name in word_set("prefectures"):
            return False
        if len(name) == 1:
            return may_be_place and name in word_set("single_surnames")
        entries = reader.entries(name)
        if SURNAME not in entries:
            return False
        if NOUN in entries and name not in word_set("surnames_and_words"):
            # その件は真壁に聞いて: what only a person is told; the words that fit are listed.
            return may_be_place and name not in word_set("words_not_surnames")
        return may_be_place or not (name in self._places or PLACE in entries)

    def _is_one_word(self, name: str, reader: Reader) -> bool:
        return len(reader.words(name)) == 1 and not name.endswith(tuple(word_set("not_persons")))

    def _take(self, match: re.Match[str], text: str, taken: Occupied, kind: str) -> None:
        if match["name"] not in self._public:
            taken.add(*match.span("name"), kind)
