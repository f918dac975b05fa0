"""A company that says what it is in words like no example, beside a wish that is one.

「福岡のラーメン屋。バンコクに店出したい」 begins with the company, not with noodles.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.clause_evidence import ClauseEvidence
from nlu.entity_linker import MENTIONS
from nlu.judgement import Judgement
from nlu.mentions import Mention
from nlu.speech_act import Act, speaks_of_itself

#: From here on a clause surely describes a company.
_SURE = 0.8


def introduced(
    message: Message, judgements: Sequence[Judgement], description: str, unlike_any: Collection[str]
) -> list[Judgement]:
    """Takes clauses like no example for a description where another one surely is one.

    Args:
        message: The message, with its tokens and mentions.
        judgements: Those of its clauses, in order.
        description: Intent of a description.
        unlike_any: Intents that words like no example are given.
    """
    sure = any(one.best[0] == description and one.best[1] >= _SURE for one in judgements)
    return [
        one.certain(description)
        if sure and one.best[0] in unlike_any and _tells_who_it_is(message, one)
        else one
        for one in judgements
    ]


def _tells_who_it_is(message: Message, judgement: Judgement) -> bool:
    tokens, mentions = of_clause(message, judgement)
    clause = ClauseEvidence(tokens, mentions)
    if clause.names_topic or clause.records or clause.act.asks:
        return False
    return (bool(clause.descriptions) and clause.act is Act.NAME) or speaks_of_itself(tokens)


def of_clause(message: Message, judgement: Judgement) -> tuple[list[Token], list[Mention]]:
    """Returns the tokens and the mentions of the clause that was judged."""
    start, end = judgement.start, judgement.end
    tokens = [t for t in message.get(TOKENS_NAMES[TEXT]) if start <= t.start < end]
    return tokens, [m for m in message.get(MENTIONS) or [] if start <= m.start < end]
