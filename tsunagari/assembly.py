"""Putting the rooms together: store, gate, Rasa, actions."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from conversations.database import Database, DatabaseError
from conversations.gate import Gate
from conversations.own_data import OwnData
from conversations.own_data_policy import OwnDataPolicy
from conversations.ports import NoSheet, SheetView, plug_sheets, set_desk
from desk.bridge import GateBridge
from desk.hours import Hours, HoursError, load_hours
from desk.policy import DeskPolicy
from desk.service import DeskService
from tsunagari import light_imports
from tsunagari.cluster_setup import Cluster, cluster
from tsunagari.privacy_setup import Privacy, open_privacy
from tsunagari.releases import Releases
from tsunagari.resident_memory import give_back
from tsunagari.settings import Settings, UserError
from tsunagari.slack_setup import SlackConfig, slack_channel, slack_config

if TYPE_CHECKING:
    from channels.slack.channel import SlackChannel
    from tsunagari.releases.live import LiveRelease
    from tsunagari.responder import RasaResponder
    from tsunagari.sheet_files import SheetFiles

_FIRST_WORDS = "こんにちは、やまだです。タイの賃金は？"
"""Makes everything that is read at first use be read at the start."""


@dataclass
class Application:
    """Everything one process needs to answer.

    Attributes:
        settings: How it was configured.
        database: The open store.
        gate: Where messages go in.
        responder: The dialogue behind the gate.
        sheet: The consultation sheet of each conversation.
        bridge: The desk beside the gate; one nobody staffs, unless it is given.
        slack: The Slack channel, where it is set up.
        slack_config: How it is set up.
        cluster: What is shared with other processes.
        releases: What was published, and what may be.
        live: Follows what is published; None in tests without a model.
        privacy: Masks, seals, erases and keeps the times; None in tests without.
        own_data: Collects a person's own data.
        sheets: The consultation sheet as a file.
    """

    settings: Settings
    database: Database
    gate: Gate
    responder: RasaResponder
    sheet: SheetView = field(default_factory=NoSheet)
    bridge: GateBridge = field(default=None)  # type: ignore[assignment]
    slack: SlackChannel | None = None
    slack_config: SlackConfig | None = None
    cluster: Cluster = field(default_factory=Cluster)
    releases: Releases | None = None
    live: LiveRelease | None = None
    privacy: Privacy | None = None
    own_data: OwnData | None = None
    sheets: SheetFiles | None = None

    def __post_init__(self) -> None:
        if self.bridge is None:
            self.bridge = GateBridge(DeskService(self.database), self.gate)

    @property
    def desk(self) -> DeskService:
        """Where people take conversations over."""
        return self.bridge.service

    def close(self) -> None:
        """Close the store."""
        self.database.close()


def newest_model(settings: Settings) -> Path:
    """Return the newest trained model.

    Raises:
        UserError: There is none.
    """
    models = sorted(settings.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise UserError("モデルがありません: make train を実行してください")
    return models[-1]


def open_database(settings: Settings) -> Database:
    """Open the one store.

    Raises:
        UserError: It cannot be opened.
    """
    try:
        return Database(settings.database_url)
    except DatabaseError as error:
        raise UserError(str(error)) from error


def _hours() -> Hours:
    """Return when the support centre is open.

    Raises:
        UserError: The file cannot be used.
    """
    try:
        return load_hours()
    except HoursError as error:
        raise UserError(str(error)) from error


def _published(releases: Releases) -> str | None:
    """Return the id of the release that is live; None while nothing was published.

    Raises:
        UserError: It is damaged.
    """
    live = releases.current()
    if live is None:
        return None
    if (damaged := releases.shelf.damage(live.id)) is not None:
        raise UserError(
            f"公開した版の {damaged} を読めません（ないか、壊れています）: "
            "tsunagari knowledge rollback で前の版に戻してください"
        )
    return live.id


def _install_actions(settings: Settings) -> None:
    """Have actions run in this process.

    Raises:
        UserError: They cannot be imported, or their words cannot be read.
    """
    from tsunagari import in_process_actions
    from tsunagari.slips import check_wording

    package = find_spec(settings.actions_package)
    for place in package.submodule_search_locations or () if package else ():
        check_wording(Path(place))

    try:
        in_process_actions.install(settings.actions_package)
    except SystemExit as error:
        # rasa_sdk ends the process when an action module cannot be imported; it has logged why.
        raise UserError(
            f"{settings.actions_package} を読み込めません（上の記録を見てください）"
        ) from error


def assemble(settings: Settings, warm_up: bool = True) -> Application:
    """Build the application from the newest model.

    Args:
        settings: Settings of this process.
        warm_up: Mask, parse and look up one sentence now, so that the first visitor does not
            wait.

    Raises:
        UserError: The model or the store is missing or cannot be opened.
    """
    slack = slack_config()
    hours = _hours()
    releases = Releases(settings)
    published = _published(releases)
    model = releases.shelf.model(published) if published else newest_model(settings)
    database = open_database(settings)
    os.environ.setdefault("TSUNAGARI_DATABASE_URL", settings.database_url)
    os.environ["TSUNAGARI_LIBRARY"] = str(settings.library)
    # Before the first import of Rasa, which the modules below make.
    light_imports.install()
    from actions.resources import knowledge, read_from
    from tsunagari.consultation_sheet import ConsultationSheet
    from tsunagari.quiet import quieten_libraries
    from tsunagari.releases.bot import open_processor
    from tsunagari.releases.live import LiveRelease
    from tsunagari.responder import RasaResponder
    from tsunagari.sheet_files import SheetFiles
    from tsunagari.tracker_store import SnapshotTrackerStore

    quieten_libraries()
    read_from(releases.shelf.knowledge(published) if published else None)
    desk = DeskService(database, hours=hours)
    desk.files_address = settings.files_to
    set_desk(desk)
    _install_actions(settings)
    shared = cluster(settings, database)
    trackers = SnapshotTrackerStore(None, database, outbox=shared.outbox)
    processor = open_processor(model, trackers)
    trackers.domain = processor.domain
    privacy = open_privacy(settings, database, lambda: knowledge().store)
    store = privacy.store
    store.on_erasure(trackers)
    if warm_up:
        processor.warm_up(_FIRST_WORDS)
        knowledge().search.fact_signals(_FIRST_WORDS)
        privacy.masker.examine(_FIRST_WORDS)
    # What is loaded now lives as long as the process: the collector need not look at it again.
    give_back()
    gc.freeze()
    responder = RasaResponder(processor)
    sheet = ConsultationSheet(trackers, knowledge, processor.domain.responses)
    desk.plug_private(privacy.private)
    own_data = privacy.own_data(sheet, hours.zone)
    policy = OwnDataPolicy(DeskPolicy(desk, sheet), store, own_data, privacy.links.link)
    gate = Gate(store, responder, policy, locks=shared.locks, notices=privacy.notices)
    shared.follow(gate)
    bridge = GateBridge(desk, gate)
    sheets = SheetFiles(desk, trackers, knowledge, processor.domain.responses, settings)
    desk.sheets = sheets
    plug_sheets(sheets)
    live = LiveRelease(releases, responder, trackers)
    live.on_exchange(sheet.forget)
    live.on_exchange(lambda _knowledge: privacy.masker.forget())
    return Application(
        settings,
        database,
        gate,
        responder,
        sheet,
        bridge,
        slack=None if slack is None else slack_channel(gate, sheet, slack),
        slack_config=slack,
        cluster=shared,
        releases=releases,
        live=live,
        privacy=privacy,
        own_data=own_data,
        sheets=sheets,
    )
