"""What our models share: one database, and changes that are told are made in a transaction."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django.db import models, transaction

from notifications.conf import options

M = TypeVar("M", bound=models.Model, covariant=True)


class OneDatabase(models.Manager[M], Generic[M]):
    """Reads and writes `options.DATABASE`: never a replica, never what a router would choose."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().using(options.DATABASE)


class Base(models.Model):
    """A model of ours, in `options.DATABASE`."""

    objects = OneDatabase()

    class Meta:
        abstract = True

    def save(self, *, using: str | None = None, **kwargs: Any) -> None:
        super().save(using=using or options.DATABASE, **kwargs)

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        return super().delete(using=using or options.DATABASE, keep_parents=keep_parents)


class Told(Base):
    """A model whose changes are published by the receivers of its signals.

    A plain `save()` sends `post_save` outside any transaction: a failing receiver would leave the
    row without its event.
    """

    class Meta:
        abstract = True

    def save(self, *, using: str | None = None, **kwargs: Any) -> None:
        with transaction.atomic(using=using or options.DATABASE):
            super().save(using=using, **kwargs)

    def delete(
        self, using: str | None = None, keep_parents: bool = False
    ) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=using or options.DATABASE):
            return super().delete(using=using, keep_parents=keep_parents)
