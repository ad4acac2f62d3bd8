"""A report's input as JSON and back, for the way into the render process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from auditapi.reports.contents import Contents
from auditapi.reports.view import ReportInput

_KINDS = {kind.__name__: kind for kind in (ReportInput, Contents)}


def pack(report: ReportInput | Contents) -> bytes:
    """`report`, or a book's contents, as JSON. Whatever is not plain data raises
    `TypeError` here, not in the child."""
    return json.dumps({type(report).__name__: asdict(report)}).encode("ascii")


def unpack(data: bytes) -> Any:
    """What `pack` wrote: a `ReportInput`, or a book's `Contents`."""
    ((kind, written),) = json.loads(data).items()
    return _build(_KINDS[kind], written)


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        kind = next(choice for choice in get_args(kind) if choice is not NoneType)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{f.name: _build(hints[f.name], value[f.name]) for f in fields(kind)})
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        if kinds[-1] is ...:
            return tuple(_build(kinds[0], part) for part in value)
        return tuple(_build(one, part) for one, part in zip(kinds, value, strict=True))
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)
