"""Auditors at work in a bad network: each keeps its sealed audits until the receipt is there."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3

from auditapi.demo.phone import Answer, Network, OutOfTries, Phone, Sealed, http
from tests.chaos.network import FaultyNetwork, LatePost, PhoneDied

LONGEST_PAUSE = 0.15  # seconds: whoever repeats sooner races more
SMALL_PIECES = 12 * 1024
IN_PIECES_FROM = 40 * 1024


@dataclass
class Record:
    """What all phones have seen, for the judgement at the end."""

    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[bytes] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    deaths: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answer) -> None:
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.status == 500:
                self.errors.append(answer.body)

    def keep(self, audit_id: str, receipt: dict[str, Any]) -> None:
        """Receipts of one audit are the same, however often and by whomever it was asked for."""
        with self._lock:
            assert self.receipts.setdefault(audit_id, receipt) == receipt

    def died(self) -> None:
        with self._lock:
            self.deaths += 1


class Pace:
    """Lets phones begin so many audits and no more: no misfortune comes when all is over."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._allowed = self._begun = self._finished = 0

    def allow(self, audits: int) -> None:
        with self._changed:
            self._allowed = audits
            self._changed.notify_all()

    def begin(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._begun < self._allowed)
            self._begun += 1

    def finish(self) -> None:
        with self._changed:
            self._finished += 1

    def has_finished(self, audits: int) -> bool:
        return self._finished >= audits


@dataclass
class Auditor:
    """One phone and the sealed audits on it. `due`: see `FaultyNetwork`."""

    url: str
    token: str
    randomness: random.Random
    record: Record
    late: LatePost
    pool: urllib3.PoolManager
    pace: Pace
    due: list[str]
    audits: list[Sealed] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def work(self) -> None:
        """Until every audit has its receipt. What is refused for good raises `GaveUp`."""
        network = FaultyNetwork(
            http(self.url, self.pool),
            self.url,
            self.randomness,
            self.late,
            self.record.note,
            due=self.due,
            happened=self.faults,
        )
        for sealed in self.audits:
            self.pace.begin()
            self.record.keep(sealed.id, self._through(network, sealed))
            self.pace.finish()

    def _through(self, network: Network, sealed: Sealed) -> dict[str, Any]:
        while True:
            try:
                return self._from_what_was_kept(network, sealed)
            except PhoneDied:
                self.record.died()
            except OutOfTries:
                continue  # a long outage; the next synchronisation goes on

    def _from_what_was_kept(self, network: Network, sealed: Sealed) -> dict[str, Any]:
        """The app starts: of the last time it knows nothing but the sealed bytes."""
        phone = Phone(
            network,
            self.token,
            pause=lambda seconds: time.sleep(min(seconds, LONGEST_PAUSE)),
            randomness=self.randomness,
            in_pieces_from=self.randomness.choice((1, IN_PIECES_FROM)),
            first_piece=SMALL_PIECES,
        )
        for sha256, data in sealed.photos.items():
            if self.randomness.random() < 0.3:  # while the auditor was still at work
                phone.send_photo(sha256, data)
        return phone.deliver(sealed)


def refused_in(receipt: Mapping[str, Any]) -> set[str]:
    return {photo["sha256"] for photo in receipt["photos"] if photo["state"] == "refused"}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
