"""Grouping, held against the questions a person filed under what answers them."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import yaml

from desk.learning.grouping import group
from knowledge.loader import load_knowledge
from knowledge.word_vectors import open_word_vectors

GROUPS = 50
LEAST_PURITY = 0.75
LEAST_FOUND = 0.30
#: Of pairs of questions as companies type them (290 in 85 groups, many about neighbouring matters).
LEAST_PAIRS_RIGHT = 0.75
LEAST_PAIRS_FOUND = 0.40


def test_paraphrases_meet_and_others_stay_apart() -> None:
    texts = [
        "クラウドファンディングで資金を集められますか",
        "ｸﾗｳﾄﾞﾌｧﾝﾃﾞｨﾝｸﾞで資金を集めたい",
        "現地で通訳を頼むといくらかかりますか",
        "通訳を現地で頼む費用は？",
        "越境ECの始め方を教えてください",
        "越境ＥＣってどうやって始めるの",
        "社員食堂のメニュー",
        "？？？",
    ]
    labels = group(texts, open_word_vectors())
    assert labels[0] == labels[1]
    assert labels[2] == labels[3]
    assert labels[4] == labels[5]
    assert len(set(labels)) == 5
    # Without the table of vectors the words alone still do it.
    plain = group(texts, None)
    assert plain[0] == plain[1] and plain[0] != plain[2]


def test_few_texts_are_grouped_too() -> None:
    assert group([], None) == []
    assert group(["一つ"], open_word_vectors()) == [0]
    assert group(["同じ文", "同じ文"], None) == [0, 0]


def test_questions_as_typed_meet_in_pairs() -> None:
    listed = yaml.safe_load((Path(__file__).parent / "asked.yml").read_text("utf-8"))
    items = [(number, text) for number, texts in enumerate(listed) for text in texts]
    truth = np.array([number for number, _ in items])
    filed = load_knowledge(strict=False).questions
    background = [text for one in filed for _, text in one.texts()]
    found = np.array(group([text for _, text in items], open_word_vectors(), background))
    pairs = np.triu_indices(len(items), 1)
    together, belong = (found[:, None] == found)[pairs], (truth[:, None] == truth)[pairs]
    both = (together & belong).sum()
    assert both / together.sum() >= LEAST_PAIRS_RIGHT, (both, together.sum())
    assert both / belong.sum() >= LEAST_PAIRS_FOUND, (both, belong.sum())


def test_groups_are_mostly_pure_on_filed_questions() -> None:
    """B-cubed precision and recall (Bagga and Baldwin 1998) on groups of `knowledge/questions`."""
    filed = load_knowledge(strict=False).questions
    background = [text for one in filed for _, text in one.texts()]
    chosen = random.Random(7).sample(filed, GROUPS)
    items = [(number, text) for number, one in enumerate(chosen) for _, text in one.texts()]
    truth = np.array([number for number, _ in items])
    found = np.array(group([text for _, text in items], open_word_vectors(), background))
    together, belong = found[:, None] == found, truth[:, None] == truth
    both = (together & belong).sum(axis=1)
    precision, recall = (both / together.sum(axis=1)).mean(), (both / belong.sum(axis=1)).mean()
    assert precision >= LEAST_PURITY, (precision, recall)
    assert recall >= LEAST_FOUND, (precision, recall)
