"""One start at a time on one state folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from auditapi.core.embedded.errors import AlreadyRunning


class StateLock:
    """Held from ``take`` to ``release``; the kernel lets go of it when the holder dies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def take(self) -> None:
        """Nothing when we hold it already. Raises AlreadyRunning, with the note of the holder."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note = os.read(descriptor, 1000).decode(errors="replace")
            os.close(descriptor)
            raise AlreadyRunning(self._folder, note) from None
        self._descriptor = descriptor
        self.note(f"(pid {os.getpid()})")

    def note(self, text: str) -> None:
        """What whoever comes second shall read."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        """The file stays: removing it would let two holders lock two files of one name."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
