"""What the bot could not answer, put together and turned into knowledge by the staff."""
