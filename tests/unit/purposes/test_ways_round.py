"""Ways to let a model read a column that its purpose does not list: by SQL, by declaration, and by what a package says."""

from dataclasses import replace
from datetime import date

import ibis
import pyarrow as pa
import pytest

from provenance.purposes import SNAPSHOT, check_champion, check_inputs, check_label
from provenance.training_rows import _own
from tenure.conditions import AtMost
from tenure.errors import PurposeError, SpecError
from tenure.features import count, distinct, latest, recency, running, total
from tenure.history import Events, Intervals, LookUp, States, cents, distinct_of, rows
from tenure.misfits import misfits
from tenure.outcomes import any_of, becomes
from tenure.people import People, email
from tenure.populations import had, is_in
from tenure.project import Project
from tenure.purposes.reading import check_model, check_project
from tenure.scoring import ScoringFacts
from tenure.specs import Model
from tests.unit.purposes.small import ACCOUNTS, ORDERS, PRODUCTS, RETENTION, SHIPPING, column, company

BOUGHT = Events("orders", noun="order", values={"spend": cents("spend")})


def model(project: Project, **said: object) -> Project:
    """The company with one model."""
    features = said.pop("features", (recency(BOUGHT, cap_days=365),))
    outcome = said.pop("foresees", any_of(BOUGHT, within_days=7))
    whom = said.pop("population", had(BOUGHT, within_days=56))
    spec = Model(name="buys", owner="team:growth", population=whom, foresees=outcome, features=tuple(features), **said)
    found = {id(h): h for h in (*(f.rows.history for f in spec.inputs), *whom.histories, *outcome.histories)}
    return replace(project, models=(spec,), features=spec.inputs, histories=tuple(found.values()))


def events(**said: object) -> Events:
    """A history of orders that reads something more."""
    return Events("orders", noun="order", **said)


def with_column(source: str, name: str, sql: str, *listed: str) -> Project:
    """The company with a derived column, which its purpose lists."""
    sources = tuple(
        replace(one, columns=one.received_columns, derived={**_derived(one), name: sql}) if one.name == source else one
        for one in (ORDERS, PRODUCTS, ACCOUNTS)
    )
    purpose = replace(RETENTION, columns=(*RETENTION.columns, f"{source}.{name}", *listed))
    return company(sources=sources, purposes=(purpose,))


def _derived(source):
    return {column.name: column.derived_by for column in source.columns if column.derived_by and column.name != "is_gone"}


OF_EMAIL = events(values={"mail": distinct_of("email")})
OF_DOMAIN = events(sets={"domain": "split_part(email, '@', 2)"})
WHERE = events(where="email LIKE '%.org'")
RETURNS = events(values={"spend": cents("spend")}, returns="note = 'back'")
COUNTED = events(values={"org": rows(where="upper(EMAIL) LIKE '%.ORG'")})
SUPPLIED = events(sets={"supplier": "supplier"}, look_ups=(LookUp("products", on="product_id"),))
BY_NOTE = events(sets={"department": "department"}, look_ups=(LookUp("products", on="note"),))
HANDLE = events(sets={"handle": "handle"})
TWICE = events(sets={"twice": "twice_handle"})
LIVES = States("accounts", noun="account", attributes=("plan", "postcode"))
ENTERED = States("accounts", noun="account", attributes=("plan",), entered="since")
STAYS = Intervals("accounts", noun="stay", starts="since", ends="until")
NOTED_PRODUCTS = replace(PRODUCTS, columns=(*PRODUCTS.columns, column("note")))
MOVES = becomes(LIVES.postcode, "1000", within_days=7)
LONGER = replace(RETENTION, columns=tuple(f"{name}_all" if name == "orders.spend" else name for name in RETENTION.columns))
DECLARED = {
    "a count of different e-mails": model(company(), features=(total(OF_EMAIL.mail, last=28),)),
    "a set made of e-mails": model(company(), features=(distinct(OF_DOMAIN.domain, last=28),)),
    "a condition of the history": model(company(), features=(recency(WHERE, cap_days=365),)),
    "what is a return": model(company(), features=(recency(RETURNS, cap_days=365),)),
    "a condition of a value, in capitals": model(company(), features=(total(COUNTED.org, last=28),)),
    "a column that a look-up brings": model(company(), features=(distinct(SUPPLIED.supplier, last=28),)),
    "a look-up by a column that is not listed": model(
        company(sources=(ORDERS, NOTED_PRODUCTS, ACCOUNTS)), features=(distinct(BY_NOTE.department, last=28),)
    ),
    "a derived column that is not listed": model(company(), features=(distinct(HANDLE.handle, last=28),)),
    "a derived column that is listed, of one that is not": model(
        with_column("orders", "mail", "email"), features=(distinct(events(sets={"mail": "mail"}).mail, last=28),)
    ),
    "a derived column of a derived one": model(
        with_column("orders", "again", "twice_handle", "orders.twice_handle", "orders.handle"),
        features=(distinct(events(sets={"again": "again"}).again, last=28),),
    ),
    "a derived column of a derived one, unlisted": model(company(), features=(distinct(TWICE.twice, last=28),)),
    "an attribute": model(company(), features=(latest(LIVES.postcode),)),
    "an attribute that is kept beside the one that is read": model(company(), features=(latest(LIVES.plan),)),
    "since when somebody is here": model(company(), features=(latest(ENTERED.plan),)),
    "when an interval begins and ends": model(company(), features=(running(STAYS), count(STAYS, last=28))),
    "whom it scores": model(company(), population=is_in(LIVES.postcode, "1000")),
    "what it foresees": model(company(), foresees=MOVES, population=~is_in(LIVES.postcode, "1000")),
    "the key of a source": model(company(purposes=(replace(RETENTION, columns=RETENTION.columns[:1] + RETENTION.columns[2:]),))),
    "the customer's id": model(company(purposes=(replace(RETENTION, columns=RETENTION.columns[1:]),))),
    "a purpose that lists a longer name": model(company(purposes=(LONGER,)), features=(total(BOUGHT.spend, last=28),)),
}  # fmt: skip


@pytest.mark.parametrize("what", DECLARED)
def test_a_declaration_that_reads_what_the_purpose_does_not_list_is_found_at_loading(what: str) -> None:
    """It names the column, and the part of the folder that declares it."""
    found = [words for _, words in misfits(DECLARED[what])]

    assert any("tenure data propose" in words or "has no column" in words for words in found)


def test_a_model_of_one_purpose_does_not_read_what_another_lists() -> None:
    """Roll-ups and features are made for both; the model is held to its own."""
    both = model(company(purposes=(RETENTION, SHIPPING)), features=(distinct(OF_DOMAIN.domain, last=28),), purpose="retention")
    check_project(both)

    with pytest.raises(PurposeError, match=r"Model 'buys' reads orders\.email, which the purpose 'retention' does not list"):
        check_model(both, both.model("buys"))
    (shipping,) = replace(both, models=(replace(both.model("buys"), purpose="shipping"),)).models
    check_model(both, shipping)


def test_who_is_one_person_is_told_by_what_a_purpose_lists() -> None:
    """Linking ids is a use of an address; a purpose that no model has may be what it is for."""
    told = company(people=People(email("orders.email")))
    with pytest.raises(PurposeError, match=r"Who is one person is told by 'email', which reads orders\.email, which the purpose"):
        check_project(told)
    check_project(replace(told, purposes=(RETENTION, SHIPPING)))


@pytest.mark.slow
def test_a_feature_that_says_less_than_it_reads_is_found_by_its_sql() -> None:
    """Whoever writes a feature by hand says what it reads; the query says what it does."""
    true = latest(LIVES.postcode, name="where_it_lives")
    hidden = replace(true, reads=("validated/accounts.plan",))
    lying = model(
        company(purposes=(RETENTION, SHIPPING)), features=(hidden,), population=is_in(LIVES.plan, "a"), purpose="retention"
    )
    both = replace(lying, histories=(LIVES, BOUGHT))
    check_model(both, both.model("buys"))

    with pytest.raises(PurposeError, match=r"The inputs of model 'buys' read accounts\.postcode"):
        check_inputs(both, both.model("buys"))


def test_an_outcome_is_told_of_the_inputs_of_its_own_model_alone() -> None:
    """A snapshot holds what models of other purposes read, too."""
    both = model(company(purposes=(RETENTION, SHIPPING)), purpose="retention")
    spec = both.model("buys")
    row = {"day": [date(2020, 3, 1)], "customer_id": ["a"], "order_domain_28d": [1], "order_recency_days": [3]}
    population = pa.table(row)

    assert _own(population, spec) == ["day", "customer_id", "order_recency_days"]
    snapshot = ibis.table({"customer_id": "string", "order_domain_28d": "int64", "order_recency_days": "int64"}, name=SNAPSHOT)
    check_label(both, spec, snapshot.select("customer_id", event=snapshot.order_recency_days > 1))
    with pytest.raises(SpecError, match="cannot be told which columns it reads"):
        check_label(both, spec, snapshot.select("customer_id", event=snapshot.order_domain_28d > 0))


def facts(*names: str, population: str = "order_recency_days") -> ScoringFacts:
    """What a package says that it reads."""
    return ScoringFacts(
        project="small", model="buys", kind="propensity", feature_names=names, reasons=(), trained_as_of=date(2020, 3, 1),
        population=AtMost(column=population, limit=56), score_horizon_days=7, horizons_days=(), high_from=0.5, medium_from=0.2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (facts("order_recency_days", "order_domain_28d"), r"reads orders\.email"),
        (facts("order_recency_days", population="order_domain_28d"), r"reads orders\.email"),
        (facts("order_recency_days", "made_by_hand"), "reads made_by_hand, which features.py does not declare any more"),
    ],
)
def test_a_champion_is_held_to_the_purpose_by_what_its_package_reads(said: ScoringFacts, words: str) -> None:
    """Today's spec may read less than the package that was promoted."""
    domain = replace(distinct(OF_DOMAIN.domain, last=28), name="order_domain_28d")
    both = model(company(purposes=(RETENTION, SHIPPING)), purpose="retention")
    spec = both.model("buys")
    known = replace(both, features=(*spec.inputs, domain), histories=(BOUGHT, OF_DOMAIN))
    check_champion(known, spec, facts(*(feature.name for feature in spec.inputs)))

    with pytest.raises(PurposeError, match=words):
        check_champion(known, spec, said)


@pytest.mark.parametrize(
    ("purposes", "words"),
    [
        ((RETENTION, replace(RETENTION, name="words", basis=None, columns=(), categories=())), "says nothing of columns"),
        ((RETENTION, replace(RETENTION, why="twice")), "Two purposes"),
        ((replace(RETENTION, columns=("order.*",)), SHIPPING), "there is no source 'order'"),
        ((replace(RETENTION, columns=("orders.spent",)), SHIPPING), "has no column 'spent'"),
        ((RETENTION, SHIPPING), "names no purpose"),
    ],
)
def test_purposes_that_hold_nobody_to_anything_are_refused(purposes, words: str) -> None:
    """Words beside purposes that list columns, two of a name, columns that are not there, a model that names none."""
    found = [said for _, said in misfits(model(company(purposes=purposes)))]

    assert any(words in said for said in found)
