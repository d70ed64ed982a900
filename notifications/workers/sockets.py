"""The listening socket that several processes share: the parent opens it, its children adopt it.

Shared, not opened once each: a connection that waits to be accepted is taken by another process
when one ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path
from typing import Any

from twisted.internet import tcp, unix

from notifications.transports.listening import BACKLOG

#: Whoever reaches the folder may connect, as with a socket of Twisted's own.
MODE = 0o666
#: How long a server may take to let somebody in, to count as one.
CONNECT_SECONDS = 1.0


def listen(host: str, port: int, uds: str | None) -> socket.socket:
    """A listening socket that child processes can share; raises ``OSError``."""
    if uds:
        return _listen_unix(Path(uds))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG)


def take_place(path: Path) -> None:
    """Remove the socket of a process that was killed: nobody could listen there again.

    Raises ``OSError`` where somebody listens: he would be unreachable from then on.
    """
    with contextlib.suppress(FileNotFoundError):
        if path.is_socket():
            if _somebody_listens(path):
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
            path.unlink()


def _somebody_listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        # One who is busy lets others wait, and listens all the same.
        probe.settimeout(CONNECT_SECONDS)
        try:
            probe.connect(str(path))
        except TimeoutError:
            return True
        except ConnectionRefusedError:
            return False
        return True


def _listen_unix(path: Path) -> socket.socket:
    take_place(path)
    shared = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    shared.bind(str(path))
    path.chmod(MODE)
    shared.listen(BACKLOG)
    return shared


class SharedUnixPort(unix.Port):
    """Listens on a Unix socket that other processes have, too.

    Twisted's own shuts the socket down for all of them, and takes its name away, when one stops.
    """

    _shouldShutdown = False

    def connectionLost(self, reason: Any) -> None:
        """Close what is ours only."""
        tcp.Port.connectionLost(self, reason)


def adopt(reactor: Any, descriptor: int, factory: Any) -> Any:
    """A port of Twisted's that accepts from an inherited socket, of whatever family it is.

    The ``fd:`` endpoint of Daphne takes every socket for one of IPv4. Raises ``OSError``.
    """
    with socket.socket(fileno=os.dup(descriptor)) as inherited:
        family = inherited.family
        inherited.setblocking(False)
    if family != socket.AF_UNIX:
        return reactor.adoptStreamPort(descriptor, family, factory)
    port = SharedUnixPort._fromListeningDescriptor(reactor, descriptor, factory)
    port.backlog, port.mode = BACKLOG, MODE
    port.startListening()
    return port
