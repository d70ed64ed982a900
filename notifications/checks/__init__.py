"""System checks: every known way to misconfigure us has an id, a sentence and a cure.

Imported when the app is ready, which registers them. docs/errors.md lists the ids.
"""

from notifications.checks import databases, deployment, layers, options, project, setup

__all__ = ["databases", "deployment", "layers", "options", "project", "setup"]
