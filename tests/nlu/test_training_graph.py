"""What Rasa's own training graph hands to the classifier is what it gets later."""

from __future__ import annotations

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.data import TrainingType

from nlu.pipeline import CONFIG


def test_the_classifier_is_trained_on_linked_and_respelt_examples() -> None:
    config = yaml.safe_load(CONFIG.read_text("utf-8"))
    graph = DefaultV1Recipe().graph_config_for_recipe(config, {}, TrainingType.NLU)
    nodes = graph.train_schema.nodes
    name = next(one for one in nodes if one.startswith("train_") and "LinearClassifier" in one)
    passed = []
    while "training_data" in nodes[name].needs:
        name = nodes[name].needs["training_data"]
        passed.append(nodes[name].uses.__name__)
    assert passed[:5] == [
        "EntityLinker",
        "UsualSpelling",
        "SudachiTokenizer",
        "EnglishWords",
        "SpellingVariants",
    ]
