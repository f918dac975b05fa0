"""What several server processes share through Redis: locks, news, rate limits.

Everything here is help, not truth: truth is the one store. Without Redis, for as long as it is
away, turns stay correct (their commits compare versions), news arrive a second later and rate
limits count per process.
"""
