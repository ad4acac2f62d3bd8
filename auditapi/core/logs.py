"""Structured logs: one JSON line an event, with the request's id; no token or body in them."""

from __future__ import annotations

import logging

import structlog

from auditapi.core.activity import acting_person, request_id


def _who_and_which(
    _logger: object, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if (current := request_id.get()) is not None:
        event["request_id"] = current
    if (person := acting_person.get()) is not None:
        event["person_id"] = str(person)
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _who_and_which,
]


def formatter() -> logging.Formatter:
    """One JSON line for whatever is logged, by us or by a library."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def configure(level: str) -> None:
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # It says of each job that it was put off; what the job was for has a line of its own.
    logging.getLogger("procrastinate.jobs").setLevel(max(logging.WARNING, root.level))


log = structlog.get_logger("auditapi")
