"""Short questions after an answer that by their words alone look like something else.

「電話は」 after a bureau was told of wants no call, and 「どういう支援機関が入ってる」 after a
scheme no hub of the company's own: what was shown last answers them.
"""

from __future__ import annotations

from dataclasses import replace

from actions.derived import asks_for_derived
from actions.fact_ranking import rank_facts
from actions.patterns import pattern
from actions.turn import Clause, Turn, asks, speaks_of_itself
from knowledge.schema import Kind, Record

#: Intents that the words of such a question may look like.
_MISTAKEN = frozenset(
    {
        "ask_capability",
        "ask_plan",
        "ask_why",
        "chitchat",
        "find_desk",
        "find_hub",
        "find_record",
        "find_scheme",
        "goodbye",
        "list_records",
        "nlu_fallback",
        "out_of_scope",
        "skip",
    }
)
#: Of these, those that say nothing about the material, and from where on they surely do.
_SAYING_NOTHING = frozenset({"chitchat", "goodbye", "nlu_fallback", "out_of_scope", "skip"})
_SURE = 0.6
#: Confidence from which a door or a scheme is wished for, and the least share of the fact of what
#: was shown that is meant all the same (「窓口は誰」).
_SURELY_WISHED, _STANDS_OUT = 0.8, 0.5
#: Entities that name something beside what was shown, or the company's own case.
_OF_ITS_OWN = (
    "applicant",
    "business",
    "city",
    "country",
    "industry",
    "move",
    "prefecture",
    "purpose",
    "record",
    "region",
    "stage",
    "topic",
)
#: Longest question that leaves out what it is about, in characters.
_SHORT = 20
#: Confidence that facts of what was shown answer, and by how much others may fit better.
_FITS, _LEAD = 0.3, 0.3


def asked_of_the_shown(clause: Clause, turn: Turn) -> Clause | None:
    """Returns a short question as one about what was shown last; None where it is none.

    Args:
        clause: What was said.
        turn: The turn it belongs to.
    """
    store = turn.knowledge.store
    shown = [store.record(one) for one in turn.focus[:1] if store.has_record(one)]
    if not shown or len(clause.text) > _SHORT:
        return None
    plan = turn.tracker.get_slot("plan") or ()
    if plan and clause.intent == "ask_why":
        return None
    if clause.intent in _MISTAKEN and _is_pointed_at(clause, turn):
        return replace(clause, intent="ask_attribute")
    if any(map(clause.values, _OF_ITS_OWN)) or pattern("which_to_take").search(clause.text):
        return None
    of_plan = clause.intent.startswith("find_") and shown[0].id in plan
    if plan and (clause.intent == "ask_plan" or of_plan):
        # 「窓口どこ」 after a plan asks for what the plan has of it.
        return None
    if pattern("only_why").fullmatch(clause.text.strip()):
        return None
    if asks_for_derived(clause.text):
        # 「何倍ちがう？」 counts with both values told.
        counts = bool(turn.asked) and clause.intent in _MISTAKEN
        return replace(clause, intent="ask_attribute", goes_on_from=None) if counts else None
    if clause.intent == "request_human":
        bare = any(pattern(one).search(clause.text) for one in ("bare_topic", "by_which_way"))
        meant = bare and bool(clause.values("attribute"))
    else:
        meant = clause.intent in _MISTAKEN and _fits(clause, shown[0], turn)
    if not meant:
        return None
    full = named_in_full(clause, shown[0])
    if clause.intent == "ask_capability":
        does = {"entity": "attribute", "value": "activities", "text": clause.text}
        return replace(full, entities=(*full.entities, does))
    return full


def _is_pointed_at(clause: Clause, turn: Turn) -> bool:
    """True where the name was put in for words that point at what was shown (「もう一方は？」)."""
    typed = str((turn.tracker.latest_message or {}).get("text") or "")
    return bool(clause.values("record")) and clause.text not in typed


def named_in_full(clause: Clause, shown: Record) -> Clause:
    """Returns the question as whoever had named what was shown would have asked it."""
    named = {"entity": "record", "value": shown.id, "text": shown.short_name}
    kept = tuple(one for one in clause.entities if one["entity"] != "kind")
    return replace(
        clause,
        text=f"{shown.short_name}は{clause.text}",
        intent="ask_attribute",
        entities=(named, *kept),
        goes_on_from=None,
    )


def _fits(clause: Clause, shown: Record, turn: Turn) -> bool:
    """True where facts of what was shown answer a question as well as any others do."""
    if clause.intent == "ask_capability" and not pattern("done_for_us").search(clause.text):
        return False
    if clause.intent in _SAYING_NOTHING and clause.confidence >= _SURE:
        return False
    kinds = clause.values("kind")
    if kinds and shown.kind is Kind.COUNTRY and shown.kind.value not in kinds:
        # 「相談できるところある？」 after a country asks for a door.
        return False
    if speaks_of_itself(clause.text) or pattern("asks_for_others").search(clause.text):
        return False
    if not asks(clause.text) and not pattern("asks_in_few_words").search(clause.text):
        return False
    gone_on = rank_facts(named_in_full(clause, shown), [shown], turn)
    best = gone_on.facts[0]
    if not best.belongs or gone_on.confidence < _FITS:
        return False
    wished = clause.intent.startswith("find_") and clause.confidence >= _SURELY_WISHED
    if wished and best.share < _STANDS_OUT:
        return False
    return gone_on.confidence >= rank_facts(clause, (), turn).confidence - _LEAD
