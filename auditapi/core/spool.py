"""Bytes that came and go on: in memory while they are few, on the disk when they are many.

A photo takes as long to come as the phone's network, and as long to go as the object storage. Were
it in memory all the while, a web process would grow with the photos that are under way.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from auditapi.core.problems import UNAVAILABLE, Problem

IN_MEMORY = 512 * 1024  # bytes; what phones shrink photos to is less


class Spool:
    """Written once, then read. `with Spool() as spool:` leaves nothing behind, for the file on the
    disk (in TMPDIR) has no name."""

    def __init__(self) -> None:
        self._file = cast("BinaryIO", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 -- ours to end
        self._digest = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_error: object) -> None:
        # What a full disk did not take is not tried once more: it was told of in `write`.
        with suppress(OSError):
            self._file.close()

    def write(self, part: bytes) -> None:
        """Raises `Problem(UNAVAILABLE)` when the disk takes no more."""
        try:
            self._file.write(part)
            self._file.flush()  # a full disk is told here, and not in the middle of reading
        except OSError as error:
            detail = "The server has no room for this now; send it again later."
            raise Problem(UNAVAILABLE, detail, headers={"Retry-After": "5"}) from error
        self._digest.update(part)
        self._size += len(part)

    def tell(self) -> int:
        """How many bytes there are."""
        return self._size

    @property
    def digest(self) -> bytes:
        """SHA-256."""
        return self._digest.digest()

    def data(self) -> bytes:
        return self.file().read()

    def file(self) -> BinaryIO:
        """From its beginning."""
        self._file.seek(0)
        return self._file
