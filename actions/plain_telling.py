"""What is only told while a question is open: circumstances and worries that ask for nothing.

「向こうの役所から手紙が来た」 in the middle of a consultation is no question of the material,
however much its words look like one. It is taken in, and the open question asked again.
"""

from __future__ import annotations

from dataclasses import replace

from actions.acknowledgement import further_countries
from actions.oda_recipients import is_ruled_out, oda_listing
from actions.patterns import pattern
from actions.phrases import has_phrase, phrase
from actions.self_description import corrects_people, people_of
from actions.turn import CHOICE, Clause, Turn, asks, changes_of
from actions.world_regions import world_region
from answers import Answer, Point
from knowledge.analysis import tokens_of
from knowledge.guide import Profile

#: Intents that words unlike any example are given, too.
_UNSURE = frozenset(
    {
        "nlu_fallback",
        "out_of_scope",
        "ask_outside",
        "ask_attribute",
        "ask_record",
        "find_record",
        "find_hub",
        "not_helpful",
        "chitchat",
        "ask_bot",
        "inform",
        "skip",
        "deny",
        "affirm",
        "correct",
        "start_consultation",
    }
)
#: What a question of the material or of a practical matter names.
_ASKED_OF = ("record", "kind", "topic", "move")
_PREDICATES = frozenset({"動詞", "助動詞", "形容詞"})
_ENDINGS = frozenset({"終助詞", "接続助詞"})
_MARKS = " 　、。．.…!！〜~ー"
_AGAIN = "_again"
#: So many events back it is remembered what was said.
_LATELY = 80


def tells_plainly(clause: Clause) -> bool:
    """True for a sentence that tells of the company's own circumstances and asks nothing.

    Args:
        clause: What was said while the form waits for an answer.
    """
    if clause.text.startswith(CHOICE) or clause.intent not in _UNSURE:
        return False
    named = {kind for kind in _ASKED_OF if clause.values(kind)}
    if named and not (named == {"topic"} and pattern("part_of_the_world").search(clause.text)):
        return False
    if worries(clause) or is_lost(clause):
        return True
    if pattern("lists_things").search(clause.text) and _names_nothing(clause):
        return True
    if pattern("own_figures").search(clause.text) and not asks(clause.text):
        return True
    told = pattern("reported").sub("", clause.text.strip(_MARKS))
    reported = told != clause.text.strip(_MARKS)
    if reported:
        return True
    if asks(told) or pattern("wants_to_be_told").search(told):
        return False
    if clause.values("attribute") and pattern("interested_in").search(told):
        return False
    if clause.values("attribute") and not pattern("tells_what_was_done").search(told):
        return False
    return _is_a_sentence(told)


def thinks_of_country(clause: Clause, profile: Profile, requested: str | None) -> bool:
    """True for 「カンボジアはどうかね」 while no country was told: it is proposed, not asked about.

    Args:
        clause: What was said.
        profile: What was known before.
        requested: Slot the form waits for, or None.
    """
    named = [one for one in clause.entities if one["entity"] == "country"]
    if requested is None or profile.country or len(named) != 1:
        return False
    if any(clause.values(one) for one in ("record", "attribute", "topic")):
        return False
    left = clause.text.replace(named[0].get("text") or "", "", 1).strip(_MARKS)
    left = pattern("before_a_bare_name").sub("", left)
    return bool(pattern("thinks_of_a_country").search(left))


def worries(clause: Clause) -> bool:
    """True for a worry about oneself (「資金もないし大丈夫やろか」), which no fact answers."""
    if not _names_nothing(clause):
        return False
    return bool(pattern("worries").search(clause.text.strip(_MARKS + "?？")))


def is_lost(clause: Clause) -> bool:
    """True for 「何からやったらええかわからん」, said of nothing by name."""
    if not _names_nothing(clause):
        return False
    return bool(pattern("lost_at_the_start").search(clause.text))


def begins_lost(turn: Turn) -> bool:
    """True where somebody begins with not knowing where to begin: the consultation answers it."""
    if turn.in_consultation or turn.tracker.get_slot("plan") or turn.focus:
        return False
    named = any(one.values(kind) for one in turn.clauses for kind in (*_ASKED_OF, "country"))
    return not named and any(map(is_lost, turn.clauses))


def asks_the_way(turn: Turn) -> bool:
    """True where somebody does not know where to begin, in the form of a question or not."""
    return any(is_lost(one) or pattern("where_to_begin").search(one.text) for one in turn.clauses)


def taken_in(turn: Turn) -> Answer | None:
    """Says that what was told was heard; None where something is asked.

    Args:
        turn: The turn, in the middle of the consultation.
    """
    if not turn.in_consultation:
        return None
    corrected = next((one for one in turn.clauses if corrects_people(one.text)), None)
    if corrected and not changes_of(turn.tracker):
        count = str(people_of(corrected.text, asked=True))
        return Answer(lead=Point(text=phrase("people_corrected", count=count)))
    listed = oda_listing(turn.clauses[-1], turn) if is_ruled_out(turn.clauses[-1]) else None
    if listed is not None:
        return listed.copy(update={"choices": ()})
    region = next(filter(None, map(world_region, turn.clauses)), None)
    if region and not turn.profile.country:
        return Answer(lead=Point(text=phrase("part_of_the_world", region=region)))
    beside = further_countries(turn)
    if beside and not changes_of(turn.tracker):
        return Answer(lead=Point(text=beside))
    worried = all(map(_names_nothing, turn.clauses)) and worries(_whole(turn))
    if not worried and not all(map(tells_plainly, turn.clauses)):
        return None
    key = "told_plainly"
    if any(map(is_lost, turn.clauses)):
        key = "move_lost"
    elif worried or any(map(worries, turn.clauses)):
        key = "move_worry"
    text = phrase(key)
    if any(event.get("text") == text for event in turn.tracker.events[-_LATELY:]):
        text = phrase((key if has_phrase(key + _AGAIN) else "told_plainly") + _AGAIN)
    return Answer(lead=Point(text=text))


def _names_nothing(clause: Clause) -> bool:
    return not any(clause.values(kind) for kind in (*_ASKED_OF, "country"))


def _whole(turn: Turn) -> Clause:
    """Returns the message as one clause: a worry is cut in two where it turns (〜けど大丈夫)."""
    return replace(turn.clauses[-1], text="".join(one.text for one in turn.clauses))


def _is_a_sentence(text: str) -> bool:
    """True where words end as a sentence does, and not in a noun or the mark of a topic."""
    tokens = [one for one in tokens_of(text) if one.pos not in ("補助記号", "空白")]
    if not tokens:
        return False
    last = tokens[-1]
    if last.pos == "助詞":
        return last.detail in _ENDINGS and last.surface != "か"
    return last.pos in _PREDICATES
