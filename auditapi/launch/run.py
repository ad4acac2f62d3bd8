"""The road of `make run`, from nothing to a running app, and back."""

from __future__ import annotations

import errno
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from auditapi.core import settings
from auditapi.core.embedded import AlreadyRunning, Embedded, EmbeddedError, ports, processes, roles
from auditapi.core.embedded.errors import last_lines
from auditapi.core.settings import Address
from auditapi.demo import summary
from auditapi.launch import environment, tables
from auditapi.launch.environment import Start
from auditapi.launch.terminal import say, step
from auditapi.launch.watch import Kept

CHECKOUT = Path(__file__).parents[2]
GATE = "AUDITAPI_GATE"
READY_SECONDS = 180.0  # generous: a web server that fails is noticed at once
LOOK_EVERY = 0.3  # seconds


def run(state: Path, *, demo: bool = True) -> None:
    """Until somebody asks it to stop; with a `demo` chain in an empty database of our own. Raises
    EmbeddedError or InvalidSettings."""
    start = environment.read()
    given, where = dict(os.environ), start.address
    servers = Embedded(state)
    try:
        _take(servers, where)
        _sweep(state)
        _check_port(where)
        environment.forget_counts(state)
        variables = environment.common(given, state, where)
        if not start.external:
            servers.launch()
            secret = given.get("SECRET_KEY") or environment.secret_key(state)
            variables |= {"SECRET_KEY": secret, **environment.embedded(servers)}
        _serve(servers, state, variables, start, demo=demo and not start.external)
    except KeyboardInterrupt:
        pass  # that is how it is meant to end
    finally:
        servers.stop()


def _take(servers: Embedded, where: Address) -> None:
    try:
        servers.lock.take()
    except AlreadyRunning as running:
        raise EmbeddedError(f"It runs already: {running.note}") from None
    servers.lock.note(f"{where.url} (pid {os.getpid()})")


def _sweep(state: Path) -> None:
    """End the web server and worker of an earlier start that was killed."""
    mark = f"{environment.MARK}={state}"

    def leftovers() -> list[int]:
        pids = processes.found(lambda words: mark in words, what="environ")
        return [pid for pid in pids if pid != os.getpid()]

    if leftovers():
        with step("Ending what an earlier start left running"):
            processes.end(leftovers)


def _check_port(where: Address) -> None:
    obstacle = ports.obstacle(where.port, where.host)
    if obstacle is None:
        return
    if obstacle.errno == errno.EADDRINUSE:
        raise EmbeddedError(
            f"Port {where.port} on {where.host} is in use by another program. "
            "Choose another one: PORT=8001 make run"
        )
    raise EmbeddedError(f"Nothing can listen at {where.bind} here: {obstacle.strerror}.")


def _serve(
    servers: Embedded, state: Path, variables: dict[str, str], start: Start, *, demo: bool
) -> None:
    where, external = start.address, start.external
    os.environ.update(variables)
    valid = settings.read()
    gate = state / "gate"
    gate.unlink(missing_ok=True)
    web = Kept("The web server", _program(state, variables, "web", "gunicorn", "wsgi:app"))
    worker = Kept("The worker", _program(state, variables, "worker", "flask", "worker"))
    try:
        # It loads the app, the longest part of all, while the servers get ready, and answers
        # nothing before the gate opens (gunicorn.conf.py).
        web.start()
        if not external:
            _prepare_servers(servers)
        tables.bring_up_to_date(valid, None if external else state)
        gate.touch()
        with step("Web server"):
            _wait_until_ready(web, where)
        worker.start()
        if demo:
            _show_demo(state, variables, where)
        say(f"\nRunning at {where.url}   (logs: {state / 'logs'}; Ctrl-C stops)")
        _watch(servers, [web, worker])
    finally:
        # The web server first, so that nothing new comes in for the others.
        web.stop()
        worker.stop()


def _prepare_servers(servers: Embedded) -> None:
    with step("PostgreSQL and object storage"):
        servers.wait()
        roles.provision(servers.postgres_url, environment.DATABASE)


def _program(
    state: Path, variables: dict[str, str], name: str | None, module: str, *words: str
) -> processes.Program:
    return processes.Program(
        command=(sys.executable, "-m", module, *words),
        folder=CHECKOUT,
        log=state / "logs" / f"{name}.log" if name else None,
        environment={"FLASK_APP": "wsgi:app", GATE: str(state / "gate"), **variables},
    )


def _wait_until_ready(web: Kept, where: Address) -> None:
    if not processes.wait_until(lambda: web.ended or _is_ready(where), READY_SECONDS) or web.ended:
        log = web.program.log
        raise EmbeddedError(
            f"The web server does not get ready. {log} ends with:\n{last_lines(log) if log else ''}"
        )


def _is_ready(where: Address) -> bool:
    try:
        with urllib.request.urlopen(f"{where.url}/readyz", timeout=5):  # noqa: S310 -- our own
            return True
    except (urllib.error.URLError, OSError):
        return False


def _show_demo(state: Path, variables: dict[str, str], where: Address) -> None:
    """Load it into an empty database. What is to say about it the loader leaves in a file, so that
    later starts say it at once, with the address of the day."""
    file = state / "demo.json"
    known = summary.read(file)
    if known is not None and _is_there(variables["DATABASE_URL"], known.organisation):
        say(summary.text(known, where.url).rstrip())
        return
    # Against the server that has just started: PUBLIC_URL may lead somewhere else.
    command = ("demo", "load", "--only-if-empty", "--url", where.url, "--facts", str(file))
    loader = Kept("demo", _program(state, variables, None, "flask", *command))
    try:
        loader.start()
        code = loader.process.wait() if loader.process else 1
    finally:
        loader.stop()
    if code:
        say("The demo could not be loaded, see above. The next start tries again.")


def _is_there(database_url: str, organisation: str) -> bool:
    """Whether the database has a chain of this name, whatever files say."""
    plain = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(plain) as connection:
        question = "SELECT organisation_id_of(%s) IS NOT NULL"
        return connection.execute(question, [organisation]).fetchone() == (True,)


def _watch(servers: Embedded, programs: list[Kept]) -> None:
    while True:
        for name in servers.revive():
            say(f"{name} had ended and was started again.")
        for program in programs:
            program.look_after()
        time.sleep(LOOK_EVERY)
