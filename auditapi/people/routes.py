"""Signing in, devices, people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, current_app, request

from auditapi.core.db import session
from auditapi.core.http import Api, Blueprint, answer
from auditapi.core.idempotency import once
from auditapi.core.problems import Problem
from auditapi.people import queries, rules, schemas, service
from auditapi.people.guard import actor, signed_in
from auditapi.people.models import Organisation, Person, Role
from auditapi.people.qr import app_address, qr_picture
from auditapi.people.service import SignedIn

blueprint = Blueprint("people", __name__, url_prefix="/api/v1", description="People and sign-ins")


@blueprint.route("/sessions", methods=["POST"])
@blueprint.arguments(schemas.SignInSchema)
@blueprint.response(201, schemas.SignedInSchema)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
def sign_in(given: dict[str, str]) -> Any:
    """Sign a device in with e-mail and password."""
    return _answer_sign_in(
        service.sign_in(
            **given,
            address=request.remote_addr or "unknown",
            days=current_app.config["TOKEN_DAYS"],
        )
    )


@blueprint.route("/sessions/by-code", methods=["POST"])
@blueprint.arguments(schemas.CodeSignInSchema)
@blueprint.response(201, schemas.SignedInSchema)
@blueprint.alt_response(401, "UNAUTHORIZED")
def sign_in_by_code(given: dict[str, str]) -> Any:
    """Sign a device in with a code that an administrator handed out; it works once."""
    return _answer_sign_in(service.sign_in_by_code(**given, days=current_app.config["TOKEN_DAYS"]))


def _answer_sign_in(outcome: SignedIn | Problem) -> Any:
    if isinstance(outcome, Problem):
        return answer(outcome)
    return {
        "token": outcome.token,
        "expires_at": outcome.row.expires_at,
        "person": _with_organisation(outcome.person, outcome.organisation),
    }


def _with_organisation(person: Person, organisation: Organisation) -> dict[str, Any]:
    fields = ("id", "name", "email", "code", "role", "language", "disabled_at")
    return {**{name: getattr(person, name) for name in fields}, "organisation": organisation}


@blueprint.route("/sessions", methods=["GET"])
@signed_in()
@blueprint.response(200, schemas.DevicesSchema)
def list_devices() -> Any:
    """My signed-in devices."""
    rows = session().scalars(queries.tokens_of(actor().person_id))
    return {"devices": [{**vars(row), "current": row.id == actor().token_id} for row in rows]}


@blueprint.route("/sessions/<uuid:token_id>", methods=["DELETE"])
@signed_in()
@blueprint.response(204)
@blueprint.alt_response(404, "NOT_FOUND")
def revoke_device(token_id: UUID) -> None:
    """Sign one device out: one of mine, or anybody's for an administrator (a lost phone)."""
    mine = None if actor().role is Role.ADMINISTRATOR else actor().person_id
    service.revoke(token_id, of=mine)


@blueprint.route("/sessions/current", methods=["DELETE"])
@signed_in(submit_only=True)
@blueprint.response(204)
def sign_out() -> None:
    """Sign this device out."""
    service.revoke(actor().token_id, of=actor().person_id)


@blueprint.route("/me")
@signed_in()
@blueprint.response(200, schemas.SignedInPersonSchema)
def me() -> Any:
    """Who I am here."""
    return _with_organisation(queries.person(actor().person_id), queries.organisation())


@blueprint.route("/people", methods=["GET"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.PeopleSchema)
def list_people() -> Any:
    """Everybody in the organisation."""
    return {"people": session().scalars(queries.people()).all()}


@blueprint.route("/people", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@once
@blueprint.arguments(schemas.NewPersonSchema)
@blueprint.response(201, schemas.PersonSchema)
@blueprint.alt_response(409, "CONFLICT")
def add_person(given: dict[str, Any]) -> Any:
    """Add a person."""
    return service.add_person(**given)


@blueprint.route("/people/<uuid:person_id>", methods=["PATCH"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.arguments(schemas.PersonChangesSchema)
@blueprint.response(200, schemas.PersonSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def change_person(given: dict[str, Any], person_id: UUID) -> Any:
    """Change a person, or disable one (work done before can still be sent, for 30 days)."""
    return service.change_person(queries.person(person_id), given)


@blueprint.route("/people/<uuid:person_id>/devices")
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.DevicesSchema)
@blueprint.alt_response(404, "NOT_FOUND")
def list_devices_of(person_id: UUID) -> Any:
    """A person's signed-in devices."""
    rows = session().scalars(queries.tokens_of(queries.person(person_id).id))
    return {"devices": [{**vars(row), "current": row.id == actor().token_id} for row in rows]}


@blueprint.route("/people/<uuid:person_id>/sign-in-code", methods=["POST"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(201, schemas.HandedOutCodeSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.alt_response(409, "CONFLICT")
def hand_out_code(person_id: UUID) -> Any:
    """A code by which this person signs in once, without a password: as text, and as a QR picture
    that the phone's camera opens the app with."""
    code = service.hand_out_code(queries.person(person_id), rules.CODE_MINUTES)
    address = app_address(current_app.config["SETTINGS"].public_url, code)
    return {
        "code": code,
        "expires_in_minutes": rules.CODE_MINUTES,
        "address": address,
        "picture": qr_picture(address),
    }


@blueprint.route("/organisation/phones", methods=["GET"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.response(200, schemas.PhoneSettingsSchema)
def read_phone_settings() -> Any:
    """What phones make of photos."""
    return queries.organisation()


@blueprint.route("/organisation/phones", methods=["PUT"])
@signed_in(Role.ADMINISTRATOR)
@blueprint.arguments(schemas.PhoneSettingsSchema)
@blueprint.response(200, schemas.PhoneSettingsSchema)
def change_phone_settings(given: dict[str, Any]) -> Any:
    """Say what phones are to make of photos; they learn of it when they synchronise."""
    service.change_organisation(given)
    return queries.organisation()


def init_app(_app: Flask, api: Api) -> None:
    api.register_blueprint(blueprint)
