"""What Django's signals mean to us: whoever saves, deletes or joins, publishing is told.

So the admin, a shell and a view publish alike. Fixtures (``raw``) are left to `publishing.due`.
Every receiver runs in the transaction of the change that it tells of, and refuses by raising.
"""

import logging
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model, user_logged_in, user_logged_out
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import receiver

from notifications import personal, publishing, walls
from notifications.conf import options
from notifications.models import Address, Membership, Notification, Room
from notifications.publishing import rights_changed
from notifications.rights import session_digest
from notifications.topics import group_topic, room_topic

logger = logging.getLogger(__name__)

# What a receiver keeps on an instance from before a change until after it.
BEFORE = "_noticeboard_before"

# A change of these fields of a user, and the reason that it gives.
USER_FIELDS = {"is_active": "deactivated", "password": "password", "is_staff": "topics"}


@receiver(pre_save, sender=Notification, dispatch_uid="noticeboard.before_save")
def notification_before_save(instance: Notification, raw: bool, **kwargs: Any) -> None:
    if not raw:
        setattr(instance, BEFORE, publishing.before_save(instance))


@receiver(post_save, sender=Notification, dispatch_uid="noticeboard.after_save")
def notification_after_save(instance: Notification, raw: bool, **kwargs: Any) -> None:
    if not raw:
        publishing.after_save(instance, instance.__dict__.pop(BEFORE, None))


@receiver(pre_delete, sender=Notification, dispatch_uid="noticeboard.before_delete")
def notification_before_delete(instance: Notification, **kwargs: Any) -> None:
    # The addresses are deleted before their notification.
    topics = Address.objects.filter(notification_id=instance.pk).values_list("topic", flat=True)
    setattr(instance, BEFORE, list(topics))


@receiver(post_delete, sender=Notification, dispatch_uid="noticeboard.after_delete")
def notification_after_delete(instance: Notification, **kwargs: Any) -> None:
    publishing.after_delete(instance, instance.__dict__.pop(BEFORE, []))


@receiver(post_save, sender=Address, dispatch_uid="noticeboard.address_saved")
def address_saved(instance: Address, created: bool, raw: bool, **kwargs: Any) -> None:
    if created and not raw:
        publishing.address_added(instance)


@receiver(post_delete, sender=Address, dispatch_uid="noticeboard.address_deleted")
def address_deleted(instance: Address, origin: Any = None, **kwargs: Any) -> None:
    # With its notification goes the whole audience: that is another event.
    if _model_of(origin) is Address:
        publishing.address_deleted(instance)


@receiver(pre_save, sender=Room, dispatch_uid="noticeboard.room_before_save")
def room_before_save(instance: Room, raw: bool, **kwargs: Any) -> None:
    if not raw and not instance._state.adding:
        setattr(instance, BEFORE, Room.objects.filter(pk=instance.pk).first())


@receiver(post_save, sender=Room, dispatch_uid="noticeboard.room_saved")
def room_saved(instance: Room, created: bool, raw: bool, **kwargs: Any) -> None:
    before = instance.__dict__.pop(BEFORE, None)
    if raw:
        return
    if before is not None:
        publishing.room_changed(Room.objects.get(pk=instance.pk), before)
    elif created and instance.is_public and not instance.is_closed:
        # Visitors read it from now on. One that came back without being told would go on from its
        # cursor, past what was posted before.
        publishing.room_rights_changed(instance.slug)


@receiver(pre_delete, sender=Room, dispatch_uid="noticeboard.room_deleted")
def room_deleted(instance: Room, **kwargs: Any) -> None:
    members = Membership.objects.filter(room_id=instance.pk).values_list("user_id", flat=True)
    publishing.forget_mentions(instance)
    publishing.forget_topic(room_topic(instance))
    rights_changed(members, "topics")
    publishing.room_rights_changed(instance.slug)


@receiver(pre_save, sender=Membership, dispatch_uid="noticeboard.membership_before")
def membership_before_save(instance: Membership, raw: bool, **kwargs: Any) -> None:
    if raw or instance._state.adding:
        return
    before = Membership.objects.filter(pk=instance.pk).first()
    if before and (before.user_id, before.room_id) != (instance.user_id, instance.room_id):
        rights_changed([before.user_id, instance.user_id], "topics")


@receiver([post_save, post_delete], sender=Membership, dispatch_uid="noticeboard.membership")
def membership_changed(
    instance: Membership, raw: bool = False, created: bool = True, origin: Any = None, **kwargs: Any
) -> None:
    # Only who joins or leaves: a muted room is still read. With a room or a user goes all at once.
    if created and not raw and _model_of(origin) in (None, Membership):
        rights_changed([instance.user_id], "topics")


def groups_changed(
    instance: Model, action: str, reverse: bool, pk_set: set[Any] | None, **kwargs: Any
) -> None:
    """Somebody joined or left a group, said from the side of the user or of the group."""
    if action not in ("post_add", "post_remove", "pre_clear"):
        return
    if not reverse:
        rights_changed([instance.pk], "topics")
    elif pk_set is not None:
        rights_changed(pk_set, "topics")
    else:
        rights_changed(_members(instance), "topics")


@receiver(pre_delete, sender=Group, dispatch_uid="noticeboard.group_deleted")
def group_deleted(instance: Group, **kwargs: Any) -> None:
    members = _members(instance)
    publishing.forget_topic(group_topic(instance))
    rights_changed(members, "topics")


@receiver(user_logged_in, dispatch_uid="noticeboard.signed_in")
def signed_in(request: Any, **kwargs: Any) -> None:
    # A request made by hand need not have a session.
    if hasattr(request, "session"):
        walls.forget(request.session)


def user_before_save(
    instance: Model, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    # A log-in saves last_login: that must not cost a query.
    if raw or instance._state.adding or not _may_change_rights(update_fields):
        return
    rows = type(instance)._default_manager.filter(pk=instance.pk)
    setattr(instance, BEFORE, rows.values(*_user_fields()).first())


def user_saved(instance: Model, **kwargs: Any) -> None:
    before = instance.__dict__.pop(BEFORE, None)
    if before is None:
        return
    after = type(instance)._default_manager.filter(pk=instance.pk).values(*before).get()
    for field, reason in USER_FIELDS.items():
        if field in before and before[field] != after[field]:
            rights_changed([instance.pk], reason)
            return


def user_deleted(instance: Model, **kwargs: Any) -> None:
    personal.forget(instance)


@receiver(user_logged_out, dispatch_uid="noticeboard.logged_out")
def logged_out(request: Any, user: Any, **kwargs: Any) -> None:
    session = getattr(request, "session", None)
    session_key = getattr(session, "session_key", None)
    if session is None or user is None or user.pk is None or not session_key:
        return
    try:
        with transaction.atomic(using=options.DATABASE):
            # Django does it only after this signal; a relay that is told looks at once.
            session.delete(session_key)
            rights_changed([user.pk], "signed_out", session_digest(session_key))
    except DatabaseError:
        # Nobody must be kept signed in for it; the connections find out when they are looked at.
        logger.exception("The log-out of user %s could not be told to its open pages.", user.pk)


def _connect_user_model() -> None:
    user = get_user_model()
    # Django sends a proxy's signals with the proxy as their sender.
    for model in (each for each in apps.get_models() if issubclass(each, user)):
        uid = f"noticeboard.{model._meta.label}"
        pre_save.connect(user_before_save, sender=model, dispatch_uid=f"{uid}.before_save")
        post_save.connect(user_saved, sender=model, dispatch_uid=f"{uid}.saved")
        pre_delete.connect(user_deleted, sender=model, dispatch_uid=f"{uid}.deleted")
    if hasattr(user, "groups"):
        through = user.groups.through
        m2m_changed.connect(groups_changed, sender=through, dispatch_uid="noticeboard.groups")


def _may_change_rights(update_fields: frozenset[str] | None) -> bool:
    return update_fields is None or bool(update_fields & set(_user_fields()))


def _user_fields() -> list[str]:
    """Those of the fields that this project's user model has in its table."""
    have = {field.name for field in get_user_model()._meta.concrete_fields}
    return [name for name in USER_FIELDS if name in have]


def _members(group: Model) -> list[Any]:
    user = get_user_model()
    if not hasattr(user, "groups"):
        return []
    return list(user._default_manager.filter(groups=group.pk).values_list("pk", flat=True))


def _model_of(origin: Any) -> type[Model] | None:
    """The model whose deletion deletes others with it: Django names the object or the queryset."""
    if origin is None:
        return None
    return type(origin) if isinstance(origin, Model) else origin.model


_connect_user_model()
