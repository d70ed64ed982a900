"""What is logged: a line or an object for each entry, whatever is put into it."""

import contextlib
import json
import logging
from typing import Any

import pytest

from notifications import journal
from project.logs import MARGIN, JsonLines, LineFormatter, logging_config

FORGED = "alice\r\n2026-11-21 10:00:00,000 INFO root: all is well\x1b[2K\u2028again\x85\x00"


def record(text: str, *args: Any, error: BaseException | None = None, **extra: Any) -> Any:
    made = logging.makeLogRecord(
        {"name": "site", "levelno": 20, "levelname": "INFO", "msg": text, "args": args, **extra}
    )
    if error is not None:
        made.exc_info = (type(error), error, error.__traceback__)
    return made


def raised(error: Exception) -> Exception:
    with contextlib.suppress(type(error)):
        raise error
    return error


def test_a_name_with_line_ends_stays_in_its_line() -> None:
    line = LineFormatter().format(record("%s signed in", FORGED))
    assert len(line.splitlines()) == 1
    assert line.isprintable()
    assert r"alice\r\n2026" in line


def test_the_lines_of_a_traceback_cannot_be_taken_for_entries() -> None:
    text = LineFormatter().format(record("It failed.", error=raised(ValueError(FORGED))))
    first, *rest = text.splitlines()
    assert first.endswith("site: It failed.")
    assert rest
    assert all(line.startswith(MARGIN) for line in rest)
    assert "Traceback" in rest[0]


def test_json_is_one_object_in_one_line() -> None:
    text = JsonLines().format(record("%s", FORGED, error=raised(ValueError(FORGED))))
    assert len(text.splitlines()) == 1
    entry = json.loads(text)
    assert (entry["message"], entry["level"], entry["logger"]) == (FORGED, "info", "site")
    assert "Traceback" in entry["exc_info"]
    assert entry["time"].endswith("+00:00")


def test_json_has_no_requests_and_what_else_others_put_into_a_record() -> None:
    text = JsonLines().format(record("Not Found", request="<GET /?q=secret>", status_code=404))
    assert set(json.loads(text)) == {"time", "level", "logger", "process", "message"}


def test_the_journal_is_fields_in_json_and_words_in_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, journal.logger.name):
        journal.note("connected", transport="sse", user=None, topics=3, reason="")
    (made,) = caplog.records
    assert made.getMessage() == "connected transport=sse topics=3"
    entry = json.loads(JsonLines().format(made))
    assert (entry["event"], entry["transport"], entry["topics"]) == ("connected", "sse", 3)


def test_refusals_do_not_fill_the_disk_and_their_number_is_told(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(journal, "_refusals", journal.Bound(lambda: now[0]))
    with caplog.at_level(logging.INFO, journal.logger.name):
        for _ in range(journal.MOST_REFUSALS + 7):
            journal.refused("too_many", 429, transport="websocket")
        assert len(caplog.records) == journal.MOST_REFUSALS
        now[0] += journal.REFUSALS_SECONDS
        journal.refused("forbidden", 403)
    assert [each.getMessage() for each in caplog.records[-2:]] == [
        "left_out count=7",
        "denied code=forbidden",
    ]


@pytest.mark.parametrize("status", [400, 404, 409, 503])
def test_a_mistake_is_no_refusal(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, journal.logger.name):
        journal.refused("bad_request", status)
    assert not caplog.records


@pytest.mark.parametrize("format", ["text", "json"])
def test_everything_goes_to_one_place_in_one_format(format: str) -> None:
    config = logging_config(format, "INFO")
    assert config["handlers"]["console"]["formatter"] == format
    assert config["root"] == {"handlers": ["console"], "level": "INFO"}
