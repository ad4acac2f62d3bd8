"""One place opens and commits transactions; everybody else returns or raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "auditapi"
THE_PLACE = PACKAGE / "core" / "db.py"


def calls(folder: Path, *names: str) -> Iterator[tuple[str, int]]:
    """(file, line) wherever a method of one of these names is called."""
    for path in sorted(folder.rglob("*.py")):
        if path == THE_PLACE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr=name), lineno=line) if name in names:
                    yield str(path.relative_to(folder)), line


def test_nobody_else_commits_or_rolls_back() -> None:
    assert list(calls(PACKAGE, "commit", "rollback")) == []


def test_a_commit_would_be_found(tmp_path: Path) -> None:
    guilty = "session()\\\n    .commit()\nother.rollback()\n"
    (tmp_path / "guilty.py").write_text(guilty, encoding="utf-8")
    assert list(calls(tmp_path, "commit", "rollback")) == [("guilty.py", 1), ("guilty.py", 3)]
