"""Scores replies of a running bot against the held-out sets.

``python -m tests.heldout.score --url http://127.0.0.1:5005`` plays every case over REST and
prints rates; the functions are pure and can be used on replies from anywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import urllib.request
import uuid
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .verdicts import (
    Verdict,
    reply_text,
    score_context,
    score_fact,
    score_honest,
    score_profile,
)
from .walk import Send, walk

#: Written one after the other; of the second and later ones, cases with even ids have never been
#: looked at. The development one measures nothing: it was written and read while mending.
COLLECTIONS = {
    "first": Path(__file__).parent,
    "second": Path(__file__).parent / "second",
    "third": Path(__file__).parent / "third",
    "fourth": Path(__file__).parent / "fourth",
    "fifth": Path(__file__).parent / "fifth",
    "development": Path(__file__).parent / "development",
}
SETS = ("facts", "honest", "profiles", "context")

__all__ = [
    "Verdict",
    "load",
    "run",
    "score_context",
    "score_fact",
    "score_honest",
    "score_profile",
    "walk",
]


def load(name: str, collection: str = "first", ids: str = "all") -> list[dict[str, Any]]:
    """Read one set (``facts``, ``honest``, ``profiles``, ``context`` or ``nlu``).

    Args:
        name: The set; one that a collection does not have is empty.
        collection: Out of :data:`COLLECTIONS`.
        ids: ``odd``, ``even`` or ``all``, by the number in the id.
    """
    path = COLLECTIONS[collection] / f"{name}.jsonl"
    if not path.exists():
        return []
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    if ids == "all":
        return cases
    rest = 1 if ids == "odd" else 0
    return [case for case in cases if int(case["id"].rpartition("-")[2]) % 2 == rest]


def rest_sender(url: str, timeout: float = 30.0) -> Send:
    """Return a fresh conversation with the bot at ``url`` (its REST webhook)."""
    sender = f"heldout-{uuid.uuid4().hex}"
    endpoint = url.rstrip("/") + "/webhooks/rest/webhook"

    def post(message: str) -> list[dict[str, Any]]:
        body = json.dumps({"sender": sender, "message": message}).encode()
        request = urllib.request.Request(
            endpoint, data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=timeout) as response:
            replies: list[dict[str, Any]] = json.load(response)
        return replies

    async def send(message: str) -> list[dict[str, Any]]:
        return await asyncio.to_thread(post, message)

    return send


async def _probe(url: str) -> None:
    await rest_sender(url)("こんにちは")


async def judge(name: str, case: dict[str, Any], send: Send) -> Verdict:
    """Play one case of the set ``name`` and score what came back."""
    if name == "profiles":
        return score_profile(case, await walk(case, send))
    if name == "context":
        return score_context(case, [reply_text(await send(turn)) for turn in case["turns"]])
    replies = await send(case["question"])
    scorer = score_fact if name == "facts" else score_honest
    return scorer(case, reply_text(replies))


async def run(
    url: str, names: Iterable[str], jobs: int, collection: str = "first", ids: str = "all"
) -> dict[str, list[tuple[dict[str, Any], Verdict]]]:
    """Play the named sets, ``jobs`` conversations at a time.

    Args:
        url: Base address of the bot.
        names: Sets out of :data:`SETS`.
        jobs: Conversations played side by side.
        collection: Out of :data:`COLLECTIONS`.
        ids: ``odd``, ``even`` or ``all``.

    Returns:
        Every case with its verdict, by set.
    """
    gate = asyncio.Semaphore(jobs)

    async def one(name: str, case: dict[str, Any]) -> tuple[dict[str, Any], Verdict]:
        async with gate:
            try:
                return case, await judge(name, case, rest_sender(url))
            except OSError as error:
                return case, Verdict(case["id"], passed=False, problems=(f"no reply: {error}",))

    return {
        name: list(await asyncio.gather(*(one(name, case) for case in cases)))
        for name in names
        if (cases := load(name, collection, ids))
    }


def rates(results: list[tuple[dict[str, Any], Verdict]], key: str) -> list[tuple[str, int, int]]:
    """Group by ``case[key]``: rows of (value, passed, total), the worst first."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for case, verdict in results:
        if key in case:
            groups[str(case[key])].append(verdict.passed)
    rows = [(value, sum(passed), len(passed)) for value, passed in groups.items()]
    return sorted(rows, key=lambda row: (row[1] / row[2], row[0]))


def summary(results: dict[str, list[tuple[dict[str, Any], Verdict]]]) -> str:
    """Lay out the rates of every set as text."""
    lines: list[str] = []
    for name, pairs in results.items():
        verdicts = [verdict for _, verdict in pairs]
        passed = sum(verdict.passed for verdict in verdicts)
        lines.append(f"{name}: {passed}/{len(verdicts)} = {passed / len(verdicts):.1%}")
        if name == "facts":
            cited = sum(verdict.cited for verdict in verdicts)
            exact = sum(verdict.cites_section for verdict in verdicts)
            lines.append(f"  with a citation {cited}, with the expected section {exact}")
        if name == "honest":
            invented = sum(bool(verdict.invented) for verdict in verdicts)
            person = sum(verdict.offers_person for verdict in verdicts)
            lines.append(f"  with invented figures {invented}, offering a person {person}")
        if name == "profiles":
            counts = [v.user_messages for v in verdicts if v.reached_plan]
            if counts:
                median = statistics.median(counts)
                lines.append(f"  messages up to the plan: median {median:g}, most {max(counts)}")
        for key in ("style", "cite", "topic", "phenomenon"):
            rows = rates(pairs, key)
            lines += [f"  {key} {value}: {good}/{total}" for value, good, total in rows]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run the sets against a bot; exit code 1 if any case fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.heldout.score", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:5005")
    parser.add_argument("--only", choices=SETS, action="append")
    parser.add_argument("--collection", choices=list(COLLECTIONS), default="first")
    parser.add_argument("--ids", choices=("all", "odd", "even"), default="all")
    parser.add_argument("--jobs", type=int, default=2, help="conversations side by side")
    parser.add_argument("--out", type=Path, help="file for the failures, one JSON object a line")
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_probe(options.url))
    except OSError as error:
        sys.stderr.write(f"no answer from {options.url}: {error}; is the server running?\n")
        return 2
    results = asyncio.run(
        run(options.url, options.only or SETS, options.jobs, options.collection, options.ids)
    )
    sys.stdout.write(summary(results) + "\n")
    failures = [
        {"set": name, "case": case, "verdict": verdict.as_dict()}
        for name, pairs in results.items()
        for case, verdict in pairs
        if not verdict.passed
    ]
    if options.out:
        lines = (json.dumps(failure, ensure_ascii=False) + "\n" for failure in failures)
        options.out.write_text("".join(lines), encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
