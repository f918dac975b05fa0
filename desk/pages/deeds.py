"""What the buttons of a conversation do."""

from __future__ import annotations

from collections.abc import Callable

from desk.model import DeskError, Staff
from desk.pages.desk import DeskPages, staff_of
from desk.pages.wording import wording
from desk.rewriting import rewrite
from desk.sessions import StaffSession
from desk.taking_back import take_back_message

Form = dict[str, str]
Deed = Callable[[StaffSession, str, Form], str]


class Deeds:
    """The deeds by name; each returns what is said when it is done, or raises `DeskError`."""

    def __init__(self, pages: DeskPages) -> None:
        self._pages = pages

    def named(self, action: str) -> Deed | None:
        """Return a deed; None when there is no such deed."""
        return self._all.get(action)

    @property
    def _all(self) -> dict[str, Deed]:
        return {
            "claim": self._claim,
            "reassign": self._reassign,
            "reply": self._reply,
            "rewrite": self._rewrite,
            "take_back": self._take_back,
            "give_back": self._give_back,
            "close": self._close,
            "redact": self._redact,
            "called_back": self._called_back,
        }

    def _claim(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, version = staff_of(session.account), form.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() else None
        self._pages.service.claim(conversation_id, staff, seen)
        return wording("done", "claim")

    def _reassign(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, to = staff_of(session.account), form.get("to", "")
        force = session.account.administers
        if not to:
            self._pages.service.reassign(conversation_id, staff, None, force=force)
            return wording("done", "requeue")
        account = self._pages.accounts.get(to)
        if account is None or account.disabled_at is not None:
            raise DeskError("unknown_staff", wording("problems", "unknown_staff"))
        self._pages.service.reassign(conversation_id, staff, staff_of(account), force=force)
        return wording("done", "reassign")

    def _reply(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, service = staff_of(session.account), self._pages.service
        text, key = _text(form), _key(staff, form)
        if form.get("kind") == "note":
            service.note(conversation_id, staff, text, key)
            return wording("done", "note")
        service.say(conversation_id, staff, text, key)
        return wording("done", "reply")

    def _rewrite(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, service = staff_of(session.account), self._pages.service
        done = rewrite(
            service, conversation_id, staff, _message(form), _text(form), _key(staff, form)
        )
        return wording("done", done)

    def _take_back(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, force = staff_of(session.account), session.account.administers
        done = take_back_message(self._pages.service, conversation_id, staff, _message(form), force)
        return wording("done", f"taken_back_{done}")

    def _give_back(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        outcome = form.get("outcome")
        self._pages.service.give_back(
            conversation_id,
            staff_of(session.account),
            outcome if outcome in ("resolved", "unresolved") else None,
            force=session.account.administers,
        )
        return wording("done", "give_back")

    def _close(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        staff, force = staff_of(session.account), session.account.administers
        self._pages.service.close(conversation_id, staff, force=force)
        return wording("done", "close")

    def _redact(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        service, staff = self._pages.service, staff_of(session.account)
        masked = form.get("masked") != "no"
        case = service.conversation(conversation_id)
        if not session.account.administers and (case.owner != staff.id or not masked):
            raise DeskError("not_owner", wording("problems", "forbidden"))
        service.redact(conversation_id, staff, masked)
        return wording("done", "redact" if masked else "reveal")

    def _called_back(self, session: StaffSession, conversation_id: str, form: Form) -> str:
        self._pages.service.called_back(form.get("receipt", ""), staff_of(session.account))
        return wording("done", "called_back")


def _text(form: Form) -> str:
    return form.get("text", "").replace("\r\n", "\n")


def _key(staff: Staff, form: Form) -> str | None:
    """Return the browser's own name of a message: nobody else can have used it."""
    key = form.get("key")
    return f"{staff.id}:{key[:64]}" if key else None


def _message(form: Form) -> int:
    number = form.get("message", "")
    return int(number[:15]) if number.isascii() and number.isdigit() else 0
