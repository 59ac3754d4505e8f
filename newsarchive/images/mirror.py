"""The mirror: a folder of pictures as they came, each once, named by nothing but its content."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import OutputError
from newsarchive.images.content import MEDIA_TYPES, Content

_NAME = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(MEDIA_TYPES)})")


def file_name(data: bytes, content: Content) -> str:
    """What a picture is called: the SHA-256 of its bytes, and the ending of its kind."""
    return f"{hashlib.sha256(data).hexdigest()}.{content.ending}"


@dataclass(frozen=True, slots=True)
class Mirror:
    """The folder of a mirror, in parts by the first two digits of a name."""

    folder: Path

    def path(self, name: str) -> Path:
        """Where a picture lies. Raises ValueError for what is no name of one: names never come from a page."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a mirrored picture")
        return self.folder / name[:2] / name

    def has(self, name: str) -> bool:
        """Whether a picture is there, and is what its name says."""
        return self.read(name) is not None

    def size(self, name: str) -> int | None:
        """How many bytes a picture's file has; None where there is none. What `has` reads, this does not."""
        try:
            return self.path(name).stat().st_size
        except OSError:
            return None

    def read(self, name: str) -> bytes | None:
        """The bytes of a picture; None where it is not there, or is not what its name says any more."""
        try:
            data = self.path(name).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == name.partition(".")[0] else None

    def keep(self, data: bytes, content: Content) -> str:
        """Keep a picture and return its name: whole or not at all, once, and on the disk. Raises OutputError."""
        name = file_name(data, content)
        path = self.path(name)
        if self.has(name):
            return name
        # By this name the next run finds and completes what a killed one left; others write the same bytes into it.
        temporary = path.with_name(f".{name}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o666), "wb") as file:
                file.write(data)
                file.truncate()
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileNotFoundError):  # another process was as far as this one, and put it into place
                temporary.replace(path)
        except OSError as error:
            reason = error.strerror or str(error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise OutputError(
                f"{path} cannot be written: {reason}; check NEWSARCHIVE_IMAGES_FOLDER and the room there"
            ) from error
        return name

    def remove(self, name: str) -> None:
        """Take a picture away that is none."""
        self.path(name).unlink(missing_ok=True)
