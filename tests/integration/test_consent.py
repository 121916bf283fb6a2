"""Consent from what people said to scores: who is scored, what a delivered day stands on, what comes of words that come late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from provenance.answer import answer
from provenance.consent_at_scoring import counts_of
from provenance.delivered import open_day
from provenance.outdated import outdated_days
from provenance.replay import replay
from provenance.signed_scores import check_signed
from tenure.consent.rule import State
from tenure.purposes import Basis
from tests.consenting import ConsentingOffice
from tests.office import DAY, MODEL, Office

NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=2)
LONG_AGO = DAY - timedelta(days=20)


@pytest.fixture
def asking(office: Office) -> ConsentingOffice:
    """Everybody but the first three has consented; who is scored without it is nobody."""
    made = ConsentingOffice(office.home, office.now)
    made.hear("yes", made.customers[3:], on=LONG_AGO)
    return made


def scored(office: ConsentingOffice, day=NEXT):
    """The customers who were scored."""
    return set(open_day(office.workplace, office.workplace.project.model(MODEL), day).rows["customer_id"].to_pylist())


def test_who_has_not_consented_or_withdrew_is_not_scored(asking):
    """No record is no consent; a withdrawal counts from the next day, and each row says under which consent it was made."""
    asking.hear("no", asking.customers[3:5], on=DAY)
    asking.score(NEXT)
    rows = open_day(asking.workplace, asking.workplace.project.model(MODEL), NEXT).rows

    assert not scored(asking) & set(asking.customers[:5])
    assert set(rows["consent"].to_pylist()) == {f"given {LONG_AGO}T12:00:00Z"}
    counts = counts_of(asking.workplace, asking.workplace.project.model(MODEL), NEXT)
    assert counts[State.NONE] == 3
    assert counts[State.WITHDRAWN] == 2
    assert counts[State.GIVEN] == rows.num_rows


def test_a_delivered_day_stands_as_it_was_delivered_whatever_is_said_later(asking):
    """Made again to the bit under the consent of then, traced with whether it still stands, and not out of date."""
    asking.score(NEXT)
    asking.hear("stop", asking.customers[5:6], on=NEXT)
    place, spec = asking.workplace, asking.workplace.project.model(MODEL)
    again, told = replay(place, spec, NEXT), answer(place, MODEL, asking.customers[5], NEXT).trace

    assert again.is_equal, again.differences
    assert check_signed(open_day(place, spec, NEXT))
    assert outdated_days(place, spec, NEXT) == ()
    assert [step.title for step in told.steps if not step.verified] == []
    (consent,) = (step for step in told.steps if step.title == "Consent")
    assert f"given {LONG_AGO}" in consent.words
    assert "objected since" in consent.words


def test_an_objection_counts_at_the_next_run_also_of_a_day_before_it(asking):
    """The same day made again after it, and a day that is scored late, leave out who is out by now: the stricter of both."""
    asking.score(NEXT)
    before = scored(asking)
    asking.hear("stop", asking.customers[5:7], on=NEXT)
    asking.score(NEXT)
    asking.score(LATER)

    assert before - scored(asking) == set(asking.customers[5:7])
    assert not scored(asking, LATER) & set(asking.customers[5:7])
    assert replay(asking.workplace, asking.workplace.project.model(MODEL), NEXT).is_equal


def test_consent_that_came_later_scores_no_day_before_it(asking):
    """Who consents afterwards had not then, however late the day is scored."""
    asking.hear("yes", asking.customers[:3], on=NEXT)
    asking.score(NEXT)
    asking.score(LATER)

    assert not scored(asking) & set(asking.customers[:3])
    assert set(asking.customers[:3]) <= scored(asking, LATER)


def test_a_backdated_withdrawal_takes_effect_from_when_it_is_known(asking):
    """What was done before it was known stands; a batch of that day that comes late makes its scores out of date."""
    asking.score(NEXT)
    asking.hear("no", asking.customers[7:8], on=LONG_AGO + timedelta(days=1), known_on=LATER)

    assert asking.customers[7] in scored(asking)
    asking.score(LATER)
    assert asking.customers[7] not in scored(asking, LATER)
    spec = asking.workplace.project.model(MODEL)
    asking.hear("no", asking.customers[8:9], on=LONG_AGO)
    assert NEXT in outdated_days(asking.workplace, spec, NEXT)


def test_days_from_before_consents_were_declared_read_on(asking):
    """They have no such column, are made again to the bit, and are not out of date."""
    spec = asking.workplace.project.model(MODEL)
    asking.score(NEXT)

    assert "consent" not in open_day(asking.workplace, spec, DAY).rows.column_names
    assert replay(asking.workplace, spec, DAY).is_equal
    assert outdated_days(asking.workplace, spec, DAY) == ()


def test_on_another_basis_only_an_objection_leaves_somebody_out(asking):
    """Legitimate interests ask nobody for consent; a withdrawal of what was not needed changes nothing."""
    here = replace(asking, basis=Basis.LEGITIMATE_INTERESTS)
    here.hear("no", here.customers[3:4], on=DAY)
    here.hear("stop", here.customers[4:5], on=DAY)
    here.score(NEXT)
    rows = open_day(here.workplace, here.workplace.project.model(MODEL), NEXT).rows

    assert set(here.customers[:4]) <= scored(here)
    assert here.customers[4] not in scored(here)
    assert set(rows["consent"].to_pylist()) == {"no objection"}
