"""Links stretches of Japanese text to the values of the knowledge base."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from rasa.nlu.tokenizers.tokenizer import Token

from knowledge.analysis import Analyser
from knowledge.word_vectors import open_word_vectors
from nlu.cues import Cues
from nlu.folding import Folded, fold, fold_key
from nlu.lexicon import LEXICON
from nlu.matching import NameTrie, Trie, surface_hits
from nlu.mentions import BLOCKED_ENTITY, CUE, EXCLUDABLE, NAME_ENTITIES, Mention, Partial, Row
from nlu.misspelling import Misspellings
from nlu.overlap import without_overlap
from nlu.phrases import is_distinct, telling_words
from nlu.plausibility import (
    fits,
    holds_together,
    is_at_home,
    is_company_word,
    is_explained,
    is_manner,
    is_only_like,
    is_other_compound,
    is_other_party,
    is_parted,
    is_setting,
)
from nlu.resemblance import Resemblance, original_span
from nlu.sounds import Sounds, hear
from nlu.sudachi_tokenizer import POS, SPELLING

#: Nearly all names have so many letters or more, and few begin alike.
_OPENING = 2
_MAX_GAP = 2
_MAX_SIMILAR = 5
_EXCLUDING = re.compile(
    r"(?:の?(?:会社|企業|メーカー|工場|業者?|屋|関係|系))?(?:とか|など|なんか|あたり|の|ん)?"
    r"(?:では?なく|じゃなく|じゃない(?:方|ほう|です|んです|よ|けど|ので|し|、|。|$)|ではない|"
    r"じゃあ?りません|ではありません|やなく|やのうて|ちゃうくて|でなく|以外|はやめ|をやめ|やめて|は(?:ちょっと|少し|すこし)?(?:遠い|遠す|とおい)|は違|"
    r"は間違|ではだめ|は除|を除|はなし|は無し|は外し|は(?:もう|今は|全然|まったく|全く|特に|、)*考えて(?:い?ない|い?ません|おりません|へん|らん)|には?行かない|"
    r"は(?:いらない|要らない|いらん|要らん|いりません|要りません|不要|必要(?:ない|ありません)|結構です)|"
    # A market that was lost: 「中国に出せなくなったので」, 「中国から撤退して」.
    r"(?:に|へ|向け(?:に|が|の)?|への?)(?:輸出|販売)?(?:が|は|も)?(?:出せ|売れ|でき|輸出でき|送れ)"
    r"(?:なくな|なくて|ないので|ないから|ないため|ません(?:ので|から))|からの?撤退)"
)
#: Behind what a company wants less than something else (売るより試したい).
_RATHER = re.compile(r"(?:という|の|こと|ほう|方)*より[もはか]?")
_PLACES = frozenset({"city", "prefecture", "country", "region"})
#: Between two places that share the word behind them.
_AND = frozenset({"と", "や", "・", "、", "か"})
#: The same between places that are ruled out together; a comma may part a correction.
_JOINED = _AND - {"、"}
#: Between a place and the word that names the record: 神戸 の センター, 北九州 にある 協会.
_LINKS = frozenset(
    {"の", "に", "有る", "で", "遣る", "てる", "居る", "為る", "方", "あの", "其の", "此の", "例"}
)


class Linker:
    """Finds mentions by name, by content words, by sound, by resemblance and by place + word."""

    def __init__(
        self, rows: Iterable[Row], partials: Sequence[Partial] = (), threshold: float = 84.0
    ) -> None:
        """Builds the look-up structures.

        Args:
            rows: The dictionary.
            partials: Records that can be named by a place and one word.
            threshold: Least rapidfuzz similarity (0–100) of a misspelt name.
        """
        self._names, self._phrases = NameTrie(_OPENING), Trie()
        analyser, rows = Analyser(), list(rows)
        self._cues = Cues(rows, analyser)
        rows = [row for row in rows if row.form != CUE]
        vectors = open_word_vectors()
        fuzzy: list[Row] = []
        for row in rows:
            if row.form == "phrase":
                self._names.add(fold_key(row.alias), row)
                self._add_phrase(row, analyser, least=1)
                continue
            self._names.add(fold_key(row.alias), row)
            if row.entity == "record" and row.form == "surface":
                self._add_phrase(row, analyser, least=2)
            if row.form == "surface" and row.entity in ("record", "country"):
                fuzzy.append(row)

        def exists(word: str) -> bool:
            return vectors is not None and word in vectors

        self._sounds = Sounds(rows, analyser, exists)
        self._misspellings = Misspellings(fuzzy, exists)
        self._resemblance = Resemblance(fuzzy, threshold)
        self._partials: dict[str, list[Partial]] = defaultdict(list)
        for partial in partials:
            for head in partial.heads:
                self._partials[head].append(partial)

    def _add_phrase(self, row: Row, analyser: Analyser, least: int) -> None:
        """Files a row under the content words of its alias, if there are enough of them."""
        words = [(token.pos, token.normal.lower()) for token in analyser.tokens(row.alias)]
        telling = telling_words(words)
        if len(telling) >= least and is_distinct(words, telling):
            self._phrases.add([lemma for _, lemma in telling], row)

    def link(self, text: str, tokens: list[Token]) -> list[Mention]:
        """Finds the mentions of a message.

        Args:
            text: The message.
            tokens: Its Sudachi tokens.

        Returns:
            Mentions that do not overlap, in order of appearance.
        """
        folded = fold(text)
        borders = {token.start for token in tokens}
        borders.update(token.end for token in tokens)
        respelt = any(SPELLING in token.data for token in tokens)
        found = [
            Mention(start, end, rows)
            for start, end, rows in surface_hits(folded, self._names, text, borders, respelt)
        ]
        found.extend(self._by_phrase(tokens))
        found = [mention for mention in found if respelt or fits(mention, text, tokens)]
        chosen = without_overlap(found)
        heard = hear(tokens)
        self._replace(chosen, self._sounds.names(tokens, heard, chosen))
        self._by_place_and_word(tokens, chosen)
        for mention in [item for item in chosen if item.entity == "record"]:
            self._beside(mention, tokens, chosen)
        self._replace(chosen, self._misspellings.find(text, tokens, list(chosen)))
        if not any(mention.entity == "record" for mention in chosen):
            self._by_resemblance(folded, borders, tokens, chosen)
        chosen.extend(self._sounds.properties(text, tokens, heard, chosen))
        chosen.extend(self._cues.find(tokens, chosen))
        chosen = [
            mention
            for mention in chosen
            if mention.entity != BLOCKED_ENTITY
            and not is_other_party(mention, tokens)
            and not is_manner(mention, tokens)
            and not is_at_home(mention, text, chosen)
            and not is_setting(mention, text, chosen)
            and not is_only_like(mention, text)
        ]
        chosen.sort(key=lambda mention: mention.start)
        for mention in chosen:
            preferring = mention.entity == "purpose" and _RATHER.match(text, mention.end)
            if mention.entity in EXCLUDABLE and (preferring or _EXCLUDING.match(text, mention.end)):
                mention.role = "excluded"
        _exclude_together(chosen, text)
        return chosen

    @staticmethod
    def _replace(chosen: list[Mention], found: Iterable[Mention]) -> None:
        """Adds mentions; words of the dictionary inside such a name mean the name."""
        for mention in found:
            chosen[:] = [m for m in chosen if m.end <= mention.start or mention.end <= m.start]
            chosen.append(mention)

    def _by_phrase(self, tokens: list[Token]) -> list[Mention]:
        telling = telling_words([(token.data[POS], token.lemma) for token in tokens])
        positions = [index for index, _ in telling]
        lemmas = [lemma for _, lemma in telling]
        found = []
        for first in range(len(positions)):
            for stop, rows in self._phrases.matches(lemmas, first):
                inside = positions[first:stop]
                if any(b - a > _MAX_GAP + 1 for a, b in pairwise(inside)):
                    continue
                kept = rows
                if len(inside) <= 3 and not holds_together(tokens[inside[0] : inside[-1] + 1]):
                    kept = [row for row in rows if row.entity != "record"]
                if kept:
                    start, end = tokens[inside[0]].start, tokens[inside[-1]].end
                    found.append(Mention(start, end, list(kept), 0.95, "phrase"))
        return found

    def _by_place_and_word(self, tokens: list[Token], chosen: list[Mention]) -> None:
        """Adds records named by their place and one word of their name (神戸のセンター)."""
        if not self._partials:
            return
        for place in [item for item in chosen if item.entity in ("city", "prefecture", "country")]:
            after = next((i for i, token in enumerate(tokens) if token.start >= place.end), None)
            if after is None:
                continue
            for position, token in enumerate(tokens[after : after + 4], after):
                if is_company_word(tokens[position : position + 2]):
                    break
                partials = [
                    partial
                    for partial in self._partials.get(token.lemma, ())
                    if place.value in partial.places
                    or any(p in partial.places for p in place.rows[0].detail.split())
                ]
                # 神戸にあるセンター names it, 神戸でセンターを営む does not.
                last = position
                while last + 1 < len(tokens) and tokens[last + 1].lemma in self._partials:
                    last += 1
                behind = [] if place.entity == "country" else tokens[last + 1 : last + 3]
                parted = is_parted(tokens[after:position], behind)
                whole = not is_other_compound(tokens[position : position + 2])
                if partials and whole and not parted and not _inside_name(token, chosen):
                    exact = [item for item in partials if place.value in item.places]
                    named = {t.lemma for t in tokens if place.start <= t.start < place.end}
                    (exact or partials).sort(key=lambda item: not named & item.heads)
                    rows = [
                        Row("record", item.record, token.text, "partial")
                        for item in exact or partials
                    ]
                    chosen[:] = [
                        item
                        for item in chosen
                        if item.end <= place.start or item.start >= token.end
                    ]
                    chosen.append(Mention(place.start, token.end, rows, 0.8, "place"))
                    break
                linked = token.lemma in _LINKS or token.lemma in LEXICON.supporting
                if not linked and token.data[POS] != "接頭辞":
                    break

    def _beside(self, mention: Mention, tokens: list[Token], chosen: list[Mention]) -> None:
        """Adds the other record of two places that share one word (関西と愛知のデスク)."""
        before = next((t for t in reversed(tokens) if t.end <= mention.start), None)
        inside = [t for t in tokens if mention.start <= t.start and t.end <= mention.end]
        if before is None or before.text not in _AND or not inside:
            return
        other = next((m for m in chosen if m.end == before.start and m.entity in _PLACES), None)
        kind = mention.value.partition(".")[0]
        rows = [
            Row("record", item.record, inside[-1].text, "partial")
            for item in self._partials.get(inside[-1].lemma, ())
            if other and other.value in item.places and item.record.startswith(f"{kind}.")
        ]
        if other and rows:
            chosen[:] = [item for item in chosen if item is not other]
            chosen.append(Mention(other.start, other.end, rows, 0.8, "place"))

    def _by_resemblance(
        self, folded: Folded, borders: set[int], tokens: list[Token], chosen: list[Mention]
    ) -> None:
        """Adds the names a stretch of text resembles most (誤字、誤変換)."""
        for score, first, stop, row in self._resemblance.best(folded.text)[:_MAX_SIMILAR]:
            if stop <= first:
                continue
            start, end = original_span(folded, first, stop)
            # A name begins where a word does, whatever is wrong inside it.
            if start not in borders:
                continue
            overlapping = [item for item in chosen if item.start < end and start < item.end]
            if any(row.value == item.value for item in overlapping):
                continue
            similar = [item for item in overlapping if item.extractor == "resemblance"]
            if similar:
                for item in similar:
                    if row.value not in [other.value for other in item.rows]:
                        item.rows.append(row)
                continue
            if is_explained(start, end, row.alias, tokens, overlapping):
                continue
            # A dictionary word inside a longer misspelt name gives way; a full name stays.
            if any(item.end - item.start >= 0.7 * (end - start) for item in overlapping):
                continue
            chosen[:] = [item for item in chosen if item not in overlapping]
            chosen.append(Mention(start, end, [row], score / 100 * 0.9, "resemblance"))


def _exclude_together(chosen: list[Mention], text: str) -> None:
    """Rules out what is joined to a place ruled out (神戸と名古屋以外)."""
    for one, following in reversed(list(pairwise(chosen))):
        both = one.entity in _PLACES and following.entity in _PLACES
        between = text[one.end : following.start].lstrip("都道府県市")
        if both and following.role == "excluded" and between in _JOINED:
            one.role = "excluded"


def _inside_name(token: Token, chosen: list[Mention]) -> bool:
    return any(
        item.entity in NAME_ENTITIES and item.start <= token.start < item.end for item in chosen
    )
