"""For how long data are kept, as it is signed; what does not end by days, and inputs that look back further."""

from dataclasses import replace
from datetime import date

from tenure.features import active_days, recency
from tenure.history import Events, LookUp, States
from tenure.outcomes import none_of
from tenure.populations import had
from tenure.purposes.declaration import DataKind, of_purpose, of_source
from tenure.purposes.kept import Kept, kept_by, kept_for_less, lasting, look_further, names_days
from tenure.specs import Model
from tests.unit.purposes.small import ACCOUNTS, ORDERS, PRODUCTS, RETENTION, company

ORDERED = Events("orders", noun="order", look_ups=(LookUp("products", on="product_id"),))
HELD = States("accounts", noun="account", attributes=("plan",))


def test_the_number_of_days_is_read_from_what_people_signed():
    """A day, many days, or none."""
    assert kept_by(of_source(replace(ORDERS, kept_days=1))) == Kept(kind=DataKind.SOURCE, name="orders", days=1)
    assert kept_by(of_purpose(replace(RETENTION, kept_days=730), None)) == Kept(kind=DataKind.PURPOSE, name="retention", days=730)
    assert kept_by(of_source(ORDERS)) is None
    assert kept_by(of_purpose(RETENTION, None)) is None


def test_a_day_is_kept_for_all_of_its_days():
    """Of thirty days, the thirtieth before today is the first that is kept."""
    assert Kept(kind=DataKind.SOURCE, name="orders", days=30).ended_before(date(2020, 3, 31)) == date(2020, 3, 1)


def test_only_a_company_that_names_days_is_looked_at():
    """Of a source or of a purpose."""
    assert not names_days(company())
    assert names_days(company(sources=(replace(ORDERS, kept_days=3), PRODUCTS, ACCOUNTS)))
    assert names_days(company(purposes=(replace(RETENTION, kept_days=3),)))


def test_what_holds_until_another_is_told_does_not_end_by_days():
    """Whole tables, states, and what is looked up; events do."""
    assert set(lasting(company(histories=(ORDERED, HELD)))) == {"accounts", "products"}


def test_inputs_that_look_back_further_than_their_source_is_kept_are_told():
    """By their windows, or all of it; one that is cut where nothing is known is as far as its cut."""
    inputs = (*active_days(ORDERED, last=(7, 91)), recency(ORDERED, cap_days=30), recency(ORDERED, cap_days=None, name="ever"))
    spec = Model(
        name="buys",
        owner="team:growth",
        purpose="retention",
        population=had(ORDERED, within_days=28),
        foresees=none_of(ORDERED, within_days=28),
        features=inputs,
    )
    project = company(sources=(replace(ORDERS, kept_days=30), PRODUCTS, ACCOUNTS), histories=(ORDERED,))
    ((kept, further),) = look_further(project, spec)
    assert [one.name for one in kept_for_less(project, spec, 31)] == ["orders"]
    assert list(kept_for_less(project, spec, 30)) == []

    assert kept.days == 30
    assert further == ("order_days_91d (91 days)", "ever (all of it)")
