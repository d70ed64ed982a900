"""A real nginx in front of a site, with the configuration that we give to people."""

from __future__ import annotations

import contextlib
import re
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from tests.support.site import Site, free_port, wait_until
from tests.test_nginx import CONF, changed, write

SECONDS = 30


class Proxy:
    """nginx with its defaults, in front of the first process of a site."""

    def __init__(self, nginx: str, site: Site) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="noticeboard-nginx-"))
        self.port = free_port()
        conf = changed(
            CONF.read_text(),
            upstream=("server unix:/run/noticeboard/sock", f"server {site.address()}"),
            redirect=("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            listen=("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"),
        )
        conf = re.sub(r"(?m)^ *ssl_certificate.*\n", "", conf)
        words = [nginx, "-p", str(self.folder), "-c", str(write(self.folder, conf))]
        self.process = subprocess.Popen(words)
        #: What readers take for the site.
        self.site: Any = SimpleNamespace(
            address=lambda number=0: f"127.0.0.1:{self.port}", ports=[self.port], logs=site.logs
        )
        wait_until(self.status, "nginx answers")

    def status(self, path: str = "/accounts/login/") -> int:
        """What it answers; 0 for nothing."""
        assert self.process.poll() is None, (self.folder / "error.log").read_text()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"http://{self.site.address()}{path}", timeout=SECONDS).status_code
        return 0

    def close(self) -> None:
        self.process.kill()
        self.process.wait(SECONDS)
