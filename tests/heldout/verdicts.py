"""Pure scoring: what a reply must, may and must not hold."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from .folding import fold, search

# Longest part of each section's heading that any way of citing it will keep.
HEADINGS = {
    "s01": "新段階に入った中小企業の海外展開支援",
    "s02": "今までの研究から得られた示唆",
    "s03": "支援策、アプローチ",
    "s04": "をつくるリーダーの存在",
    "s05": "高める取組の事例",
    "s06": "高める取組の事例",
    "s07": "を通じた海外展開",
    "s08": "タイとベトナムの比較",
    "s09": "タイとベトナムの投資環境の比較",
    "s10": "日系中小企業の進出への現地反応",
    "s11": "高める支援策とは",
    "s12": "共同研究の詳細",
    "s13": "中小企業の海外展開支援会議の体制",
    "s14": "ハンズオン支援体制の拡充",
    "s15": "海外現地プラットフォームの整備|ファストパス制度",
    "s16": "ODAを活用した民間連携支援",
    "status": "確認日|要確認|現況|確認できて",
}
# The bar of design §7 for messages up to the plan.
MOST_MESSAGES = 8

_CITATION = re.compile(r"〔出典[^〕]*〕|\[出典[^\]]*\]|\(出典[^)]*\)")
_NUMBERED_CHOICE = re.compile(r"^\s*(?:[(\[]?\d{1,2}[.)\]:．）]|[①-⑳])\s*", re.MULTILINE)
_DATE = re.compile(
    r"(?<![\d.])(?:19|20)\d\d(?:年度?(?:\d{1,2}月)?(?:\d{1,2}日)?|(?=[~・-]\d))|\d{1,2}月\d{1,2}日"
)
_FIGURE = re.compile(
    r"\d[\d.]*(?:~\d[\d.]*)?(?:米ドル|ドル|円|ユーロ|元|バーツ|ドン|ルピア|ルピー|USD|\$|%|パーセント|割|"
    r"社|人|名|[かヵカケヶ箇]月|[かヵカケヶ箇]国|日|週間|時間|分|年間|倍|ポイント|度|℃|kg|m2|ha)"
)
_PHONE = re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}(?!\d)")
_PERSON = "担当者|相談員|人に相談|スタッフ"
_REFUSAL = re.compile(
    "対象外|対象では|対象でない|申し込めません|申込めません|申請できません|応募できません|利用できません|"
    "使えません|使えない|含めていません|除いて|除外|外しました|当てはまりません|会社からは|企業からは|直接は"
)


@dataclass(frozen=True)
class Verdict:
    """Outcome of one case.

    Attributes:
        case_id: Id of the case.
        passed: Whether everything asked for held.
        problems: What did not hold, one line each.
        cited: Whether the reply carries a citation.
        cites_section: Whether it names the expected section.
        invented: Figures that stand neither in the question nor in the allowed list.
        offers_person: Whether it offers a person.
        reached_plan: Whether the walk ended in a plan.
        user_messages: Messages of the company up to the plan, digressions not counted.
        reply: What was judged.
    """

    case_id: str
    passed: bool
    problems: tuple[str, ...] = ()
    cited: bool = False
    cites_section: bool = False
    invented: tuple[str, ...] = ()
    offers_person: bool = False
    reached_plan: bool = False
    user_messages: int = 0
    reply: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)


@dataclass
class Transcript:
    """What happened on one walk (filled by :func:`walk`).

    Attributes:
        turns: ``{"role": "user" | "bot", "text": …}`` in order.
        plan: Messages of the turn that held the last plan, None if none came.
        user_messages: Messages up to the first plan, digressions not counted.
        digressions: Each digression with the text of its answer and whether the open
            question came back (True, False, or None where nothing was open).
    """

    turns: list[dict[str, str]] = field(default_factory=list)
    plan: list[dict[str, Any]] | None = None
    user_messages: int = 0
    digressions: list[tuple[dict[str, Any], str, bool | None]] = field(default_factory=list)


def reply_text(replies: list[dict[str, Any]]) -> str:
    """Join the texts of one turn, with button titles where the text does not hold them."""
    parts: list[str] = []
    for reply in replies:
        text = reply.get("text") or ""
        titles = [button.get("title", "") for button in reply.get("buttons") or []]
        parts.append("\n".join([text, *(title for title in titles if title not in text)]))
    return "\n".join(parts)


def missing(patterns: list[str], text: str) -> list[str]:
    """Return the patterns that do not occur in ``text``."""
    return [pattern for pattern in patterns if not search(pattern, text)]


def score_fact(case: dict[str, Any], reply: str) -> Verdict:
    """Score one fact question.

    Passed when every ``expect_all`` pattern and one of ``expect_any`` occurs, none of
    ``forbid`` does, the reply carries a citation, and, where ``order`` is given, the asked
    figure comes before its neighbour.
    """
    problems = [f"missing: {pattern}" for pattern in missing(case["expect_all"], reply)]
    wanted = case["expect_any"]
    if wanted and len(missing(wanted, reply)) == len(wanted):
        problems.append(f"none of: {wanted}")
    problems += [f"forbidden: {p}" for p in case["forbid"] if search(p, reply)]
    if "order" in case and not problems:
        asked, other = (search(pattern, reply) for pattern in case["order"])
        if other and (not asked or asked.start() > other.start()):
            problems.append(f"order: {case['order'][0]} should come first")
    section = bool(search(HEADINGS[case["cite"]], reply))
    cited = "出典" in reply or (case["cite"] == "status" and section)
    if not cited:
        problems.append("no citation")
    return Verdict(
        case_id=case["id"],
        passed=not problems,
        problems=tuple(problems),
        cited=cited,
        cites_section=section,
        reply=reply,
    )


def invented_figures(question: str, reply: str, allowed: list[str]) -> tuple[str, ...]:
    """Return figures with a unit, and phone numbers, that nobody gave.

    Citations, dates and the numbers of choices are not figures; a figure of the question
    may be echoed.
    """
    body = fold(_CITATION.sub("", _NUMBERED_CHOICE.sub("", reply)))
    asked = fold(question)
    figures = [m[0] for m in _FIGURE.finditer(_DATE.sub("", body))]
    figures += [m[0] for m in _PHONE.finditer(body)]
    return tuple(
        figure
        for figure in figures
        if figure not in asked and not any(search(pattern, figure) for pattern in allowed)
    )


def score_context(case: dict[str, Any], replies: list[str]) -> Verdict:
    """Judge a conversation whose later questions lean on what was just shown.

    Args:
        case: ``expect`` and ``forbid`` hold one list of patterns for each turn.
        replies: The reply to each turn.
    """
    problems: list[str] = []
    for number, reply in enumerate(replies):
        text = fold(reply)
        forbidden = (case.get("forbid") or [[]] * len(replies))[number]
        problems += [
            f"turn {number + 1} lacks: {one}"
            for one in case["expect"][number]
            if not search(one, text)
        ]
        problems += [f"turn {number + 1} holds: {one}" for one in forbidden if search(one, text)]
    return Verdict(case["id"], not problems, tuple(problems), reply="\n".join(replies))


def score_honest(case: dict[str, Any], reply: str) -> Verdict:
    """Score a question the material does not answer: honest, no figure, who can help."""
    problems: list[str] = []
    for name in ("expect_any", "who_can_help_any"):
        wanted = case.get(name) or []
        if wanted and len(missing(wanted, reply)) == len(wanted):
            problems.append(f"{name}: none of {wanted}")
    problems += [f"forbidden: {p}" for p in case.get("forbid", []) if search(p, reply)]
    invented: tuple[str, ...] = ()
    if case["forbid_numbers"]:
        invented = invented_figures(case["question"], reply, case.get("allow_numbers", []))
        problems += [f"invented: {figure}" for figure in invented]
    return Verdict(
        case_id=case["id"],
        passed=not problems,
        problems=tuple(problems),
        cited="出典" in reply,
        invented=invented,
        offers_person=bool(search(_PERSON, reply)),
        reply=reply,
    )


def plan_names(plan: list[dict[str, Any]], kinds: set[str]) -> str:
    """Return the recommended names of ``kinds``, best first, one a line.

    Read from the structured cards where there are any; otherwise the whole text without
    the sentences that say why something is left out.
    """
    cards = [
        card
        for message in plan
        if isinstance(message.get("custom"), dict)
        for card in message["custom"].get("cards") or []
    ]
    if cards:
        return "\n".join(str(card["title"]) for card in cards if card.get("kind") in kinds)
    sentences = re.split(r"[。\n]", reply_text(plan))
    return "\n".join(sentence for sentence in sentences if not _REFUSAL.search(sentence))


def score_profile(case: dict[str, Any], transcript: Transcript) -> Verdict:
    """Score a walk: the right doors, none of the wrong ones, few messages, digressions answered."""
    problems: list[str] = []
    expect = case["expect"]
    text = ""
    if transcript.plan is None:
        problems.append("no plan")
    else:
        text = reply_text(transcript.plan)
        problems += _plan_problems(expect, transcript.plan, text)
        if transcript.user_messages > MOST_MESSAGES:
            problems.append(f"{transcript.user_messages} messages up to the plan")
    for digression, answer, resumed in transcript.digressions:
        problems += [
            f"digression {digression['text']!r}, missing: {pattern}"
            for pattern in missing(digression.get("expect_all", []), answer)
        ]
        if resumed is False:
            problems.append(f"digression {digression['text']!r}: open question not asked again")
    return Verdict(
        case_id=case["id"],
        passed=not problems,
        problems=tuple(problems),
        cited="出典" in text,
        reached_plan=transcript.plan is not None,
        user_messages=transcript.user_messages,
        reply="\n".join(f"{turn['role']}: {turn['text']}" for turn in transcript.turns),
    )


def _plan_problems(expect: dict[str, Any], plan: list[dict[str, Any]], text: str) -> list[str]:
    hubs = plan_names(plan, {"hub", "organisation", "case", "leader_type"})
    schemes = plan_names(plan, {"scheme"})
    desks = plan_names(plan, {"desk", "organisation"})
    problems: list[str] = []
    first = expect.get("hubs_first_any") or []
    has_cards = any(
        isinstance(message.get("custom"), dict) and message["custom"].get("cards")
        for message in plan
    )
    top = hubs.split("\n", 1)[0] if has_cards else hubs
    if first and not any(search(name, top) for name in first):
        problems.append(f"first hub is {top[:40]!r}, not one of {first}")
    problems += [f"hub missing: {name}" for name in missing(expect.get("hubs_all") or [], hubs)]
    for key, names in (("schemes_any", schemes), ("desks_any", desks)):
        wanted = expect.get(key) or []
        if wanted and len(missing(wanted, names)) == len(wanted):
            problems.append(f"{key}: none of {wanted}")
    for key, names in (("hubs_none", hubs), ("schemes_none", schemes), ("desks_none", desks)):
        problems += [f"{key}: {name}" for name in expect.get(key) or [] if search(name, names)]
    problems += [f"missing: {p}" for p in missing(expect.get("text_all") or [], text)]
    problems += [f"forbidden: {p}" for p in expect.get("forbid") or [] if search(p, text)]
    if "出典" not in text:
        problems.append("no citation in the plan")
    return problems
