"""The bytes of each transport: read back by the rules of its own protocol."""

from __future__ import annotations

import json

import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from notifications.events import Entry
from notifications.relay import ENCODINGS, text_frame
from notifications.relay.encoding import Joins


def entry(seq: int, text: str = "x") -> Entry:
    data = json.dumps({"text": text}, ensure_ascii=False, separators=(",", ":"))
    return Entry(seq, f"{seq:08x}", f"{seq - 1:08x}", ("all",), "t.said", "2026-11-21", data)


ENTRIES = [entry(1), entry(2, "é\u2028\n\r" * 40), entry(3, "long" * 20_000)]


def frames(payload: bytes) -> list[Frame]:
    reader = StreamReader()
    reader.feed_data(payload)
    reader.feed_eof()
    found = []
    while not at_end(reader):
        parsing = Frame.parse(reader.read_exact, mask=False)
        try:
            while True:
                next(parsing)
        except StopIteration as end:
            found.append(end.value)
    return found


def at_end(reader: StreamReader) -> bool:
    try:
        while True:
            next(reader.at_eof())
    except StopIteration as end:
        return bool(end.value)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_text_frame_of_every_length_is_read_by_a_client_that_is_not_ours(length: int) -> None:
    (frame,) = frames(text_frame(b"x" * length))
    assert (frame.opcode, frame.fin, len(frame.data)) == (Opcode.TEXT, True, length)


def test_websocket_has_one_frame_per_event() -> None:
    found = frames(ENCODINGS["websocket"].join(ENTRIES))
    assert [frame.data for frame in found] == [each.wire() for each in ENTRIES]


def test_sse_has_one_block_per_event_and_no_field_can_be_injected() -> None:
    text = ENCODINGS["sse"].join(ENTRIES).decode()
    blocks = text.removesuffix("\n\n").split("\n\n")
    for block, each in zip(blocks, ENTRIES, strict=True):
        name, data = block.split("\n")
        assert name == f"id: {each.cursor}"
        assert data == "data: " + each.wire().decode()
        assert "\r" not in block


def test_json_is_the_inside_of_an_array() -> None:
    items = json.loads(b"[" + ENCODINGS["json"].join(ENTRIES) + b"]")
    assert [item["cursor"] for item in items] == [str(each.cursor) for each in ENTRIES]


def test_a_join_is_made_once_for_all_who_get_the_same() -> None:
    joins = Joins()
    first = joins.of(ENCODINGS["json"], ENTRIES)
    assert joins.of(ENCODINGS["json"], list(ENTRIES)) is first
    assert joins.of(ENCODINGS["sse"], ENTRIES) != first
    joins.clear()
    assert joins.of(ENCODINGS["json"], ENTRIES) is not first
