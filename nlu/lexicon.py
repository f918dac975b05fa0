"""Closed word classes for the linguistic rules, from ``nlu/lexicon.yml``."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml


class Lexicon(NamedTuple):
    """Word classes by normalised form; see the comments of lexicon.yml."""

    generic: frozenset[str]
    separating: frozenset[str]
    trades: frozenset[str]
    bodies: frozenset[str]
    supporting: frozenset[str]
    manners: frozenset[str]
    calling: frozenset[str]
    setting: frozenset[str]
    honorifics: frozenset[str]
    others: frozenset[str]
    parting_particles: frozenset[str]
    hedges: frozenset[str]
    all_of_them: frozenset[str]
    wishing_ends: frozenset[str]
    devices: frozenset[str]
    ending_particles: frozenset[str]
    rooms: frozenset[str]
    shops: frozenset[str]
    other_party: dict[str, frozenset[str]]
    interrogatives: frozenset[str]
    asked_nouns: frozenset[str]
    described_nouns: frozenset[str]
    described_companies: frozenset[str]
    bodies_of_trade: frozenset[str]
    favours: frozenset[str]
    just_now: frozenset[str]
    hearsay: frozenset[str]
    referring_nouns: frozenset[str]
    telling_verbs: frozenset[str]
    naming_verbs: frozenset[str]
    standing_written: frozenset[str]
    requesting: frozenset[str]
    own_company: frozenset[str]
    persons: frozenset[str]
    using_verbs: frozenset[str]
    comparing: frozenset[str]
    making: frozenset[str]
    sending: frozenset[str]
    abroad: frozenset[str]
    trade_nouns: frozenset[str]
    vague: frozenset[str]
    crafts: frozenset[str]
    copulas: frozenset[str]
    openings: tuple[str, ...]
    readings: dict[str, tuple[str, ...]]
    lookalikes: dict[str, str]
    onyomi: dict[str, str]
    endings: dict[str, tuple[str, ...]]


def _load() -> Lexicon:
    data = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text("utf-8"))
    other_party = {key: frozenset(words) for key, words in data.pop("other_party").items()}
    openings = tuple(data.pop("openings"))
    readings = {word: tuple(kana) for word, kana in data.pop("readings").items()}
    endings = {ending: tuple(others) for ending, others in data.pop("endings").items()}
    lookalikes, onyomi = data.pop("lookalikes"), data.pop("onyomi")
    classes = {key: frozenset(words) for key, words in data.items()}
    return Lexicon(
        other_party=other_party,
        openings=openings,
        readings=readings,
        endings=endings,
        lookalikes=lookalikes,
        onyomi=onyomi,
        **classes,
    )


LEXICON = _load()
