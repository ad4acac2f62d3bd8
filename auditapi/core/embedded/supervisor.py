"""Both servers of one state folder, together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditapi.core.embedded.errors import AlreadyRunning
from auditapi.core.embedded.lock import StateLock
from auditapi.core.embedded.places import open_state_folder
from auditapi.core.embedded.postgres import Postgres
from auditapi.core.embedded.seaweed import MANY_BUCKETS, ONE_BUCKET, ObjectStorage, Seaweed


class Embedded:
    """``with Embedded(folder) as servers:`` runs PostgreSQL and S3 for the length of the block.

    Data, keys, passwords and ports stay in the folder and serve the next time again. What an
    earlier, killed start left running is ended first. Start it from the main thread. Raises
    AlreadyRunning when someone else holds the folder, EmbeddedError when a server does not start.
    ``durable=False`` is for tests: a power cut may lose data, and there is room for many buckets.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = open_state_folder(folder)
        self.lock = StateLock(self.folder)
        self._durable = durable
        self._postgres: Postgres | None = None
        self._seaweed: Seaweed | None = None

    def start(self) -> None:
        """Returns when both take requests."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start both and return before they are ready; their addresses hold from now on."""
        self.lock.take()
        with self._stopping_on_failure():
            self._postgres = Postgres(self.folder, durable=self._durable)
            self._seaweed = Seaweed(self.folder, ONE_BUCKET if self._durable else MANY_BUCKETS)
            # Side by side: each takes about a second, most of it in waiting.
            self._seaweed.launch()
            self._postgres.launch()

    def wait(self) -> None:
        """Until both take requests."""
        if self._postgres is None or self._seaweed is None:
            raise RuntimeError("launch() comes first")
        with self._stopping_on_failure():
            self._postgres.wait()
            self._seaweed.wait()

    @contextmanager
    def _stopping_on_failure(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Objects first: what writes them has its facts in the database."""
        try:
            if self._seaweed:
                self._seaweed.stop()
        finally:
            if self._postgres:
                self._postgres.stop()
            self.lock.release()

    def revive(self) -> list[str]:
        """Start again what has died; the names of those, most often none."""
        servers = {"S3": self._seaweed, "PostgreSQL": self._postgres}
        dead = {name: server for name, server in servers.items() if server and not server.alive}
        for server in dead.values():
            server.launch()
            server.wait()
        return list(dead)

    @property
    def postgres_url(self) -> str:
        """The superuser's URL (``postgresql+psycopg://…``), database ``postgres``."""
        if self._postgres is None:
            raise RuntimeError("start() comes first")
        return self._postgres.url

    @property
    def s3(self) -> ObjectStorage:
        if self._seaweed is None:
            raise RuntimeError("start() comes first")
        return self._seaweed.storage

    def __enter__(self) -> Embedded:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()


def first_free(folder: Path, *, durable: bool = True) -> Embedded:
    """Started servers in ``folder``, or in ``folder-2``, ``-3``… while others are at work there.

    For tests: two runs in one checkout do not get in each other's way. The caller stops them.
    """
    for number in range(1, 20):
        place = folder if number == 1 else folder.with_name(f"{folder.name}-{number}")
        servers = Embedded(place, durable=durable)
        try:
            servers.start()
        except AlreadyRunning:
            continue
        return servers
    raise AlreadyRunning(folder, "So are its neighbours.")
