"""As much of a WebSocket's client as it takes to see whether one opens, and what closes it."""

from __future__ import annotations

import base64
import http.client
import os
import struct
import time
from contextlib import closing
from typing import BinaryIO

TEXT, CLOSE = 1, 8
READY = b'"ready"'
#: Lengths of frames from which on two bytes or eight say it.
TWO_BYTES, EIGHT_BYTES = 126, 127
#: A connection that is to stay open closes at once if it closes for its origin.
SOON = 2.0


def opened(
    connection: http.client.HTTPConnection, path: str, origin: str
) -> tuple[int, int | None]:
    """The status of a handshake, and the code with which it was closed soon, if it was."""
    with closing(connection):
        status, reader = _shake(connection, path, origin)
        if reader is None:
            return status, None
        with reader:
            connection.sock.settimeout(SOON)
            return status, _closed(reader)


def silent(
    connection: http.client.HTTPConnection, path: str, origin: str, wanted: float
) -> float | None:
    """How long a socket lived whose second frame comes after so many seconds; None: never open."""
    with closing(connection):
        _status, reader = _shake(connection, path, origin)
        if reader is None:
            return None
        with reader:
            if _frame(reader)[0] != TEXT:
                return None
            start = time.monotonic()
            try:
                # Who keeps it alive may ping it meanwhile.
                while (kind := _frame(reader)[0]) not in (TEXT, CLOSE):
                    pass
            except OSError:
                kind = CLOSE
            return wanted if kind == TEXT else min(wanted, time.monotonic() - start)


def _closed(reader: BinaryIO) -> int | None:
    """The code of the close, unless the server says that it is ready, or nothing for a while."""
    try:
        while True:
            kind, payload = _frame(reader)
            if kind == CLOSE:
                return int.from_bytes(payload[:2], "big") or None
            if READY in payload:
                return None
    except OSError:
        return None


def _shake(
    connection: http.client.HTTPConnection, path: str, origin: str
) -> tuple[int, BinaryIO | None]:
    """The status, and where frames are read from if it is 101."""
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Version": "13",
        "Origin": origin,
    }
    connection.connect()
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    host = origin.partition("://")[2]
    connection.sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode())
    reader: BinaryIO = connection.sock.makefile("rb")
    status = _status(reader)
    if status != 101:
        reader.close()
        return status, None
    return status, reader


def _status(reader: BinaryIO) -> int:
    words = reader.readline(8_192).split(None, 2)
    if len(words) < 2 or not words[1].isdigit():
        raise http.client.BadStatusLine(repr(words))
    http.client.parse_headers(reader)
    return int(words[1])


def _frame(reader: BinaryIO) -> tuple[int, bytes]:
    """One frame from a server: its kind and what it carries; raises OSError at the end."""
    first, length = _read(reader, 2)
    if length == TWO_BYTES:
        (length,) = struct.unpack(">H", _read(reader, 2))
    elif length == EIGHT_BYTES:
        (length,) = struct.unpack(">Q", _read(reader, 8))
    return first & 15, _read(reader, length)


def _read(reader: BinaryIO, count: int) -> bytes:
    found = reader.read(count)
    if len(found) < count:
        raise ConnectionResetError
    return found
