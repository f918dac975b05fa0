"""Names by what follows them: …さん, …様, …部長."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conversations.masking.morphemes import BLANK, GIVEN, PERSONS, PLACE, PROPER, Word
from conversations.masking.person_patterns import BIG_PLACES, KANJI, is_katakana
from conversations.masking.text import word_set


class Honoured:
    """Finds the name an honorific or title belongs to."""

    def __init__(self, public: frozenset[str], places: frozenset[str]) -> None:
        self._public = public
        self._places = places

    def before(self, text: str, found: Sequence[Word], at: int) -> tuple[int, int] | None:
        """Return where the name before an honorific or title stands; None where none does."""
        if at == 0:
            return None
        last = found[at - 1]
        if last.end != found[at].start or last.surface in word_set("not_persons"):
            return None
        first = at - 1
        while first and self._joins(found[first - 1], found[first]):
            first -= 1
        run = found[first:at]
        name = text[run[0].start : run[-1].end]
        if name in self._public or name in word_set("not_persons") or name.endswith("様"):
            return None
        title = found[at].surface if found[at].surface in word_set("titles") else ""
        if not any(self._may_be_honoured(word, title) for word in run):
            return None
        # 神戸支店の山田さん: what comes before the name itself stays.
        while len(run) > 1 and not self._may_be_honoured(run[0], title):
            run = run[1:]
        if run[0].kind == GIVEN and KANJI.match(text[run[0].start - 1 : run[0].start]):
            # 税理士さん: the end of a longer word.
            return None
        return run[0].start, run[-1].end

    def _joins(self, one: Word, other: Word) -> bool:
        if one.kind == BLANK or one.surface in "・":
            return other.kind in PERSONS or other.unknown or is_katakana(other.surface)
        if one.end != other.start and one.kind != BLANK:
            return False
        return (
            (one.kind in PERSONS and one.surface not in self._public)
            or (one.unknown and one.kind != BLANK)
            or (other.surface in "・" and is_katakana(one.surface))
        )

    def _may_be_honoured(self, word: Word, title: str) -> bool:
        surface = word.surface
        if surface in word_set("not_persons") or surface in self._public:
            return False
        if word.kind in PERSONS:
            return True
        if word.kind == PLACE:
            if title:
                named = surface in self._places and surface not in BIG_PLACES
                return named and title not in word_set("titles_of_places")
            return (
                surface not in ("日本",)
                and len(surface) < 4
                and not is_katakana(surface)
                and surface[-1] not in "市県府都区町村"
            )
        if is_katakana(surface):
            if word.kind == PROPER:
                return False
            return len(surface) <= 3 or (word.unknown and len(surface) < 9 and not title)
        if word.unknown:
            return bool(re.fullmatch(r"[一-龥々]{1,4}|[ぁ-ん]{2,6}", surface))
        return word.kind == PROPER and bool(re.fullmatch(r"[一-龥々]{2,3}", surface)) and not title
