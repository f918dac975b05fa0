"""Names of persons: what the dictionary tags as one, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from conversations.masking.found import Occupied
from conversations.masking.honorifics import Honoured
from conversations.masking.morphemes import (
    BLANK,
    GIVEN,
    NOUN,
    PERSONS,
    PLACE,
    PROPER,
    SURNAME,
    Word,
)
from conversations.masking.person_patterns import (
    ADJACENT_ROLE,
    BIG_PLACES,
    CALLED,
    CALLS,
    DOES,
    GIVEN_KANA,
    HIRAGANA,
    HUMBLE,
    KANA_READING,
    KANJI,
    LATIN,
    LATIN_NAME,
    NAME,
    NOT_LATIN_NAMES,
    PLACE_GOES_ON,
    ROLE,
    ROLE_LATIN,
    SHORT,
    SPEAKS,
    SPEAKS_OR_ENDS,
    STARTS,
    TOGETHER,
    UPPER,
    WORDS,
    is_kana_name,
    is_latin,
    within_word,
)
from conversations.masking.text import word_set, words

#: What makes a name of the words before it.
_INTRODUCED = re.compile(r"\s*(?:です|と申|といい|と言い|さん|様|、)")


class PersonRules:
    """Finds names of persons."""

    def __init__(self, public: Collection[str], places: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly.
            places: Names of places without 市, 県 …; as surnames they need a context.
        """
        self._public = frozenset(public) | word_set("large_companies")
        self._places = frozenset(places) | word_set("districts")
        self._honoured = Honoured(self._public, self._places)
        self._does = re.compile(words()["person_verbs"])

    def find(self, text: str, found: Sequence[Word], taken: Occupied) -> None:
        """Find names of persons.

        Args:
            text: The text, widths and forms folded.
            found: Its words.
            taken: Gets what is found.
        """
        if UPPER.search(text):
            self._find_latin(text, taken)
        self._find_called(text, found, taken)
        self._find_roles(text, found, taken)
        for index, word in enumerate(found):
            if word.surface in CALLS:
                honoured = self._honoured.before(text, found, index)
                if honoured is not None:
                    self._take(text, *honoured, taken)
        index = 0
        while index < len(found):
            index = self._by_dictionary(text, found, index, taken)
        for match in SHORT.finditer(text):
            taken.add(*match.span("name"), "person")
        for match in TOGETHER.finditer(text):
            tagged = {word.surface for word in found if word.kind in PERSONS or word.kind == PLACE}
            if {match["one"], match["other"]} <= tagged:
                taken.add(*match.span("one"), "person")
                taken.add(*match.span("other"), "person")
        for match in KANA_READING.finditer(text):
            if any(one.end <= match.start() <= one.end + 1 for one in taken.of("person")):
                taken.add(*match.span("kana"), "person")

    # --- Latin letters -----------------------------------------------------------------

    def _find_latin(self, text: str, taken: Occupied) -> None:
        for pattern in (LATIN, ROLE_LATIN, LATIN_NAME):
            for match in pattern.finditer(text):
                group = "named" if match.groupdict().get("named") else "name"
                if match[group].split()[0] not in NOT_LATIN_NAMES:
                    taken.add(*match.span(group), "person")

    # --- と申します -----------------------------------------------------------------------

    def _find_called(self, text: str, found: Sequence[Word], taken: Occupied) -> None:
        for match in CALLED.finditer(text):
            start = self._run_before(text, found, match.start())
            start = next(
                (word.start for word in found if word.end == start and word.kind == SURNAME), start
            )
            name = text[start : match.start()].strip()
            humble = "申" in match["verb"] or "者" in match["verb"] or "もん" in match["verb"]
            inside = [word for word in found if start <= word.start < match.start()]
            if not name or not self._may_be_called(name, inside, humble, text[:start]):
                continue
            begin = text.index(name, start)
            self._take(text, begin, begin + len(name), taken)

    def _may_be_called(self, name: str, inside: Sequence[Word], humble: bool, before: str) -> bool:
        if name in word_set("not_introduced") or name in self._public or len(name) > 12:
            return False
        if any(word.kind in PERSONS or word.unknown for word in inside):
            return True
        introduced = before.rstrip(" 、,は。\n").endswith(tuple(word_set("introduced_first")))
        if all(word.kind == PLACE for word in inside):
            return len(name) < 4 and (humble or introduced or not before)
        kana = bool(re.fullmatch(r"[ぁ-んー]{2,6}|[ァ-ヴー]{2,8}", name))
        opens = not before.strip() or before.rstrip()[-1:] in "。、\n!の〕" or introduced
        if kana:
            return opens
        return opens and len(name) <= (5 if humble else 3 if not before.strip() else 0)

    def _run_before(self, text: str, found: Sequence[Word], at: int) -> int:
        """Return where the words that may be a name ending at an offset begin."""
        script = re.search(rf"(?:{NAME})(?:[ 　・](?:{NAME}))?$", text[:at])
        if script is None:
            return at
        start = script.start()
        for word in reversed(found):
            if word.end > at or word.start < start:
                continue
            named = word.kind in PERSONS or word.kind in (PLACE, PROPER) or word.unknown
            if word.surface in ("の", "は", "も", "が", "、", "で") and not named:
                return max(start, word.end)
            if word.surface in word_set("introduced_first") and word.end < at:
                return word.end
        return start

    # --- 担当の… ---------------------------------------------------------------------------

    def _find_roles(self, text: str, found: Sequence[Word], taken: Occupied) -> None:
        starts = {word.start: index for index, word in enumerate(found)}
        for match in ROLE.finditer(text):
            index = starts.get(match.start("name"))
            if index is None:
                continue
            word = found[index]
            if word.surface in self._places and self._says_where(text, word, match):
                continue
            labelled = bool(re.search(r"[:: \s]", match["link"]))
            if (
                self._is_name_word(word)
                or (labelled and word.unknown)
                or (word.kind == PLACE and self._place_is_person(text, word, match["link"]))
            ):
                self._take_from(text, found, index, taken)
            elif len(word.surface) < 6 and is_kana_name(word) and SPEAKS.match(text[word.end :]):
                self._take(text, word.start, word.end, taken)

    def _says_where(self, text: str, word: Word, role: re.Match[str]) -> bool:
        """弊社は佐野です, 担当は浜田の窓口: a place is told."""
        if "の" in role["link"] or re.search(r"[: ]", role["link"]):
            return False
        ours = role[0].startswith(("弊社", "当社", "小社"))
        return ours or SPEAKS_OR_ENDS.match(text[word.end :]) is None

    def _place_is_person(self, text: str, word: Word, link: str) -> bool:
        after = text[word.end :]
        if PLACE_GOES_ON.match(after) or len(word.surface) > 3:
            return False
        if "の" in link and self._does.search(after[:14]) and after[:1] in "がまに":
            return True
        before = text[: word.start - len(link)]
        if "の" in link and word.surface in self._places and word.surface not in BIG_PLACES:
            return bool(re.match(r"(?:です|が|さ|様|から|まで|に[代連電])", after))
        staff = before.endswith(
            ("担当", "担当者", "窓口", "責任者", "部長", "課長", "氏名", "名前")
        )
        return staff and bool(re.match(r"です|と|が|さ|様|$|\n|[)、。]", after))

    # --- the dictionary ----------------------------------------------------------------

    def _by_dictionary(self, text: str, found: Sequence[Word], index: int, taken: Occupied) -> int:
        word = found[index]
        if word.kind not in (SURNAME, GIVEN) and not (word.kind == PLACE and len(word.surface) < 4):
            return index + 1
        follows = found[index + 1] if index + 1 < len(found) else None
        given = self._given_after(text, found, index)
        if word.kind == PLACE:
            stands = given > index + 1 and bool(KANJI.match(word.surface))
        else:
            ours = any(one.end == word.start - 1 for one in taken.of("company"))
            ours = ours and text[word.start - 1] in "の "
            stands = self._stands_for_person(text, word, follows, given > index + 1, ours)
        if not stands or _lists_a_place(text, found, index, given):
            return index + 1
        self._take(text, word.start, found[given - 1].end, taken)
        return given

    def _stands_for_person(
        self, text: str, word: Word, follows: Word | None, full: bool, ours: bool
    ) -> bool:
        surface, after = word.surface, text[word.end :]
        if surface in self._public or surface in WORDS or PLACE_GOES_ON.match(after):
            return False
        before = text[: word.start]
        if KANJI.match(before[-1:]) and KANJI.match(surface) and not ADJACENT_ROLE.search(before):
            # 外資有地政策: the middle of another word.
            return False
        if full:
            return not HIRAGANA.fullmatch(surface)
        if is_latin(surface) or within_word(text, word):
            return False
        if len(surface) == 1 or surface in self._places or word.kind == GIVEN:
            introduced = bool(STARTS.search(before)) and bool(SPEAKS.match(after))
            if surface in self._places:
                humble = not before.strip() and bool(HUMBLE.match(after))
                return (introduced and (ours or bool(DOES.search(before)))) or humble
            return introduced and (ours or not before.endswith("の"))
        if not re.fullmatch(r"[一-龥々ヶケ]{2,4}", surface):
            # Kana that a surname is written with are also words: only as one introduces oneself.
            return bool(STARTS.search(before)) and bool(SPEAKS.match(after)) and len(surface) > 2
        # A surname right before another noun names a thing (山田方式); a title may follow.
        noun = follows is not None and follows.start == word.end and follows.kind in (NOUN, PROPER)
        return not noun or (follows is not None and follows.surface in CALLS)

    def _given_after(self, text: str, found: Sequence[Word], index: int) -> int:
        """Return the index behind the given name that follows a surname, if one does."""
        at = index + 1
        if at < len(found) and found[at].kind == BLANK and "\n" not in found[at].surface:
            at += 1
        if at >= len(found):
            return index + 1
        word = found[at]
        apart = at > index + 1
        if word.kind == GIVEN and (apart or len(found[index].surface + word.surface) > 2):
            end = at + 1
            if end < len(found) and found[end].kind == GIVEN and len(word.surface) == 1:
                end += 1
            return end
        kana = GIVEN_KANA.match(text, found[index].end) if found[index].kind == SURNAME else None
        if kana is not None:
            return next(
                (i + 1 for i in range(at, len(found)) if found[i].end == kana.end()), index + 1
            )
        kanji = bool(re.fullmatch(r"[一-龥々]{1,3}", word.surface))
        if apart and found[index].kind in (SURNAME,) and kanji:
            ends = at + 1 == len(found) or found[at + 1].kind in (BLANK, "mark", "particle")
            if ends and (word.unknown or word.kind in (SURNAME, NOUN, PROPER, PLACE, "other")):
                return at + 1
        return index + 1

    def _take_from(self, text: str, found: Sequence[Word], index: int, taken: Occupied) -> None:
        end = max(self._given_after(text, found, index), index + 1)
        while (
            end < len(found)
            and found[end].kind in PERSONS
            and found[end].start == found[end - 1].end
        ):
            end += 1
        self._take(text, found[index].start, found[end - 1].end, taken)

    def _is_name_word(self, word: Word) -> bool:
        return word.kind in PERSONS and word.surface not in self._public

    def _take(self, text: str, start: int, end: int, taken: Occupied) -> None:
        if text[start:end] not in self._public:
            taken.add(start, end, "person")


def _lists_a_place(text: str, found: Sequence[Word], index: int, given: int) -> bool:
    """Return whether a message begins with a prefecture and a product (福井 めがね ネパール)."""
    word, rest = found[index], text[found[given - 1].end :]
    if word.surface not in word_set("prefectures") or text[: word.start].strip():
        return False
    if given < index + 3 or found[index + 1].kind != BLANK:
        return False
    named = found[index + 2]
    if named.kind == GIVEN:
        # 福島 もも タイ: a name would stand alone, or be written as names are.
        return bool(HIRAGANA.fullmatch(named.surface)) and rest[:1] in (" ", "\u3000")
    return not _INTRODUCED.match(rest)
