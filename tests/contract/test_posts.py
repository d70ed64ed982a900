"""Posts in rooms, and their deletion, reach every transport; a post sent twice is one post."""

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx
import websockets

from tests.contract.cases import told_exactly
from tests.contract.conftest import run
from tests.support.readers import READERS, Reader, all_of
from tests.support.site import Site

Make = Callable[..., Reader]

KEY = "a-key-of-the-sender"
TOKEN = "t" * 32


async def request(site: Site, session: str | None, path: str, body: Any) -> httpx.Response:
    """POST as a page does."""
    cookies = f"csrftoken={TOKEN}" + (f"; sessionid={session}" if session else "")
    headers = {"Cookie": cookies, "X-CSRFToken": TOKEN}
    async with httpx.AsyncClient(timeout=40) as client:
        return await client.post(f"http://{site.address()}{path}", json=body, headers=headers)


async def post(site: Site, session: str | None, room: str, **body: Any) -> httpx.Response:
    return await request(site, session, f"/api/rooms/{room}/posts/", body)


async def post_by_socket(site: Site, session: str, room: str, **body: Any) -> dict[str, Any]:
    """The same over a WebSocket; the answer to it."""
    return await by_socket(site, session, do="post", room=room, **body)


async def by_socket(site: Site, session: str, **frame: Any) -> dict[str, Any]:
    """Send one frame; the answer to it."""
    origin: Any = f"http://{site.address()}"
    async with websockets.connect(
        f"ws://{site.address()}/ws/",
        additional_headers={"Cookie": f"sessionid={session}"},
        origin=origin,
    ) as socket:
        await socket.send(json.dumps({"ref": 1, **frame}))
        async for text in socket:
            answer: dict[str, Any] = json.loads(text)
            if answer.get("ref") == 1:
                return answer
    raise AssertionError("the socket was closed")


def texts(reader: Reader) -> list[str]:
    return [event["data"]["text"] for event in reader.of_type("notification.created")]


class Posts:
    database: str

    def test_a_post_reaches_the_room_and_nobody_else(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            session = people.session["bob"]
            async with all_of(reader("alice", after=start), reader("charlie", after=start)) as (
                alice,
                charlie,
            ):
                assert (await post(site, session, people.den, text="over HTTP")).status_code == 200
                assert (await post_by_socket(site, session, people.den, text="by socket"))["ok"]
                site.do("notify", title="end", to=[people.charlie_topic, people.alice_topic])
                await alice.told("end")
                await charlie.told("end")
                assert texts(alice)[:2] == ["over HTTP", "by socket"]
                assert charlie.titles == ["end"]
                assert (await post(site, people.session["charlie"], people.den, text="x")).json()[
                    "error"
                ]["code"] == "not_found"
                await told_exactly(alice, site, people.alice, start)

        run(tell())

    def test_a_post_that_is_sent_again_is_one_post(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            session = people.session["bob"]
            sent = {"text": "once", "key": f"{KEY}-{people.prefix}"}
            async with reader("alice", after=start) as alice:
                answers = await asyncio.gather(
                    *(post(site, session, people.den, **sent) for _ in range(4))
                )
                by_socket = await post_by_socket(site, session, people.den, **sent)
                ids = {answer.json()["id"] for answer in answers} | {by_socket["id"]}
                site.do("notify", title="end", to=[people.alice_topic])
                await alice.told("end")
                assert len(ids) == 1
                assert texts(alice) == ["once", ""]
                await told_exactly(alice, site, people.alice, start)

        run(tell())

    def test_a_deleted_post_goes_from_open_pages_and_is_not_told_to_later_ones(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("make_staff", username=people.bob)
            number = site.do("post", room=people.den, text="a slip", username=people.alice)
            async with reader("alice", after=start) as alice:
                await alice.until(lambda: texts(alice), "the post")
                where = f"/api/rooms/{people.den}/moderation/"
                answers = [
                    await request(site, people.session[who], where, {"do": "delete", "id": number})
                    for who in ("alice", "bob")
                ]
                assert [answer.status_code for answer in answers] == [403, 200]
                await alice.until(lambda: alice.of_type("notification.retracted"), "the deletion")
                assert alice.of_type("notification.retracted")[0]["data"]["id"] == number
            async with reader("alice", after=start) as late:
                await late.until(lambda: late.of_type("notification.retracted"), "the deletion")
                assert "a slip" not in str(late.events)

        run(tell())

    def test_an_answer_an_edit_a_reaction_and_a_deletion_are_told(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            own, other = people.session["bob"], people.session["alice"]
            async with all_of(reader("alice", after=start), reader("charlie", after=start)) as (
                alice,
                charlie,
            ):
                made = (await post(site, own, people.den, text="a slip")).json()
                at, reaction = f"/api/rooms/{people.den}/posts/{made['id']}", {"emoji": "👍"}
                answered = await post(site, other, people.den, text="indeed", reply_to=made["id"])
                assert answered.status_code == 200
                for session, do, body, status in (
                    (other, "edit", {"text": "not mine"}, 403),
                    (people.session["charlie"], "react", {**reaction, "on": True}, 404),
                    (own, "edit", {"text": "a slip of the pen"}, 200),
                    (other, "react", {**reaction, "on": True}, 200),
                    (own, "react", {**reaction, "on": True}, 200),
                    (other, "react", {**reaction, "on": False}, 200),
                    (other, "delete", {}, 403),
                ):
                    answer = await request(site, session, f"{at}/{do}/", body)
                    assert answer.status_code == status, (do, answer.text)
                await alice.until(lambda: len(alice.of_type("post.reacted")) == 3, "reactions")
                (edited,) = alice.of_type("notification.updated")
                assert edited["data"]["text"] == "a slip of the pen"
                last = alice.of_type("post.reacted")[-1]["data"]
                assert last == {"id": made["id"], "reactions": {"👍": [made["tag"]]}}
                quote = alice.of_type("notification.created")[1]["data"]["post"]["reply_to"]
                assert (quote["id"], quote["text"]) == (made["id"], "a slip")
                deleted = await by_socket(
                    site, own, do="delete_post", room=people.den, id=made["id"]
                )
                assert deleted["ok"]
                site.do("notify", title="end", to=[people.alice_topic, people.charlie_topic])
                await alice.told("end")
                await charlie.told("end")
                assert alice.of_type("notification.retracted")[0]["data"]["id"] == made["id"]
                assert charlie.titles == ["end"]
                await told_exactly(alice, site, people.alice, start)
            async with reader("alice", after=start) as late:
                await late.told("end")
                assert "slip" not in str(late.events)
                (kept,) = [event for event in late.events if event["data"].get("text") == "indeed"]
                assert kept["data"]["post"]["reply_to"] == {
                    **{"id": made["id"], "sender": "", "text": ""}
                }

        run(tell())

    def test_a_link_for_a_screen_is_told_its_room_until_there_is_a_new_one(
        self, site: Site, people: SimpleNamespace, transport: str
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            where = f"/api/rooms/{people.den}/wall-link/"
            made = await request(site, people.session["bob"], where, {})
            async with httpx.AsyncClient(timeout=40) as browser:
                opened = await browser.get(made.json()["url"])
                session = opened.cookies["sessionid"]
            async with READERS[transport](site, session, after=start) as screen:
                site.do("post", room=people.den, text="for the wall", username=people.alice)
                site.do("notify", title="not for the wall", to=[people.alice_topic, "all"])
                await screen.until(lambda: texts(screen), "the post")
                await request(site, people.session["bob"], where, {"new": True})
                site.do("post", room=people.den, text="too late", username=people.alice)
                site.do("post", room=people.lobby, text="public", username=people.alice)
                await screen.until(lambda: "public" in texts(screen), "what is public")
                assert texts(screen) == ["for the wall", "public"]
            async with READERS[transport](site, session, after=start) as late:
                await late.until(lambda: "public" in texts(late), "what is public")
                assert texts(late) == ["public"]

        run(tell())

    def test_a_pin_and_a_closed_room_are_told(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            site.do("make_staff", username=people.bob)
            number = site.do("post", room=people.den, text="keep this", username=people.alice)
            where = f"/api/rooms/{people.den}/moderation/"
            async with reader("alice", after=start) as alice:
                for body in ({"do": "pin", "id": number}, {"do": "announce"}):
                    answer = await request(site, people.session["bob"], where, body)
                    assert answer.status_code == 200
                await alice.until(lambda: alice.of_type("room.changed"), "the change")
                (pinned,) = alice.of_type("room.pinned")
                assert pinned["data"] == {"slug": people.den, "ids": [number]}
                assert alice.of_type("room.changed")[0]["data"]["announcement_only"] is True
                refused = await post(site, people.session["alice"], people.den, text="may I?")
                assert refused.status_code == 403

        run(tell())

    def test_a_public_room_shows_visitors_names_and_nothing_else_of_people(
        self, site: Site, people: SimpleNamespace, reader: Make
    ) -> None:
        async def tell() -> None:
            start = site.do("head")
            room = f"room.{people.lobby}"
            async with reader(None, after=start, topics=(room,)) as visitor:
                await post(site, people.session["alice"], people.lobby, text="from a member")
                answer = await post(site, None, people.lobby, text="from outside", name="Dora")
                assert answer.status_code == 200
                await visitor.until(
                    lambda: [e for e in visitor.events if e["data"].get("sender") == "Dora"],
                    "the visitor's post",
                )
                ours = [event for event in visitor.events if event["topic"] == room]
                assert [e["data"]["sender"] for e in ours] == ["Alice Example", "Dora"]
                for hidden in (people.alice, "@example.org", people.alice_topic, "visitor."):
                    assert hidden not in str(ours)

        run(tell())


class TestOnSQLite(Posts):
    database = "sqlite"


class TestOnPostgreSQL(Posts):
    database = "postgresql"
