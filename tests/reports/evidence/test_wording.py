"""The words of /verify: whole in each language."""

from __future__ import annotations

from string import Formatter

import pytest

from auditapi.reports.evidence.wording import LANGUAGES, WORDING


def slots(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_slots(language: str) -> None:
    said, english = WORDING[language], WORDING["en"]
    assert set(said) == set(english)
    assert {key: slots(said[key]) for key in said} == {key: slots(english[key]) for key in said}
    assert all(sentence.strip() for sentence in said.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_proven_is_said_as_fully_as_what_is(language: str) -> None:
    said = WORDING[language]
    assert len(said["not_proven_more"]) > len(said["proven_more"]) / 2
