"""Ten thousand frames that a fuzzer makes up: the process stays up, small, quiet, and fair."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
from types import SimpleNamespace

from tests.hostile.conftest import rss
from tests.support.site import Site
from tests.transports.conftest import frame, socket_to
from tests.transports.test_hostile import raw_socket

SEED = 20261121
FRAMES = 10_000
#: Below what counts as a flood, so that frames are read and not only refused.
OF_A_SOCKET = 250
#: What a run may leave behind: Python keeps what it has once had.
MOST_GROWTH = 40_000_000

ACTIONS = ["read", "seen", "read_all", "post", "typing", "signal", "answer", "got", "ping", "", 7]
VALUES = [None, True, -1, 2**70, 1e308, "", "x" * 300, "\u0000", [], [[]], {"a": {}}, "41.7f3a9c"]
FIELDS = ["ref", "do", "ids", "cursor", "room", "text", "type", "to", "data", "call", "ok", "x"]


def made_up(chance: random.Random) -> bytes:
    """What a frame says: noise, half of a JSON text, or an action with wrong fields."""
    kind = chance.random()
    if kind < 0.3:
        return chance.randbytes(chance.choice([0, 1, 7, 125, 126, 4000]))
    fields = {chance.choice(FIELDS): chance.choice(VALUES) for _ in range(chance.randrange(6))}
    text = json.dumps({"ref": 1, "do": chance.choice(ACTIONS), **fields}).encode()
    if kind < 0.6:
        return text[: chance.randrange(len(text))]
    return text


def framed(chance: random.Random) -> bytes:
    """A frame as a client has to send it, now and then with a bit or a length that is wrong."""
    payload = made_up(chance)
    # Most are text: what closes the socket ends its share of the frames.
    first = 0x81 if chance.random() < 0.97 else chance.randrange(256)
    mask = chance.randbytes(4)
    if len(payload) < 126:
        head = struct.pack("!BB", first, 0x80 | len(payload))
    else:
        head = struct.pack("!BBH", first, 0x80 | 126, len(payload))
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return head + mask + masked


def read_all(connection: socket.socket) -> bytes:
    """What has come so far, without waiting for more."""
    found = b""
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        while piece := connection.recv(65_536):
            found += piece
    connection.settimeout(5)
    return found


def test_ten_thousand_made_up_frames_cost_a_neighbour_nothing(
    site: Site, people: SimpleNamespace
) -> None:
    chance = random.Random(SEED)
    server = site.servers[0]
    assert server is not None
    cookies = {name: {"Cookie": f"sessionid={key}"} for name, key in people.session.items()}
    sent, told, answers = 0, [], b""
    with socket_to(site, cookies["alice"]) as neighbour:
        assert frame(neighbour)["control"] == "ready"
        before = rss(server.process.pid)
        while sent < FRAMES:
            connection = raw_socket(site, cookies["bob"])
            with contextlib.suppress(OSError):
                for number in range(OF_A_SOCKET):
                    sent += 1
                    connection.sendall(framed(chance))
                    if number % 20 == 0:
                        answers += read_all(connection)
            connection.close()
            if sent // OF_A_SOCKET % 10 == 0:
                title = f"n{len(told)}"
                site.do("notify", title=title, to=[people.alice_topic])
                told.append(title)
        site.do("notify", title="end", to=[people.alice_topic])
        titles = [frame(neighbour)["data"]["title"] for _ in range(len(told) + 1)]
        growth = rss(server.process.pid) - before
    assert titles == [*told, "end"]
    assert growth < MOST_GROWTH, f"{growth / 1e6:.1f} MB more"
    # 1011 is "the server did not expect this", as a close frame says it.
    assert b"\x88\x02\x03\xf3" not in answers
    assert b'"error"' in answers
    assert "Traceback" not in (site.folder / "server-0.log").read_text()
