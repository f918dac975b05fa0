"""Understanding: ordinary Rasa components that turn Japanese text into intents and entities."""
