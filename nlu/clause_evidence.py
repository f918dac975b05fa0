"""What a clause shows beside its words: what it names, and what its grammar does with that."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rasa.nlu.tokenizers.tokenizer import Token

from nlu.gazetteer import COVERED
from nlu.lexicon import LEXICON
from nlu.mentions import Mention
from nlu.speech_act import Act, act_of, asks_for_an_introduction, speaks_of_itself
from nlu.sudachi_tokenizer import POS

#: Mentions by which a company describes itself.
DESCRIPTIONS = frozenset(
    {"prefecture", "city", "region", "country", "industry", "purpose", "stage", "applicant"}
)
#: Property that every 教えて stands for.
_OVERVIEW = "overview"
#: 何をしている asks for little else than 何ですか.
_ACTIVITIES = "activities"
#: Properties too vague for a phrase that ends in one to ask for it (弊社の強み, 海外での活動).
_UNTOLD = frozenset({_OVERVIEW, _ACTIVITIES, "feature", "method", "history", "network"})
_MARKS = frozenset({"補助記号", "記号", "空白"})
_GRAMMAR = frozenset({"助詞", "助動詞"}) | _MARKS
_GIVING = LEXICON.requesting | LEXICON.telling_verbs


class ClauseEvidence:
    """A clause with at least one mention, as far as names and grammar tell what it wants.

    Attributes:
        tokens: Its tokens.
        mentions: Its mentions.
        act: What it does by its grammar.
        properties: Ids of the properties named.
        records: Mentions of records.
        descriptions: Mentions that may describe a company.
        names_subject: A record is named or pointed back to.
        is_known: It names something of the material: a record, or a country it covers together
            with a property.
        is_keyword: Asks by naming alone (タイ 賃金), or ends in what is asked for.
        names_topic: Names a practical topic the material leaves out.
    """

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention]) -> None:
        """Reads the evidence off a clause."""
        self.tokens, self.mentions = tokens, mentions
        self.act = act_of(tokens, mentions)
        self.properties = _properties(mentions)
        self.records = [m for m in mentions if m.entity == "record"]
        self.descriptions = [m for m in mentions if m.entity in DESCRIPTIONS]
        self.names_subject = bool(self.records) or any(m.entity == "reference" for m in mentions)
        self.names_topic = any(m.entity == "topic" for m in mentions)
        self._countries = [m for m in mentions if m.entity == "country" and m.role is None]
        covered = any(m.rows[0].detail == COVERED for m in self._countries)
        self.is_known = self.names_subject or bool(self.properties and covered)
        subject = self.names_subject or bool(self._countries)
        bare = self.act is Act.NAME and bool(self.properties) and subject
        self.is_keyword = bare or _ends_in_what_is_asked(tokens, mentions)

    @property
    def names_specific_property(self) -> bool:
        """A property is named that not every 教えて stands for."""
        return any(value != _OVERVIEW for value in self.properties)

    @property
    def names_particular_property(self) -> bool:
        """A property is named that says more than what something is and does."""
        return any(value not in (_OVERVIEW, _ACTIVITIES) for value in self.properties)

    @property
    def compares(self) -> bool:
        """Two records or countries are named, and a word that compares them."""
        return len(self._compared()) > 1 and self._has_any(LEXICON.comparing)

    @property
    def compares_nothing(self) -> bool:
        """What is named is one thing and its owner (あいちのセンターのハンズオン支援)."""
        return len(self.records) > 1 and len(self._compared()) == 1

    @property
    def describes_countries_only(self) -> bool:
        """What it tells are countries and industries alone, none of them set aside."""
        return bool(self.descriptions) and all(
            mention.entity in ("country", "industry") and mention.role is None
            for mention in self.descriptions
        )

    @property
    def hedges_a_value(self) -> bool:
        """Nothing but values of a company, with words that hedge (ベトナムとか)."""
        if len(self.descriptions) != len(self.mentions) or any(m.role for m in self.mentions):
            return False
        rest = "".join(
            token.text
            for token in self.tokens
            if token.data[POS] not in _MARKS
            and not any(m.start <= token.start < m.end for m in self.mentions)
        )
        hedged = bool(rest)
        while rest:
            found = max(
                (one for one in LEXICON.hedges if rest.startswith(one)), key=len, default=""
            )
            if not found:
                return False
            rest = rest[len(found) :]
        return hedged

    @property
    def tells_purpose(self) -> bool:
        """A sentence, no noun phrase, names a purpose and no topic the material leaves out."""
        told = not self.is_noun_phrase and not self.names_topic
        return told and any(m.entity == "purpose" for m in self.descriptions)

    @property
    def names_kind(self) -> bool:
        """A kind of body or scheme is named (窓口, 制度)."""
        return any(m.entity == "kind" for m in self.mentions)

    @property
    def names_stage(self) -> bool:
        """How far the company has come is told."""
        return any(m.entity == "stage" for m in self.descriptions)

    @property
    def ends_in_a_wish(self) -> bool:
        """A purpose stands last (日本食屋に卸したい)."""
        words = [token for token in self.tokens if token.data[POS] not in _MARKS]
        return (
            self.tells_purpose
            and not self.act.asks
            and any(m.entity == "purpose" and m.end >= words[-1].end for m in self.descriptions)
        )

    @property
    def is_noun_phrase(self) -> bool:
        """A noun stands last (タイで売るのに要る許可)."""
        words = [token for token in self.tokens if token.data[POS] not in _MARKS]
        return bool(words) and words[-1].data[POS] == "名詞"

    @property
    def reports(self) -> bool:
        """Tells what happened (引き合いがあった)."""
        words = [token for token in self.tokens if token.data[POS] not in _MARKS]
        while words and words[-1].data[POS] == "助詞":
            words.pop()
        return self.act is Act.STATEMENT and bool(words) and words[-1].lemma == "た"

    @property
    def wants_both(self) -> bool:
        """Wants all that is named rather than asks which (ベトナムとタイ、どっちもやりたい)."""
        text = "".join(token.text for token in self.tokens)
        wished = text.partition(next((one for one in LEXICON.all_of_them if one in text), text))[2]
        return bool(self._countries) and any(one in wished for one in LEXICON.wishing_ends)

    @property
    def looks_up(self) -> bool:
        """Names a kind of record, or a country with what may be one of its properties."""
        return any(m.entity == "kind" for m in self.mentions) or (
            bool(self._countries)
            and any(row.entity == "attribute" for m in self.mentions for row in m.rows)
        )

    @property
    def wants_to_use(self) -> bool:
        """A verb of using stands in it."""
        return self._has_any(LEXICON.using_verbs)

    @property
    def names_persons(self) -> bool:
        """A word for somebody of the staff stands in it."""
        return self._has_any(LEXICON.persons)

    @property
    def calls(self) -> bool:
        """A verb of calling or talking to somebody stands in it."""
        return self._has_any(LEXICON.calling)

    @property
    def requests_a_property(self) -> bool:
        """Asks to be given what it names (電話番号を頂戴), not to be called (電話ください)."""
        named = next((m for m in reversed(self.mentions) if m.entity == "attribute"), None)
        if named is None:
            return False
        words = [token for token in self.tokens if token.data[POS] not in _GRAMMAR]
        inside = [token.lemma for token in words if named.start <= token.start < named.end]
        behind = [token.lemma for token in words if token.start >= named.end]
        called = len(inside) == 1 and inside[0] in LEXICON.calling
        return bool(behind) and not called and all(lemma in _GIVING for lemma in behind)

    @property
    def introduced_to(self) -> str | None:
        """The kind of body or scheme one asks to be shown to (窓口をご紹介ください)."""
        if self.records or not asks_for_an_introduction(self.tokens, self.mentions):
            return None
        return next(mention.value for mention in self.mentions if mention.entity == "kind")

    def states_countries(self, properties: Collection[str]) -> bool:
        """Says whether a property and, behind it, its values stand alone (対象国はベトナム).

        Args:
            properties: Ids of properties whose values are countries.
        """
        first, *values = sorted(self.mentions, key=lambda mention: mention.start)
        return (
            first.entity == "attribute"
            and first.value in properties
            and bool(values)
            and all(value.entity == "country" for value in values)
        )

    def _compared(self) -> set[str]:
        """Ids of what may be compared: what belongs to something named before counts with it."""
        found, end = set(), -1
        for one in sorted(self.records + self._countries, key=lambda mention: mention.start):
            between = [token for token in self.tokens if end <= token.start < one.start]
            if end < 0 or [token.text for token in between] != ["の"]:
                found.add(one.value)
            end = one.end
        return found

    def _has_any(self, words: frozenset[str]) -> bool:
        return any(token.lemma in words for token in self.tokens)


def _properties(mentions: Sequence[Mention]) -> list[str]:
    """Returns the properties named, leaving out words that describe the company as well."""
    return [
        mention.value
        for mention in mentions
        if mention.entity == "attribute"
        and not any(row.entity in DESCRIPTIONS for row in mention.rows)
    ]


def _ends_in_what_is_asked(tokens: Sequence[Token], mentions: Sequence[Mention]) -> bool:
    """Says whether a phrase is the property of something (諏訪でやってるメッセの狙い)."""
    words = [token for token in tokens if token.data[POS] not in _MARKS]
    if speaks_of_itself(tokens) or not words:
        return False
    last = [m for m in mentions if m.start <= words[-1].start and words[-1].end <= m.end]
    named = _properties(last)
    before = [token for token in words if named and token.end <= last[0].start]
    return bool(before) and named[0] not in _UNTOLD and before[-1].text == "の"
