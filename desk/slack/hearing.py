"""What the staff writes in a thread: to the company, a note, or kept from it and said so."""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from typing import Any
from weakref import WeakValueDictionary

from desk import events
from desk.model import DeskError, Staff
from desk.rewriting import rewrite
from desk.slack.heard import (
    NOTE,
    SAID,
    UNCORRECTED,
    UNSENT,
    Marked,
    digest_of,
    message_key,
)
from desk.slack.ledger import Thread
from desk.slack.staff_input import StaffInput
from desk.slack.wording import wording
from desk.taking_back import take_back
from desk.wording import wording as desk_wording

# Messages with another subtype are about a message, not from a person.
_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
_SLACKBOT = "USLACKBOT"
_INTERNAL = re.compile(r"\s*(?://|／／|(?:メモ|ﾒﾓ|note|private)\s*[:：])\s*", re.IGNORECASE)


class Hearing(StaffInput):
    """Takes in what the staff writes; durable when it returns."""

    @cached_property
    def _locks(self) -> WeakValueDictionary[str, asyncio.Lock]:
        """Locks of the conversations that are being heard."""
        return WeakValueDictionary()

    async def hear(self, event: dict[str, Any]) -> bool:
        """Take a message, its change or its deletion in.

        Returns:
            Whether it belongs to a thread of the desk; else it is not the desk's affair.
        """
        channel, subtype = str(event.get("channel") or ""), event.get("subtype")
        if subtype == "message_deleted":
            return await self._deleted(channel, event)
        told = event
        if subtype == "message_changed":
            told = {**(event.get("message") or {}), "channel": channel}
        thread = self._thread(channel, told)
        if thread is None:
            return False
        self._ledger.sign("event")
        if not self.is_person(told):
            return True
        if subtype == "message_changed":
            async with self._in_order(thread):
                await self._changed(thread, told, event.get("previous_message") or {})
        else:
            await self.spoken(thread, told)
        return True

    def new_in(self, event: dict[str, Any]) -> Thread | None:
        """Return the thread of a person's message that was not heard yet."""
        channel = str(event.get("channel") or "")
        thread = self._thread(channel, event)
        if thread is None or not self.is_person(event):
            return None
        return None if self._ledger.heard(channel, str(event["ts"])) else thread

    def is_person(self, event: dict[str, Any]) -> bool:
        """Return whether a person wrote it: never the app itself, no other app, no Slackbot."""
        user = event.get("user")
        return bool(
            user
            and event.get("ts")
            and event.get("subtype") in _SPOKEN
            and not event.get("bot_id")
            and user not in (self._slack.bot_user, _SLACKBOT)
        )

    async def spoken(self, thread: Thread, event: dict[str, Any]) -> None:
        """Take a person's message in; the same message again changes nothing."""
        async with self._in_order(thread):
            await self._spoken(thread, event)

    async def corrected(self, thread: Thread, event: dict[str, Any]) -> None:
        """Take an edit in of which nobody told us, if there was one."""
        known = self._ledger.heard(thread.channel, str(event["ts"]))
        if known is not None and known.digest is not None and event.get("edited"):
            async with self._in_order(thread):
                await self._changed(thread, event, {})

    async def keep_back(self, thread: Thread, event: dict[str, Any]) -> None:
        """Note a message that was not meant for the company: nobody had the conversation then."""
        ts, typed = str(event["ts"]), str(event.get("text") or "")
        async with self._in_order(thread):
            if self._ledger.heard(thread.channel, ts) is None:
                self._ledger.hear(thread.channel, ts, thread.conversation_id, UNSENT, typed)
                self._background.changed(thread.conversation_id)

    def gone(self, known: Marked, staff: Staff) -> None:
        """Take back what does not stand in Slack any more.

        Args:
            known: What was heard.
            staff: Who took it down, or at least wrote it.
        """
        if known.kind in (SAID, UNCORRECTED):
            key = self._key(known.channel, known.ts)
            take_back(self._service, known.conversation_id, staff, key)
        self._ledger.unhear(known.channel, known.ts)
        self._background.changed(known.conversation_id)

    async def _spoken(self, thread: Thread, event: dict[str, Any]) -> None:
        channel, ts, user = thread.channel, str(event["ts"]), str(event["user"])
        if self._ledger.heard(channel, ts) is not None:
            return
        typed = str(event.get("text") or "")
        text = self._slack.plain(typed)
        files = _names(event.get("files") or [])
        conversation_id, key = thread.conversation_id, self._key(channel, ts)
        try:
            staff = await self._staff(event)
            if self._is_internal(typed, text):
                if text := _INTERNAL.sub("", text, count=1).strip():
                    self._service.note(conversation_id, staff, text, key)
                kind = NOTE
            else:
                if not text:
                    why = "only_files" if files else "empty"
                    raise DeskError("empty", wording("whispers", why, names=files))
                self._service.say(conversation_id, staff, _with_files(text, files), key)
                kind = SAID
        except DeskError as error:
            self._ledger.hear(channel, ts, conversation_id, UNSENT, typed)
            self._kept_back.tell(thread, ts, user, error)
        else:
            self._ledger.hear(channel, ts, conversation_id, kind, typed)
            if files and kind == SAID:
                self._whisper(thread, user, wording("whispers", "files", names=files))
        self._background.changed(conversation_id)

    # --- changes -----------------------------------------------------------------------

    async def _changed(
        self, thread: Thread, message: dict[str, Any], before: dict[str, Any]
    ) -> None:
        channel, ts, user = thread.channel, str(message["ts"]), str(message["user"])
        known = self._ledger.heard(channel, ts)
        if known is None:
            # The message itself never reached us.
            await self._spoken(thread, message)
            return
        typed = str(message.get("text") or "")
        edited = message.get("edited") or {}
        same = typed == before.get("text") or digest_of(typed) == known.digest
        if not edited or same or known.kind == UNSENT:
            # A preview was added; or it is taken in; or what was never sent was changed.
            return
        text, key = self._slack.plain(typed), self._key(channel, ts)
        key = f"{key}:edit:{edited.get('ts')}"
        conversation_id = thread.conversation_id
        try:
            staff = await self._staff(message)
            if known.kind == NOTE:
                self._service.note(conversation_id, staff, _INTERNAL.sub("", text, count=1), key)
                self._ledger.hear(channel, ts, conversation_id, NOTE, typed)
                self._whisper(thread, user, wording("whispers", "note_corrected"))
            elif self._is_internal(typed, text):
                self._ledger.hear(channel, ts, conversation_id, UNCORRECTED, typed)
                self._whisper(thread, user, wording("whispers", "uncorrected_note"))
            else:
                if not text:
                    raise DeskError("empty", wording("whispers", "empty"))
                told = _with_files(text, _names(message.get("files") or []))
                self._rewrite(conversation_id, staff, known, told, key)
                self._ledger.hear(channel, ts, conversation_id, SAID, typed)
        except DeskError as error:
            kind = NOTE if known.kind == NOTE else UNCORRECTED
            self._ledger.hear(channel, ts, conversation_id, kind, typed)
            said = wording("whispers", "uncorrected", reason=error.message)
            self._whisper(thread, user, said)
        self._background.changed(conversation_id)

    def _rewrite(
        self, conversation_id: str, staff: Staff, known: Marked, text: str, key: str
    ) -> None:
        with self._service.database.read() as connection:
            said = events.by_key(connection, conversation_id, self._key(known.channel, known.ts))
        if said is None or said.message_id is None:
            raise DeskError("unknown", wording("whispers", "gone"))
        rewrite(self._service, conversation_id, staff, said.message_id, text, key)

    async def _deleted(self, channel: str, event: dict[str, Any]) -> bool:
        before, ts = event.get("previous_message") or {}, str(event.get("deleted_ts") or "")
        card = self._ledger.thread_at(channel, ts)
        if card is not None:
            self._background.lost(card)
            return True
        thread = self._thread(channel, before)
        known = self._ledger.heard(channel, ts)
        if known is None or not self.is_person({**before, "subtype": None}):
            return thread is not None
        user = str(before["user"])
        try:
            staff = await self._people.staff(user)
        except DeskError:
            # Who is locked out may still take down what they wrote.
            staff = Staff(f"slack:{user}", wording("said", "unknown_person"))
        self.gone(known, staff)
        return True

    # --- inner -------------------------------------------------------------------------

    def _in_order(self, thread: Thread) -> asyncio.Lock:
        """What came first is said first, though a name has to be looked up."""
        lock = self._locks.get(thread.conversation_id)
        if lock is None:
            lock = asyncio.Lock()
            self._locks[thread.conversation_id] = lock
        return lock

    def _thread(self, channel: str, event: dict[str, Any]) -> Thread | None:
        root = event.get("thread_ts")
        if not root or root == event.get("ts"):
            return None
        return self._ledger.thread_at(channel, str(root))

    async def _staff(self, event: dict[str, Any]) -> Staff:
        """Return who wrote it.

        Raises:
            DeskError: `forbidden`: somebody of another workspace, or a disabled account.
        """
        team = event.get("user_team") or event.get("source_team") or event.get("team")
        if team and team != self._slack.team:
            raise DeskError("forbidden", wording("whispers", "not_staff"))
        return await self._people.staff(str(event["user"]))

    def _is_internal(self, typed: str, text: str) -> bool:
        """Return whether it is talk among the staff: marked so, or calling a colleague."""
        called = self._slack.mentions(typed) - {self._slack.bot_user}
        return bool(_INTERNAL.match(text)) or bool(called)

    def _key(self, channel: str, ts: str) -> str:
        return message_key(self._slack.team, channel, ts)

    def _whisper(self, thread: Thread, user: str, text: str) -> None:
        self._background.whisper(thread.channel, user, text, [], thread.ts)


def _names(files: list[dict[str, Any]]) -> str:
    """Return the names of files, as a sentence quotes them."""
    return "".join(f"「{one.get('name') or one.get('title') or 'ファイル'}」" for one in files)


def _with_files(text: str, files: str) -> str:
    """Return what a company gets of a message with files: that they do not come with it."""
    return f"{text}\n{desk_wording('staff_files', names=files)}" if files else text
