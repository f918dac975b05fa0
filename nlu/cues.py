"""Words that together ask for a property, in any order (「経済は年に何パーぐらい伸びてる」)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from knowledge.analysis import Analyser
from nlu.mentions import CUE, Mention, Row
from nlu.phrases import telling_words
from nlu.speech_act import act_of
from nlu.sudachi_tokenizer import POS

#: So many telling words at most from the first to the last of a set.
_WINDOW = 9
#: So many words are meant though another property is named.
_SURE = 3
#: Less than a name: the words may stand together for another reason.
_SCORE = 0.7
_SENTENCE_ENDS = frozenset("。！？!?\n")
#: What a sentence must name, or else ask for, to be about anything that has properties.
_SUBJECTS = frozenset({"record", "country"})
#: Properties that are named in every other question, beside the one that is asked for.
_VAGUE = frozenset({"overview", "activities"})


class Cues:
    """Finds properties by sets of words."""

    def __init__(self, rows: Iterable[Row], analyser: Analyser) -> None:
        """Files the sets.

        Args:
            rows: The dictionary; rows of other forms are passed over.
            analyser: Gives the words as messages have them.
        """
        self._cues: dict[str, list[tuple[frozenset[str], Row]]] = {}
        for row in rows:
            if row.form != CUE:
                continue
            # Word by word: beside another one 稼ぎ is taken for the verb.
            tokens = [one for word in row.alias.split() for one in analyser.tokens(word)]
            words = [(one.pos, one.normal.lower()) for one in tokens]
            lemmas = frozenset(lemma for _, lemma in telling_words(words))
            # Filed under its rarest-looking word, so that few sets are tried for each message.
            self._cues.setdefault(max(lemmas, key=lambda one: (len(one), one)), []).append(
                (lemmas, row)
            )

    def find(self, tokens: Sequence[Token], chosen: Sequence[Mention]) -> list[Mention]:
        """Returns the property each sentence asks for, where it names none.

        Args:
            tokens: Of the message.
            chosen: What was found by name.
        """
        found = []
        for sentence in _sentences(tokens):
            inside = [m for m in chosen if sentence[0].start <= m.start < sentence[-1].end]
            named = any(m.entity == "attribute" and m.value not in _VAGUE for m in inside)
            best = self._best(sentence, inside)
            if named and best and len(best.rows[0].alias.split()) < _SURE:
                continue
            if best and (
                any(m.entity in _SUBJECTS for m in inside) or act_of(sentence, inside).asks
            ):
                found.append(best)
        return found

    def _best(self, tokens: Sequence[Token], chosen: Sequence[Mention]) -> Mention | None:
        """Returns the mention of the largest set that stands together in a sentence."""
        telling = telling_words([(token.data[POS], token.lemma.lower()) for token in tokens])
        lemmas = [lemma for _, lemma in telling]
        known = frozenset(lemmas)
        best: tuple[list[int], Row] | None = None
        for lemma in dict.fromkeys(lemmas):
            for words, row in self._cues.get(lemma, ()):
                if not words <= known:
                    continue
                places = [place for place, one in enumerate(lemmas) if one in words]
                near = places[-1] - places[0] < _WINDOW
                if near and (best is None or len(words) > len(best[1].alias.split())):
                    best = places, row
        if best is None:
            return None
        for place in reversed(best[0]):
            token = tokens[telling[place][0]]
            if not any(m.start < token.end and token.start < m.end for m in chosen):
                return Mention(token.start, token.end, [best[1]], _SCORE, "cue")
        return None


def _sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    for token in tokens:
        sentences[-1].append(token)
        if token.text in _SENTENCE_ENDS:
            sentences.append([])
    return [one for one in sentences if one]
