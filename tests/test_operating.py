"""What operators read about metrics, alerts and the journal, against the code."""

import re
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from notifications import journal, metrics
from notifications.errors import TABLE

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGE = (DOCS / "operating.md").read_text()
ALERTS = (DOCS / "deploy" / "alerts.yml").read_text()
#: What prometheus-client adds to the name of a histogram.
ENDINGS = ("", "_bucket", "_sum", "_count")


def exposed() -> dict[str, str]:
    """Name of each metric of ours → its kind."""
    found: dict[str, str] = {}
    for each in vars(metrics).values():
        if isinstance(each, MetricWrapperBase):
            (told,) = each.describe()
            found[told.name + ("_total" if told.type == "counter" else "")] = told.type
    return found


def rows(heading: str) -> dict[str, str]:
    """The first cells of the table below a heading → the second."""
    part = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found: dict[str, str] = {}
    for first, second in re.findall(r"(?m)^\| (`[^|]+`) \| ?([^|]*?) \|", part):
        found |= dict.fromkeys(re.findall(r"`([^`]+)`", first), second)
    return found


def test_every_metric_is_explained_with_its_kind() -> None:
    assert rows("Metrics") == exposed()


def test_every_metric_has_our_name_and_a_unit_where_it_has_one() -> None:
    for name, kind in exposed().items():
        assert name.startswith("noticeboard_")
        assert kind != "histogram" or name.endswith("_seconds")


def test_every_alert_is_explained() -> None:
    assert list(rows("Alerts")) == re.findall(r"- alert: (\w+)", ALERTS)


def test_every_alert_asks_for_a_metric_that_exists() -> None:
    asked = set(re.findall(r"noticeboard_\w+", ALERTS))
    known = {name + ending for name in exposed() for ending in ENDINGS}
    assert asked
    assert asked - known == set()


@pytest.mark.parametrize("label", ["code", "reason"])
def test_every_alert_asks_for_labels_that_exist(label: str) -> None:
    asked = set(re.findall(rf'{label}(?:=~|!=|=)"([^"]+)"', ALERTS))
    known = {*TABLE, "flood", journal.SIGN_IN_FAILED} if label == "code" else {"topics"}
    assert {word for each in asked for word in each.split("|")} <= known


def test_every_event_of_the_journal_is_explained() -> None:
    names = {
        value for name, value in vars(journal).items() if name.isupper() and type(value) is str
    }
    assert set(rows("Logs")) == names
