"""Training without Rasa's cache learns from the same examples in the same order."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

from rasa.engine.storage import local_model_storage
from rasa.engine.training import graph_trainer
from rasa.engine.training.hooks import TrainingHook
from rasa.shared.importers import utils as importing
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from tsunagari.light_training import light_training

FILES = {
    "one.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - こんにちは
    - おはよう
- intent: inform
  examples: |
    - [大阪]{"entity": "prefecture", "value": "大阪府"}です
- synonym: 大阪府
  examples: |
    - 大阪
- regex: number
  examples: |
    - \\\\d+
""",
    "two.yml": """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - おはよう
    - やあ
- lookup: country
  examples: |
    - タイ
""",
    "rules.yml": """
version: "3.1"
rules:
- rule: greeting
  steps:
  - intent: greet
  - action: utter_greet
""",
}
DOMAIN = """
version: "3.1"
intents: [greet, inform]
entities: [prefecture]
responses:
  utter_greet:
  - text: こんにちは
"""


def _import(folder: Path) -> list[Any]:
    importer = TrainingDataImporter.load_from_dict(
        {}, None, str(folder / "domain.yml"), [str(folder / "data")]
    )
    found = []
    for data in (importer.get_nlu_data(), importer.get_nlu_data(language="ja")):
        examples = [(one.data, sorted(one.output_properties)) for one in data.training_examples]
        rest = (data.entity_synonyms, data.regex_features, data.lookup_tables, data.responses)
        found.append((examples, rest))
    return [*found, importer.get_domain().as_dict()]


def test_the_same_examples_are_read_in_the_same_order_and_once(
    tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "data").mkdir()
    for name, text in FILES.items():
        (tmp_path / "data" / name).write_text(text, "utf-8")
    (tmp_path / "domain.yml").write_text(DOMAIN, "utf-8")
    expected = _import(tmp_path)
    texts = [data.get(TEXT) for data, _ in expected[0][0]]
    assert [texts.count(text) for text in ("こんにちは", "おはよう", "やあ")] == [1, 1, 1]
    reads = []
    load = importing.training_data_from_paths
    monkeypatch.setattr(
        importing, "training_data_from_paths", lambda *a: (reads.append(a), load(*a))[1]
    )
    with light_training():
        assert _import(tmp_path) == expected
    assert len(reads) == 1


def test_a_merged_copy_can_be_changed_without_the_original() -> None:
    examples = [Message({TEXT: "大阪です", INTENT: " inform "}), Message({TEXT: "大阪です"})]
    with light_training():
        data = TrainingData(examples)
        assert data.training_examples[0].get(INTENT) == "inform"
        merged = data.merge(None, TrainingData([Message({TEXT: "大阪です"})]))
        assert len(merged.training_examples) == 2
        merged.training_examples[0].set(ENTITIES, [{"value": "大阪府"}], add_to_output=True)
    assert data.training_examples[0].get(ENTITIES) is None
    assert ENTITIES not in data.training_examples[0].output_properties
    assert merged.training_examples[0].fingerprint() != data.training_examples[0].fingerprint()


def test_archives_are_readable_and_everything_is_undone_behind(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"0123456789" * 1000)
    before = local_model_storage.TarSafe, TrainingData.merge
    with light_training():
        with local_model_storage.TarSafe.open(tmp_path / "model.tar.gz", "w:gz") as archive:
            archive.add(tmp_path / "weights", arcname="weights")
        assert graph_trainer.TrainingHook is not TrainingHook
    assert (local_model_storage.TarSafe, TrainingData.merge) == before
    assert graph_trainer.TrainingHook is TrainingHook
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        file = archive.extractfile("weights")
        assert file is not None and len(file.read()) == 10_000
    assert (tmp_path / "model.tar.gz").stat().st_size < 1000
