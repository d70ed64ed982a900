"""Django's ``runserver`` with our server: reloads on changes, and serves the live addresses."""

from daphne.management.commands.runserver import Command as DaphneCommand

from notifications.server import Server


class Command(DaphneCommand):
    """Daphne's command with our server; ``notifications`` stands before ``daphne`` in the apps."""

    server_cls = Server
