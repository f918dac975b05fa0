"""Numbers and addresses that point to a person: rules over shapes, check digits and neighbours."""

from __future__ import annotations

import re

from conversations.masking.found import Occupied

_ANY_DIGIT = re.compile(r"[0-9]")
_KANJI_NUMBER = re.compile(
    r"(?<![一-九〇零十百千])[〇零一二三四五六七八九]{2,4}-[〇零一二三四五六七八九]{2,4}-[〇零一二三四五六七八九]{4}"
)
#: Read out: ゼロハチゼロ, ニイサンヨンゴー, …
_READ_OUT = re.compile(
    r"(?:(?:ゼロ|マル|レイ|イチ|ニー?|ニイ|サン|ヨン|シ|ゴー?|ロク|ナナ|シチ|ハチ|キュー|"
    r"キュウ|ク)[ 、の・-]?){10,11}"
)
# Numbers of things: what stands shortly before a number.
_THING = re.compile(
    r"(図面|品番|型番|型式|部品|ロット|注文|伝票|受注|発注|見積|JAN|"
        r"HS|商品|製品|管理|会員|お客様|受付|契約|シリアル|コード|ISO|"
        r"JIS)[^。、\n]{0,8}$",
    re.IGNORECASE,
)  # fmt: skip
_TELEPHONE_SAID = re.compile(
    r"(電話|携帯|スマホ|TEL|FAX|ファックス|ファクス|フリーダイヤル|ダイヤル)", re.IGNORECASE
)
_MEASURE = (
    r"(?!\s*(?:万|億|千|円|ドル|個|人|台|時|名|社|年|月|日|%|パーセント"
    r"|mm|cm|km|kg|トン|倍|回|本|枚|度|℃|㎡|平米))"
)

_PHONE = re.compile(
    r"(?:(?<![\dA-Za-z.])|(?<=TEL)|(?<=FAX)|(?<=[Tt]el)|(?<=[Ff]ax))(?<!\d[-,])(?:"
    r"\+\d{1,3}[-. ]?\(?0?\)?\d{1,4}|\(0\d{1,4}\)|0\d{1,4})"
    r"(?:[-. (・]|[-] )?\d{1,4}(?:[-. )・]|[-] )?\d{3,4}(?![\d%])(?![-.]\d)"
)
_MAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*\s?(?:@|\[at\]|\(at\)|<at>|アットマーク)\s?"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\s?(?:\.|\[dot\]|"
    r"\(dot\)|ドット)\s?[A-Za-z0-9-]+)+",
    re.IGNORECASE,
)
_URL = re.compile(
    r"https?://[!-'*-~]+|(?<![\w@/.])(?:www\.)?"
    r"(?:x|twitter|facebook|instagram|linkedin|line)\.(?:com|me)/[!-'*-~]+",
    re.IGNORECASE,
)
_PERSONAL_URL = re.compile(
    r"//(?:[\w-]+\.)*(?:x|twitter|facebook|instagram|linkedin|tiktok|"
    r"line|wa|t|note|ameblo)\.(?:com|me|jp|ee)/."
    r"|^(?:www\.)?(?:x|twitter|facebook|instagram|linkedin|line)\.(?:com|me)/."
    r"|/(?:~|@)|/(?:staff|member|members|user|users|people|person|"
    r"profile|author|in|u|id|blog)/[^/]",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?:(?:LINE|ライン|スカイプ|Skype|インスタ(?:グラム)?|Instagram|"
        r"ツイッター|Twitter|WeChat|微信|WhatsApp|Zalo|カカオトーク?|"
        r"Telegram|Facebook)"
    r"[\sの]{0,2}(?:ID|アカウント|アイディー)?|ID)\s*(?:は|:|が|=)\s*(?P<handle>@?[A-Za-z][A-Za-z0-9_.:-]{3,40})|"
        r"(?<![\w.])(?P<at>@[A-Za-z0-9_.-]{4,30})",
    re.IGNORECASE,
)  # fmt: skip
_HANDLE_SAID = re.compile(
    r"@|ID|アカウント|LINE|ライン|Chat|App|Zalo|スカイプ|Skype|インスタ|"
    r"Insta|カカオ|Telegram|微信|ツイッター|witter|acebook",
    re.IGNORECASE,
)
_POSTAL = re.compile(
    r"(?:〒|郵便番号[^\d〒]{0,4}|T(?=\d{3}-\d{4}\s*(?:東京|大阪|京都|"
    r"北海道|..?.県)))\s*(?P<code>\d{3}-?\d{4})(?![-\d])"
)
_POSTAL_BEFORE_ADDRESS = re.compile(
    r"(?<![\d-])(?P<code>\d{3}-\d{4})(?=\s*(?:東京都|大阪府|京都府|北海道|.{2,3}県))"
)
_ACCOUNT = re.compile(
    r"(?:普通|当座|貯蓄)(?:預金|口座)?\s*(?:口座番号|番号|No\.?|№)?[\sの::.]{0,2}\d{6,8}(?!\d)"
    r"|記号\s*\d{5}\s*-?\s*番号?\s*\d{6,8}(?!\d)|(?<=口座番号)[\sは:]{0,2}\d{6,8}(?!\d)"
)
_LONG = re.compile(r"(?<![\d.,-])T?(?P<digits>\d(?:[ -]?\d){11,18})(?![\d-])")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{2}\d{7}(?![A-Za-z0-9-])")
_PASSPORT_SAID = re.compile(r"旅券|パスポート|passport", re.IGNORECASE)

_SMALL = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_LOT = (
    rf"(?:{_SMALL}条[東西南北]?)?{_SMALL}\s?丁目?(?:\s?{_SMALL}(?:番地?|"
    rf"-)?(?:の?{_SMALL}号?)?(?:-\d{{1,4}})*)?"
    rf"|{_SMALL}番(?:地(?:の?\d{{1,4}}(?:号|-\d+)?)?|\s?\d{{1,4}}号?)"
    r"|\d{1,4}(?:-\d{1,4}){1,4}" + _MEASURE + r"|(?<=[町村])\d{1,5}(?![\d.,])" + _MEASURE
)
_BUILDING = (
    r"(?:[ ]?(?:(?:コーポ|ハイツ|メゾン|グラン|レジデンス|アパート|"
    r"シャトー|パーク)?[一-龥々ァ-ヴーぁ-んA-Za-z0-9]{1,16}?"
    r"(?:(?=\d{1,4}号室)|ビル|ビルディング|マンション|ハイツ|コーポ|"
    r"荘|会館|タワー|センター|プラザ|館)\s?)?"
    r"(?:\d{1,2}[階F](?:-?\d{1,4}号?室?)?|\d{1,4}号室?|(?<=ル) ?\d{1,4}))?"
)
_TOWN = (
    r"(?:[一-龥々〆ケヶノァ-ヴー入]{1,14}?|[ぁ-ん]{4,8}?|[ぁ-ん]{2,6}[一-龥]{1,3}|[一-龥々]{1,6}の[一-龥々]{1,4}?|"
    r"[一-龥々]{2,8}通[一-龥々]{0,6}(?:上る|下る|東入|西入|上ル|下ル|"
    r"東入ル|西入ル|東入る|西入る)[一-龥々]{0,12})"
)
_AFTER_CITY = re.compile(rf"(?<=[市区町村郡])(?P<lot>{_TOWN}\s?(?:{_LOT}){_BUILDING})")
_WARD = re.compile(r"(?:[一-龥ァ-ヴヶ]{1,4}区)|[一-龥]{1,4}郡[一-龥]{1,4}[町村]")
_ADDRESS_LABEL = re.compile(
    rf"(?:住所|所在地|本社|自宅|住まい|勤務先)[^\n。]{{0,14}}?(?P<lot>{_TOWN}(?:{_LOT}){_BUILDING})"
)
_TOWN_ALONE = re.compile(
    rf"(?<![一-龥々])(?P<lot>[一-龥々]{{1,6}}(?:\d{{1,2}}|[一二三四五六七八九]){{1}}(?:丁目\s?{_SMALL}(?:番|"
    rf"-)|番\s?\d{{1,3}}号)"
    rf"(?:\s?\d{{1,4}}号?)?{_BUILDING})"
)


def find_numbers(folded: str, taken: Occupied) -> None:
    """Find numbers and addresses.

    Args:
        folded: The text with widths folded (see `text.fold`).
        taken: Gets what is found.
    """
    if "@" in folded or "at" in folded or "アット" in folded:
        _take_all(_MAIL, folded, taken, "mail")
    if "/" in folded:
        _find_urls(folded, taken)
    if _HANDLE_SAID.search(folded):
        for match in _HANDLE.finditer(folded):
            _find_handle(match, taken)
    if "-" in folded and _KANJI_NUMBER.search(folded):
        for match in _KANJI_NUMBER.finditer(folded):
            taken.add(*match.span(), "phone")
    if "ゼロ" in folded or "マル" in folded:
        for match in _READ_OUT.finditer(folded):
            taken.add(match.start(), match.start() + len(match[0].rstrip(" 、の・-")), "phone")
    if not _ANY_DIGIT.search(folded) and "番" not in folded and "丁目" not in folded:
        return
    for match in (*_POSTAL.finditer(folded), *_POSTAL_BEFORE_ADDRESS.finditer(folded)):
        taken.add(*match.span("code"), "postal_code")
    _take_all(_ACCOUNT, folded, taken, "account")
    for match in _LONG.finditer(folded):
        _find_long(match, folded, taken)
    if _PASSPORT.search(folded):
        said = bool(_PASSPORT_SAID.search(folded))
        for match in _PASSPORT.finditer(folded):
            if said or (match[0][0] in "TM" and not _THING.search(folded[: match.start()])):
                taken.add(*match.span(), "passport")
    for match in _PHONE.finditer(folded):
        if _is_phone(match, folded):
            taken.add(*match.span(), "phone")
    for pattern in (_AFTER_CITY, _ADDRESS_LABEL, _TOWN_ALONE):
        for match in pattern.finditer(folded):
            start, end = match.span("lot")
            # 神戸市中央区…: the ward still is what the dialogue may know.
            ward = _WARD.match(folded, start, end)
            taken.add(ward.end() if ward else start, end, "address")


def _take_all(pattern: re.Pattern[str], folded: str, taken: Occupied, kind: str) -> None:
    for match in pattern.finditer(folded):
        taken.add(*match.span(), kind)


def _find_urls(folded: str, taken: Occupied) -> None:
    for match in _URL.finditer(folded):
        address = match[0].rstrip(".,;:)")
        if _PERSONAL_URL.search(address):
            taken.add(match.start(), match.start() + len(address), "url")


def _find_handle(match: re.Match[str], taken: Occupied) -> None:
    group = "handle" if match["handle"] else "at"
    value = match[group]
    # 「LINEはある？」 has no letters of an account; an ID of letters alone is named as one.
    if group == "at" or "@" in value or re.search(r"[0-9_.:]", value) or "ID" in match[0].upper():
        taken.add(*match.span(group), "handle")


def _find_long(match: re.Match[str], folded: str, taken: Occupied) -> None:
    digits = re.sub(r"\D", "", match["digits"])
    before = folded[max(0, match.start() - 14) : match.start()]
    around = folded[max(0, match.start() - 24) : match.end() + 24]
    thing = bool(_THING.search(before))
    if len(digits) in (14, 15, 16, 19) and digits[0] in "23456" and is_card(digits):
        taken.add(*match.span("digits"), "card")
    elif len(digits) == 13 and is_corporate_number(digits):
        if "法人番号" in around or "インボイス" in around or not thing:
            taken.add(*match.span(), "corporate_number")
    elif len(digits) == 12:
        _find_twelve(match, digits, around, thing, taken)


def _find_twelve(
    match: re.Match[str], digits: str, around: str, thing: bool, taken: Occupied
) -> None:
    if "免許" in around:
        taken.add(*match.span("digits"), "licence")
    elif "マイナンバー" in around or "個人番号" in around or (is_my_number(digits) and not thing):
        taken.add(*match.span("digits"), "my_number")


def _is_phone(match: re.Match[str], folded: str) -> bool:
    digits = re.sub(r"\D", "", match[0])
    if match[0].startswith("+"):
        return 9 <= len(digits) <= 13
    if len(digits) < 2 or digits[1] == "0":
        return False
    mobile = digits[:3] in ("050", "060", "070", "080", "090")
    if len(digits) != (11 if mobile or digits.startswith("0800") else 10):
        return False
    before = folded[max(0, match.start() - 14) : match.start()]
    return not _THING.search(before) or bool(_TELEPHONE_SAID.search(before))


def is_card(digits: str) -> bool:
    """Check a card number by Luhn's formula (ISO/IEC 7812-1)."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_corporate_number(digits: str) -> bool:
    """Check a 法人番号 of 13 digits by its first (財務省令: 9 less the sum modulo 9)."""
    weighted = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - weighted % 9


def is_my_number(digits: str) -> bool:
    """Check an 個人番号 of 12 digits by its last (総務省令第85号: modulo 11, weights 2 to 7)."""
    weights = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
    rest = sum(int(d) * w for d, w in zip(reversed(digits[:11]), weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)
