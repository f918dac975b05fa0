"""The records as the working files have them, with the deeds that change them."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from desk.model import Staff
from desk.review import yaml_edit
from desk.review.record_files import Item, Loaded, load
from desk.review.romaji import romaji
from desk.review.settling import settle
from desk.review.workspace import REMOVED, RETIRED, SAVED, Conflict, Workspace
from knowledge.errors import Problem, field_path, in_japanese
from knowledge.loader import Knowledge
from knowledge.references import reference_problems
from knowledge.schema import Document, Kind, Record

DOCUMENTS = "knowledge/documents.yml"
_FILES = {Kind.HUB: "hubs.yml", Kind.DESK: "desks.yml", Kind.SCHEME: "schemes.yml"}
_SLUG = re.compile(r"[^a-z0-9]+")


class InvalidRecord(Exception):
    """A record cannot be saved as it stands.

    Attributes:
        problems: What is wrong, by field.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("；".join(problem.what for problem in problems))
        self.problems = tuple(problems)


class Records:
    """Reads and changes the records.

    Args:
        workspace: The working files.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._loaded = Loaded(None)

    # --- reading -------------------------------------------------------------------------

    def knowledge(self) -> Knowledge:
        """Return the working files as they are now, broken records left out."""
        return self._fresh().knowledge

    def items(self) -> dict[str, Item]:
        """Return all records by id, in file order; those that are wrong too."""
        return self._fresh().items

    def broken_files(self) -> list[Problem]:
        """Return the problems that belong to no record."""
        return self._fresh().broken

    def get(self, record_id: str) -> Item | None:
        """Return one record."""
        return self.items().get(record_id)

    def references(self, record_id: str) -> list[str]:
        """Return the places that name a record: they must go before it can."""
        places = [
            f"{item.name}（関連）"
            for item in self.items().values()
            if record_id in (item.content.get("related") or ())
        ]
        knowledge = self.knowledge()
        for topic in knowledge.slots.get("topic", ()):
            if record_id in getattr(topic, "who_can_help", ()):
                places.append(f"話題「{topic.label}」の相談先（vocabulary/topics.yml）")
        asked = sum(group.record == record_id for group in knowledge.questions)
        if asked:
            places.append(f"質問の例 {asked} 組（questions/）")
        return places

    def check(
        self, content: Mapping[str, Any], documents: Sequence[Document] = (), new: bool = False
    ) -> Record:
        """Check a record as it is meant to be.

        Args:
            content: What its entry will say.
            documents: Documents registered together with it.
            new: Whether its id must be free.

        Raises:
            InvalidRecord: Something is wrong with it.
        """
        name = str(content.get("id") or "")
        file = "records"
        try:
            record = Record.parse_obj(content)
        except ValidationError as error:
            raise InvalidRecord(
                [
                    Problem(file, in_japanese(one), name, field_path(one["loc"]))
                    for one in error.errors()
                ]
            ) from error
        known = self.knowledge()
        if new and (record.id in self.items()):
            raise InvalidRecord([Problem(file, "この id はもう使われています", name, "id")])
        alone = Knowledge(
            records={**known.records, record.id: record},
            documents={**known.documents, **{one.id: one for one in documents}},
            attributes=known.attributes,
            slots=known.slots,
            municipalities=known.municipalities,
        )
        files = dict.fromkeys(alone.records, file)
        wrong = [one for one in reference_problems(alone, files) if one.record == record.id]
        if wrong:
            raise InvalidRecord(wrong)
        return record

    # --- changing ------------------------------------------------------------------------

    def save(
        self,
        staff: Staff,
        content: Mapping[str, Any],
        reason: str,
        seen: str | None,
        documents: Sequence[Document] = (),
    ) -> str:
        """Write a record: a new one where nothing was seen.

        Returns:
            Its id.

        Raises:
            InvalidRecord: Something is wrong with it.
            Conflict: Somebody changed it meanwhile.
        """
        record = self.check(content, documents, new=seen is None)
        files = self.files_with([(dict(content), seen)], documents)
        self._stage(staff, reason, files, record.id, SAVED)
        return record.id

    def files_with(
        self,
        contents: Sequence[tuple[dict[str, Any], str | None]],
        documents: Sequence[Document] = (),
    ) -> dict[str, tuple[str, str]]:
        """Return the files that hold changed records: path → (new text, version it is made from).

        Args:
            contents: Entries, each with what was seen of it; None for a new one.
            documents: Documents to register.

        Raises:
            Conflict: A record is no longer what was seen, or is gone.
        """
        texts: dict[str, str] = {}
        versions: dict[str, str] = {}

        def text_of(path: str) -> str:
            if path not in texts:
                source = self._workspace.read(path)
                texts[path], versions[path] = source.text, source.version
            return texts[path]

        for content, seen in contents:
            record_id = str(content["id"])
            if seen is None:
                path = self._file_for(str(content["kind"]))
                texts[path] = yaml_edit.append(text_of(path), content)
                continue
            item = self.get(record_id)
            if item is None:
                raise Conflict(f"「{record_id}」は、もうファイルにありません")
            if item.seen != seen:
                raise Conflict(self.who_changed(record_id))
            settled = settle(item.content, content)
            texts[item.path] = yaml_edit.put(text_of(item.path), record_id, settled)
        for document in documents:
            texts[DOCUMENTS] = _registered(text_of(DOCUMENTS), document)
        return {path: (text, versions[path]) for path, text in texts.items()}

    def retire(self, staff: Staff, item: Item, until: str, reason: str) -> None:
        """Let a record run out: it stays on file and is recommended no more.

        Raises:
            Conflict: Somebody changed it meanwhile.
        """
        content = {**item.content, "valid_until": until}
        self.check(content)
        self._stage(staff, reason, self.files_with([(content, item.seen)]), item.id, RETIRED)

    def remove(self, staff: Staff, item: Item, reason: str) -> None:
        """Take a record out of its file.

        Raises:
            Conflict: Somebody changed it meanwhile, or something still names it.
        """
        places = self.references(item.id)
        if places:
            raise Conflict("ほかから参照されています: " + "、".join(places[:5]))
        source = self._workspace.read(item.path)
        text = yaml_edit.remove(source.text, item.id)
        self._stage(staff, reason, {item.path: (text, source.version)}, item.id, REMOVED)

    def who_changed(self, record_id: str) -> str:
        """Say who changed a record while somebody else had it open."""
        newest = self._workspace.history(1, record=record_id)
        who = f"{newest[0].staff_name}さん" if newest else "ほかの人（または git・エディタ）"
        return (
            f"開いているあいだに、{who}がこの記録を変えました。"
            "下の「いまの内容との違い」を見て、残したい方を選んでください"
        )

    def new_id(self, kind: str, reading: str) -> str:
        """Return a free id made of a reading."""
        slug = _SLUG.sub("_", romaji(reading)).strip("_")[:40] or f"n{secrets.token_hex(3)}"
        taken, number, wanted = self.items(), 2, f"{kind}.{slug}"
        while wanted in taken:
            wanted, number = f"{kind}.{slug}_{number}", number + 1
        return wanted

    def _stage(
        self,
        staff: Staff,
        reason: str,
        files: Mapping[str, tuple[str, str]],
        record_id: str,
        deed: str,
    ) -> None:
        texts = {path: text for path, (text, _) in files.items()}
        versions = {path: version for path, (_, version) in files.items()}
        self._workspace.stage(staff, reason, texts, versions, record_id, deed)

    def _file_for(self, kind: str) -> str:
        """Return the file new records of a kind go to: where most of them are."""
        usual = _FILES.get(Kind(kind))
        counts = Counter(item.path for item in self.items().values() if item.kind == kind)
        if usual and f"knowledge/records/{usual}" in counts:
            return f"knowledge/records/{usual}"
        return counts.most_common(1)[0][0] if counts else f"knowledge/records/{kind}s.yml"

    def _fresh(self) -> Loaded:
        root = self._workspace.knowledge
        paths = [*root.glob("*.yml"), *root.glob("*/*.yml")]
        stamp = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(paths))
        if stamp != self._loaded.stamp:
            self._loaded = load(root, stamp)
        return self._loaded


def _registered(text: str, document: Document) -> str:
    """Add a document, or the sections of it that are not registered yet."""
    content = json.loads(document.json(exclude_defaults=True))
    entry = yaml_edit.find(text, document.id)
    if entry is None:
        return yaml_edit.append(text, content)
    known = {section["id"] for section in entry.content["sections"]}
    missing = [one for one in content["sections"] if one["id"] not in known]
    if not missing:
        return text
    wanted = {**entry.content, "sections": [*entry.content["sections"], *missing]}
    return yaml_edit.put(text, document.id, wanted)
