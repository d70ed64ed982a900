"""LOGGING of the site: lines for people, or JSON for programs. Nothing logged can forge a line."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

FORMATS = ("text", "json")

#: Whatever begins a new line for a reader of the file, or tells a terminal something.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
#: Begins each further line of an entry. No entry begins so.
MARGIN = "    "


class LineFormatter(logging.Formatter):
    """One line for an entry; what it says is escaped, and a traceback stands behind a margin."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, whatever was put into it."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """The traceback; an exception's text may have lines of its own."""
        return indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """The stack."""
        return indented(super().formatStack(stack_info))


class JsonLines(JsonFormatter):
    """An object in a line for an entry; of a record's extras only those of our journal.

    Others put whole requests there.
    """

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Fill the object."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(
            timespec="milliseconds"
        )
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["process"] = record.process
        log_data["message"] = record.getMessage()
        log_data.update(getattr(record, "noted", {}))
        log_data.update(message_dict)


def escaped(text: str) -> str:
    """The same text in one line."""
    return UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def indented(text: str) -> str:
    """The same lines, none of which can be taken for an entry."""
    return "\n".join(MARGIN + escaped(line) for line in text.splitlines())


def logging_config(format: str, level: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, in one of ``FORMATS``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "project.logs.LineFormatter"},
            "json": {"()": "project.logs.JsonLines"},
        },
        "filters": {"in_production": {"()": "django.utils.log.RequireDebugFalse"}},
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": format},
            "mail_admins": {
                "class": "django.utils.log.AdminEmailHandler",
                "level": "ERROR",
                "filters": ["in_production"],
            },
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Where DEBUG is on, Django writes a second line of its own, which anything can forge.
            "django": {"handlers": ["mail_admins"], "level": "INFO"},
            "django.server": {"handlers": [], "level": "INFO"},
            # One line per request says nothing that an access log does not.
            "django.channels.server": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            # A line per change of a followed file says nothing that `follow` does not.
            "watchfiles": {"level": "WARNING"},
        },
    }
