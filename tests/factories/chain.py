"""Named people in two chains: who a test speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import select

from auditapi.core import db
from auditapi.people import service as people
from auditapi.people.models import Organisation, Person, Role
from auditapi.stores.models import Region, RegionManager, Store, StoreManager

PASSWORD = "correct horse"


@dataclass
class Chain:
    """ada administrates, ana analyses at head office, ben manages region north, cleo audits,
    sam manages store N1. dan administrates another chain, where eve audits."""

    organisation: Organisation
    other: Organisation
    people: dict[str, Person]
    regions: dict[str, Region] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def as_(self, name: str) -> dict[str, str]:
        """Headers of a signed-in person; signs in at the first call."""
        if name not in self.tokens:
            self.tokens[name] = token_for(self.people[name])
        return {"Authorization": f"Bearer {self.tokens[name]}"}

    def posting_as(self, name: str) -> dict[str, str]:
        """`as_`, with a fresh Idempotency-Key."""
        return {**self.as_(name), "Idempotency-Key": str(uuid4())}


def token_for(person: Person) -> str:
    with db.transaction(person.organisation_id):
        return people._hand_out_token(person, "a test", 30).token


def _person(name: str, role: Role) -> Person:
    return people.add_person(
        name=f"{name.title()} Example", email=f"{name}@chain.example", role=role, code=name.upper()
    )


def make_chain() -> Chain:
    suffix = uuid4().hex[:8]
    other, dan, eve = _other_chain(suffix)
    with db.transaction():
        organisation, ada = people.create_organisation(
            f"chain-{suffix}",
            "The Chain",
            {"name": "Ada Example", "email": "ada@chain.example", "password": PASSWORD},
        )
        chain = Chain(organisation, other, {"ada": ada, "dan": dan, "eve": eve})
        chain.people["ana"] = _person("ana", Role.ANALYST)
        chain.people["ben"] = _person("ben", Role.REGIONAL_MANAGER)
        chain.people["cleo"] = _person("cleo", Role.AUDITOR)
        chain.people["cora"] = _person("cora", Role.AUDITOR)
        chain.people["sam"] = _person("sam", Role.STORE_MANAGER)
        _add_stores(chain)
    return chain


def as_it_was(made: Chain) -> Chain:
    """The same chain read anew, whatever an earlier test did to the objects; nobody signed in."""
    people: dict[str, Person] = {}
    organisations: list[Organisation] = []
    names = {person.id: name for name, person in made.people.items()}
    for organisation in (made.organisation, made.other):
        with db.transaction(organisation.id) as session:
            organisations += session.scalars(select(Organisation))
            people |= {names[row.id]: row for row in session.scalars(select(Person))}
            session.expunge_all()
    with db.transaction(made.organisation.id) as session:
        regions = {row.code: row for row in session.scalars(select(Region))}
        stores = {row.code: row for row in session.scalars(select(Store))}
        session.expunge_all()
    own, other = organisations
    return Chain(own, other, people, regions, stores)


def _other_chain(suffix: str) -> tuple[Organisation, Person, Person]:
    with db.transaction():
        other, dan = people.create_organisation(
            f"other-{suffix}",
            "Another Chain",
            {"name": "Dan Example", "email": "dan@other.example", "password": PASSWORD},
        )
        eve = people.add_person(
            name="Eve Example", email="eve@other.example", role=Role.AUDITOR, code="EVE"
        )
    return other, dan, eve


def _add_stores(chain: Chain) -> None:
    """north (with harbour below it) and south; N1, N2, H1 and S1."""
    session = db.session()
    north, south = Region(code="north", name="North"), Region(code="south", name="South")
    session.add_all([north, south])
    session.flush()
    harbour = Region(code="harbour", name="Harbour", parent_id=north.id)
    session.add(harbour)
    session.flush()
    chain.regions = {"north": north, "south": south, "harbour": harbour}
    for code, region in {"N1": north, "N2": north, "H1": harbour, "S1": south}.items():
        chain.stores[code] = add_store(code, region.id)
    session.add(RegionManager(region_id=north.id, person_id=chain.ben.id))
    session.add(StoreManager(store_id=chain.stores["N1"].id, person_id=chain.sam.id))
    session.flush()


def add_store(code: str, region_id: UUID) -> Store:
    store = Store(
        code=code,
        name=f"Store {code}",
        address="1 Example Street",
        region_id=region_id,
        latitude=37.5665,
        longitude=126.978,
        time_zone="Asia/Seoul",
        language="ko",
        attributes={"format": "super", "assisted_service": True, "dated_goods": True},
    )
    db.session().add(store)
    db.session().flush()
    return store
