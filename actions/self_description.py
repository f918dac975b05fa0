"""What a company says of its size, and an official of whose office he is (「従業員は八千人」)."""

from __future__ import annotations

import re
import unicodedata

#: Employees from which a company is no small or medium one in any branch of trade, whatever its
#: capital is likely to be; up to 300 any manufacturer is one (Small and Medium-sized Enterprise
#: Basic Act, article 2).
_LARGE = 1000
_SMALL = 300
_COUNT = r"(?P<count>[0-9,一二三四五六七八九十百千万]+)"
_EMPLOYEES = re.compile(
    r"(?:従業員|社員|スタッフ|職人|会社|工場|店|うち|家族)(?:数)?(?:は|が|も|で|、|って|だば|じゃ)?(?:約|およそ|だいたい|ざっと)?"
    + _COUNT
    + r"(?:(?:人|名)(?!の?(?:お?客|ベトナム|外国|実習|留学))"
    r"|(?=、|(?:です|だ|や|で|くらい|ぐらい|ほど|。)*$))"
)
#: A number said first and taken back (「30じゃなくて」「30人、あ、ちゃう」).
_TAKEN_BACK = re.compile(
    r"[0-9,一二三四五六七八九十百千万]+(?:人|名)?[^0-9。]{0,10}?"
    r"(?:じゃな(?:く|い)|ではな(?:く|い)|やなく|やのうて|ちゃう|違(?:う|い|った|って)|ちが(?:う|い|った|って)|間違(?:い|え)|いや|もとい|訂正)"
    r"(?:て|で|、|わ|た|です|\s)*(?=[0-9一二三四五六七八九十百千])"
)
#: Before a number told anew (「あ、すみません、800名でした」「さっきの従業員、…」).
_ANEW = re.compile(
    r"^(?:あ+|いや|ごめん(?:なさい)?|すみません|すいません|間違え(?:た|ました)|さっきの|先ほどの|、|。|\s)+"
)
#: A number of people that is the whole answer, or with which a company says it does its work.
_ALONE = re.compile(
    r"^(?:(?:パート|家族|バイト|社長|わし|私)(?:さん)?(?:も|まで)?(?:入れて|含めて|込みで)?|うちは|全部で|全員で|みんなで|合わせて)?(?:約|およそ|だいたい|ざっと|せいぜい|たった)?"
    + _COUNT
    + r"(?:人|名)(?:くらい|ぐらい|ほど|程度|前後|ちょっと|ちょい|弱|強|規模|体制|だけ"
    r"|だった|やった|でした|なん|か|ばあ|しかいない|もいない|もおらん|未満|足らず|しかおらん|いる|おる|います|おります|です|で(?:や|まわ|回)(?:っ|りゆ|りよ|っと|ってお)[^。、]{0,4}|でやってます|でやっています"
    r"|の会社|の工場|の店|かな|や|だ|ね|よ)*[。．!！ー〜]*$"
)
#: What stands before a number of people set apart (「堺の刃物屋、8人」).
_SET_APART = re.compile(
    r"^.*(?:屋|業|店|会社|工場|メーカー|製造|加工|工房|て(?:い)?ます|です)[、,\s]+(?=[0-9約一二三四五六七八九十百千])"
)
_FEW_HANDS = re.compile(
    r"(?:わたし|私|俺|僕|自分|主人|夫|妻|嫁|親父|息子|弟子|職人)と[^。、]{1,8}(?:だけ|のみ|きり)"
    r"|(?:^|[、。はがもてで\s]|うち|ただの)個人(?:事業主?|商店|営業|経営)?(?:なん|です|だ|や|でも|で(?:やって|営))"
    r"|一人親方|ワンオペ|^(?:ひとり|ふたり|[さよごろしは][ん]?[くち]?にん|さんにん|よにん|ごにん|ろくにん|しちにん|ななにん|はちにん|じゅうにん)(?:で|だけ|です|や|だ)*$"
    r"|(?:スタートアップ|ベンチャー|町工場|零細|中小|家族経営|同族会社)(?:企業)?(?:なん|です|だ|や|で(?!す?す))"
    r"|(?:夫婦|家族|親子|兄弟|身内|(?:一|二|三|四|五)人|ひとり|ふたり)(?:だけ)?で"
    r"(?:細々と)?(?:や|営|回|経営|切り盛)"
    r"|(?:小さ(?:い|な)|ちっちゃい|ちいさい)(?:とこ|ところ|工場|町工場|店|商店|工房|会社)"
)
_OFFICE = r"(?:の?[^。、\s]{0,8}(?:局|課|部|室))"
_OFFICIAL = re.compile(
    rf"(?:(?:[都道府県]庁|市役所|区役所|町役場|村役場){_OFFICE}?|[市県府都町村区]{_OFFICE}|[市町村])"
    r"(?:の(?:者|もの|職員|担当|係)|に勤|で働|勤務|職員|と申し)"
    rf"|(?:[都道府県]庁|市役所|区役所|町役場|村役場){_OFFICE}?です"
)
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def applicant_of(text: str, asked: bool = False) -> str | None:
    """Returns the kind of applicant a statement describes without naming it.

    Args:
        text: What a company or an official said of itself.
        asked: True where it is being asked about itself, so that a bare number of people
            (「10人くらい」) is its own.

    Returns:
        ``municipality``, ``large`` or ``sme``; None where the text tells neither an office nor a
        number of employees that decides.
    """
    if _OFFICIAL.search(text):
        return "municipality"
    count = people_of(text, asked)
    if count is None:
        return "sme" if _FEW_HANDS.search(_normal(text)) else None
    if count >= _LARGE:
        return "large"
    return "sme" if 0 < count <= _SMALL else None


def people_of(text: str, asked: bool = False) -> int | None:
    """Returns how many people work for the company, the last number of several.

    Args:
        text: What a company said of itself.
        asked: True where a bare number of people is its own.
    """
    normal = _TAKEN_BACK.sub("", _normal(text))
    alone = _SET_APART.sub("", _ANEW.sub("", normal))
    found = _EMPLOYEES.search(normal) or (_ALONE.search(alone) if asked else None)
    return _number(found["count"].replace(",", "")) if found else None


def corrects_people(text: str) -> bool:
    """True for 「30じゃなくて300人だった」 and 「あ、すみません、800名でした」."""
    normal = _normal(text)
    again = _TAKEN_BACK.search(normal) or _ANEW.search(normal)
    return bool(again) and people_of(text, asked=True) is not None


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _number(text: str) -> int:
    """Reads figures, numerals and both together (八千, 1万2千, 12000)."""
    total = below = digit = 0
    for one in text:
        if one == "万":
            total, below, digit = (below + digit or 1) * 10_000, 0, 0
        elif one in _UNITS:
            below += (digit or 1) * _UNITS[one]
            digit = 0
        else:
            digit = digit * 10 + (int(one) if one.isdigit() else _DIGITS[one])
    return total + below + digit
