"""The one Japanese analyser: index, query and language understanding all use it.

Sudachi in mode A (shortest units) with its normalised forms, so that 引っ越し, 引越 and
引越し, or ｻｰﾋﾞｽ and サービス, are one word on both sides. Sudachi folds widths and cases
itself (NFKC) and keeps offsets into the text as typed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml
from sudachipy import Dictionary
from sudachipy import Tokenizer as SudachiTokenizer

#: Part of the content hash of everything built with the analyser: raise it when words change.
ANALYSIS_VERSION = 1

#: Sudachi refuses inputs above 49,149 bytes; texts are cut well below, at a line or sentence end.
_MAX_CHARS = 10_000

_CONTENT_POS = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接尾辞", "接頭辞"})
#: Question words say which property is asked for; other pronouns say nothing.
QUESTION_WORDS = frozenset({"どこ", "いつ", "誰"})
_NON_CONTENT_DETAIL = frozenset({"助動詞語幹"})

#: Normalised forms too general to tell one text from another.
STOP_WORDS: frozenset[str] = frozenset(
    yaml.safe_load((Path(__file__).parent / "vocabulary" / "stop_words.yml").read_text("utf-8"))
)

_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


class Token(NamedTuple):
    """One Sudachi morpheme.

    Attributes:
        surface: As typed.
        start: Offset of its first character in the text as typed.
        end: Offset behind its last character.
        normal: Sudachi's normalised form (the word for index, query and features).
        reading: In hiragana.
        pos: Part of speech, e.g. 名詞.
        detail: Its second level, e.g. 固有名詞.
        content: True for words that carry meaning.
    """

    surface: str
    start: int
    end: int
    normal: str
    reading: str
    pos: str
    detail: str
    content: bool


def to_hiragana(text: str) -> str:
    """Returns ``text`` with its katakana turned into hiragana (ー is kept)."""
    return text.translate(_TO_HIRAGANA)


#: The same for the reading of one word; words repeat.
_word_in_hiragana = lru_cache(maxsize=65_536)(to_hiragana)


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    return Dictionary()


def shared_dictionary() -> Dictionary:
    """Returns the process's one dictionary (some 60 MB), for who needs more of a word."""
    return _dictionary()


class Analyser:
    """Cuts text into words. Cheap to create: all share one dictionary. Safe across threads."""

    _local = threading.local()

    def tokens(self, text: str) -> list[Token]:
        """Returns every morpheme of ``text`` in order, white space left out."""
        found: list[Token] = []
        names, content = _pos_table(), _content_pos()
        for offset, morphemes in self._analyse(text):
            for morpheme in morphemes:
                number = morpheme.part_of_speech_id()
                pos, detail = names[number]
                if pos == "空白":
                    continue
                normal = morpheme.normalized_form()
                found.append(
                    Token(
                        morpheme.surface(),
                        offset + morpheme.begin(),
                        offset + morpheme.end(),
                        normal,
                        _word_in_hiragana(morpheme.reading_form()),
                        pos,
                        detail,
                        (bool(content[number]) and normal not in STOP_WORDS)
                        or normal in QUESTION_WORDS,
                    )
                )
        return found

    def content(self, text: str) -> list[Token]:
        """Returns the content words of ``text`` with offsets and readings."""
        return [token for token in self.tokens(text) if token.content]

    def words(self, text: str) -> list[str]:
        """Returns the normalised content words of ``text``: the fast path of the search."""
        content = _content_pos()
        return [
            normal
            for _, morphemes in self._analyse(text)
            for morpheme in morphemes
            if (kept := content[morpheme.part_of_speech_id()]) is not False
            and (normal := morpheme.normalized_form()) not in STOP_WORDS
            and (kept or normal in QUESTION_WORDS)
        ]

    def reading(self, text: str) -> str:
        """Returns the reading of the whole text in hiragana."""
        return "".join(token.reading for token in self.tokens(text))

    def _analyse(self, text: str) -> Iterator[tuple[int, SudachiTokenizer]]:
        tokenizer = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            # A tokenizer holds buffers of its own, hence one for each thread.
            tokenizer = self._local.tokenizer = _dictionary().create(SudachiTokenizer.SplitMode.A)
        if len(text) <= _MAX_CHARS:
            yield 0, tokenizer.tokenize(text)
            return
        start = 0
        while start < len(text):
            end = _cut(text, start)
            yield start, tokenizer.tokenize(text[start:end])
            start = end


@lru_cache(maxsize=64)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Returns every morpheme of a question, which a turn looks at from several sides.

    Only for what is masked already: the last texts stay in memory.
    """
    return tuple(Analyser().tokens(text))


def _cut(text: str, start: int) -> int:
    """Returns where the piece beginning at ``start`` ends."""
    limit = start + _MAX_CHARS
    if limit >= len(text):
        return len(text)
    best = max(text.rfind(mark, start, limit) for mark in "\n。")
    return best + 1 if best > start else limit


@lru_cache(maxsize=1)
def _pos_table() -> tuple[tuple[str, str], ...]:
    """Returns part of speech and its second level by Sudachi's number of it."""
    dictionary = _dictionary()
    found: list[tuple[str, str]] = []
    while (pos := dictionary.pos_of(len(found))) is not None:
        found.append((pos[0], pos[1]))
    return tuple(found)


@lru_cache(maxsize=1)
def _content_pos() -> tuple[bool | None, ...]:
    """Says for each number of a part of speech whether such words carry meaning.

    None for pronouns, of which only the question words do.
    """
    return tuple(
        None if pos == "代名詞" else pos in _CONTENT_POS and detail not in _NON_CONTENT_DETAIL
        for pos, detail in _pos_table()
    )
