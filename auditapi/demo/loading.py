"""Fill an empty installation with the demo chain, everything through the HTTP API.

Head office plans, scripted phones visit and deliver, the worker renders: what stands in the
database afterwards went the same road as real work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditapi.checklists.document import Checklist, digest, parse, read_yaml
from auditapi.demo import standing, summary
from auditapi.demo.phone import GaveUp, Phone, Sealed, http
from auditapi.demo.visiting import LONG_SIDE, Place, Visit, load, seal_visit

CHECKLISTS = Path(__file__).parents[2] / "checklists"
PERIOD = (timedelta(days=120), timedelta(days=60))
PATIENCE_SECONDS = 120
Say = Callable[[str], None]


def _drawers() -> Executor:
    """Drawing is most of the work, so each core draws; «spawn» shares nothing with threads here."""
    return ProcessPoolExecutor(mp_context=get_context("spawn"))


@dataclass
class Demo:
    """The chain under construction: ids as the API gave them. `slug` is its name until it is
    whole. `wait`: for the worker, that many seconds; `long_side`: that of each photo, in pixels.
    """

    url: str
    slug: str
    say: Say
    chain: Mapping[str, Any] = field(default_factory=lambda: load("chain.yaml"))
    visits: list[dict[str, Any]] = field(default_factory=lambda: load("visits.yaml"))
    phones: dict[str, Phone] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    stores: dict[str, dict[str, Any]] = field(default_factory=dict)
    checklists: dict[str, tuple[Checklist, dict[str, Any]]] = field(default_factory=dict)
    assignments: dict[int, str] = field(default_factory=dict)
    drawers: Callable[[], Executor] = _drawers
    wait: Callable[[float], None] = time.sleep
    long_side: int = LONG_SIDE

    def phone(self, who: str) -> Phone:
        """That person's phone, signed in."""
        if who not in self.phones:
            phone = Phone(http(self.url), pause=lambda seconds: time.sleep(min(seconds, 1)))
            phone.sign_in(self.slug, summary.email(who), self.chain["password"], "demo phone")
            self.phones[who] = phone
        return self.phones[who]


def bring(demo: Demo, report: Path) -> None:
    """All of it, from ada's organisation until it stands under the demo's own name, with a PDF in
    `report`. Raises GaveUp or NetworkError."""
    audits = fill(demo)
    demo.say("The report …")
    report.write_bytes(fetch_report(demo, audits["SEOUL-001 announced_audit"], "en"))
    standing.finish(demo.slug, demo.chain["organisation"]["slug"])


def fill(demo: Demo) -> dict[str, str]:
    """Everything after the organisation and ada exist. Returns the latest audit's id
    by store code and kind («SEOUL-001 announced_audit»). Raises GaveUp."""
    with demo.drawers() as drawing:
        for _ in range(os.cpu_count() or 1):
            drawing.submit(load, "stories.yaml")  # they load their part of the app meanwhile
        demo.say("Stores and people …")
        _stores(demo)
        _people(demo)
        demo.say("Checklists …")
        _checklists(demo)
        demo.say("Rounds and assignments …")
        _plan(demo)
        demo.say("Audits, drawn, photographed and sent by scripted phones …")
        return _deliver(demo, drawing)


def _stores(demo: Demo) -> None:
    ada = demo.phone("ada")
    for code, name in demo.chain["regions"].items():
        demo.regions[code] = ada.post("/api/v1/regions", {"code": code, "name": name})["id"]
    for code, region, name, address, latitude, longitude in demo.chain["stores"]:
        chinese = region == "taipei"
        given = {
            "code": code,
            "name": name,
            "address": address,
            "region_id": demo.regions[region],
            "latitude": float(latitude),
            "longitude": float(longitude),
            "time_zone": "Asia/Taipei" if chinese else "Asia/Seoul",
            "language": "zh-Hant" if chinese else "ko",
            "attributes": {"format": "super", "assisted_service": True, "dated_goods": True},
        }
        demo.stores[code] = ada.post("/api/v1/stores", given)


def _people(demo: Demo) -> None:
    ada = demo.phone("ada")
    for who, person in demo.chain["people"].items():
        if who == "ada":
            continue
        given = {name: person[name] for name in ("name", "role", "code")}
        given |= {"email": summary.email(who), "password": demo.chain["password"]}
        given |= {"language": person.get("language", "en")}
        demo.people[who] = person_id = ada.post("/api/v1/people", given)["id"]
        for region in person.get("regions", ()):
            ada.put(f"/api/v1/regions/{demo.regions[region]}/managers/{person_id}")
        for store in person.get("stores", ()):
            ada.put(f"/api/v1/stores/{demo.stores[store]['id']}/managers/{person_id}")


def _checklists(demo: Demo) -> None:
    ada = demo.phone("ada")
    for path in sorted(CHECKLISTS.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        checklist = read_yaml(text, path.name)
        ada.post_bytes("/api/v1/checklists", text.encode(), "application/yaml")
        fetched = ada.get(f"/api/v1/checklists/{checklist.key}/versions/1")
        known = {"key": checklist.key, "version": 1, "sha256": digest(parse(fetched))}
        demo.checklists[checklist.key] = (checklist, known)


def _plan(demo: Demo) -> None:
    today = datetime.now(ZoneInfo("UTC")).date()
    for kind in ("announced_audit", "mystery_shop"):
        given = {
            "name": f"{kind.replace('_', ' ').capitalize()}s {today.year}",
            "period_from": (today - PERIOD[0]).isoformat(),
            "period_until": (today + PERIOD[1]).isoformat(),
            "checklist": {"key": "service-standard"},
            "kind": kind,
        }
        round_id = demo.phone("ana").post("/api/v1/rounds", given)["id"]
        planned = [
            (number, _assignment(demo, visit, round_id))
            for number, visit in enumerate(demo.visits)
            if visit["kind"] == kind
        ]
        offered = demo.phone("ana").post(
            "/api/v1/assignments/bulk", {"assignments": [given for _, given in planned]}
        )
        for (number, _), row in zip(planned, offered["assignments"], strict=True):
            demo.assignments[number] = row["id"]


def _assignment(demo: Demo, visit: Mapping[str, Any], round_id: str) -> dict[str, Any]:
    store = demo.stores[visit["store"]]
    local = datetime.now(ZoneInfo(store["time_zone"])).replace(tzinfo=None, microsecond=0)
    if visit.get("open"):
        window = (local - timedelta(days=1), local + timedelta(days=14))
    else:
        day = local - timedelta(days=int(visit["days_ago"]))
        window = (day - timedelta(days=1), day + timedelta(days=1))
    covert = visit["kind"] == "mystery_shop"
    purchase = visit.get("purchase") == "true"
    brief = dict(demo.chain["brief"][visit["kind"]])
    if not purchase:
        brief.pop("purchase", None)
    return {
        "round_id": round_id,
        "store_id": store["id"],
        "auditor_id": demo.people[visit["auditor"]],
        "not_before": window[0].isoformat(),
        "not_after": window[1].isoformat(),
        "mode": "conversation" if covert else "direct",
        "scenario": visit.get("scenario"),
        "purchase": purchase,
        "brief": brief,
    }


def _deliver(demo: Demo, drawing: Executor) -> dict[str, str]:
    delivered: dict[str, str] = {}
    todo = [
        (plan, _visit(demo, number, plan))
        for number, plan in enumerate(demo.visits)
        if not plan.get("open")
    ]
    sealed_visits = drawing.map(seal_visit, [visit for _, visit in todo])
    for (plan, _), sealed in zip(todo, sealed_visits, strict=True):
        _send(demo, plan, sealed)
        delivered[f"{plan['store']} {plan['kind']}"] = sealed.id
    return delivered


def _visit(demo: Demo, number: int, plan: Mapping[str, Any]) -> Visit:
    store = demo.stores[plan["store"]]
    checklist, named = demo.checklists[plan.get("checklist", "service-standard")]
    local = datetime.now(ZoneInfo(store["time_zone"])).replace(microsecond=0)
    started = local.replace(hour=10, minute=7 * (number % 8)) - timedelta(
        days=int(plan["days_ago"])
    )
    return Visit(
        plan=plan,
        number=number,
        checklist=checklist,
        checklist_name=named,
        place=Place(
            store["id"],
            store["time_zone"],
            store["latitude"],
            store["longitude"],
            store["attributes"],
        ),
        assignment_id=demo.assignments.get(number),
        started=started,
        long_side=demo.long_side,
    )


def _send(demo: Demo, plan: Mapping[str, Any], sealed: Sealed) -> None:
    phone = demo.phone(plan["auditor"])
    receipt = phone.deliver(sealed)
    status = phone.get(f"/api/v1/audits/{sealed.id}")
    if status["acceptance"] != "accepted":
        raise GaveUp(f"{plan['store']}: {status.get('reasons')}")
    if plan.get("release"):
        demo.phone("ana").post(f"/api/v1/audits/{sealed.id}/release", _RELEASE)
    demo.say(f"  {plan['store']}: {len(receipt['photos'])} photos on the server")


_RELEASE = {"revision": 1, "faces_covered": True, "names_covered": True, "cards_covered": True,
            "criticals_evidenced": True}  # fmt: skip


def fetch_report(demo: Demo, audit_id: str, language: str) -> bytes:
    """The store's PDF, as soon as the worker has made it. Raises GaveUp after two minutes.

    Head office asks for it: stores know the audit by another name.
    """
    phone = demo.phone("ana")
    path = f"/api/v1/audits/{audit_id}/report.pdf?view=store&lang={language}"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        answer = phone.fetch(path)
        if answer.status == 200:
            return answer.body
        if answer.status != 202:
            raise GaveUp(answer.body.decode(errors="replace"))
        demo.wait(0.3)
    raise GaveUp("the report was not made in time; does the worker run?")
