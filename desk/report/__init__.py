"""How the bot and the desk are used: figures of a period, charts, tables, CSV."""
