"""Names of persons by where they stand: 社長の…が, …と書いて, a line of a signature.

What a sentence is cut into names one kind for each word, and 松下 is a company, 大橋 a bridge and
近江 a place to it. Where the sentence has a place for a person, it is enough that the dictionary
lists the word as a surname at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from conversations.masking.found import Occupied
from conversations.masking.morphemes import GIVEN, NOUN, PLACE, SURNAME, Reader
from conversations.masking.slot_patterns import (
    AFTER_COMPANY,
    BARE,
    DEPARTMENT,
    FAMILY,
    FOREIGN,
    FORM,
    GREETED,
    HIRAGANA_FULL,
    HUMBLE,
    LATIN_FULL,
    LINE,
    MET,
    MY_NAME,
    NUMBERED,
    OURS,
    PARENTHESES,
    REACHED,
    READ_SO,
    ROLED,
    ROLED_KATAKANA,
    TITLED,
    TO,
    TOGETHER,
)
from conversations.masking.text import word_set

_GIVEN_LIKE = re.compile(r"[子美恵江代香奈太郎朗也哉男夫雄介助平之司樹斗輝]$")
_MANY = re.compile(r"[一-龥々ヶノ]+")


class NameSlots:
    """Finds names of persons in the places of a sentence that are for them."""

    def __init__(self, public: Collection[str], places: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly.
            places: Names of places without 市, 県 …; they need the surer places.
        """
        self._public = frozenset(public)
        self._places = frozenset(places)

    def find(self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied) -> None:
        """Find names of persons.

        Args:
            text: The text, widths and forms folded.
            characters: Those of the text.
            reader: Knows under which kinds a word is listed.
            taken: Has the companies, and gets what is found.
        """
        self._titled(text, characters, reader, taken)
        self._roled(text, characters, reader, taken)
        self._said_of_oneself(text, characters, reader, taken)
        self._written_as_one(text, characters, reader, taken)
        if "\n" in text:
            self._lines(text, reader, taken)

    # --- what is a name -------------------------------------------------------------------

    def _surname(self, name: str, reader: Reader) -> bool:
        if name in self._public or name in word_set("not_names"):
            return False
        if len(name) == 1:
            return name in word_set("single_surnames")
        return SURNAME in reader.entries(name)

    def _full(self, name: str, reader: Reader) -> bool:
        """山田太郎 in one piece."""
        if len(name) < 3 or name in self._public or name in word_set("not_names"):
            return False
        return any(
            self._surname(name[:at], reader) and GIVEN in reader.entries(name[at:])
            for at in range(1, min(len(name), 4))
        )

    def _name(self, name: str, reader: Reader, *, may_be_place: bool = True) -> bool:
        if name in word_set("big_places"):
            return False
        if self._surname(name, reader):
            return may_be_place or name not in self._places
        return self._full(name, reader)

    def _take(self, match: re.Match[str], taken: Occupied) -> None:
        end = match.end("given") if match.groupdict().get("given") else match.end("name")
        taken.add(match.start("name"), end, "person")

    # --- 大和田部長, 株主の飯塚が ------------------------------------------------------------

    def _titled(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        for match in TITLED.matches(text, characters):
            name, title = match["name"], match["title"]
            placed = name in self._places or (len(name) == 1 and title in ("代表", "理事"))
            if placed and title in word_set("titles_of_places"):
                continue
            if self._name(name, reader):
                self._take(match, taken)

    def _roled(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        for match in ROLED.matches(text, characters):
            role, link = match["role"], match["link"].strip()
            sure = not (link in ("は", "が") and role in word_set("departments"))
            if not link and not match["link"] and len(match["name"]) == 1:
                continue
            if self._name(match["name"], reader, may_be_place=sure):
                self._take(match, taken)
        for match in ROLED_KATAKANA.matches(text, characters):
            entries = reader.entries(match["name"])
            if not entries & {NOUN, PLACE} and match["name"] not in self._public:
                self._take(match, taken)
        for match in FAMILY.matches(text, characters):
            entries = reader.entries(match["name"])
            given = GIVEN in entries and (NOUN not in entries or _GIVEN_LIKE.search(match["name"]))
            if given or self._full(match["name"], reader):
                self._take(match, taken)
        for match in OURS.matches(text, characters):
            if self._name(match["name"], reader):
                self._take(match, taken)

    # --- はい、松島です ---------------------------------------------------------------------

    def _said_of_oneself(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        for pattern in (MY_NAME, GREETED):
            for match in pattern.matches(text, characters):
                if self._name(match["name"], reader):
                    self._take(match, taken)
        for match in BARE.finditer(text):
            name = match["name"]
            if not self._name(name, reader):
                continue
            introduced = bool(match["more"])
            if name in self._places or name in word_set("districts"):
                stands = introduced and name not in word_set("prefectures")
            else:
                word = NOUN in reader.entries(name)
                stands = introduced or not word or name in word_set("surnames_and_words")
            if stands:
                self._take(match, taken)
        for match in HIRAGANA_FULL.matches(text, characters):
            self._take(match, taken)
        for match in FOREIGN.matches(text, characters):
            parts = match["name"].split("・")
            known = [reader.entries(part) & {NOUN, PLACE} for part in parts]
            if match["name"] not in self._public and (match["sure"] or not any(known)):
                self._take(match, taken)

    # --- 丸越　越智, 前川（内線204）-------------------------------------------------------------

    def _written_as_one(
        self, text: str, characters: frozenset[str], reader: Reader, taken: Occupied
    ) -> None:
        for company in taken.of("company"):
            after = AFTER_COMPANY.match(text, company.end)
            if after is not None and self._name(after["name"], reader):
                self._take(after, taken)
        for pattern in (DEPARTMENT, PARENTHESES, TO, REACHED, MET):
            for match in pattern.matches(text, characters):
                if self._name(match["name"], reader):
                    self._take(match, taken)
        for match in HUMBLE.matches(text, characters):
            if self._surname(match["name"], reader):
                self._take(match, taken)
        for match in FORM.matches(text, characters):
            group = next(one for one in ("name", "quoted", "mister") if match[one])
            if match[group] not in self._public:
                taken.add(*match.span(group), "person")
        for person in taken.of("person"):
            other = TOGETHER.match(text, person.end)
            while other is not None and self._name(other["name"], reader):
                self._take(other, taken)
                other = TOGETHER.match(text, other.end("name"))
        for match in NUMBERED.matches(text, characters):
            pieces = list(_MANY.finditer(text, match.start("names"), match.end("names")))
            if all(self._name(piece[0], reader) for piece in pieces):
                for piece in pieces:
                    taken.add(*piece.span(), "person")
        for match in LATIN_FULL.matches(text, characters):
            if match["name"].split()[0] not in word_set("not_latin_names"):
                self._take(match, taken)
        for match in READ_SO.matches(text, characters):
            if self._surname(match["name"], reader) or GIVEN in reader.entries(match["name"]):
                taken.add(*match.span("name"), "person")
                taken.add(*match.span("kana"), "person")

    def _lines(self, text: str, reader: Reader, taken: Occupied) -> None:
        """Lines that are nothing but a name: signatures."""
        for match in LINE.finditer(text):
            name = match["name"]
            whole = bool(match["given"]) or self._full(name, reader)
            before = text[: match.start()].rstrip()
            closes = not before or before[-1] in "。!-_=―─" or before.endswith(_closings())
            closes = closes or any(one.end == len(before) for one in taken.of("company"))
            if self._name(name, reader) and (whole or closes):
                self._take(match, taken)


def _closings() -> tuple[str, ...]:
    return tuple(word_set("closings"))
