"""What the demo shows: people, rooms, and what a small company would say on such a board."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

# By it the demo recognises what it has made, and leaves everything else alone.
KEY = "demo."
MAIL = "demo.invalid"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    first: str
    last: str
    groups: tuple[str, ...] = ()
    staff: bool = False
    superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@{MAIL}"


@dataclass(frozen=True, slots=True)
class Place:
    slug: str
    name: str
    description: str
    members: tuple[str, ...]
    flags: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """A notification; ``at`` and ``expires`` from now."""

    key: str
    to: tuple[str, ...]
    title: str = ""
    body: str = ""
    level: str = "info"
    link: str = ""
    sender: str | None = "alice"
    at: timedelta | None = None
    expires: timedelta | None = None
    acknowledge: bool = False
    actions: tuple[dict[str, str], ...] = ()


PEOPLE = (
    Person("admin", "Ada", "Admin", staff=True, superuser=True),
    Person("alice", "Alice", "Moreau", ("ops", "editors"), staff=True),
    Person("bob", "Bob", "Lindqvist", ("ops",)),
    Person("charlie", "Charlie", "Okafor"),
)

PLACES = (
    Place(
        "lobby",
        "Lobby",
        "Open to everybody, visitors too.",
        ("alice", "bob", "charlie"),
        {"is_public": True, "anonymous_posts": True},
    ),
    Place("ops", "Ops", "What runs, what does not, and who is on it.", ("alice", "bob"),
          {"notify": "all"}),
    Place(
        "releases",
        "Releases",
        "What is new. Only staff post here.",
        ("alice", "bob", "charlie"),
        {"is_public": True, "announcement_only": True, "notify": "all"},
    ),
)  # fmt: skip

SAID = (
    Said(
        "expired",
        ("all",),
        "Lift B is being serviced",
        "Please take the stairs or lift A until the technician has left.",
        "warning",
        at=timedelta(hours=-3),
        expires=timedelta(hours=-1),
    ),
    Said(
        "welcome",
        ("all",),
        "Welcome to Noticeboard",
        "What is said here appears **at once** on every open page of the people it is for.\n\n"
        "- *Done* takes a notification out of your inbox\n"
        "- *Snooze* brings it back later\n"
        "- the chip above says how this page is connected",
        "success",
        sender="admin",
    ),
    Said(
        "menu",
        ("all",),
        "Canteen: mushroom risotto today",
        "Also on the menu: lentil soup and, while it lasts, apple crumble.",
        sender="charlie",
    ),
    Said(
        "release",
        ("room:releases",),
        "Version 4.2 is out",
        "Search is twice as fast, and exports keep their column order.\n\n"
        "## Worth knowing\n\n1. Saved filters move along by themselves\n2. `export --old` is gone",
        "success",
    ),
    Said(
        "certificate",
        ("group:ops",),
        "Certificate of shop.example renews on Friday",
        "Nothing to do if the check on Thursday night is green. Else see the runbook.",
        sender="bob",
    ),
    Said(
        "disk",
        ("group:ops",),
        "Disk of db-2 is 91 % full",
        "It grows by about 2 % a day. The old dumps in `/var/backups/2025` may go.",
        "warning",
        sender=None,
    ),
    Said(
        "incident",
        ("group:ops", "room:ops"),
        "Payments fail for one card in five",
        "The provider confirms an outage in its Frankfurt region since 09:40.\n\n"
        "**Next update at 10:30.** Until then, please do not restart the workers.",
        "critical",
        link="https://status.example.com/incidents/4711",
        sender="bob",
        acknowledge=True,
    ),
    Said(
        "review-alice",
        ("user:alice",),
        "Bob asks for your review",
        "*Retry webhooks with a growing pause*, 4 files, 120 lines.",
        sender="bob",
        actions=(
            {"label": "Review", "url": "https://code.example.com/shop/pulls/381"},
            {"label": "See the build", "url": "https://ci.example.com/shop/2214"},
        ),
    ),
    Said(
        "build-bob",
        ("user:bob",),
        "Your build 2214 passed",
        "All 1,842 tests in 6 min 12 s. It can be deployed.",
        "success",
        sender=None,
    ),
    Said(
        "expense-charlie",
        ("user:charlie",),
        "Your travel expenses need a receipt",
        "The hotel in Lyon (November 12 to 14) has none yet.",
        "warning",
    ),
    Said(
        "roadmap",
        ("all",),
        "Roadmap talk at 15:00 in the big room",
        "Bring questions. It is streamed and recorded for those who are elsewhere.",
        link="https://meet.example.com/roadmap",
        expires=timedelta(days=2),
    ),
    Said(
        "reader-talk",
        ("user:alice", "user:bob", "user:charlie"),
        "Tell us how you like the new inbox",
        "Three questions, two minutes. Answers are anonymous.",
        link="mailto:inbox-feedback@example.com",
        sender="admin",
    ),
    Said(
        "maintenance",
        ("all",),
        "Maintenance tonight from 22:00 to 23:00",
        "The shop stays open. Reports and exports pause for an hour.",
        "warning",
        at=timedelta(days=1),
        expires=timedelta(days=2),
    ),
    Said("post-lobby-1", ("room:lobby",), body="Good morning! Who takes the plants this week?"),
    Said("post-lobby-2", ("room:lobby",), body="I do. The fern has moved to the window.",
         sender="charlie"),
    Said("post-lobby-3", ("room:lobby",), body="Visitors: the Wi-Fi code is on the blue card.",
         sender="bob"),
    Said("post-ops-1", ("room:ops",), body="Taking payments. The workers stay as they are.",
         sender="bob"),
    Said("post-ops-2", ("room:ops",), body="Thanks. I tell support and write the status page."),
)  # fmt: skip

DRAFT = Said(
    "draft",
    ("all",),
    "Summer party: save the date",
    "Date and place follow. *Draft: not to be sent before the contract is signed.*",
)

# Where, by which key, and what a followed text says.
TEXT = (
    "room:lobby",
    KEY + "today",
    "Today in the house\n\n"
    "09:30  Stand-up, second floor\n"
    "12:00  Canteen: mushroom risotto\n"
    "15:00  Roadmap talk, big room\n",
)
