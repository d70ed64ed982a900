"""docs/data.md against the models: every table is in it, with what an export and a deletion do."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignKey

from notifications import personal
from notifications.conf import all_options

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
ROW = re.compile(r"^\| (`[^|]+) \|(.*)\|$", re.MULTILINE)
NOBODYS = "stays"


def rows(part: str) -> dict[str, list[str]]:
    """The cells of the table in a part of the page, by the names of the tables in it."""
    text = PAGE.split("## What is kept")[1].split("### Prune")[0]
    own, beside = text.split("Beside our tables:")
    found = {}
    for names, cells in ROW.findall(own if part == "own" else beside):
        for name in re.findall(r"`([\w.]+)`", names):
            found[name] = [cell.strip() for cell in cells.split("|")]
    return found


def own_models() -> dict[str, Any]:
    return {each.__name__: each for each in apps.get_app_config("notifications").get_models()}


def names_a_person(field: Field) -> bool:
    """Whether it leads to an account, or says an author or a topic, which may be a person's."""
    leads = isinstance(field, ForeignKey) and field.related_model is get_user_model()
    return leads or field.name in ("author", "topic", "topics")


def test_every_table_is_in_it() -> None:
    assert set(rows("own")) == set(own_models())
    for label in rows("beside"):
        assert apps.get_model(label)


@pytest.mark.parametrize("name", sorted(own_models()))
def test_what_names_a_person_does_not_stay(name: str) -> None:
    model, (_what, until, _why, exported, deleted) = own_models()[name], rows("own")[name]
    assert until
    assert exported
    if any(names_a_person(field) for field in model._meta.concrete_fields):
        assert not deleted.startswith(NOBODYS), name
    # What is left out says why.
    assert "`" in exported or exported.startswith("no: "), name


def test_the_export_has_what_it_says(db: None, alice: Any) -> None:
    written = {
        key
        for cells in (*rows("own").values(), *rows("beside").values())
        for key in re.findall(r"`(\w+)`", cells[-2])
    }
    assert set(personal.export(alice)) == {"format", "exported_at", *written}


def test_its_times_are_options_with_their_defaults() -> None:
    for name, days in re.findall(r"`([A-Z]+_DAYS)`[^|(]*\((\d+)\)", PAGE):
        assert all_options()[name].default == int(days)
    assert "`DELETED_POSTS`" in PAGE
