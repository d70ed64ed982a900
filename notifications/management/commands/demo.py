"""``manage.py demo``: people, rooms and notifications to look at; ``--delete`` undoes it."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import following, publishing
from notifications.conf import options as noticeboard
from notifications.management import conversation
from notifications.management.command import NoticeboardCommand
from notifications.management.demo import DRAFT, KEY, MAIL, PEOPLE, PLACES, SAID, TEXT, Person, Said
from notifications.models import FollowedText, Membership, Notification, Room


class Command(NoticeboardCommand):
    help = "Make demo accounts, rooms and notifications; a second run adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--delete", action="store_true", help=_("Delete what the demo has made.")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        done = _delete() if options["delete"] else _make()
        if options["json"]:
            self.say(done)
            return
        if options["delete"]:
            said = _("Deleted %(users)d users, %(rooms)d rooms, %(notifications)d notifications.")
        else:
            said = _("Made %(users)d users, %(rooms)d rooms, %(notifications)d notifications.")
        self.stdout.write(said % done)
        for account in done.get("accounts", ()):
            self.stdout.write("  {name:<10} {password}".format(**account))
        if done.get("accounts") and not settings.DEBUG:
            self.stderr.write(
                _("These passwords can be guessed: run “demo --delete” before you go online.")
            )


def _make() -> dict[str, Any]:
    before = _counts()
    with transaction.atomic(using=noticeboard.DATABASE):
        people = {person.name: _account(person) for person in PEOPLE}
        for place in PLACES:
            room, _made = Room.objects.get_or_create(
                slug=place.slug,
                defaults={"name": place.name, "description": place.description, **place.flags},
            )
            for name in place.members:
                Membership.objects.get_or_create(room=room, user=people[name])
    for said in SAID:
        _say(said, people)
    conversation.talk(people)
    _draft(DRAFT, people)
    _show(*TEXT)
    made = {name: number - before[name] for name, number in _counts().items()}
    accounts = [{"name": person.name, "password": person.name} for person in PEOPLE]
    return {**made, "accounts": accounts}


def _account(person: Person) -> Any:
    users = get_user_model()._default_manager
    user = users.filter(username=person.name).first()
    if user is None:
        user = users.create_user(
            person.name,
            person.email,
            person.name,
            first_name=person.first,
            last_name=person.last,
            is_staff=person.staff,
            is_superuser=person.superuser,
        )
        for name in person.groups:
            user.groups.add(_group(name))
    return user


def _group(name: str) -> Group:
    group, made = Group.objects.get_or_create(name=name)
    if made and name == "editors":
        models = ("notification", "address", "room", "membership")
        group.permissions.set(
            Permission.objects.filter(
                content_type__app_label="notifications", content_type__model__in=models
            )
        )
    return group


def _say(said: Said, people: dict[str, Any]) -> None:
    if _exists(said):
        return
    now = timezone.now()
    publishing.notify(
        said.title,
        to=said.to,
        body=said.body,
        level=said.level,
        link=said.link,
        sender=people.get(said.sender or ""),
        sender_name="" if said.sender else _("Monitoring"),
        at=now + said.at if said.at else None,
        expires=now + said.expires if said.expires else None,
        replace_key=KEY + said.key,
        acknowledge=said.acknowledge,
        actions=said.actions,
    )


def _draft(said: Said, people: dict[str, Any]) -> None:
    if not _exists(said):
        draft = Notification.objects.create(
            title=said.title,
            body=said.body,
            sender=people.get(said.sender or ""),
            replace_key=KEY + said.key,
            is_draft=True,
        )
        publishing.set_audience(draft, said.to)


def _show(to: str, key: str, text: str) -> None:
    if not FollowedText.objects.filter(key=key).exists():
        following.tell(to, text, key=key, name=key.removeprefix(KEY))


def _exists(said: Said) -> bool:
    return Notification.objects.filter(replace_key=KEY + said.key).exists()


def _delete() -> dict[str, Any]:
    before = _counts()
    with transaction.atomic(using=noticeboard.DATABASE):
        Notification.objects.filter(pk__in=conversation.posts()).delete()
        Notification.objects.filter(replace_key__startswith=KEY).delete()
        for card in FollowedText.objects.filter(key__startswith=KEY):
            following.remove(card.topic, key=card.key)
        for place in PLACES:
            # A room of that name which somebody has made, or made his own, is not the demo's.
            Room.objects.filter(slug=place.slug, description=place.description).delete()
        _people().delete()
        names = {name for person in PEOPLE for name in person.groups}
        Group.objects.filter(name__in=names, user__isnull=True).delete()
    return {name: before[name] - number for name, number in _counts().items()}


def _people() -> Any:
    return get_user_model()._default_manager.filter(
        username__in=[person.name for person in PEOPLE], email__endswith=f"@{MAIL}"
    )


def _counts() -> dict[str, int]:
    return {
        "users": _people().count(),
        "rooms": Room.objects.filter(slug__in=[place.slug for place in PLACES]).count(),
        "notifications": Notification.objects.filter(
            Q(replace_key__startswith=KEY) | Q(pk__in=conversation.posts())
        ).count(),
    }
