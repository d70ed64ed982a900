"""Where a followed text comes from: a file that changes, or lines that arrive."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from watchfiles import Change, watch

# An editor writes a file in several steps: this long (in ms) nothing must happen, or that long.
STEP = 50
DEBOUNCE = 200
# Where the system tells of no changes (network file systems) the file is read so often, in ms.
LOOK = 1_000
# A character has at most so many bytes.
UTF8_BYTES = 4


def text_of(path: Path, characters: int) -> str | None:
    """The text of a file, or of a longer one its beginning: more characters than these. None
    where there is no file."""
    try:
        with path.open("rb") as file:
            return file.read(UTF8_BYTES * (characters + 1)).decode("utf-8-sig", errors="replace")
    except OSError:
        return None


def texts_of(path: Path, characters: int) -> Iterator[str]:
    """The text of a file now and whenever it may have changed, as `text_of`; never ends.

    While there is no file, because it is being replaced or was removed, nothing comes.
    """
    text = text_of(path, characters)
    if text is not None:
        yield text
    # Folders, because many programs write another file and give it the name.
    folders = {path.absolute().parent, path.resolve().parent}
    names = {path.name, path.resolve().name}

    def ours(_change: Change, changed: str) -> bool:
        return Path(changed).name in names

    for _changes in watch(
        *folders,
        watch_filter=ours,
        debounce=DEBOUNCE,
        step=STEP,
        rust_timeout=LOOK,
        yield_on_timeout=True,
        recursive=False,
    ):
        text = text_of(path, characters)
        if text == "":
            # Most likely it is just being written: nothing is left of the old, nothing there yet.
            time.sleep(STEP / 1_000)
            text = text_of(path, characters)
        if text is not None:
            yield text


def newest_lines(stream: IO[bytes], characters: int) -> Iterator[str]:
    """The newest line of a stream whenever there is a newer one than the last; ends with it.

    Lines that arrive faster than they are taken are passed over, the last one never.
    """
    slot = _Slot()
    threading.Thread(target=_fill, args=(slot, stream, characters), daemon=True).start()
    while (line := slot.take()) is not None:
        yield line


class _Slot:
    """Holds the newest line until it is taken: however fast they come, one is in memory."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.line: str | None = None
        self.ended = False

    def put(self, line: str | None) -> None:
        """Another line, or None for the end."""
        with self.changed:
            if line is None:
                self.ended = True
            else:
                self.line = line
            self.changed.notify()

    def take(self) -> str | None:
        """Wait for a line; None when there are no more."""
        with self.changed:
            self.changed.wait_for(lambda: self.line is not None or self.ended)
            line, self.line = self.line, None
            return line


def _fill(slot: _Slot, stream: IO[bytes], characters: int) -> None:
    try:
        while line := stream.readline(UTF8_BYTES * characters):
            slot.put(line.decode(errors="replace").rstrip("\r\n"))
    finally:
        slot.put(None)
