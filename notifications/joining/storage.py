"""The storage of static files in production: hashed names, compressed, ours minified and joined."""

from collections.abc import Iterator
from typing import Any

import minify
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from notifications.joining.chunks import Chunk, join

# What templates and pages of host projects name; the rest comes with these.
ENTRIES = (
    "noticeboard/page.js",
    "noticeboard/bell/index.js",
    "noticeboard/lab/page.js",
    "noticeboard/rooms/apart/wall.js",
    "noticeboard/client/index.js",
    "noticeboard/client/follow.js",
    "noticeboard/sharing/index.js",
    "noticeboard/inbox.js",
)
KINDS = {".css": "text/css", ".js": "application/javascript"}
OURS = "noticeboard/"

Paths = dict[str, tuple[Any, str]]


def light(name: str, text: str) -> str:
    """The text of a style sheet or a script, minified. Raises minify.MinifyError."""
    return minify.string(KINDS[name[name.rindex(".") :]], text)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage for STORAGES["staticfiles"], with our modules joined.

    The names of entries lead to their joined files: `{% static 'noticeboard/page.js' %}` is one
    file with all that it imports.
    """

    joined = ENTRIES

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        yield from super().post_process({**paths, **self._light(paths)}, dry_run=dry_run, **options)
        if dry_run:
            return
        names = []
        for chunk in self._chunks(paths):
            self._write(chunk.name, light(chunk.name, chunk.text))
            self.hashed_files[self.hash_key(chunk.path)] = chunk.name
            names.append(chunk.name)
            yield chunk.path, chunk.name, True
        self.save_manifest()
        for name, compressed in self.compress_files(names):
            yield name, compressed, True

    def _chunks(self, paths: Paths) -> Iterator[Chunk]:
        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        found = {entry: join(entry, read) for entry in ENTRIES if entry in paths}
        # A name that is an entry's own and a part of another's is the entry's.
        for entry, chunks in found.items():
            yield from (chunk for chunk in chunks if chunk.path == entry or chunk.path not in found)

    def _light(self, paths: Paths) -> Paths:
        """Our files in their minified form."""
        minified = InMemoryStorage()
        found: Paths = {}
        for name, (storage, path) in paths.items():
            if name.startswith(OURS) and name.endswith(tuple(KINDS)):
                with storage.open(path) as file:
                    minified.save(name, ContentFile(light(name, file.read().decode())))
                found[name] = (minified, name)
        return found

    def _write(self, name: str, text: str) -> None:
        if self.exists(name):
            self.delete(name)
        self._save(name, ContentFile(text.encode()))
