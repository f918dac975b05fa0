"""Where things are and how the server is reached; everything overridable by environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class UserError(Exception):
    """A problem the operator can fix; shown as one line without a traceback."""


@dataclass(frozen=True)
class Settings:
    """Settings of one process.

    Attributes:
        root: Project directory (holds config.yml, domain.yml, data/, knowledge/).
        database_url: SQLAlchemy URL of the one store.
        actions_package: Python package whose Rasa SDK actions run in process.
        host: Address to bind.
        port: TCP port to bind.
        public: Whether the server is meant for the open internet (turns `rest` off).
        public_url: Its address there, where visitors reach it through a proxy.
        sites_file: List of the sites that may embed the widget; None for the demo site alone.
        trusted_proxies: Addresses or networks whose `X-Forwarded-For` is believed.
        limits: Rate limits of the web channel that differ from the usual ones, per minute.
        redis_url: Redis shared by several processes; None for one process.
        second_factor: Who of the staff gets in with a second factor only: `administrators`,
            `everybody`, or nobody.
        event_broker_url: RabbitMQ that dialogue events are published to; None for nowhere.
        knowledge_directory: Where the records are; `knowledge/` of the project by default.
        data_directory: Where the training examples are; `data/` of the project by default.
        releases_directory: Where published states are kept; `var/releases` by default.
        library_file: Where ingested documents are kept; `var/library.sqlite` by default.
        privacy_file: The centre's terms of privacy; `site/privacy.yml` by default.
        phrases_file: The centre's everyday sentences for the desk; ours by default.
        files_to: Where the centre takes files (a page or a mail address); None for nowhere.
        ingest_hosts: Hosts `knowledge ingest` may fetch from though their address is private.
    """

    root: Path
    database_url: str
    actions_package: str = "actions"
    host: str = "127.0.0.1"
    port: int = 5005
    public: bool = False
    public_url: str | None = None
    sites_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    redis_url: str | None = None
    event_broker_url: str | None = None
    second_factor: str = ""
    knowledge_directory: Path | None = None
    data_directory: Path | None = None
    releases_directory: Path | None = None
    library_file: Path | None = None
    ingest_hosts: tuple[str, ...] = ()
    privacy_file: Path | None = None
    phrases_file: Path | None = None
    files_to: str | None = None

    @property
    def library(self) -> Path:
        """File of the ingested documents; `var/library.sqlite` by default."""
        return self.library_file or self.var / "library.sqlite"

    @property
    def privacy(self) -> Path:
        """File of the centre's terms of privacy."""
        return self.privacy_file or Path(__file__).resolve().parent.parent / "site" / "privacy.yml"

    @property
    def knowledge(self) -> Path:
        """Directory of the records, documents and vocabularies the staff keep."""
        return self.knowledge_directory or self.root / "knowledge"

    @property
    def data(self) -> Path:
        """Directory of the training examples."""
        return self.data_directory or self.root / "data"

    @property
    def releases(self) -> Path:
        """Directory of the published states of the knowledge, with their models."""
        return self.releases_directory or self.var / "releases"

    @property
    def models(self) -> Path:
        """Directory of trained models."""
        return self.root / "models"

    @property
    def build(self) -> Path:
        """Directory of everything compiled from the repository."""
        return self.root / "build"

    @property
    def var(self) -> Path:
        """Directory of what must outlive the process: conversations, the secret."""
        return self.root / "var"

    @property
    def rest_enabled(self) -> bool:
        """`rest` answers only a server that nobody outside this machine can reach."""
        return self.host in LOCAL_HOSTS and not self.public


def project_root() -> Path:
    """Return the project directory.

    `TSUNAGARI_HOME`, else the working directory when it holds a config.yml, else the
    directory this package was installed from.
    """
    if home := os.environ.get("TSUNAGARI_HOME"):
        return Path(home).resolve()
    here = Path.cwd()
    if (here / "config.yml").exists():
        return here
    return Path(__file__).resolve().parent.parent


def load_settings(
    host: str | None = None, port: int | None = None, public: bool | None = None
) -> Settings:
    """Read the settings: arguments win over environment variables, these over defaults.

    Raises:
        UserError: `PORT` is not a number between 1 and 65535, or another setting is unusable.
    """
    root = project_root()
    raw_port = str(port if port is not None else os.environ.get("PORT", "5005"))
    if not raw_port.isdigit() or not 0 < int(raw_port) < 65536:
        raise UserError(f"PORT は 1～65535 の数字で指定してください: {raw_port}")
    return Settings(
        root=root,
        database_url=os.environ.get(
            "TSUNAGARI_DATABASE_URL", f"sqlite:///{root / 'var' / 'tsunagari.sqlite'}"
        ),
        actions_package=os.environ.get("TSUNAGARI_ACTIONS", "actions"),
        host=host or os.environ.get("HOST") or "127.0.0.1",
        port=int(raw_port),
        public=public if public is not None else os.environ.get("TSUNAGARI_PUBLIC") == "1",
        public_url=os.environ.get("TSUNAGARI_PUBLIC_URL") or None,
        sites_file=_sites_file(root),
        trusted_proxies=tuple(_words(os.environ.get("TSUNAGARI_TRUSTED_PROXIES", ""))),
        library_file=_directory("TSUNAGARI_LIBRARY", root, exists=False),
        privacy_file=_directory("TSUNAGARI_PRIVACY", root, exists=False),
        phrases_file=_directory("TSUNAGARI_PHRASES", root, exists=False),
        files_to=_files_to("TSUNAGARI_FILES_TO"),
        ingest_hosts=tuple(_words(os.environ.get("TSUNAGARI_INGEST_HOSTS", ""))),
        limits=_limits(os.environ.get("TSUNAGARI_LIMITS", "")),
        redis_url=_address("TSUNAGARI_REDIS_URL", ("redis://", "rediss://", "unix://")),
        event_broker_url=_address("TSUNAGARI_EVENT_BROKER_URL", ("amqp://", "amqps://")),
        second_factor=_second_factor(os.environ.get("TSUNAGARI_SECOND_FACTOR", "").strip()),
        knowledge_directory=_directory("TSUNAGARI_KNOWLEDGE", root, "records"),
        data_directory=_directory("TSUNAGARI_DATA", root),
        releases_directory=_releases_directory(root),
    )


def _second_factor(given: str) -> str:
    if given not in ("", "administrators", "everybody"):
        raise UserError(
            "TSUNAGARI_SECOND_FACTOR は administrators（管理者）か everybody（全員）です"
            f"（書かなければ任意）: {given}"
        )
    return given


def _sites_file(root: Path) -> Path | None:
    if named := os.environ.get("TSUNAGARI_SITES"):
        return root / named
    usual = root / "site" / "sites.yml"
    return usual if usual.exists() else None


def _directory(variable: str, root: Path, holding: str = "", exists: bool = True) -> Path | None:
    given = os.environ.get(variable)
    if not given:
        return None
    path = root / given
    if exists and not (path / holding).is_dir():
        raise UserError(f"{variable} のフォルダーが見つかりません: {path / holding}")
    return path


def _releases_directory(root: Path) -> Path | None:
    path = _directory("TSUNAGARI_RELEASES", root, exists=False)
    if path is not None and path.exists() and not path.is_dir():
        raise UserError(f"TSUNAGARI_RELEASES はフォルダーにしてください（ファイルです）: {path}")
    return path


def _address(variable: str, schemes: tuple[str, ...]) -> str | None:
    given = os.environ.get(variable)
    if not given:
        return None
    if not given.startswith(schemes):
        # The address itself may hold a password: it is not repeated.
        raise UserError(f"{variable} は {' か '.join(schemes)} で始まるアドレスで指定してください")
    try:
        parts = urlsplit(given)
        named = bool(parts.hostname or parts.path) and parts.port != 0
    except ValueError:
        named = False
    if not named:
        raise UserError(f"{variable} にホスト名とポートがありません。例: {schemes[0]}localhost")
    return given


def _files_to(variable: str) -> str | None:
    given = (os.environ.get(variable) or "").strip()
    if given and not re.fullmatch(r"https://[^\s/]\S*|[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+", given):
        raise UserError(
            f"{variable} には、資料を受け取るページ（https://…）かメールアドレスを指定してください"
        )
    return given or None


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _limits(text: str) -> dict[str, int]:
    limits = {}
    for word in _words(text):
        name, _, value = word.partition("=")
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            raise UserError(f"TSUNAGARI_LIMITS は 名前=1分あたりの回数 の並びです: {word}")
        limits[name.strip()] = int(value)
    return limits
