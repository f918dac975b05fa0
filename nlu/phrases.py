"""The words of a phrase that carry its meaning, so that particles and inflection do not matter."""

from __future__ import annotations

from collections.abc import Sequence

#: Auxiliaries that change what a phrase says (進出した / 進出したい / 決まっていない).
_TELLING = frozenset({"た", "たい", "ない", "ず", "無い"})
_CONTENT_POS = frozenset(
    {"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "代名詞", "連体詞", "接頭辞"}
)
#: Verbs and prefixes that carry no meaning of their own in a phrase.
_EMPTY = frozenset({"為る", "居る", "成る", "御", "下さる", "頂く", "致す", "遣る"})
#: Spoken forms of 〜ている that Sudachi keeps as one auxiliary.
_PROGRESSIVE = frozenset({"てる", "とる", "ちょる", "でる"})
#: Particles that narrow down (中小企業のみ).
_NARROWING = frozenset({"のみ", "だけ", "しか"})
#: 進出している is a state, 進出を考えている is none: the aspect is a word of the phrase.
ONGOING = "ている"
#: Nouns without a meaning of their own (すること, やってるとこ).
_FORMAL_NOUNS = frozenset({"事", "こと", "所", "物", "もの", "時", "方", "為", "ため", "訳"})
_DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True))


def telling_words(words: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
    """Picks the words that say what a phrase means.

    Args:
        words: Part of speech and normalised form of each word.

    Returns:
        Position and comparison form of each telling word.
    """
    found = []
    for index, (pos, lemma) in enumerate(words):
        if pos == "助動詞":
            if lemma in _PROGRESSIVE:
                found.append((index, ONGOING))
            elif lemma in _TELLING:
                found.append((index, lemma))
        elif lemma == "居る" and index and words[index - 1] in (("助詞", "て"), ("助詞", "で")):
            found.append((index, ONGOING))
        elif pos == "助詞" and lemma in _NARROWING:
            found.append((index, lemma))
        elif pos in _CONTENT_POS and lemma not in _EMPTY:
            found.append((index, _DIGITS.get(lemma, lemma)))
    return found


def is_distinct(words: Sequence[tuple[str, str]], telling: Sequence[tuple[int, str]]) -> bool:
    """Says whether a phrase can be recognised by its telling words alone.

    One verb, adverb or formal noun is found in every other sentence (出したい, どうやって,
    やってること), and a noun without its particle says less (中小企業のみ).
    """
    if len("".join(lemma for _, lemma in telling)) < 2:
        return False
    if len(telling) > 1:
        return True
    index, lemma = telling[0]
    return len(words) == 1 and words[index][0] == "名詞" and lemma not in _FORMAL_NOUNS
