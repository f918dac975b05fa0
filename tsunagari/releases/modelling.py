"""The model of a candidate: the live one, the live one with new names, or one trained anew.

What the model learns from are the training examples and the mentions the linker finds in them.
Where a record only states other facts, nothing of that changes. Where names were added that
occur in no training example, a training would learn the same again: only the linker's
dictionary inside the model is exchanged.
"""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tsunagari.settings import Settings

if TYPE_CHECKING:
    from nlu.mentions import Mention

DICTIONARY = ("gazetteer.tsv", "partials.tsv")
GENERATED = "generated"
_LINKER = "nlu.entity_linker.EntityLinker"
#: Components that read the dictionary of names when they are trained.
_READ_NAMES = frozenset(
    {_LINKER, "nlu.english_words.EnglishWords", "nlu.usual_spelling.UsualSpelling"}
)
Progress = Callable[[str], None]


def make_model(base: Path, source: Path, to: Path, settings: Settings, progress: Progress) -> str:
    """Make the model of a candidate.

    Args:
        base: Directory of the live release.
        source: The candidate's files; ``data/generated`` is there already.
        to: Where the model goes.
        settings: Where domain and configuration are.
        progress: Told what is being done.

    Returns:
        ``same``, ``names`` or ``trained``.
    """
    before = base / "model.tar.gz"
    if _same_examples(base / "source" / "data", source / "data", settings):
        old, new = _dictionary_of(before), _dictionary_in(source)
        if old == new:
            shutil.copyfile(before, to)
            return "same"
        progress("新しい名前が、学習に影響しないかを調べています")
        if _same_mentions(source / "data", old, new):
            _exchange_dictionary(before, new, to)
            return "names"
    progress("モデルを学習しています（数分かかります）")
    _train(source, to, settings)
    return "trained"


def generate(source: Path) -> None:
    """Write what the understanding takes from the records beside the training examples."""
    from knowledge.loader import load_knowledge
    from nlu import gazetteer, question_examples

    knowledge = load_knowledge(source / "knowledge")
    directory = source / "data" / GENERATED
    directory.mkdir(parents=True, exist_ok=True)
    rows, partials = gazetteer.build_rows(knowledge), gazetteer.build_partials(knowledge)
    (directory / DICTIONARY[0]).write_text(gazetteer.dump_rows(rows), "utf-8")
    (directory / DICTIONARY[1]).write_text(gazetteer.dump_partials(partials), "utf-8")
    questions = question_examples.dump(knowledge.questions)
    (directory / question_examples.QUESTIONS.name).write_text(questions, "utf-8")


def _same_examples(old: Path, new: Path, settings: Settings) -> bool:
    if not (old / GENERATED).is_dir():
        # The first release has the generated files of the repository.
        generated = settings.root / "data" / GENERATED
    else:
        generated = old / GENERATED
    before = {path.name: path.read_bytes() for path in old.glob("*.yml")}
    before.update({f"g/{path.name}": path.read_bytes() for path in generated.glob("*.yml")})
    after = {path.name: path.read_bytes() for path in new.glob("*.yml")}
    after.update({f"g/{path.name}": path.read_bytes() for path in (new / GENERATED).glob("*.yml")})
    return before == after


def _dictionary_of(model: Path) -> tuple[str, ...]:
    """Return the linker's dictionary inside a model."""
    texts = {}
    with tarfile.open(model) as archive:
        for member in archive.getmembers():
            name = Path(member.name).name
            file = archive.extractfile(member) if name in DICTIONARY else None
            if file is not None:
                texts[name] = file.read().decode()
    return tuple(texts.get(name, "") for name in DICTIONARY)


def _dictionary_in(source: Path) -> tuple[str, ...]:
    return tuple((source / "data" / GENERATED / name).read_text("utf-8") for name in DICTIONARY)


def _same_mentions(data: Path, old: Iterable[str], new: Iterable[str]) -> bool:
    """Tell whether the learning components see the same mentions with two dictionaries."""
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from nlu import gazetteer
    from nlu.entity_linker import EntityLinker
    from nlu.linking import Linker
    from nlu.sudachi_tokenizer import SudachiTokenizer
    from nlu.variants import SpellingVariants

    files = [path for path in sorted(data.rglob("*.yml")) if RasaYAMLReader.is_yaml_nlu_file(path)]
    examples = TrainingData().merge(*(RasaYAMLReader().read(str(path)) for path in files))
    examples = SpellingVariants(SpellingVariants.get_default_config()).process_training_data(
        examples
    )
    threshold = EntityLinker.get_default_config()["fuzzy_threshold"]
    linkers = [
        Linker(gazetteer.load_rows(rows), gazetteer.load_partials(partials), threshold)
        for rows, partials in (old, new)
    ]
    tokenizer = SudachiTokenizer(SudachiTokenizer.get_default_config())
    for message in examples.training_examples:
        text = message.get(TEXT)
        if not text:
            continue
        tokens = tokenizer.tokenize(message, TEXT)
        before, after = ([_learnt(one) for one in linker.link(text, tokens)] for linker in linkers)
        if before != after:
            return False
    return True


def _learnt(mention: Mention) -> tuple[object, ...]:
    """Return what the learning components see of a mention: names are classes to them."""
    from nlu.gazetteer import COVERED

    classes = {
        (row.entity, row.value.partition(".")[0] if row.entity == "record" else row.value)
        for row in mention.rows
        if row.entity not in ("country", "prefecture", "city", "region")
    }
    covered = mention.rows[0].detail == COVERED
    return mention.start, mention.end, mention.entity, mention.role, classes, covered


def _exchange_dictionary(model: Path, texts: Iterable[str], to: Path) -> None:
    """Write a model again with another dictionary for its linker."""
    folder = to.with_name("model")
    with tarfile.open(model) as archive:
        archive.extractall(folder)
    for name, text in zip(DICTIONARY, texts, strict=True):
        for path in folder.rglob(name):
            path.write_text(text, "utf-8")
    with tarfile.open(to, "w:gz") as archive:
        archive.add(folder, arcname="")
    shutil.rmtree(folder)


def _train(source: Path, to: Path, settings: Settings) -> None:
    from tsunagari.building import train_here

    folder = to.with_name("training")
    folder.mkdir(exist_ok=True)
    config: dict[str, Any] = yaml.safe_load((settings.root / "config.yml").read_text("utf-8"))
    generated = source / "data" / GENERATED
    for component in config["pipeline"]:
        if component["name"] in _READ_NAMES:
            component["gazetteer"] = str(generated / DICTIONARY[0])
        if component["name"] == _LINKER:
            component["partials"] = str(generated / DICTIONARY[1])
    (folder / "config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    shutil.copyfile(settings.root / "domain.yml", folder / "domain.yml")
    shutil.copytree(source / "data", folder / "data")
    made = train_here(replace(settings, root=folder))
    made.replace(to)
    shutil.rmtree(folder)
