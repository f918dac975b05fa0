"""Patterns of how companies are named."""

from __future__ import annotations

import re

from conversations.masking.morphemes import PERSONS, PLACE, PROPER
from conversations.masking.text import Gated, alternatives, lasts, word_set

FORM = Gated(
    re.compile(
        alternatives("legal_forms")
        + r"|\((?:株|有|同|資|名|社|財)\)|(?<![ァ-ヴー])[カユド][)]|[(][カユド]\)"
    ),
    lasts("legal_forms") | frozenset(")"),
)
UPPER = re.compile(r"[A-Z]")
INTRODUCES = frozenset("社号商名企場ー")
HEADS = frozenset({*PERSONS, PLACE, PROPER})
ACCOUNT_FORM = re.compile(r"^[(]?[カユド]\)$|カブシキガイシャ")
KANA_NAME = re.compile(r"[ ]?[ァ-ヴー]{2,}")
HIRAGANA_NAME = re.compile(
    r"(?![ではがをにともやかっのし])[ぁ-んー]{2,8}?(?=の|です|と[申い言]|、|。|\s|$)"
)
INSIDE = frozenset("・&＆-ー．.'’")
LATIN_FORM = re.compile(r"Co\.|Inc|Ltd|Corp|LLC|GmbH|Pte|Sdn|JSC|K\.K\.|PT ")
LATIN_NAME = re.compile(
    r"(?<![A-Za-z])(?:PT\.? [A-Z][A-Za-z0-9&'-]*(?: [A-Z][A-Za-z0-9&'-]*){0,4}"
    r"|[A-Z][A-Za-z0-9&'-]*(?: (?:[A-Z&][A-Za-z0-9&'-]*|of|and)){0,4},? ?"
    r"(?:Co\.?,? ?Ltd\.?|Inc\.|Inc\b|Corporation|Corp\.?|LLC|GmbH|Pte\.? ?Ltd\.?"
    r"|Sdn\.? ?Bhd\.?|K\.K\.|JSC|Ltd\.?))"
)
LABEL = re.compile(
    rf"(?:(?<![一-龥])(?:{alternatives('company_labels')})[】\])]?\s*(?:は|が|:|=|】|「|\s)+|会社\s*[:】]\s*)"
)
LABEL_END = re.compile(
    r"(?:です|といい|と言い|いいま|と申|という|いうて|でございま|で、|だ。|や。|[、。」\n(]|\s|$)"
)
INTRODUCED = re.compile(alternatives("company_introducers"))
NOT_A_LABELLED_NAME = re.compile(
    r"^(?:言|い|教|書|出|伏|匿名|なに|何|ない|あり|必要|未|まだ|ひみつ|秘密|どう|変)"
)
PLACE_GOES_ON = re.compile(alternatives("place_endings"))
STRICT = re.compile(rf"(?:{alternatives('strict_endings')})$")
LOOSE = re.compile(rf"(?:{alternatives('loose_endings')})$")
KANJI = re.compile(r"[一-龥]")
KANJI_WORD = re.compile(r"[一-龥々ヶケ]+")
HIRAGANA = re.compile(r"[ぁ-ん]")
#: Bodies and undertakings, not companies.
BODY = re.compile(
    r"(?:デスク|窓口|センター|会議|制度|事業|支援|案件|方式|調査|モデル|メッセ|大学|研究|協会|機構|銀行|信金|信用金庫)$"
)
#: 「レモンの木という屋号」: a name may be a whole phrase.
CALLED = re.compile(
    r"(?:^|[。、\n]|うちは|弊社は|当社は)(?P<name>[^。、\n「」]{2,15}?)(?:っ?て|と)?いう(?:屋号|社名|商号|店名)"
)
#: 「八尾精密の川口と申します」: whose name stands before one's own.
OWN_BEFORE = re.compile(
    r"の(?=[一-龥々ァ-ヴーぁ-んA-Za-z ]{1,10}(?:と申|といいます|と言います|でございま))"
)
OWN = re.compile(r"(?:弊社|当社|うち|小社|取引先|仕入先|得意先|相手先)[はのが(「]?$")

NO_TAIL = word_set("place_endings") | word_set("no_name_follows") | word_set("roles")
