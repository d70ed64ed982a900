"""The secret key of a development checkout: made once, kept outside the history."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_key(path: Path) -> str:
    """The key in the file at ``path``, which is made if it is not there.

    Several processes may start at once: each writes a file of its own; the first to link it wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
