"""The embedded servers, with real processes, real signals and real ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from botocore.exceptions import ClientError

from auditapi.core.embedded import (
    AlreadyRunning,
    Embedded,
    first_free,
    forget,
    places,
    ports,
    processes,
    provision,
)
from auditapi.core.embedded.roles import APP, OWNER
from tests.factories.listening import LOOPBACK, listening_addresses
from tests.factories.storage import client_of

ROOT = Path(__file__).parents[2]
VOLUME_BYTES = 64 * 1024 * 1024

HOLDER = """
import sys, time
from pathlib import Path
from auditapi.core.embedded import Embedded
with Embedded(Path(sys.argv[1]), durable=False) as servers:
    print("up", servers.postgres_url, sep="\\n", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A state folder that PostgreSQL's user can reach, which pytest's own ones are not."""
    parent = Path(tempfile.mkdtemp())
    parent.chmod(0o755)
    yield parent / "state"
    forget(parent / "state")
    shutil.rmtree(parent)


@pytest.fixture(scope="module")
def servers(folder: Path) -> Iterator[Embedded]:
    with Embedded(folder, durable=False) as started:
        yield started


def connect(servers: Embedded) -> psycopg.Connection:
    return psycopg.connect(plain(servers.postgres_url), autocommit=True)


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def put(servers: Embedded, key: str, body: bytes) -> None:
    with client_of(servers) as client:
        client.put_object(Bucket=servers.s3.bucket, Key=key, Body=body)


def got(servers: Embedded, key: str) -> bytes:
    with client_of(servers) as client:
        return client.get_object(Bucket=servers.s3.bucket, Key=key)["Body"].read()


def pids_on(folder: Path) -> dict[str, list[int]]:
    """Every process of the servers in this folder, whoever owns it."""
    uids = {os.getuid(), places.postgres_account().uid}
    found: dict[str, list[int]] = {"weed": [], "postgres": []}
    for uid in uids:
        found["weed"] += processes.found(lambda words: f"-dir={folder}/s3" in words, uid)
        found["postgres"] += processes.found(lambda words: f"{folder}/postgres/data" in words, uid)
    return found


def gone(folder: Path) -> bool:
    return not any(pids_on(folder).values())


def test_postgres_answers_its_superuser(servers: Embedded) -> None:
    with connect(servers) as connection:
        row = connection.execute("SELECT current_user, version()").fetchone()
    assert row is not None
    assert row[0] == "postgres"
    assert row[1].startswith("PostgreSQL 18")


def test_objects_come_back_as_they_were_put(servers: Embedded) -> None:
    put(servers, "shelf", b"\xff\xd8 shelf")
    assert got(servers, "shelf") == b"\xff\xd8 shelf"


def test_there_is_room_for_many_buckets_as_long_as_there_is_room_on_the_disk(
    servers: Embedded,
) -> None:
    known = json.loads((servers.folder / "s3-ports.json").read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"http://127.0.0.1:{known['master']}/dir/status") as answer:
        volumes = json.load(answer)["Topology"]["Free"]
    room = shutil.disk_usage(servers.folder).free // VOLUME_BYTES
    assert volumes >= room * 9 // 10 - 10


def test_objects_are_refused_without_the_right_key(servers: Embedded) -> None:
    with (
        client_of(servers, secret_key="a guess") as client,
        pytest.raises(ClientError, match="SignatureDoesNotMatch"),
    ):
        client.put_object(Bucket=servers.s3.bucket, Key="stranger", Body=b"")


def test_postgres_refuses_a_wrong_password(servers: Embedded) -> None:
    url = plain(provision(servers.postgres_url, "auditapi")[1])
    before, _, host = url.rpartition("@")
    name = before.rpartition(":")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{name}:guess@{host}")


def test_only_the_loopback_address_listens(servers: Embedded) -> None:
    pids = pids_on(servers.folder)
    addresses = listening_addresses(pids["weed"] + pids["postgres"])
    assert {address.split(":")[0] for address in addresses} == {LOOPBACK}
    # Nine of SeaweedFS (its admin page is off), one of PostgreSQL: the look did find them.
    assert len(addresses) >= 8


def test_secrets_are_closed_to_other_people(servers: Embedded) -> None:
    keys = servers.folder / "s3-keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    password = servers.folder / "postgres" / "superuser-password"
    assert password.stat().st_mode & 0o777 == 0o600
    assert password.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_start_on_the_same_folder_is_refused(servers: Embedded) -> None:
    servers.lock.note("http://127.0.0.1:8000")
    with pytest.raises(AlreadyRunning, match=r"http://127\.0\.0\.1:8000"):
        Embedded(servers.folder).start()


def test_a_test_run_beside_another_one_gets_a_folder_of_its_own(servers: Embedded) -> None:
    beside = first_free(servers.folder, durable=False)
    try:
        assert beside.folder == servers.folder.with_name("state-2")
        assert beside.postgres_url != servers.postgres_url
        assert beside.s3.endpoint_url != servers.s3.endpoint_url
    finally:
        beside.stop()
        forget(beside.folder)


def test_provisioning_again_changes_nothing(servers: Embedded) -> None:
    first = provision(servers.postgres_url, "auditapi")
    assert provision(servers.postgres_url, "auditapi") == first
    for url in first:
        psycopg.connect(plain(url)).close()


def test_the_owner_owns_the_database_and_the_app_owns_nothing(servers: Embedded) -> None:
    provision(servers.postgres_url, "auditapi")
    with connect(servers) as connection:
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'auditapi'"
        ).fetchone()
        powers = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
            " WHERE rolname = ANY(%s) ORDER BY 1",
            [[OWNER, APP]],
        ).fetchall()
    assert owner == (OWNER,)
    assert powers == [(APP, False, False, False, False), (OWNER, False, False, False, False)]


def test_the_app_may_not_make_tables(servers: Embedded) -> None:
    url = provision(servers.postgres_url, "auditapi")[1]
    with (
        psycopg.connect(plain(url)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE notes (line text)")


def test_provisioning_wants_a_password_to_derive_others_from() -> None:
    with pytest.raises(ValueError, match="carry a password"):
        provision("postgresql://postgres@127.0.0.1/postgres", "auditapi")


def test_killed_servers_are_revived_with_their_data_and_addresses(servers: Embedded) -> None:
    with connect(servers) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'before the kill' AS line")
    put(servers, "kept", b"before the kill")
    addresses = (servers.postgres_url, servers.s3.endpoint_url)
    pids = pids_on(servers.folder)
    for pid in pids["weed"] + pids["postgres"]:
        os.kill(pid, signal.SIGKILL)

    revived: list[str] = []

    def both() -> bool:  # the kernel may take a moment to bury them
        revived.extend(servers.revive())
        return len(revived) == 2

    assert processes.wait_until(both, 20)
    assert sorted(revived) == ["PostgreSQL", "S3"]

    assert (servers.postgres_url, servers.s3.endpoint_url) == addresses
    with connect(servers) as connection:
        assert connection.execute("SELECT line FROM kept").fetchone() == ("before the kill",)
    assert got(servers, "kept") == b"before the kill"
    assert servers.revive() == []


def test_a_killed_backend_does_not_end_postgres(servers: Embedded) -> None:
    with connect(servers) as connection:
        victim = connection.info.backend_pid
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    def answers() -> bool:
        try:
            connect(servers).close()
        except psycopg.OperationalError:
            return False
        return True

    assert processes.wait_until(answers, 10)
    assert servers.revive() == []


@pytest.fixture(scope="module")
def other_folder(folder: Path) -> Path:
    """One with data in it, on which nothing runs."""
    other = folder.with_name("held")
    with Embedded(other, durable=False):
        pass
    return other


def hold(folder: Path) -> subprocess.Popen[str]:
    """A process of its own that runs the servers, ready."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    return holder


def test_a_killed_supervisor_takes_its_servers_along_and_leaves_the_data(
    other_folder: Path,
) -> None:
    holder = hold(other_folder)
    assert holder.stdout is not None
    url = holder.stdout.readline().strip()
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("CREATE TABLE survivors AS SELECT 'a line' AS line")
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert processes.wait_until(lambda: gone(other_folder), 15)

    with Embedded(other_folder, durable=False) as again, connect(again) as connection:
        assert connection.execute("SELECT line FROM survivors").fetchone() == ("a line",)
    assert gone(other_folder)


def test_a_stale_pid_file_with_the_pid_of_somebody_else_is_no_obstacle(other_folder: Path) -> None:
    data = other_folder / "postgres" / "data"
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n{int(time.time())}\n")
    with Embedded(other_folder, durable=False) as servers, connect(servers) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_half_written_port_files_are_chosen_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text('{"master": 21')
    chosen = ports.remembered(file, ["master", "s3"])
    assert len(set(chosen.values())) == 2
    assert ports.remembered(file, ["master", "s3"]) == chosen


def test_programs_below_a_closed_folder_are_copied_to_where_postgres_can_run_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not places.reachable(closed)
    monkeypatch.setattr(places, "SHARED", tmp_path / "shared")
    source = places.postgres_programs(places.Account(name=None, uid=os.getuid(), gid=os.getgid()))
    monkeypatch.setattr(places, "reachable", lambda path: not path.is_relative_to(source))

    programs = places.postgres_programs(places.Account(name="someone", uid=1, gid=1))

    assert programs.is_relative_to(tmp_path / "shared")
    said = subprocess.run([programs / "postgres", "-V"], capture_output=True, text=True, check=True)
    assert "PostgreSQL) 18" in said.stdout


def test_a_state_folder_made_anew_gets_new_data_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SHARED", tmp_path / "shared")
    state = places.open_state_folder(tmp_path / "state")
    before = places.hidden_state(state)
    assert places.hidden_state(state) == before
    before.mkdir(parents=True)
    forget(state)
    assert not before.exists()
    assert places.hidden_state(places.open_state_folder(state)) != before


def test_servers_are_not_started_from_a_thread_that_may_end_before_them(tmp_path: Path) -> None:
    program = processes.Program(
        command=("/bin/true",), folder=tmp_path, log=tmp_path / "log", environment={}
    )
    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="main thread"):
        pool.submit(processes.start, program).result()
