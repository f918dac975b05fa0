"""Building the knowledge base and training the model, each only when needed."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import click

from tsunagari import light_imports
from tsunagari.blas_kernel import pinned
from tsunagari.fingerprint import KNOWLEDGE_SOURCES, MODEL_SOURCES, Stamp, fingerprint
from tsunagari.settings import Settings, UserError

MODELS_KEPT = 2
_TICK_SECONDS = 0.2
_LOG_TAIL_LINES = 15


def knowledge_stamp(settings: Settings) -> Stamp:
    """The stamp of the last knowledge build."""
    return Stamp(settings.build / "knowledge.sha256")


def model_stamp(settings: Settings) -> Stamp:
    """The stamp of the last training."""
    return Stamp(settings.models / "model.sha256")


def model_is_current(settings: Settings) -> bool:
    """Whether the newest model was trained from today's files."""
    return any(settings.models.glob("*.tar.gz")) and model_stamp(settings).matches(
        fingerprint(settings.root, MODEL_SOURCES)
    )


def build_knowledge(settings: Settings, only_if_changed: bool) -> bool:
    """Compile the knowledge base.

    Returns:
        Whether it was built.

    Raises:
        UserError: The build failed; its own message stands above.
    """
    value = fingerprint(settings.root, KNOWLEDGE_SOURCES)
    stamp = knowledge_stamp(settings)
    if only_if_changed and stamp.matches(value):
        return False
    stamp.clear()
    _run_with_progress(
        settings, "知識ベースを作って", "知識ベースを作りました", ["knowledge", "build"]
    )
    stamp.write(value)
    return True


def train_model(settings: Settings, only_if_changed: bool) -> bool:
    """Train the model with Rasa.

    Returns:
        Whether it was trained.

    Raises:
        UserError: A file is missing or training failed.
    """
    if not (settings.root / "config.yml").exists():
        raise UserError(f"config.yml がありません: {settings.root}")
    if only_if_changed and model_is_current(settings):
        return False
    value = fingerprint(settings.root, MODEL_SOURCES)
    model_stamp(settings).clear()
    _run_with_progress(settings, "モデルを学習して", "モデルを学習しました", ["train", "--here"])
    model_stamp(settings).write(value)
    return True


def train_here(settings: Settings) -> Path:
    """Train in this process and return the model file (`tsunagari train --here`).

    Raises:
        UserError: Rasa refused the configuration or data.
    """
    # TensorFlow stays out unless the configuration names a component that needs it.
    light_imports.install()
    from rasa.engine.exceptions import GraphSchemaValidationException
    from rasa.model_training import train
    from rasa.shared.exceptions import RasaException

    from tsunagari.light_training import light_training
    from tsunagari.quiet import quieten_libraries
    from tsunagari.slips import yaml_slip

    quieten_libraries()
    domain = "domain.yml" if (settings.root / "domain.yml").exists() else "domain"
    try:
        with light_training():
            result = train(
                domain=str(settings.root / domain),
                config=str(settings.root / "config.yml"),
                training_files=str(settings.root / "data"),
                output=str(settings.models),
                # tsunagari.fingerprint has decided already that training is needed.
                force_training=True,
                # Glued stories would serve neither policy: memoization learns them as written.
                core_additional_arguments={"augmentation_factor": 0},
            )
    except (GraphSchemaValidationException, RasaException, ModuleNotFoundError) as error:
        files = (settings.root / "config.yml", settings.root / domain)
        slips = map(yaml_slip, (*files, *sorted((settings.root / "data").rglob("*.yml"))))
        named = next(filter(None, slips), None)
        reason = named or f"config.yml・domain.yml・data/ を直してください: {_one_line(error)}"
        raise UserError(reason) from error
    if not result.model or result.code:
        raise UserError("学習できませんでした（上の記録を見てください）")
    for old in sorted(settings.models.glob("*.tar.gz"), key=_modified)[:-MODELS_KEPT]:
        old.unlink()
    return Path(result.model)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _run_with_progress(settings: Settings, doing: str, done: str, arguments: list[str]) -> None:
    """Run a sub-command, showing that it lives; its output is shown only when it fails."""
    settings.build.mkdir(parents=True, exist_ok=True)
    log = settings.build / f"{arguments[0]}.log"
    started = time.monotonic()
    environment = pinned({**os.environ, "TSUNAGARI_HOME": str(settings.root)})
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tsunagari", *arguments],
            cwd=settings.root,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _show_progress(process, f"{doing}います", started)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_TAIL_LINES:]
        # Where the command itself says in one line what to mend, that line is enough.
        said = [line for line in tail[-1:] if line.startswith("エラー: ")]
        click.echo("\n".join(said or tail), err=True)
        raise UserError(f"{doing}いる途中で失敗しました。記録: {log}")
    seconds = time.monotonic() - started
    click.echo(f"{done}（{seconds:.0f} 秒）", err=True)


def _show_progress(process: subprocess.Popen[bytes], title: str, started: float) -> None:
    if not sys.stderr.isatty():
        click.echo(f"{title}…", err=True)
        process.wait()
        return
    for frame in itertools.cycle("|/-\\"):
        if process.poll() is not None:
            break
        seconds = time.monotonic() - started
        click.echo(f"\r{frame} {title}… {seconds:.0f} 秒", err=True, nl=False)
        time.sleep(_TICK_SECONDS)
    click.echo("\r" + " " * 60 + "\r", err=True, nl=False)
