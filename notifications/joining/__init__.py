"""Our JavaScript modules, joined for production.

In development a browser loads each module by itself, as it is written. `collectstatic` puts all
that an entry imports into one minified file, and what is imported later into files of their own.
"""

from notifications.joining.chunks import Chunk, join
from notifications.joining.modules import CannotJoin

__all__ = ["CannotJoin", "Chunk", "join"]
