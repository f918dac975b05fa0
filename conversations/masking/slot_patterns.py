"""Patterns of the places in a sentence where a person is named."""

from __future__ import annotations

import re

from conversations.masking.text import Gated, alternatives, lasts

_KATAKANA = frozenset(map(chr, range(ord("ァ"), ord("ヶ"))))
_K = r"[一-龥々]"
_NOT_IN_WORD = r"(?<![一-龥々ァ-ヴー])"
_RUN = rf"(?P<name>{_K}(?:[ヶケノッ]?{_K}){{0,5}})"
_GIVEN = rf"(?:[ ](?P<given>{_K}{{1,3}}|[ぁ-ん]{{2,4}}|[ァ-ヴー]{{2,5}}))?"
#: Behind a name: what goes on is not the rest of a longer word.
_END = (
    r"(?=です|でした|でございま|だ[。、よっ]|や[。、で]|と申|と言|"
    r"といい|という|いいます|が|は|に|から|を|と|より|まで|宛|も|"
    r"へ"
    r"|、|。|,|[)/|<(@]|\s|$|さん|様|氏|っす|で[、。す]|の(?:意向|"
    r"指示|代わり|携帯|電話|名刺|名前|紹介))"
)
TITLED = Gated(
    re.compile(
        rf"{_NOT_IN_WORD}(?P<name>{_K}(?:[ヶケノッ]?{_K}){{0,4}}?)(?P<title>{alternatives('titles')}|"
        rf"顧問|監査役)"
    ),
    lasts("titles") | frozenset("問役"),
)
ROLED = Gated(
    re.compile(
        rf"(?P<role>{alternatives('person_roles')})[】\])]?"
        rf"(?P<link>\s*(?:の|は|が|[:/])\s*|[ \t]+|){_RUN}{_GIVEN}{_END}"
    ),
    lasts("person_roles"),
)
ROLED_KATAKANA = Gated(
    re.compile(
        rf"(?:{alternatives('person_roles')})(?:の|は|:)\s*(?P<name>[ァ-ヴー]{{3,9}}(?:・[ァ-ヴー]{{2,}})*)"
        r"(?=です|と申|と言|といい|が|から|さん|様|氏|$|。)"
    ),
    _KATAKANA,
)
FAMILY = Gated(
    re.compile(rf"{_NOT_IN_WORD}(?:{alternatives('relatives')})の{_RUN}{_END}"),
    lasts("relatives"),
)
OURS = Gated(
    re.compile(
        rf"(?:(?:弊社|当社|小社|うち|私ども|わが社|我が社)の|弊社|当社|小社){_RUN}{_GIVEN}"
        r"(?=です|と申|から|より|まで|が(?:伺|うかが|参|お伺|担当|ご|"
        r"対応|説明|出|同席|行|お邪魔|連絡|電話|送|英語|話|来|作|い|やって))"
    ),
    frozenset("社ちど"),
)
_SAID = r"(?:です|でございま|っす|と申|と言|といい|いいます|より|や。|だ。)"
MY_NAME = Gated(
    re.compile(
        rf"(?:^|[。、!\n ])(?:(?:私|わたし|わたくし)[は、]|僕は|ぼくは|"
        rf"俺は|おれは|わしは|こちら)、?{_RUN}{_GIVEN}(?={_SAID}|、)"
    ),
    frozenset("私僕俺こわぼお"),
)
GREETED = Gated(
    re.compile(rf"(?:{alternatives('greetings')})[。、!\s]+{_RUN}{_GIVEN}(?={_SAID})"),
    lasts("greetings"),
)
BARE = re.compile(
    rf"(?:^|[。!\n]|はい、|ええ、)[ ]?{_RUN}、?(?=(?:です|でございま|"
    rf"っす|や(?:。|けど|で|ねん)|だけど|だ。)(?P<more>(?:けど|が|"
    rf"わ|よ|ー)?[。、!\s]*(?:今|ちょっと|{alternatives('after_introduction')}))?)"
)
HIRAGANA_FULL = Gated(
    re.compile(
        r"(?:^|[。\n]|、)(?P<name>[ぁ-ん]{2,5}[ ][ぁ-ん]{2,4}?)(?=です(?:。|、|$)|と申|といいます)"
    ),
    frozenset(" "),
)
FOREIGN = Gated(
    re.compile(
        r"(?<![ァ-ヴー・])(?P<name>[ァ-ヴー]{2,10}(?:・[ァ-ヴー]{1,10}){1,4})"
        r"(?=(?P<sure>と申|といいます|さん|さま|様|氏)|です|が(?:担当|"
        r"通訳|窓口|対応)|に(?:任せ|頼ん)|という(?:者|人|方))"
    ),
    frozenset("・"),
)
AFTER_COMPANY = re.compile(rf"(?:[ ]|\n|、|/|の){_RUN}{_GIVEN}{_END}")
DEPARTMENT = Gated(
    re.compile(
        rf"(?:{_K}(?:部|課|室|係|G|グループ|チーム)[ ]|(?:営業|総務|経理|"
        rf"人事|技術|製造|開発|海外|企画|購買|品質|広報|生産|管理|事業|"
        rf"国際|貿易|輸出|国内|法務|財務|資材|設計|工務|業務|販売|[一二三四1-4])(?:本?部|"
        rf"課|室|係)の){_RUN}{_GIVEN}{_END}"
    ),
    frozenset("部課室係Gプム"),
)
#: Of whom somebody speaks by telephone.
REACHED = Gated(
    re.compile(
        rf"{_NOT_IN_WORD}{_RUN}(?=が(?:不在|留守|席)|の(?:携帯|名刺|内線|"
        rf"おやじ|奥さん)|から(?:お?電話|連絡|の(?:メール|電話|連絡|紹介))|"
        rf"より(?:ご?連絡|お?電話)"
        r"|に(?:伝え|代わ|電話|確認|渡し|お伝え|お電話|お渡し)|が(?:対応|"
        r"伺|お伺|参り|担当|電話|ご?説明|出席|同席)|は(?:不在|外出|留守|"
        r"席を|出張)"
        r"|という(?:者|もの|人|方)|拝$|拝\n|家の者)"
    ),
    frozenset("在守席携刺線絡電紹伝代確渡対伺参担説出者人方拝家じ奥"),
)
MET = Gated(
    re.compile(
        rf"(?:(?:さっき|先ほど|さきほど|昨日|先日|先週|前回|名刺)の|(?:お会いし|"
        rf"会っ|電話し|連絡し|訪問し|伺っ)た(?:の(?:は|が))?|電話口は|"
        rf"連絡先?は|{alternatives('titles')}\(){_RUN}{_GIVEN}"
        r"(?=です|と申|でございま|まで|へ|や|で[、。す]|\))"
    ),
    frozenset("っほ昨前刺会電連訪伺("),
)
TOGETHER = re.compile(
    rf"(?:さん)?(?:と|か|、|・|/|および|及び|または){_RUN}(?=が|で|"
    rf"です|の(?:両|二|三|\d)|と|、|・|から|も|に|を)"
)
PARENTHESES = Gated(
    re.compile(
        rf"{_NOT_IN_WORD}{_RUN}{_GIVEN}[ ]?\((?:内線|直通|携帯|{alternatives('person_roles')}|"
        rf"{_K}{{1,6}}(?:部|課|室))"
    ),
    frozenset("("),
)
TO = Gated(
    re.compile(
        rf"{_NOT_IN_WORD}{_RUN}{_GIVEN}(?=宛て?(?:に|で|の|$)|まで(?:ご?連絡|お?電話)|に代わ)"
    ),
    frozenset("宛連電代"),
)
NUMBERED = Gated(
    re.compile(
        rf"(?P<names>{_K}{{1,4}}(?:(?:と|、|・){_K}{{1,4}}){{1,5}})の(?:二人|三人|ふたり|\d[人名])"
    ),
    frozenset("人名り"),
)
LATIN_FULL = Gated(
    re.compile(
        r"(?:^|[。\n])(?P<name>[A-Z][a-z]{1,14} (?:[A-Z]\. )?[A-Z][A-Za-z]{1,14})(?=です|"
        r"と申|と言|といい|でござ|[ ]*(?:\n|$))"
    ),
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
)
READ_SO = Gated(
    re.compile(rf"「?(?P<name>{_K}{{1,4}})」?と書いて(?P<kana>[ぁ-んー]{{2,8}}?)(?=と読|です)"),
    frozenset("書"),
)
LINE = re.compile(rf"(?:^|(?<=\n))[ ]*{_RUN}{_GIVEN}[ ]*(?=\n|$)")
#: 「千葉がお電話します」: of a place nobody speaks so, not of 大阪 either.
HUMBLE = Gated(
    re.compile(
        rf"{_NOT_IN_WORD}{_RUN}(?=がお?(?:電話|伺い|返事)|が参りま|が対応しま|"
        rf"がご?説明し|がご連絡|に代わりま|は不在|は外出|が不在|が留守)"
    ),
    frozenset("電伺返参対説連代不外留"),
)
#: A form filled in.
FORM = Gated(
    re.compile(
        r"(?<![一-龥ァ-ヴー])(?:姓|名|苗字|名字|セイ|メイ|ふりがな|フリガナ|"
        r"よみがな|ヨミガナ|お名前|下の名前)[:][ ]*"
        r"(?P<name>[一-龥々ヶノ]{1,6}(?:[ ][一-龥々]{1,4}(?!:))?|"
        r"[ぁ-んー]{2,8}(?:[ ][ぁ-ん]{2,6})?|[ァ-ヴー]{2,10}(?:[ ][ァ-ヴー]{2,10}(?!:))?)"
        r"|(?<!の)(?:名前|氏名|お名前)は?「(?P<quoted>[^「」\n]{1,12})」"
        r"|(?:ミスター|ミズ|ミセス|ドクター)・?(?P<mister>[ァ-ヴー]{2,9})"
    ),
    frozenset(":「ズ") | frozenset("ミド"),
)
