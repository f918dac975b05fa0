"""Groups of like questions as the staff look at them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk.learning.anonymity import Anonymiser, Example, K
from desk.learning.ports import Known
from desk.learning.questions import Question
from knowledge.analysis import Analyser

MOST_EXAMPLES = 5
MOST_NEAR = 5
MOST_WORDS = 6


@dataclass(frozen=True)
class Near:
    """A fact that comes near to a group.

    Attributes:
        record_id: The record it belongs to.
        record: Its name.
        attribute_id: What it is about.
        attribute: The label of that.
        text: The fact.
        score: How surely it is meant, 0 to 1.
    """

    record_id: str
    record: str
    attribute_id: str
    attribute: str
    text: str
    score: float


@dataclass(frozen=True)
class Group:
    """A group.

    Attributes:
        key: Its name in addresses.
        title: The example most ask.
        count: How many questions.
        conversations: Of how many conversations.
        outcomes: Outcome → number of questions.
        disliked: How many answers got a thumb down.
        channels: Channel → number of questions.
        last_at: When it was asked last.
        words: Normalised words the questions share and that may be shown.
        examples: What was asked, anonymised.
        intents: Intents the questions were taken for, most frequent first.
        turns: Numbers of the turns.
        asked: The texts themselves, for the search; never shown.
    """

    key: str
    title: str
    count: int
    conversations: int
    outcomes: Counter[str]
    disliked: int
    channels: Counter[str]
    last_at: float
    words: tuple[str, ...]
    examples: tuple[Example, ...]
    intents: tuple[str, ...]
    turns: tuple[int, ...]
    asked: tuple[str, ...]

    @property
    def shared(self) -> bool:
        """Whether enough conversations asked for words to be shown as typed."""
        return self.conversations >= K


def groups_of(questions: Sequence[Question], known: Known, k: int = K) -> list[Group]:
    """Return the groups, what most conversations asked first; ungrouped questions stay out."""
    anonymiser = Anonymiser(questions, known.search.knows, known.common, k, known.mask)
    members: defaultdict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.group_key:
            members[question.group_key].append(question)
    found = [_group(key, asked, anonymiser, known.search.knows) for key, asked in members.items()]
    return sorted(found, key=lambda one: (-one.conversations, -one.count, -one.last_at))


def near_facts(texts: Sequence[str], known: Known, limit: int = MOST_NEAR) -> list[Near]:
    """Return the facts nearest to any of some texts, best first."""
    best: dict[tuple[str, str, str], Near] = {}
    for text in texts:
        for hit in known.search.facts(text, None, limit):
            record = known.store.record(hit.record_id)
            key = (hit.record_id, hit.fact.attribute, hit.fact.text)
            if key not in best or best[key].score < hit.confidence:
                best[key] = Near(
                    hit.record_id,
                    record.short_name,
                    hit.fact.attribute,
                    known.store.attribute(hit.fact.attribute).label,
                    hit.fact.text,
                    float(hit.confidence),
                )
    return sorted(best.values(), key=lambda one: -one.score)[:limit]


def _group(
    key: str,
    questions: Sequence[Question],
    anonymiser: Anonymiser,
    public: Callable[[str], bool],
) -> Group:
    examples = anonymiser.examples(questions, MOST_EXAMPLES)
    analyser = Analyser()
    used: defaultdict[str, set[str]] = defaultdict(set)
    for question in questions:
        for word in analyser.words(question.text):
            used[word].add(question.conversation_id)
    frequent = sorted(used, key=lambda word: (-len(used[word]), word))
    words = [word for word in frequent if public(word) or len(used[word]) >= K]
    intents = Counter(one.intent for one in questions if one.intent)
    return Group(
        key,
        examples[0].text,
        len(questions),
        len({one.conversation_id for one in questions}),
        Counter(one.outcome for one in questions),
        sum(one.disliked for one in questions),
        Counter(one.channel for one in questions),
        max(one.at for one in questions),
        tuple(words[:MOST_WORDS]),
        tuple(examples),
        tuple(name for name, _ in intents.most_common()),
        tuple(one.id for one in questions),
        tuple(dict.fromkeys(one.text for one in questions))[:MOST_EXAMPLES],
    )
