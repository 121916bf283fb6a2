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
from tenure.purposes.reading import check_model, check_project, check_sql, declared
from tenure.scoring import ScoringFacts
from tenure.specs import Model
from tests.unit.purposes.small import ACCOUNTS, ORDERS, PRODUCTS, RETENTION, SHIPPING, column, company

BOUGHT = Events("orders", noun="order", values={"spend": cents("spend")})

# Each reads orders.email, products.supplier or accounts.postcode, or does not let anybody tell.
QUERIES = (
    "SELECT email FROM orders",
    "SELECT EMAIL FROM ORDERS",
    'SELECT "eMail" FROM "Orders"',
    "SELECT /* nothing */ email -- of note\nFROM orders",
    "SELECT o.email FROM orders o",
    "SELECT email AS spend FROM orders",
    "SELECT spend AS email, email AS spend FROM orders",
    "SELECT e FROM orders AS o(customer_id, spend, e)",
    "SELECT * FROM orders",
    "SELECT o.* FROM orders o",
    "FROM orders",
    "FROM orders SELECT email",
    "TABLE orders",
    "SELECT * EXCLUDE (note, handle, twice_handle) FROM orders",
    "SELECT * REPLACE (1 AS spend) FROM orders",
    "SELECT COLUMNS('e.*') FROM orders",
    "SELECT o.COLUMNS('e.*') FROM orders o",
    "SELECT * LIKE 'e%' FROM orders",
    "SELECT #6 FROM orders",
    "SELECT $1 FROM orders",
    "SELECT orders FROM orders",
    "SELECT to_json(o) FROM orders o",
    "SELECT (o).email FROM orders o",
    "SELECT o['email'] FROM orders o",
    "SELECT unnest(o) FROM orders o",
    "SELECT hash(o) FROM orders o",
    "SELECT struct_pack(spend := email) FROM orders",
    "SELECT s.spend FROM (SELECT struct_pack(spend := email) AS s FROM orders)",
    "SELECT handle FROM orders",
    "SELECT twice_handle FROM orders",
    "SELECT spend FROM orders WHERE email LIKE '%.org'",
    "SELECT spend FROM orders ORDER BY email",
    "SELECT count(*) FROM orders GROUP BY email",
    "SELECT sum(spend) FROM orders GROUP BY CUBE(spend, email)",
    "SELECT sum(spend) FROM orders HAVING max(email) > ''",
    "SELECT sum(spend) FILTER (WHERE email IS NULL) FROM orders",
    "SELECT CASE WHEN email IS NULL THEN spend END FROM orders",
    "SELECT arg_max(spend, email) FROM orders",
    "SELECT list(spend ORDER BY email) FROM orders",
    "SELECT DISTINCT ON (email) spend FROM orders",
    "SELECT row_number() OVER (PARTITION BY email) FROM orders",
    "SELECT sum(spend) OVER w FROM orders WINDOW w AS (PARTITION BY email)",
    "SELECT spend FROM orders QUALIFY row_number() OVER (ORDER BY email) = 1",
    "SELECT list_transform([1], x -> email) FROM orders",
    "SELECT email COLLATE NOCASE FROM orders",
    "WITH kept AS (SELECT * FROM orders) SELECT email FROM kept",
    "WITH orders AS (SELECT * FROM orders) SELECT email FROM orders",
    "WITH orders AS (SELECT 1 AS email) SELECT email FROM main.orders",
    "WITH RECURSIVE r AS (SELECT email FROM orders UNION ALL SELECT email FROM r) SELECT count(*) FROM r",
    "SELECT spend FROM (SELECT DISTINCT spend, email FROM orders)",
    "SELECT spend FROM (SELECT * FROM orders ORDER BY email LIMIT 1)",
    "SELECT spend FROM orders UNION SELECT email FROM orders",
    "SELECT spend, (SELECT max(supplier) FROM products) FROM orders",
    "SELECT spend FROM orders o WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.postcode = o.product_id)",
    "SELECT spend IN (SELECT length(postcode) FROM accounts) FROM orders",
    "SELECT spend FROM orders LIMIT (SELECT count(email) FROM orders)",
    "SELECT l.e FROM orders o, LATERAL (SELECT o.email AS e) l",
    "SELECT x FROM (VALUES ((SELECT max(email) FROM orders))) t(x)",
    "SELECT spend FROM orders o JOIN products p ON o.email = p.product_id",
    "SELECT spend FROM orders o ANTI JOIN products p ON p.supplier = o.product_id",
    "SELECT o.spend FROM orders o JOIN orders other USING (email)",
    "SELECT spend FROM orders NATURAL JOIN (SELECT email, 1 AS one FROM orders)",
    'SELECT postcode FROM "validated/accounts"',
    'SELECT v.email FROM "validated/orders" v',
    "PIVOT orders ON email USING sum(spend)",
    "SELECT * FROM orders PIVOT (sum(spend) FOR email IN ('a'))",
    "UNPIVOT orders ON email INTO NAME n VALUE v",
    "SUMMARIZE orders",
    "DESCRIBE orders",
    "SELECT * FROM query('SELECT email FROM orders')",
    "SELECT * FROM query_table('orders')",
    "SELECT * FROM read_parquet('lake/orders/*.parquet')",
    "SELECT * FROM 'lake/orders/part-0.parquet'",
    "SELECT * FROM duckdb_columns()",
    "SELECT * FROM information_schema.columns",
    "SELECT email FROM other.main.orders",
    "SELECT email FROM raw_orders",
    "SELECT spend FROM orders; SELECT email FROM orders",
    "CREATE VIEW kept AS SELECT email FROM orders",
    "COPY (SELECT email FROM orders) TO 'emails.csv'",
    "INSERT INTO kept SELECT email FROM orders",
    "EXECUTE prepared",
    "SELECT c4 FROM (SELECT * EXCLUDE (day, available_at) FROM orders) AS a(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)",
    "WITH a(c1, c2, c3, c4, c5, c6) AS (FROM orders) SELECT c5 FROM a",
    "WITH kept AS (SELECT o.* FROM orders o) SELECT c5 FROM kept AS a(c1, c2, c3, c4, c5, c6)",
    "SELECT plan FROM (SELECT 'x' AS customer_id, 'y' AS plan UNION ALL (SELECT * FROM accounts))",
    "SELECT spend FROM (SELECT spend, email AS z FROM orders ORDER BY ALL LIMIT 5)",
    "SELECT spend FROM (SELECT spend, email AS z FROM orders ORDER BY 2 LIMIT 5)",
    "SELECT spend FROM orders SEMI JOIN (SELECT email AS customer_id FROM orders) USING (customer_id)",
)
MAY = (
    "SELECT spend, large FROM orders WHERE at IS NOT NULL",
    "SELECT count(*) FROM orders",
    "WITH kept AS (SELECT * FROM orders) SELECT spend FROM kept",
    "SELECT spend FROM (SELECT spend, email FROM orders)",
    "SELECT sum(o.spend) FROM (SELECT rows.*, p.department FROM orders AS rows LEFT JOIN products AS p USING (product_id)) AS o",
    'SELECT plan, "day", available_at, is_gone FROM "validated/accounts"',
    "SELECT 'email' AS email FROM orders",
    "SELECT x FROM (SELECT spend, product_id FROM orders) AS a(x, y)",
    "SELECT plan FROM (SELECT customer_id, plan FROM accounts UNION ALL SELECT customer_id, product_id FROM orders)",
)


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_that_reads_what_no_purpose_lists_is_refused(text: str) -> None:
    """Before it runs, and in a sentence."""
    project = company()
    with pytest.raises(SpecError) as error:
        check_sql(project, declared(project), text, "It reads")

    assert str(error.value).endswith(".")


@pytest.mark.parametrize("text", MAY)
def test_a_query_of_listed_columns_runs(text: str) -> None:
    """Columns that an inner query has and nothing asks for are not read."""
    project = company()
    check_sql(project, declared(project), text, "It reads")


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
