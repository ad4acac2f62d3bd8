"""What can go wrong with the embedded servers, in words for the person at the terminal."""

from __future__ import annotations

from pathlib import Path


class EmbeddedError(Exception):
    """A server would not start or stop; the message says what to look at."""


class AlreadyRunning(EmbeddedError):
    """Another process holds the state folder.

    ``note`` is what that process left for us to read: where it can be reached.
    """

    def __init__(self, folder: Path, note: str) -> None:
        self.folder = folder
        self.note = note
        super().__init__(f"{folder} is in use by a running start. {note}".rstrip())


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log file, for a message about the program that wrote it."""
    if not log.exists():
        return ""
    text = log.read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-count:])
