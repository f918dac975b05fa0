"""Keep third-party noise off the console; our own warnings and errors stay."""

from __future__ import annotations

import logging
import os
import warnings

_ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONWARNINGS": "ignore",
    # One model fits one core; more threads only make small matrices slower.
    "OMP_NUM_THREADS": "1",
}
_NOISY_LOGGERS = ("apscheduler", "matplotlib", "rasa", "sanic", "sqlalchemy", "tensorflow")


def quieten() -> None:
    """Set the environment and log levels once, before Rasa is imported.

    `LOG_LEVEL` (Rasa's own variable) raises the level again, for example `LOG_LEVEL=DEBUG`.
    """
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    level = os.environ.setdefault("LOG_LEVEL", "WARNING")
    if level == "DEBUG":
        logging.basicConfig(level=level)
        return
    warnings.simplefilter("ignore")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in _NOISY_LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)


def quieten_libraries() -> None:
    """Undo what libraries switch on while they are imported; call after importing Rasa.

    Sanic shows deprecation warnings of everybody; structlog renders debug events of Rasa.
    """
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        cache_logger_on_first_use=True,
    )
    if os.environ.get("LOG_LEVEL") != "DEBUG":
        warnings.simplefilter("ignore")
