"""Splitting a message into clauses that may each carry an intent."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.lexicon import LEXICON
from nlu.mentions import Mention
from nlu.speech_act import Act, act_of
from nlu.spoken_forms import OPENERS, asks_to_name, is_forgotten_name, trails_off
from nlu.sudachi_tokenizer import CONTENT, DETAIL, POS

#: Intents that are only the background when another clause asks or wants something.
BACKGROUND = ("inform", "greet", "thank", "chitchat", "affirm", "insult")
_SENTENCE_END = re.compile(r"[。！？!?\n\r…]+|(?<=[^\d])\.{2,}")
#: What somebody quotes is no sentence of the message (「と競争？」と書かれているのは).
_QUOTED = re.compile(r"「[^「」\n]*」|『[^『』\n]*』")
#: Conjunctive particles behind which a new statement or question begins.
_CONJUNCTIONS = frozenset(
    {
        "が",
        "けど",
        "けれど",
        "けども",
        "けれども",
        "ので",
        "んで",
        "し",
        "から",
        "さかい",
        "やけど",
        "のに",
    }
)
#: Behind one of these such an adverb opens nothing (あとから, あとで).
_AFTER_NO_OPENER = frozenset({"から", "で", "の", "に", "は", "も"})
#: Nothing else is looked at for a cut inside a sentence.
_TURNING = _CONJUNCTIONS | {"、"}
#: Words that announce a subject.
_ABOUT = ("について", "に関して", "に就いて", "のこと")
#: Wishes that are none beside a later question, unless surely meant (「電話で聞きそびれたので」).
_PERSONAL = frozenset({"request_human", "delete_data", "not_helpful"})
_MIN_BEFORE, _MIN_AFTER = 6, 4
#: A question with fewer words of its own leans on what stands before it.
_FRAGMENT_WORDS = 2
_VAGUE = frozenset({"overview"})
#: Beside these a question about something told of before still says nothing of its own.
_NAMING = frozenset({"overview", "full_name"})
#: Verbs by which somebody tells of something that there is (…があるらしいけど、どこの話？).
_THERE_IS = frozenset({"有る", "居る", "在る"})
_SEVERAL = 2
#: What makes a few words a question of their own, beside a question word.
_PREDICATES, _OF = frozenset({"動詞", "形容詞", "形状詞"}), frozenset({"は", "って"})
#: So many words at the end of a clause may stand behind such a verb.
_BEHIND = 6


def split(text: str, tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Splits a message at sentence ends, conjunctive particles and words that open a new point.

    Args:
        text: The message.
        tokens: Its tokens.

    Returns:
        ``(start, end)`` of each clause; always at least one for a message with tokens.
    """
    ends = [match.span() for match in _SENTENCE_END.finditer(text)]
    quoted = [match.span() for match in _QUOTED.finditer(text)] if ends else []
    cuts: list[int] = [
        stop for place, stop in ends if not any(start < place < end for start, end in quoted)
    ]
    previous_cut = 0
    for index, token in enumerate(tokens[:-1]):
        if token.text not in _TURNING:
            continue
        following = tokens[index + 1]
        cut = None
        if token.text in _CONJUNCTIONS and token.data[POS] == "助詞":
            if _announces(tokens[:index]):
                # 「インフラについてですが、」 is the subject of what follows.
                continue
            if token.data[DETAIL] == "接続助詞" or following.text == "、":
                cut = following.end if following.text in "、," else token.end
        elif token.text == "、" and following.text in OPENERS:
            goes_on = tokens[index + 2].text if index + 2 < len(tokens) else ""
            # 「あとから来る会社」 opens nothing.
            cut = None if goes_on in _AFTER_NO_OPENER else token.end
        if cut is None:
            continue
        earlier = max([c for c in cuts if c <= token.start], default=previous_cut)
        if cut - earlier >= _MIN_BEFORE and len(text) - cut >= _MIN_AFTER:
            cuts.append(cut)
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in sorted({*cuts, len(text)}):
        if any(
            start <= token.start and token.end <= cut and token.data[POS] != "補助記号"
            for token in tokens
        ):
            spans.append((start, cut))
            start = cut
        elif spans:
            spans[-1] = (spans[-1][0], cut)
            start = cut
    return spans


def _announces(tokens: Sequence[Token]) -> bool:
    """True for words that only name the subject of what follows (〜についてですが)."""
    return any("".join(t.text for t in tokens[-size:]).startswith(_ABOUT) for size in (2, 3, 4))


def join_fragments(
    spans: Sequence[tuple[int, int]], tokens: Sequence[Token], mentions: Sequence[Mention]
) -> list[tuple[int, int]]:
    """Joins a question that names nothing to the clause whose subject it asks about.

    「案件化調査の上限額。資料ではどない書いてます？」 and 「MOBIOってありますよね。どんなもの？」
    are one question each, and so is 「専用のドアで行けるところがあるらしいけど、どこの話？」.
    What is asked behind a question is a second one (「事務局はどこ？誰でも入れる？」).

    Args:
        spans: Clauses of the message.
        tokens: Its tokens.
        mentions: Its mentions.
    """
    if len(spans) < _SEVERAL:
        return list(spans)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined:
            before = [m for m in mentions if joined[-1][0] <= m.start < joined[-1][1]]
            own = [m for m in mentions if start <= m.start < end and m.value not in _VAGUE]
            inside = [t for t in tokens if start <= t.start < end]
            told = [t for t in tokens if joined[-1][0] <= t.start < joined[-1][1]]
            if _completes(inside, own, told, before):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _completes(
    inside: Sequence[Token],
    own: Sequence[Mention],
    told: Sequence[Token],
    before: Sequence[Mention],
) -> bool:
    """Says whether a clause with mentions of its own completes the one told before it."""
    if trails_off(inside) or is_forgotten_name(inside):
        return True
    if asks_to_name(inside) and act_of(told, ()) is Act.QUESTION:
        return True
    if not act_of(inside, ()).asks:
        return False
    if _tells_there_is(told) and _adds_nothing(inside, told, own):
        return True
    named = any(mention.entity in ("record", "attribute") for mention in before)
    return named and not own and _is_fragment(inside) and not _asks_further(inside, told)


def _tells_there_is(tokens: Sequence[Token]) -> bool:
    words = [t for t in tokens if t.data[POS] != "補助記号"]
    return any(t.lemma in _THERE_IS for t in words[-_BEHIND:])


def _adds_nothing(tokens: Sequence[Token], before: Sequence[Token], own: Sequence[Mention]) -> bool:
    """Says whether a question only asks which one it is that was told of."""
    empty = LEXICON.interrogatives | LEXICON.telling_verbs | LEXICON.requesting
    known = empty | LEXICON.referring_nouns | {t.lemma for t in before}
    return all(t.lemma in known for t in tokens if t.data[CONTENT]) and all(
        one.value in _NAMING or one.entity == "kind" for one in own
    )


def _asks_further(tokens: Sequence[Token], before: Sequence[Token]) -> bool:
    """Says whether a question stands behind another one and asks for something else.

    「2012年度から？2013年度から？」 only names the other possibility.
    """
    if act_of(before, ()) is not Act.QUESTION:
        return False
    said = {token.lemma for token in before} | LEXICON.telling_verbs | LEXICON.requesting
    new = [token for token in tokens if token.lemma not in said and token.data[DETAIL] != "数詞"]
    tells_of = any(token.text in _OF for token in tokens)
    return any(
        token.lemma in LEXICON.interrogatives
        or (token.data[CONTENT] and (tells_of or token.data[POS] in _PREDICATES))
        for token in new
    )


def _is_fragment(tokens: Sequence[Token]) -> bool:
    empty = LEXICON.interrogatives | LEXICON.telling_verbs | LEXICON.requesting
    words = [t for t in tokens if t.data[CONTENT] and t.lemma not in empty]
    return len(words) <= _FRAGMENT_WORDS


def leading(
    clauses: Sequence[dict[str, Any]], background: Collection[str] = BACKGROUND
) -> int | None:
    """Chooses the clause whose intent is the message's.

    Args:
        clauses: With ``intent``, ``confidence`` and ``band``.
        background: Intents that count only where nothing else is wanted.

    Returns:
        Position of the first sure clause, else of the surest; None for background only.
    """
    asking = [
        index
        for index, clause in enumerate(clauses)
        if clause["intent"] not in background and clause["band"] != "unknown"
    ]
    if not asking:
        return None
    asking = [
        index
        for index in asking
        if index == asking[-1]
        or clauses[index]["intent"] not in _PERSONAL
        or clauses[index]["band"] == "answer"
    ]
    sure = [index for index in asking if clauses[index]["band"] == "answer"]
    return sure[0] if sure else max(asking, key=lambda i: clauses[i]["confidence"])
