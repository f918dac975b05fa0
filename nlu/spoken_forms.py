"""What people say in passing: names half remembered, words that trail off, talk told of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.lexicon import LEXICON
from nlu.sudachi_tokenizer import CONTENT, DETAIL, POS

#: Adverbs that open the next question (タイの人口と、あとMOBIOの場所).
OPENERS = frozenset({"あと", "それと", "それから", "ついでに", "ちなみに", "また", "で"})
#: The name of what was just described is what is asked for (「名前ど忘れ」).
_FORGOTTEN = re.compile(
    r"(?:その|あの)?(?:名前|名称|なまえ|呼び名|名|何|なん)[^。]{0,8}"
    r"(?:ど?忘れ|わすれ|思い出せ|思いだせ|出てこ|出て来|でてこ)[^。]{0,10}"
)
#: Spoken forms of 〜ている.
_GOING_ON = frozenset({"てる", "とる", "ちょる", "でる", "どる"})
#: Particles behind what is quoted.
_QUOTES = frozenset({"と", "って", "とか"})
#: Words that trail off are so few.
_FEW = 2


def is_forgotten_name(tokens: Sequence[Token]) -> bool:
    """Says whether only the name of what was just described is wanted (名前ど忘れ)."""
    return _FORGOTTEN.fullmatch("".join(token.text for token in tokens)) is not None


def trails_off(tokens: Sequence[Token]) -> bool:
    """Says whether a few words say nothing by themselves (…と、あと？, …何だっけ。人が…)."""
    words = [token for token in tokens if token.data[POS] != "補助記号"]
    if all(token.text in OPENERS for token in words):
        return True
    last = words[-1]
    open_end = last.data[POS] == "助詞" and last.data[DETAIL] == "格助詞"
    return open_end and len(words) <= _FEW


def asks_to_name(tokens: Sequence[Token]) -> bool:
    """Says whether nothing is said but that what was asked for be told (二つ挙げてくれんね)."""
    content = [token for token in tokens if token.data[CONTENT] and token.data[DETAIL] != "数詞"]
    asking = LEXICON.naming_verbs | LEXICON.telling_verbs | LEXICON.requesting
    named = any(token.lemma in LEXICON.naming_verbs for token in content)
    return named and all(token.lemma in asking or token.data[POS] == "接尾辞" for token in content)


def recalls(tokens: Sequence[Token]) -> bool:
    """Says whether one half remembers something (…とあったやろ, 5種類あるんだっけ)."""
    return any(one.text == "っけ" for one in tokens) or any(
        one.text in _QUOTES and following.lemma in LEXICON.standing_written
        for one, following in pairwise(tokens)
    )


def tells_of_talking(tokens: Sequence[Token]) -> bool:
    """Says whether talk that goes on among others is told of (仲間と話しとるだけ), none wanted."""
    lemmas = {token.lemma for token in tokens}
    goes_on = lemmas & _GOING_ON or any(
        before.text in ("て", "で") and token.lemma == "居る" for before, token in pairwise(tokens)
    )
    return bool(goes_on) and not lemmas & (LEXICON.persons | {"たい", "欲しい"})
