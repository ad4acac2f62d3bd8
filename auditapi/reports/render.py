"""Making PDFs: plain data and pictures in, bytes out, in a process of their own.

`Renderer` holds the warm parent (see `render_parent`). Start it early (`start`); it is a
program of its own, so it may be started from any thread. Renders of one `Renderer` run one
after another; a worker that wants two at a time holds two.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from auditapi.reports import wire
from auditapi.reports.contents import Contents
from auditapi.reports.failures import RenderFailed
from auditapi.reports.fontset import FONT_FOLDER, write_configuration
from auditapi.reports.view import ReportInput

Picture = bytes | Path

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What one report may take before it is stopped."""

    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    memory_bytes: int = 1 << 30


@dataclass(frozen=True)
class Cost:
    """What the last report took: CPU seconds and peak resident memory of the child."""

    cpu_seconds: float
    peak_bytes: int


class Renderer:
    """A warm render process. Use as a context manager, or `start` and `close`.

    `limits` hold for each render that begins from now on.
    """

    def __init__(self, limits: Limits | None = None, fonts: Path = FONT_FOLDER) -> None:
        self.limits = limits or Limits()
        self._fonts = fonts
        self._lock = threading.Lock()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self.last_cost: Cost | None = None

    def start(self) -> None:
        """Start the process and wait until it is warm."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the process; a later `render` starts a new one."""
        with self._lock:
            self._stop()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def render(self, report: ReportInput | Contents, pictures: Mapping[str, Picture]) -> bytes:
        """The report as PDF bytes.

        `pictures` holds bytes or files for every `print_sha256` and the logo's `sha256`.
        Raises `RenderFailed`; its `reason` says what stood in the way.
        """
        with self._lock, tempfile.TemporaryDirectory(prefix="report-") as folder:
            job = _Job(Path(folder), report, pictures)
            answer = self._ask({**job.order, "limits": asdict(self.limits)})
            if "reason" in answer:
                raise RenderFailed(answer["reason"], answer.get("detail", ""))
            self.last_cost = Cost(answer["cpu"], answer["peak_kib"] * 1024)
            return job.output.read_bytes()

    def resident_bytes(self) -> int:
        """Memory of the warm process itself; 0 when it does not run."""
        if self._process is None:
            return 0
        pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        process = self._running()
        try:
            _tell(process, order)
            return _answer(process)
        except (OSError, EOFError) as gone:
            self._stop()
            raise RenderFailed("stopped", str(gone)) from gone

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        self._process = process = self._spawn()
        try:
            _answer(process)
        except EOFError as gone:
            self._stop()
            raise RenderFailed("fault", "the render process did not start") from gone
        return process

    def _spawn(self) -> subprocess.Popen[str]:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="report-fonts-")
        fonts = write_configuration(Path(self._folder.name), self._fonts)
        return subprocess.Popen(
            [sys.executable, "-m", "auditapi.reports.render_parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_environment(fonts),
            cwd=self._folder.name,
        )

    def _stop(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def _environment(fonts: Path) -> dict[str, str]:
    """Nothing of the service's own: keys and addresses stay out of the process that reads what
    strangers wrote."""
    return {
        "FONTCONFIG_FILE": str(fonts),
        "LANG": "C.UTF-8",
        # What a font or a photo took goes back at once: every child begins with less.
        "MALLOC_MMAP_THRESHOLD_": "65536",
        "MALLOC_TRIM_THRESHOLD_": "65536",
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_ROOT),
    }


class _Job:
    """One report's files: the input, the pictures that came as bytes, and the output."""

    def __init__(
        self, folder: Path, report: ReportInput | Contents, pictures: Mapping[str, Picture]
    ) -> None:
        self.output = folder / "report.pdf"
        source = folder / "input.json"
        source.write_bytes(wire.pack(report))
        files = {}
        for number, (name, picture) in enumerate(pictures.items()):
            path = picture
            if not isinstance(path, Path):
                path = folder / f"picture-{number}"
                path.write_bytes(picture if isinstance(picture, bytes) else b"")
            files[name] = str(path.resolve())
        self.order = {"input": str(source), "output": str(self.output), "pictures": files}


def _tell(process: subprocess.Popen[str], order: dict[str, Any]) -> None:
    if process.stdin is not None:
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        raise EOFError("the render process ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        # What was still buffered for a process that is gone; nobody waits for it.
        return


@cache
def renderer() -> Renderer:
    """The renderer of this process, made at the first call and ended with the process."""
    made = Renderer()
    atexit.register(made.close)
    return made


def render(report: ReportInput | Contents, pictures: Mapping[str, Picture]) -> bytes:
    """`Renderer.render` of this process's own renderer."""
    return renderer().render(report, pictures)
