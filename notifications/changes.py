"""Models of a host project, live in one line: created, changed and deleted rows become events.

    publish_changes(Order, to=lambda order: f"order.{order.pk}", fields=["state", "total"])

The event is written in the transaction of the change, by the model's signals, and so told after its
commit or never. It says what the row holds then, not what the object in memory does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from types import NoneType
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import connections, transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils.translation import gettext as _

from notifications import log
from notifications.audience import resolve
from notifications.conf import options
from notifications.errors import BadEvent
from notifications.events import iso, register_event_type

CREATED, CHANGED, DELETED = "created", "changed", "deleted"
# What JSON can say. A field is not tied to one: an object in memory need not hold the column's.
VALUES = (str, int, float, bool, list, dict, NoneType)
# Who was told of a row, kept on an instance from before a change until after it.
BEFORE = "_noticeboard_told"

# Kept here too: Django's signals hold receivers weakly.
_published: dict[type[Model], Published] = {}


def publish_changes(
    model: type[Model], *, to: Callable[[Any], Any] | Any, fields: Iterable[str]
) -> None:
    """Tell of every saved and deleted row of a model, from now on.

    `to` is an audience as for `notify`, or a function of the row that returns one (None or empty:
    nobody is told). `fields` are the fields and properties of the row that events carry, besides
    `id`, the primary key. The types `<app>.<model>.created`, `.changed` and `.deleted` are
    registered; the last has only `id`. Whoever is no longer in the audience after a change is
    told `deleted`, whoever is new in it `created`. Calling it again replaces what was said before.
    Raises `BadEvent` for a field that the model does not have.
    """
    names = tuple(name for name in dict.fromkeys(fields) if name != "id")
    for name in names:
        if not _has(model, name):
            raise BadEvent(
                _("%(model)s has no field %(field)s to publish.")
                % {"model": model._meta.label, "field": name}
            )
    stop_publishing(model)
    published = Published(model, to, names)
    shape = {"id": (int, str), **dict.fromkeys(names, VALUES)}
    register_event_type(published.type(CREATED), shape)
    register_event_type(published.type(CHANGED), shape)
    register_event_type(published.type(DELETED), {"id": (int, str)})
    _published[model] = published
    for signal, run in published.receivers():
        signal.connect(run, sender=model, dispatch_uid="noticeboard.changes", weak=False)


def stop_publishing(model: type[Model]) -> None:
    """Tell of this model's rows no more."""
    if published := _published.pop(model, None):
        for signal, _run in published.receivers():
            signal.disconnect(sender=model, dispatch_uid="noticeboard.changes")


@dataclass(frozen=True, slots=True)
class Published:
    """One model, whom its rows are told to, and what is told of them."""

    model: type[Model]
    to: Any
    fields: tuple[str, ...]

    def receivers(self) -> list[tuple[Any, Callable[..., None]]]:
        """The model's signals and what each of them runs."""
        return [
            (pre_save, self.before_save),
            (post_save, self.after_save),
            (pre_delete, self.before_delete),
            (post_delete, self.after_delete),
        ]

    def type(self, change: str) -> str:
        """The type of the events that tell of this change."""
        return f"{self.model._meta.label_lower}.{change}"

    def before_save(self, instance: Model, raw: bool, using: str, **kwargs: Any) -> None:
        """Remember who was told of the row as it is stored: a change may take it from somebody."""
        if not raw and not instance._state.adding and callable(self.to):
            row = self._stored(instance.pk, using)
            setattr(instance, BEFORE, None if row is None else self._topics(row))

    def after_save(
        self, instance: Model, created: bool, raw: bool, using: str, **kwargs: Any
    ) -> None:
        """Tell what the row holds now."""
        before = instance.__dict__.pop(BEFORE, None)
        if not raw:
            _with_the_change(using, partial(self._tell_saved, instance.pk, using, created, before))

    def before_delete(self, instance: Model, using: str, **kwargs: Any) -> None:
        """Remember who knows the row, while all that it refers to is there."""
        row = self._stored(instance.pk, using)
        setattr(instance, BEFORE, set() if row is None else self._topics(row))

    def after_delete(self, instance: Model, using: str, **kwargs: Any) -> None:
        """Tell that the row is gone."""
        topics = instance.__dict__.pop(BEFORE, set())
        _with_the_change(using, partial(self._append, [(DELETED, topics, _key(instance.pk))]))

    def _tell_saved(self, pk: Any, using: str, created: bool, before: set[str] | None) -> None:
        row = self._stored(pk, using)
        if row is None:
            return
        data, now = self._data(row), self._topics(row)
        old = now if before is None else before
        if created:
            self._append([(CREATED, now, data)])
        else:
            stay, new, gone = old & now, now - old, old - now
            self._append([(CHANGED, stay, data), (CREATED, new, data), (DELETED, gone, _key(pk))])

    def _append(self, told: list[tuple[str, set[str], dict[str, Any]]]) -> None:
        log.append_many(
            (self.type(change), topics, data) for change, topics, data in told if topics
        )

    def _stored(self, pk: Any, using: str) -> Any:
        """The row, locked until the end of a transaction, so that its events come in the order of
        its changes."""
        rows: QuerySet[Any] = self.model._base_manager.using(using).filter(pk=pk)
        locked = connections[using].in_atomic_block
        return (rows.select_for_update() if locked else rows).first()

    def _topics(self, row: Any) -> set[str]:
        audience = self.to(row) if callable(self.to) else self.to
        if audience is None or audience == "" or audience == []:
            return set()
        return set(resolve(audience))

    def _data(self, row: Any) -> dict[str, Any]:
        return {**_key(row.pk), **{name: _plain(_value(row, name)) for name in self.fields}}


def _with_the_change(using: str, tell: Callable[[], None]) -> None:
    """Tell in the transaction of the change; of another database's, after it was committed."""
    if using == options.DATABASE:
        _atomically(tell)
    else:
        transaction.on_commit(partial(_atomically, tell), using=using, robust=True)


def _atomically(tell: Callable[[], None]) -> None:
    with log.transaction():
        tell()


def _has(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return hasattr(model, name)


def _key(pk: Any) -> dict[str, Any]:
    return {"id": pk if isinstance(pk, int) else str(pk)}


def _value(row: Any, name: str) -> Any:
    """A relation is told by the key that it stores."""
    try:
        return getattr(row, row._meta.get_field(name).attname)
    except FieldDoesNotExist:
        return getattr(row, name)


def _plain(value: Any) -> Any:
    """A value as JSON has it; decimals as text, so that no cent is lost."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Decimal | UUID) else value
