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
    r"(?:従業員|社員|スタッフ|職人|会社|工場|店|うち|家族)(?:数)?(?:は|が|も|で)?(?:約|およそ|だいたい|ざっと)?"
    + _COUNT
    + r"(?:人|名)(?!の?(?:お?客|ベトナム|外国|実習|留学))"
)
#: A number of people that is the whole answer, or with which a company says it does its work.
_ALONE = re.compile(
    r"^(?:(?:パート|家族|バイト|社長|わし|私)(?:さん)?(?:も|まで)?(?:入れて|含めて|込みで)?|うちは|全部で|全員で|みんなで|合わせて)?(?:約|およそ|だいたい|ざっと|せいぜい|たった)?"
    + _COUNT
    + r"(?:人|名)(?:くらい|ぐらい|ほど|程度|前後|ちょっと|ちょい|弱|強|規模|体制|だけ"
    r"|しかいない|もいない|もおらん|未満|足らず|しかおらん|いる|おる|います|おります|です|で(?:や|まわ|回)(?:っ|りゆ|りよ|っと|ってお)[^。、]{0,4}|でやってます|でやっています"
    r"|の会社|の工場|の店|かな|や|だ|ね|よ)*[。．!！ー〜]*$"
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
    normal = unicodedata.normalize("NFKC", text).strip()
    found = _EMPLOYEES.search(normal) or (_ALONE.search(normal) if asked else None)
    if not found:
        return "sme" if _FEW_HANDS.search(normal) else None
    count = _number(found["count"].replace(",", ""))
    if count >= _LARGE:
        return "large"
    return "sme" if 0 < count <= _SMALL else None


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
