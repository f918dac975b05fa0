"""Names of companies: by legal form, by ending, by what introduces them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from conversations.masking.company_patterns import (
    ACCOUNT_FORM,
    BODY,
    CALLED,
    FORM,
    HEADS,
    HIRAGANA,
    HIRAGANA_NAME,
    INSIDE,
    INTRODUCED,
    INTRODUCES,
    KANA_NAME,
    KANJI,
    KANJI_WORD,
    LABEL,
    LABEL_END,
    LATIN_FORM,
    LATIN_NAME,
    LOOSE,
    NO_TAIL,
    NOT_A_LABELLED_NAME,
    OWN,
    OWN_BEFORE,
    PLACE_GOES_ON,
    STRICT,
    UPPER,
)
from conversations.masking.found import Occupied
from conversations.masking.morphemes import (
    AFFIX,
    BLANK,
    NOUN,
    NOUNS,
    PERSONS,
    PLACE,
    PROPER,
    SURNAME,
    Word,
    goes_on,
)
from conversations.masking.text import word_set


class CompanyRules:
    """Finds names of companies that are not public bodies."""

    def __init__(self, public: Collection[str]) -> None:
        """Create the rules.

        Args:
            public: Names that are said openly, with and without their legal form.
        """
        self._public = frozenset(public) | word_set("large_companies")

    def find(
        self, text: str, characters: frozenset[str], words: Sequence[Word], taken: Occupied
    ) -> None:
        """Find names of companies with their legal form.

        Args:
            text: The text, widths and forms folded.
            characters: Those of the text.
            words: Its words.
            taken: Gets what is found.
        """
        if UPPER.search(text) and LATIN_FORM.search(text):
            for match in LATIN_NAME.finditer(text):
                self._add(text, match.start(), match.end(), taken)
        for match in FORM.matches(text, characters):
            self._by_form(text, words, match, taken)

    def find_rest(
        self, text: str, characters: frozenset[str], words: Sequence[Word], taken: Occupied
    ) -> None:
        """Find names without a legal form (see `find`)."""
        if not INTRODUCES.isdisjoint(characters):
            for match in LABEL.finditer(text):
                self._by_label(text, match.end(), taken)
            for match in INTRODUCED.finditer(text):
                self._before(text, words, match.start(), taken)
        if "いう" in text:
            for match in CALLED.finditer(text):
                self._add(text, *match.span("name"), taken)
        self._by_ending(text, words, taken)

    def _add(self, text: str, start: int, end: int, taken: Occupied) -> None:
        name = text[start:end]
        bare = FORM.pattern.sub("", name).strip()
        if name in self._public or bare in self._public or bare.casefold() in self._public:
            return
        taken.add(start, end, "company")

    # --- by legal form -----------------------------------------------------------------

    def _by_form(
        self, text: str, words: Sequence[Word], form: re.Match[str], taken: Occupied
    ) -> None:
        start, end = form.span()
        if ACCOUNT_FORM.match(form[0]):
            kana = KANA_NAME.match(text, end)
            if kana is not None:
                # A bank writes the name in katakana, with one blank between its parts.
                more = KANA_NAME.match(text, kana.end())
                taken.add(start, (more or kana).end(), "company")
                return
        before = self._name_before(words, start)
        if before < start:
            self._add(text, before, end, taken)
            return
        after = self._name_after(text, words, end)
        if after > end:
            self._add(text, start, after, taken)

    def _name_before(self, words: Sequence[Word], at: int) -> int:
        """Return where a name that ends at an offset begins; the offset itself: no name."""
        index = next((i for i in range(len(words) - 1, -1, -1) if words[i].end <= at), -1)
        if index >= 0 and words[index].kind == BLANK and words[index].surface != "\n":
            index -= 1
        first = at
        stops = word_set("not_a_name")
        while index >= 0:
            word = words[index]
            inside = word.surface in INSIDE and first != at
            if not inside and (word.kind not in NOUNS and not word.unknown):
                break
            if (
                word.surface in stops
                or word.kind == BLANK
                or word.surface in ("市", "県", "府", "区")
            ):
                break
            first = word.start
            index -= 1
        return first

    def _name_after(self, text: str, words: Sequence[Word], at: int) -> int:
        """Return where a name that begins at an offset ends; the offset itself: no name."""
        start = at
        while start < len(text) and text[start] in " \n":
            start += 1
        if start - at > 1:
            return at
        index = next((i for i, word in enumerate(words) if word.start >= start), len(words))
        if index < len(words) and words[index].start > start:
            return at
        end = _run_of_name(words, index, start)
        if end == start:
            kana = HIRAGANA_NAME.match(text, start)
            if kana is not None and (start == at or text[start - 1] == " ") and len(kana[0]) > 2:
                return kana.end()
            return at
        return end

    # --- by what introduces it ---------------------------------------------------------

    def _by_label(self, text: str, at: int, taken: Occupied) -> None:
        end = LABEL_END.search(text, at)
        name = text[at : end.start() if end else len(text)].strip()
        if 1 < len(name) <= 30 and not NOT_A_LABELLED_NAME.match(name):
            start = text.index(name, at)
            if not re.search(r"[をはが]|ので|から", name[-2:]):
                self._add(text, start, start + len(name), taken)

    def _before(self, text: str, words: Sequence[Word], at: int, taken: Occupied) -> None:
        start = self._name_before(words, at)
        inside = [word for word in words if start <= word.start < at]
        telling = any(
            word.unknown or word.kind in PERSONS or word.kind == PROPER for word in inside
        )
        if start < at and (telling or len(inside) > 1 or _is_katakana(text[start:at])):
            self._add(text, start, at, taken)

    # --- by its ending -----------------------------------------------------------------

    def _by_ending(self, text: str, words: Sequence[Word], taken: Occupied) -> None:
        index = 0
        while index < len(words):
            word = words[index]
            if word.kind not in NOUNS and not word.unknown:
                index += 1
                continue
            last = index
            while last + 1 < len(words) and goes_on(words[last], words[last + 1]):
                last += 1
            if (last > index or len(word.surface) > 3) and _may_name(words, index, last):
                self._run(text, words[index : last + 1], taken)
            index = last + 1

    def _run(self, text: str, run: Sequence[Word], taken: Occupied) -> None:
        """Look at words without a break between them: 山田|製作|所, 大阪|の is none."""
        for first in range(len(run)):
            if run[first].surface in word_set("not_a_name"):
                continue
            for last in range(len(run) - 1, first - 1, -1):
                name = text[run[first].start : run[last].end]
                following = run[last + 1].surface if last + 1 < len(run) else ""
                if self._is_company(text, run[first], run[last], name, following):
                    self._add(text, run[first].start, run[last].end, taken)
                    return

    def _is_company(self, text: str, head: Word, tail: Word, name: str, following: str) -> bool:
        if following and following not in word_set("no_name_follows"):
            return False
        if following in word_set("after_ending") or KANJI.match(text[head.start - 1 : head.start]):
            return False
        strict = STRICT.search(name)
        ending = strict or LOOSE.search(name)
        rest = name[: ending.start()] if ending else ""
        if not rest:
            if head.kind == SURNAME and tail is not head:
                goes_on = PLACE_GOES_ON.match(text, head.end)
                return goes_on is None and _is_trade_of(head, tail)
            return _introduces_itself(text, head, tail)
        if head.kind in PERSONS or (head.unknown and rest not in word_set("trades")):
            return len(rest) > 1 and rest not in word_set("trades")
        if head.kind == PLACE:
            return bool(strict) or _introduces_itself(text, head, tail)
        katakana = _is_katakana(head.surface) and head.surface not in word_set("trades")
        if katakana and len(head.surface) > 2:
            return bool(strict) or bool(OWN.search(text[: head.start])) or head.kind == PROPER
        return head.kind == PROPER and (bool(strict) or _introduces_itself(text, head, tail))


def _may_name(words: Sequence[Word], first: int, last: int) -> bool:
    """Return whether some word of a run can be the head of a name; a trade by itself cannot."""
    for index in range(first, last + 1):
        word = words[index]
        if word.unknown or word.kind in HEADS or "ァ" <= word.surface[0] <= "ヴ":
            return True
    return False


def _introduces_itself(text: str, head: Word, tail: Word) -> bool:
    """八尾|精密の川口と申します, 高知|かつお|食品と申します: who speaks so names its company."""
    if tail is head or head.kind not in (PLACE, PROPER) or not _opens(text, head.start):
        return False
    if tail.surface in NO_TAIL or BODY.search(tail.surface) or tail.kind not in (NOUN, AFFIX):
        return False
    if text.startswith(("と申", "といいます", "と言います"), tail.end):
        return True
    if OWN_BEFORE.match(text, tail.end):
        return True
    return head.kind == PROPER and text.startswith(("です。", "です、", "ですわ"), tail.end)


def _opens(text: str, at: int) -> bool:
    return bool(re.search(r"(?:^|[。、,!?\n\s「]|うちは|弊社は|当社は)$", text[:at]))


def _is_trade_of(head: Word, tail: Word) -> bool:
    """山崎|醤油: a surname and right behind it a trade is a company's name."""
    return (
        len(head.surface) > 1
        and (KANJI_WORD.fullmatch(head.surface) is not None or len(head.surface) > 2)
        and not HIRAGANA.search(tail.surface)
        and not BODY.search(tail.surface)
        and tail.kind in (NOUN, AFFIX)
        and not tail.unknown
        and tail.surface not in word_set("titles")
        and tail.surface not in word_set("honorifics")
        and tail.surface not in word_set("no_name_follows")
        and len(tail.surface) > 1
    )


def _run_of_name(words: Sequence[Word], index: int, start: int) -> int:
    """Return where the words of a name end that begin at an index."""
    end, first = start, index
    stops = word_set("no_name_follows")
    while index < len(words):
        word = words[index]
        latin = word.surface.isascii() and word.surface.isalnum()
        if word.surface.isspace():
            break
        if word.surface in stops and (index > first or word.kind != PROPER):
            break
        if word.kind in NOUNS or word.unknown or latin:
            if word.start != end:
                break
            end = word.end
        elif word.surface in INSIDE and index > first and index + 1 < len(words):
            end = word.end
        else:
            break
        index += 1
    return end


def _is_katakana(text: str) -> bool:
    return bool(re.fullmatch(r"[ァ-ヴー・]+", text))
