"""A network that breaks in every way a shop's cellar, a tunnel and a cheap phone can break it."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auditapi.demo.phone import Answer, Network, NetworkError
from tests.factories.broken_line import send_part

Send = Callable[[], Answer]
_WITHOUT_SERVER = frozenset({"lost_request", "death_before", "captive_portal"})
PORTAL = Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome to Station WiFi</html>")


class PhoneDied(Exception):
    """The battery is empty, or the system killed the app: nothing but what was kept is left."""


@dataclass(frozen=True)
class Likelihoods:
    """How often each fault happens to a request; for the rest all goes well."""

    lost_request: float = 0.05
    lost_answer: float = 0.06
    sent_twice: float = 0.05
    sent_again_late: float = 0.05
    cut_body: float = 0.06
    captive_portal: float = 0.02
    death_before: float = 0.01
    death_after: float = 0.02


FAULTS = tuple(vars(Likelihoods()))


class LatePost:
    """Copies of requests that turn up later, from another thread: seconds after the original
    was answered, or after the whole audit is complete."""

    def __init__(self, randomness: random.Random, note: Callable[[Answer], None]) -> None:
        self._randomness, self._note = randomness, note
        self._kept: list[Send] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="late post")
        self.carried = 0

    def keep(self, send: Send) -> None:
        with self._lock:
            self._kept.append(send)

    def __enter__(self) -> LatePost:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """What is still under way arrives now, in any order."""
        self._ended.set()
        self._thread.join()
        self._randomness.shuffle(self._kept)
        for send in self._kept:
            self._deliver(send)

    def _carry(self) -> None:
        while not self._ended.wait(self._randomness.uniform(0.05, 0.5)):
            with self._lock:
                count = len(self._kept)
                send = self._kept.pop(self._randomness.randrange(count)) if count else None
            if send is not None:
                self._deliver(send)

    def _deliver(self, send: Send) -> None:
        self.carried += 1
        try:
            self._note(send())
        except NetworkError:
            return  # a copy that is lost as well troubles nobody


@dataclass
class FaultyNetwork:
    """Stands in the place of `auditapi.demo.phone.http`. Not for two threads at once.

    `due`: faults that are drawn first, each until it has really happened; what comes then is
    chance. `happened` counts those that did: a fault on the way to a server that is away is none.
    """

    real: Network
    base_url: str
    randomness: random.Random
    late: LatePost
    note: Callable[[Answer], None]
    likelihoods: Likelihoods = Likelihoods()
    due: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def __call__(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        fault = self._draw()
        if fault == "cut_body" and not body:
            fault = "well"

        def send() -> Answer:
            answer = self.real(method, path, body, headers)
            self.note(answer)
            return answer

        if fault == "cut_body" and body:
            if cut_off(self.base_url, method, path, body, headers, self.randomness):
                self._happens(fault)
            raise NetworkError("the connection broke in the middle of the body")
        return self._by(fault, send, lambda: self.real(method, path, body, headers))

    def _draw(self) -> str:
        if self.due:
            return self.due[0]
        drawn = self.randomness.random()
        for name, likelihood in vars(self.likelihoods).items():
            drawn -= likelihood
            if drawn < 0:
                return str(name)
        return "well"

    def _happens(self, fault: str) -> None:
        self.happened[fault] += 1
        if fault in self.due:
            self.due.remove(fault)

    def _by(self, fault: str, send: Send, copy: Send) -> Answer:
        if fault in _WITHOUT_SERVER:
            self._happens(fault)
        if fault == "lost_request":
            raise NetworkError("the request was lost")
        if fault == "death_before":
            raise PhoneDied
        if fault == "captive_portal":
            return PORTAL
        if fault == "sent_again_late":
            self.late.keep(copy)
        if fault == "sent_twice":
            self._beside(copy)
        answer = send()
        if fault not in _WITHOUT_SERVER:
            self._happens(fault)
        if fault == "lost_answer":
            raise NetworkError("the answer was lost")
        if fault == "death_after":
            raise PhoneDied
        return answer

    def _beside(self, copy: Send) -> None:
        """A retry that races the original: the first connection hangs, the phone opens another."""

        def send() -> None:
            try:
                self.note(copy())
            except NetworkError:
                return

        threading.Thread(target=send, name="racing copy").start()


def cut_off(
    base_url: str,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    randomness: random.Random,
) -> bool:
    """Promise a whole body, send a part of it, and hang up: politely or by a reset. Whether there
    was a server to do it to: if not, the body is as lost as it was meant to be."""
    sent, politely = randomness.randrange(len(body)), randomness.random() < 0.5
    try:
        send_part(base_url, method, path, body, headers, sent=sent, politely=politely)
    except OSError:
        return False
    return True
