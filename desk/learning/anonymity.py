"""Examples that show what was asked without showing who asked.

The rule, after k-anonymity (Samarati and Sweeney 1998), over conversations:

1. The log is masked before anything is read here.
2. A question is shown word for word only when it was asked, in the same words, in at least K
   conversations.
3. Else each of its words is shown only when it cannot point to anybody: a word of the knowledge
   base, a common word of the dictionary, or one used in at least K conversations. Names, numbers
   and words nobody knows become 〔名称〕, 〔数〕 and 〔語〕.
4. Of such a question only its last sentence is shown, without the parts in which a company speaks
   of itself, and no more than `LONGEST` characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desk.learning.questions import Question
from knowledge.analysis import Analyser, Token

K = 3
"""So many conversations must share what is shown as it was typed."""
LONGEST = 60
NAME, NUMBER, WORD = "〔名称〕", "〔数〕", "〔語〕"

_MASKED = re.compile(r"〔[^〔〕]{1,12}〕")
_SENTENCE = re.compile(r"[^。．!！?？\n]+[。．!！?？]*")
_PART = re.compile(r"[^、，]+[、，]?")
_SELF = re.compile(
    r"うち[のはがで]|弊社|当社|我が社|わが社|小社|自社|会社です|工場です|屋です|申します"
)
#: Three capitals and more are a product's code as often as a common abbreviation.
_CODE = re.compile(r"[A-Z]{3,}")
_REPEATED = re.compile(r"(〔[^〔〕]{1,12}〕)(?:[\s、・ー\-－]*\1)+")


@dataclass(frozen=True)
class Example:
    """A question as it may be shown.

    Attributes:
        text: Word for word, or with words replaced.
        verbatim: Whether it stands as it was typed.
        conversations: In how many conversations it was asked so.
    """

    text: str
    verbatim: bool
    conversations: int


class Anonymiser:
    """Makes examples of questions.

    Args:
        questions: All questions at hand: what many use points to nobody.
        public: Tells whether a normalised word is one of the knowledge base.
        common: Tells whether a normalised word is a common one of the dictionary.
        k: How many conversations make a word or question everybody's.
        mask: Hides personal data once more.
    """

    def __init__(
        self,
        questions: Iterable[Question],
        public: Callable[[str], bool],
        common: Callable[[str], bool],
        k: int = K,
        mask: Callable[[str], str] = str,
    ) -> None:
        self._analyser = Analyser()
        self._public = public
        self._common = common
        self._k = k
        self._mask = mask
        users: defaultdict[str, set[str]] = defaultdict(set)
        for question in questions:
            for token in self._analyser.tokens(question.text):
                users[token.normal].add(question.conversation_id)
        self._shared = {word for word, who in users.items() if len(who) >= k}

    def examples(self, questions: Sequence[Question], most: int) -> list[Example]:
        """Return the examples of a group, what most ask first.

        Args:
            questions: The questions of the group.
            most: How many examples at most.
        """
        asked: defaultdict[str, set[str]] = defaultdict(set)
        typed: dict[str, str] = {}
        for question in questions:
            key = folded(question.text)
            asked[key].add(question.conversation_id)
            typed.setdefault(key, question.text)
        shown: dict[str, Example] = {}
        for key, who in sorted(asked.items(), key=lambda item: -len(item[1])):
            verbatim = len(who) >= self._k
            masked = self._mask(typed[key])
            text = " ".join(masked.split()) if verbatim else self.generalised(masked)
            known = shown.get(text)
            count = len(who) + (known.conversations if known else 0)
            shown[text] = Example(text, verbatim, count)
        return sorted(shown.values(), key=lambda one: -one.conversations)[:most]

    def generalised(self, text: str) -> str:
        """Return the last sentence of a text with every telling word replaced."""
        sentences = [one.strip() for one in _SENTENCE.findall(text) if one.strip()]
        sentence = sentences[-1] if sentences else text.strip()
        parts = _PART.findall(sentence)
        told = [one for one in parts if not _SELF.search(one)]
        # The last part asks; what stands before it may tell who asks.
        sentence = "".join(told or parts[-1:]) or sentence
        pieces: list[str] = []
        place = 0
        for masked in [*_MASKED.finditer(sentence), None]:
            end = masked.start() if masked else len(sentence)
            pieces.append(self._words(sentence[place:end]))
            if masked:
                pieces.append(masked.group())
                place = masked.end()
        joined = _REPEATED.sub(r"\1", "".join(pieces))
        return joined if len(joined) <= LONGEST else joined[:LONGEST] + "…"

    def _words(self, text: str) -> str:
        pieces: list[str] = []
        place = 0
        for token in self._analyser.tokens(text):
            pieces.append(text[place : token.start])
            pieces.append(self._shown(token))
            place = token.end
        pieces.append(text[place:])
        return "".join(pieces)

    def _shown(self, token: Token) -> str:
        word = token.normal
        if self._public(word) or word in self._shared:
            return token.surface
        if any(char.isdigit() for char in unicodedata.normalize("NFKC", token.surface)):
            return NUMBER
        if token.detail == "数詞":
            return NUMBER
        if token.detail == "固有名詞":
            return NAME
        if not token.content and token.pos not in {"名詞", "感動詞"}:
            return token.surface
        if _CODE.fullmatch(unicodedata.normalize("NFKC", token.surface)):
            return WORD
        return token.surface if self._common(word) else WORD


def folded(text: str) -> str:
    """Return a text without what differs when the same is typed: width, case, blanks, marks."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s。、.,!?！？「」]+", "", plain)
