"""Measures a site from outside, through the address that people use, as a browser would."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.urls import NoReverseMatch, reverse

from notifications.doctor.handshaking import opened, silent
from notifications.doctor.measured import Measured
from notifications.doctor.network import apart
from notifications.doctor.project import first_module
from notifications.doctor.ticks import idle_seconds, new_pass

STREAM, SOCKET = "/events/ticks/", "/ws/ticks/"
TIMEOUT = 10.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
UNREACHABLE = (OSError, http.client.HTTPException)


class Probe:
    """One site: its scheme, host and port. Raises ValueError for what is no address."""

    def __init__(self, url: str) -> None:
        self.address: SplitResult = urlsplit(url)
        # Reading the port raises ValueError for one that is none.
        if self.address.scheme not in ("http", "https") or not self.address.hostname:
            raise ValueError(url)
        self.port = self.address.port

    def measure(self) -> Measured:
        """Everything that shows from outside; takes as long as a silent connection has to live."""
        name = self.address.hostname or ""
        loopback = name in LOOPBACK or name.endswith(".localhost")
        secure = self.address.scheme == "https" or loopback
        seen: dict[str, Any] = {"secure": secure, **self._ticks()}
        if seen["ticks_status"]:
            seen |= self._upgrade() | self._page() | self._module()
        if seen["ticks_status"] == 200:
            seen |= self._idle(seen.get("upgrade_status") == 101)
        return Measured(**seen)

    def connect(self, timeout: float = TIMEOUT) -> http.client.HTTPConnection:
        host = self.address.hostname or ""
        if self.address.scheme == "http":
            return http.client.HTTPConnection(host, self.port, timeout=timeout)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, self.port, timeout=timeout, context=context)

    @property
    def origin(self) -> str:
        return f"{self.address.scheme}://{self.address.netloc}"

    def _get(self, path: str) -> tuple[int, Mapping[str, str]]:
        """Status and headers, 0 if nobody answers."""
        try:
            with closing(self.connect()) as connection:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        except UNREACHABLE:
            return 0, {}

    def _ticks(self) -> dict[str, Any]:
        """Measured again if they did not come apart: it may have been a busy machine."""
        seen = self._ticks_once()
        return self._ticks_once() if seen["ticks"] and not apart(seen["ticks"]) else seen

    def _ticks_once(self) -> dict[str, Any]:
        came: list[float] = []
        start = time.monotonic()

        def note() -> None:
            came.append((time.monotonic() - start) * 1000)

        status = self._read(f"{STREAM}?pass={new_pass()}", TIMEOUT, note)
        return {"ticks_status": status, "ticks": tuple(came) if status == 200 else None}

    def _read(self, path: str, timeout: float, note: Callable[[], None]) -> int:
        """Read a stream to its end, whatever ends it; ``note`` is called at each event."""
        status = 0
        try:
            with closing(self.connect(timeout)) as connection:
                connection.request("GET", path, headers={"Accept": "text/event-stream"})
                answer = connection.getresponse()
                status = answer.status
                while status == 200 and (line := answer.readline()):
                    if line.startswith(b"data:"):
                        note()
        except UNREACHABLE:
            pass
        return status

    def _upgrade(self) -> dict[str, Any]:
        try:
            status, code = opened(self.connect(), "/ws/", self.origin)
        except UNREACHABLE:
            return {"upgrade_status": 0}
        return {"upgrade_status": status, "upgrade_code": code}

    def _page(self) -> dict[str, Any]:
        try:
            path = reverse("noticeboard:login")
        except NoReverseMatch:
            return {}
        status, headers = self._get(path)
        return {"policy": headers.get("content-security-policy", "")} if status == 200 else {}

    def _module(self) -> dict[str, Any]:
        path = first_module()
        if not path.startswith("/"):
            # None, or on a host of its own, which is not what is examined.
            return {}
        status, headers = self._get(path)
        return {"module_status": status, "module_type": headers.get("content-type", "")}

    def _idle(self, sockets: bool) -> dict[str, Any]:
        """How long a stream and a WebSocket live on which nothing is sent, at the same time."""
        wanted = idle_seconds()
        query = f"?pass={new_pass()}&idle=1"
        with ThreadPoolExecutor(2) as threads:
            stream = threads.submit(self._silent_stream, STREAM + query, wanted)
            socket = threads.submit(self._silent_socket, SOCKET + query, wanted)
            lived = {"stream_silent": stream.result()}
            if sockets:
                lived["socket_silent"] = socket.result()
        return {"idle_wanted": wanted, **lived}

    def _silent_stream(self, path: str, wanted: float) -> float | None:
        times: list[float] = []
        self._read(path, wanted + TIMEOUT, lambda: times.append(time.monotonic()))
        if not times:
            return None
        return min(wanted, time.monotonic() - times[0]) if len(times) < 2 else wanted

    def _silent_socket(self, path: str, wanted: float) -> float | None:
        try:
            return silent(self.connect(wanted + TIMEOUT), path, self.origin, wanted)
        except UNREACHABLE:
            return None
