"""A program: is a person with a UUID let in by session, by ticket, and not after a sign-out?"""

# The models can be imported only after the set-up.
# ruff: noqa: E402

import asyncio
import os
import sys

from django.conf import settings

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.support.uuid_people.settings"
settings.DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": sys.argv[1],
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}

import django

django.setup()

from asgiref.sync import sync_to_async
from django.core.management import call_command

from notifications import publishing, relay
from notifications.rights import session_digest
from tests.relay.pages import sign_in
from tests.support.uuid_people.models import Person


async def trial() -> None:
    """Raise AssertionError where the answer is another one."""
    person = await Person.objects.acreate(email="ada@example.org", password="!")
    key = await sync_to_async(sign_in)(person)
    first = relay.current()
    admission = await first.admit(key)
    assert admission.user_id == person.pk
    assert admission.name == "ada"
    assert admission.topics == {"all", f"user.{person.pk.hex}"}
    await first.parts.clockwork.loaded.wait()
    ticket = first.ticket(admission, key)
    assert ticket
    second = relay.Relay()
    second.start()
    found = await second.admit(key, (), ticket)
    assert found == admission
    assert found.by_ticket
    assert type(found.user_id) is type(person.pk)
    end = sync_to_async(publishing.rights_changed)
    await end([person.pk], "signed_out", session_digest(key))
    await second.parts.follower.follow()
    assert (await second.admit(key, (), ticket)).anonymous
    first.stop()
    second.stop()


call_command("migrate", verbosity=0, run_syncdb=True)
asyncio.run(trial())
