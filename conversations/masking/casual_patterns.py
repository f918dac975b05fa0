"""Patterns of what is said of persons and companies in the middle of a sentence."""

from __future__ import annotations

import re

from conversations.masking.text import Gated, alternatives

_K = r"[一-龥々]"
_TIMES = "昨日|今日|明日|来週|先週|来月|先月|今朝|本日|後日|午後|午前|前回|以前|先日"
_RUN = rf"(?P<name>(?!{_TIMES}){_K}(?:[ヶケノ]?{_K}){{0,3}})"
#: What only a person is asked, told, sent or does, whatever place bears the same name.
_ONLY_PERSONS = (
    r"に(?:聞い|聞け|お聞き|お?願い|頼[んみむめま]|任せ|引き?継|渡し|お渡し|伝え|お伝え|会っ|会い|会え|教わ|代わり|代わっ|代わる)"
    r"|が(?:承り|承知|参り|伺い|お伺い|お答え|同席|退職|辞め|独立|席を|不在|留守|折り返|かけ直)"
    r"|も(?:同席|伺い|参り|連れ)|を(?:行かせ|同席|派遣し|連れて|現地に|担当に)"
    r"|から(?:引き?継|聞い|聞き|言われ|頼まれ|紹介され)|と(?:私|二人|ふたり)|家が|の(?:後任|前任|代理で)"
)
_PERSONS_TOO = (
    r"|に(?:教えて|相談し|話し|見て|確認し|連絡し|電話し)"
    r"|が(?:言[っいう]|話し|行き|行く|行っ|来[てま]|来週|来月|決め|担当|対応し|見て|やって|調べ|説明し|電話し|連絡し|出張|駐在|先に|英語)"
    r"|が[^。、がは]{1,8}(?:行き|行く|行って|担当し|参り|伺い)"
    r"|は(?:不在|外出|出張|退職|英語)|も(?:行き|行く|来ます|参加し|一緒)|を(?:紹介し|訪ね)"
    r"|から(?:連絡|電話|メール|の(?:紹介|メール|電話))|と(?:一緒|話し|相談し|会)"
    r"|の(?:時代|息子|名義|下で|指示|携帯)|、(?:よろしく|宜しく)"
)
_EDGE = rf"(?:^|(?<=[。、,!?\n 「(はがもにとのを])|(?<={_TIMES}))"
_SIGNS = frozenset("にがもをとのは家か、")
ACTING_SURELY = Gated(re.compile(rf"{_EDGE}{_RUN}(?=(?:{_ONLY_PERSONS}))"), _SIGNS)
ACTING = Gated(re.compile(rf"{_EDGE}{_RUN}(?=(?:{_ONLY_PERSONS}{_PERSONS_TOO}))"), _SIGNS)
ACTING_IN_KANA = re.compile(
    rf"(?:(?<![ぁ-んー一-龥々])|(?<=[はがもにとのつ])|(?<={_TIMES}))(?=(?P<name>[ぁ-ん]{{2,6}}?)(?:{_ONLY_PERSONS}{_PERSONS_TOO}))"
)
ACTING_IN_KATAKANA = Gated(
    re.compile(rf"(?<![ァ-ヴー・])(?P<name>[ァ-ヴー]{{2,9}})(?={_ONLY_PERSONS})"),
    frozenset(map(chr, range(ord("ァ"), ord("ヶ")))),
)
#: マイケルです。よろしく: a given name of abroad alone is a name only where one greets.
GREETS_IN_KATAKANA = Gated(
    re.compile(
        r"(?:^|[。、!\n])(?:えっと|こんにちは|はじめまして)?[、 ]?(?P<name>[ァ-ヴー]{2,9})"
        r"(?=(?:です。?|、)(?:よろしく|宜しく|お世話|前回|昨日)|ですが、)"
    ),
    frozenset("よ宜お前昨が"),
)
#: えっと、門脇です: what one says before one's name.
FILLER = re.compile(
    r"(?:^|[。\n])(?:えっと|えーと|ええと|あの|あのー|あ|どうも|もしもし|夜分に|何度も)[、 ]?"
    r"(?P<name>[一-龥々]{1,4}|[ぁ-ん]{2,6}?)(?=です|と申|っす|ですが)"
)
FIRST_PERSON = re.compile(
    r"(?:わたし|わたくし|わし|うち|ぼく|おれ|あたし|私|僕|俺)、?(?P<name>[ぁ-ん]{2,6})"
    r"(?=いいます|と申|といい|って(?:いい|言い)|です(?:。|が|けど))"
)

_NAME = r"(?P<name>[一-龥々ヶノァ-ヴーA-Za-z・ぁ-ん]{2,14}?)"
_KIND = (
    r"[一-龥ァ-ヴーぁ-ん]{0,6}?(?:会社|メーカー|商社|企業|工場|工房|旅館|店|屋|コンサル|"
    r"業者|ブランド|法人|代理店|農園|蔵元|所)"
)
_OPENS = (
    r"(?:^|[。、!?\n「]|(?:弊社|当社|小社|うち)は?|(?:市|県|府|都|区|町|村|阪|京|岡|知|庫|島|川)の|"
    r"(?<=[はにがで]))"
)
_STAFF = r"(?:[一-龥々]{1,4}|[ぁ-ん]{2,5})(?:です(?:。|が|$|\n)|と申|でござ|といい)"
#: 丸高に勤めています, ブライトンって会社やってます: what is said of a company only. The name is
#: looked ahead at: うちは may stand before it or be taken for its beginning.
EMPLOYER = re.compile(
    rf"{_OPENS}(?={_NAME}(?:(?P<called>(?:っ?て|と)?いう{_KIND}|って(?:会社|店|お店|とこ))"
    r"|に(?:勤め|つとめ)|で(?:働|勤め)|を(?:経営|営んで)|に(?:部品|製品|材料)を納め"
    r"|の者(?:です|でござ)|、代表の|の(?:[二三四五六]代目|海外担当|従業員|社員)(?:です|で、)"
    rf"|の{_STAFF}))"
)
#: 丸高金属です。, 取引先の丸高金属が: where a trade may stand as well.
PLAIN = re.compile(rf"{_OPENS}(?={_NAME}です(?:。|、|けど|が|$|\n))")
PARTNER = re.compile(
    rf"(?:{alternatives('partners')})(?:の|である|、)(?P<name>[一-龥々ヶノァ-ヴー・]{{2,14}}?)"
    r"(?=が|は|に|と|から|を|も|さん|です|の|$)"
)
#: 弊社サンコー精密は: nothing stands between.
OURS = re.compile(
    r"(?:弊社|当社|小社)(?![はがのでもにを])"
    r"(?P<name>[一-龥々ヶノァ-ヴーA-Za-z・]{2,14}?)(?=は|では|の|が|です|と申)"
)
_ENDING = alternatives("name_endings")
#: A signature in one line: 東邦ばね工業　長谷川.
SIGNED = re.compile(
    rf"(?:^|[。、!?\n])[ ]*(?P<name>[一-龥々ヶノァ-ヴーぁ-んA-Za-z・]{{1,12}}?(?:{_ENDING}))[ ]+"
    r"(?P<who>[一-龥々]{1,4})(?P<given>[ ][一-龥々]{1,3})?[ ]*(?=$|\n|です|。|と申)"
)
#: 村瀬@関西スプリングです: as mails sign.
AT_WORK = re.compile(r"[ ]?@[ ]?(?P<name>[^\s。、@の]{2,16}?)(?=です|と申|の者|でござ|。|、|$|\n)")
#: 眼鏡工房やまと, 茶房 みなと: a kind of shop and what it is called.
WORKSHOP = re.compile(
    r"(?P<name>[一-龥ァ-ヴー]{0,5}(?:工房|本舗|スタジオ|アトリエ|ラボ|茶房|酒蔵)[ ]?"
    r"(?![はがをのにでと])"
    r"(?:[ぁ-ん]{2,6}?|[ァ-ヴー]{2,8}))(?=です|と申|といい|の(?:店主|代表|者)|でござ)"
)
#: 日昇堂, 松葉屋: how shops call themselves.
SHOP_ENDING = re.compile(r"(?P<head>.+?)(?:屋|堂|亭|庵|舎|苑|軒|楼)$")
