"""What a message's intent is after its judgement was settled, as Rasa's other parts read it."""

from __future__ import annotations

from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

from nlu.intent_classifier import BAND
from nlu.judgement import Judgement

_RANKING = 5


def set_intent(message: Message, judgement: Judgement) -> None:
    """Writes the best intent, the ranking and the band of confidence into a message.

    Args:
        message: The message.
        judgement: What was settled for it.
    """
    ranking = [
        {"name": name, "confidence": value}
        for name, value in sorted(judgement.probabilities.items(), key=lambda item: -item[1])
    ][:_RANKING]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set(BAND, judgement.band, add_to_output=True)
