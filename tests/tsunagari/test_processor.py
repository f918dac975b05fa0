from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tsunagari import light_imports

light_imports.install()

from rasa.shared.core.domain import Domain  # noqa: E402

from tsunagari.processor import LightProcessor  # noqa: E402
from tsunagari.releases.bot import open_processor  # noqa: E402
from tsunagari.settings import UserError  # noqa: E402

DOMAIN = Domain.from_dict({"intents": ["inform"], "entities": ["country"]})


def check(intent: str, *entities: str) -> None:
    parsed: dict[str, Any] = {
        "intent": {"name": intent},
        "entities": [{"entity": name} for name in entities],
    }
    LightProcessor._check_for_unseen_features(SimpleNamespace(domain=DOMAIN), parsed)


def test_what_the_domain_knows_is_not_compared_with_an_empty_domain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_domain: Domain) -> bool:
        raise AssertionError("the whole domain was compared")

    monkeypatch.setattr(Domain, "is_empty", refuse)
    check("inform", "country", "country")
    check("inform")


@pytest.mark.parametrize(("intent", "entity"), [("unheard", "country"), ("inform", "unheard")])
def test_what_the_domain_does_not_know_is_still_warned_of(
    monkeypatch: pytest.MonkeyPatch, intent: str, entity: str
) -> None:
    from rasa.core.processor import MessageProcessor

    asked: list[Any] = []
    monkeypatch.setattr(
        MessageProcessor, "_check_for_unseen_features", lambda _self, parsed: asked.append(parsed)
    )
    processor = object.__new__(LightProcessor)
    processor.domain = DOMAIN
    processor._check_for_unseen_features(
        {"intent": {"name": intent}, "entities": [{"entity": entity}]}
    )
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("code", "said"), [(errno.ENOSPC, "空き容量"), (errno.EIO, "make train"), (None, "make train")]
)
def test_a_full_disk_is_not_called_a_broken_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: int | None, said: str
) -> None:
    def fails(*_arguments: Any) -> None:
        raise OSError(code, os.strerror(code)) if code else OSError("not gzipped")

    monkeypatch.setattr("tsunagari.processor.loader.load_predict_graph_runner", fails)
    (tmp_path / "model.tar.gz").touch()
    with pytest.raises(UserError, match=said):
        open_processor(tmp_path / "model.tar.gz", None)  # type: ignore[arg-type]
