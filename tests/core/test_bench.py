"""The benches must find what they look for, and count what comes."""

import json
import socket
import threading

import pytest

from bench import rooms
from bench.fanout import document, results
from bench.fanout.goals import GOALS, figures
from bench.load.connection import Connection
from bench.load.crew import Deliveries, crew
from bench.load.transport import MARK, event_stream, web_socket
from bench.support import percentile
from bench.writers import inversions, judge


def row(title, began, committed, outcome="committed"):
    return {"title": title, "began": began, "committed": committed, "outcome": outcome}


def told(*titles):
    rows = [{"seq": seq, "title": title} for seq, title in enumerate(titles, 1) if title != "hole"]
    return {"told": rows, "head": len(titles)}


ROWS = [row("a", 0, 1), row("b", 2, 3), row("c", 0, 9, "rolled back"), row("d", 0, 4)]


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        (["a", "b", "d"], {}),
        (["d", "", "a", "b"], {}),
        (["b", "a", "d"], {"inversions": 1}),
        (["a", "hole", "b", "d"], {"holes": 1}),
        (["a", "d"], {"lost": 1}),
        (["a", "b", "c", "d"], {"ghosts": 1}),
        (["a", "b", "b", "d"], {"ghosts": 1}),
    ],
)
def test_it_finds_each_fault(titles, found):
    faults = {name: count for name, count in judge(ROWS, told(*titles)).items() if count}
    assert faults == found


def test_it_counts_who_began_after_one_behind_it_had_committed():
    assert inversions([(5, 6), (0, 9), (1, 2), (3, 4)]) == 1
    assert inversions([(0, 1), (0, 1)]) == 0


def test_a_percentile_is_one_of_the_values():
    assert percentile([3, 1, 2], 50) == 2
    assert percentile([3, 1, 2], 99) == 3


def test_the_room_finds_what_is_lost_doubled_or_out_of_order():
    texts, pressed = ["a", "b", "c"], [100, 200, 300]
    seen = [["a", 110], ["x", 1], ["c", 350], ["b", 360], ["b", 370]]
    found = rooms.judge(texts, pressed, seen)
    assert (found["lost"], found["duplicates"], found["in_order"]) == (0, 1, False)
    assert rooms.judge(texts, pressed, seen[:1])["lost"] == 2
    assert found["p50_ms"] == 50


PIECES = [b"a" + MARK[:1], MARK[1:] + b"b" + MARK, b"c" + MARK[:3], b"#no", MARK[:2]]


def test_the_load_client_counts_an_event_that_comes_in_two_pieces():
    connection = Connection(0, b"")
    connection.socket.close()
    buffer = bytearray(64)
    found = []
    for piece in PIECES:
        buffer[: len(piece)] = piece
        found.append(connection.marks(buffer, len(piece)))
    assert found == [0, 2, 0, 0, 0]


def serve_events(listening, count, sent):
    """A server that agrees to everything and sends each client events, some cut in two."""
    for _ in range(count):
        client, _address = listening.accept()
        sent.append(client)
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\nopen")
    for client in sent:
        client.sendall(b"one " + MARK + b" two " + MARK[:2])
        client.sendall(MARK[2:] + b" three " + MARK)


def test_the_load_client_counts_every_delivery_of_every_process():
    listening = socket.create_server(("127.0.0.1", 0))
    clients = []
    server = threading.Thread(target=serve_events, args=(listening, 5, clients))
    server.start()
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    with crew(2) as people:
        people.open(address, event_stream("/x", (b"open", b"")), [""] * 5)
        server.join()
        assert people.expect(people.shares(5, 3)) == 15
        assert people.results().counts == [3] * 5
        people.begin()
        assert people.expect(people.shares(5, 1), seconds=0.1) == 0
        assert len(people.first_words()) == 5
    for each in (listening, *clients):
        each.close()


def test_the_load_client_says_who_could_not_connect():
    with socket.socket() as closed, crew(1) as people:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ConnectionError, match="2 of 2 not open"):
            people.open(address, web_socket("/ws"), [""] * 2)


def test_a_latency_is_from_the_publishing_of_that_event():
    came = Deliveries(arrivals={0: [3_000_000, 4_000_000], 1: [9_000_000]}, counts=[2, 1])
    assert came.latencies_ms([1_000_000, 8_000_000]) == [2.0, 3.0, 1.0]
    assert came.span() == (3_000_000, 9_000_000)
    assert came.total == 3


RAW = {"polls": {"per_cpu_second": {"view": 300.0, "poll": 6000.0}}, "connects": {"session": 1.0,
       "ticket": None}}  # fmt: skip


def test_a_figure_has_its_goal_and_what_was_not_measured_has_none():
    found = figures(RAW)
    assert found["poll_vs_view"] | {"figure": ""} == {
        "value": 20.0, "goal": "≥ 12", "met": True, "figure": "",
    }  # fmt: skip
    assert found["connect_cpu_ms"]["met"] is False
    assert set(found) == {"poll_vs_view", "connect_cpu_ms"}
    assert len({goal.key for goal in GOALS}) == 17


def test_a_part_that_is_measured_again_leaves_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "OUT", tmp_path)
    monkeypatch.setattr(results, "LATEST", tmp_path / "latest.json")
    results.keep("polls", RAW["polls"], "quick")
    results.keep("connects", {**RAW["connects"], "missing": {"ws": "no npm"}}, "full")
    latest = json.loads((tmp_path / "latest.json").read_text())
    assert (latest["poll_vs_view"], latest["connect_cpu_ms"]) == (20.0, 1.0)
    assert latest["missing"] == {"ws": "no npm"}
    lines = "\n".join(results.table(latest))
    assert "MISS" in lines
    assert "missing: ws: no npm" in lines
    page = "\n".join(document.written(latest))
    assert "| `poll_vs_view` |" in page
    assert "Missing peers: Node `ws` (no npm)." in page
