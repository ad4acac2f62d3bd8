"""What the person at the terminal reads while waiting."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "", *, end: str = "\n") -> None:
    """A line now, also into a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


@contextmanager
def step(what: str) -> Iterator[None]:
    """``what … 1.2 s``: the first part at once, the time when it is done."""
    say(f"  {what} … ", end="")
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        say()
        raise
    say(f"{time.monotonic() - begun:.1f} s")
