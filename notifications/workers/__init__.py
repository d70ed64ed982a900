"""Several server processes on one listening socket: a parent, the supervisor, and its children."""

from notifications.workers.child import Child
from notifications.workers.figures import shared_figures
from notifications.workers.sockets import listen, take_place
from notifications.workers.supervisor import Supervisor

__all__ = ["Child", "Supervisor", "listen", "shared_figures", "take_place"]
