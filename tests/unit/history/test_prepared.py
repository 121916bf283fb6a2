"""Prepared rows: what a row adds to its day, where its columns come from, and what is refused."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from adapters.lake import connect
from tenure.contracts import Available, Column, Files, Source
from tenure.errors import SpecError, UnknownNameError
from tenure.history import Events, Intervals, LookUp, cents, distinct_of, number, rows, whole
from tenure.history.prepared import events_schema, prepared_events, prepared_intervals, reads_of
from tenure.history.roll_up import definition, rolled_up

DAY, AT = date(2020, 1, 2), datetime(2020, 1, 1, 9)  # noqa: DTZ001 - the lake's times carry no zone


def source(name: str, event_time: str | None, **columns: type) -> Source:
    """A source of these columns, the first its key."""
    return Source(
        name=name,
        title=name,
        grain="one",
        key=(next(iter(columns)),),
        event_time=event_time,
        available=Available.FROM_FIRST_DAY if event_time is None else Available.END_OF_EVENT_DAY,
        columns=tuple(Column(column, kind, meaning="made up", nullable=True) for column, kind in columns.items()),
        reader=Files(pattern="{day}.csv"),
        owner="team:shop",
    )


INVOICES = source(
    "invoices", "at", line=str, customer_id=int, at=datetime, invoice=str, article=int, Price=float, Quantity=int, is_back=bool
)
ARTICLES = source("articles", None, article=int, kind=str, weight=float)
LOOK_UPS = {"articles": ARTICLES}


def purchases(**changed: object) -> Events:
    """Lines of invoices, some of goods that came back."""
    declared = {
        "values": {
            "spend": cents("Price * Quantity"),
            "toys": cents("price * quantity", where="kind = 'toy'"),
            "units": whole("quantity", unit="units"),
            "weight": number("quantity * weight", decimals=3, unit="kg"),
            "lines": rows(),
            "toy_lines": rows(where="kind = 'toy'"),
            "invoices": distinct_of("invoice"),
        },
        "sets": {"kind": "upper(kind)"},
        "look_ups": (LookUp("articles", on="article"),),
        "returns": "is_back",
    }
    return Events("invoices", noun="purchase", **(declared | changed))


def row(line: str, **changed: object) -> dict[str, object]:
    """A line of an invoice."""
    usual = {"customer_id": 7, "at": AT, "invoice": "a", "article": 1, "Price": 2.55, "Quantity": 2, "is_back": False}
    known = {"day": DAY, "available_at": datetime(2020, 1, 1, 23)}  # noqa: DTZ001 - the lake's times carry no zone
    return {"line": line} | usual | known | changed


LINES = (
    row("1"),
    row("2", article=2, Price=0.29, Quantity=1, invoice="b"),
    row("3", article=99, Price=1.0, Quantity=1),
    row("4", Quantity=-1, invoice="c", is_back=True),
    row("5", customer_id=None),
)
# Article 1 is listed twice, with two weights, of which one is taken, always the same; 99 is not listed.
LISTED = tuple(
    {"article": article, "kind": kind, "weight": weight}
    for article, kind, weight in ((1, "toy", 0.7), (1, "toy", 0.5), (2, "tea", 0.1))
)


def made(history: Events, lines=LINES, day: date = DAY) -> list[dict[str, object]]:
    """Its roll-up of one day."""
    connection = connect()
    schema = pa.schema(
        [*((c.name, c.arrow) for c in INVOICES.columns), ("day", pa.date32()), ("available_at", pa.timestamp("us"))]
    )
    connection.create_table("invoices", pa.Table.from_pylist(list(lines), schema=schema))
    connection.create_table("articles", pa.Table.from_pylist([each | {"day": DAY} for each in LISTED]))
    prepared = connection.sql(prepared_events(history, INVOICES, LOOK_UPS))
    assert dict(prepared.schema().items()).keys() == events_schema(history, INVOICES).keys()
    found = rolled_up(prepared, history, INVOICES, several=None, days=[day]).order_by("customer_id").to_pyarrow().to_pylist()
    return [
        {n: value for n, value in each.items() if n not in ("day", "active_on", "available_at", "told_before")} for each in found
    ]


def test_rows_of_a_day_add_up_to_whole_numbers():
    """What came back lowers sums and is no row, no member and no invoice; who is not listed counts; who is nobody does not."""
    assert made(purchases()) == [
        {
            "customer_id": "7",
            "n_rows": 3,
            "spend_cents": 510 + 29 + 100 - 255,
            "toys_cents": 510 - 255,
            "units": 2 + 1 + 1 - 1,
            "weight_kg": 1000 + 100 - 500,
            "lines": 3,
            "toy_lines": 1,
            "invoices": 2,
            "kind_set": ["TEA", "TOY"],
        }
    ]


def test_a_condition_keeps_rows_out_of_the_history():
    """A customer of whom no row is left has no day."""
    lines = (*LINES, row("6", customer_id=8, article=2))

    found = made(purchases(where="kind = 'toy'"), lines)

    assert [(each["customer_id"], each["n_rows"], each["spend_cents"], each["kind_set"]) for each in found] == [
        ("7", 1, 510 - 255, ["TOY"])
    ]


def test_a_history_without_values_counts_rows():
    """Nothing but a source and a noun is needed."""
    assert made(Events("invoices", noun="line")) == [{"customer_id": "7", "n_rows": 4}]


def test_lineage_names_source_and_look_up():
    """Whatever the case in which a column is written, and the conditions under which it counts."""
    found = reads_of(purchases(), INVOICES, LOOK_UPS)

    assert found["spend_cents"] == ("invoices.Price", "invoices.Quantity", "invoices.is_back")
    assert found["toys_cents"] == ("invoices.Price", "invoices.Quantity", "articles.kind", "invoices.is_back")
    assert found["kind_set"] == ("articles.kind", "invoices.is_back")
    assert found["active_on"] == ("invoices.at",)


def test_an_edited_declaration_is_another_definition():
    """A value's SQL, a condition, a name: days made by another are made again."""
    changes = ({}, {}, {"where": "quantity <> 0"}, {"returns": ""}, {"sets": {"sort": "upper(kind)"}})
    found = [definition(purchases(**changed), INVOICES, LOOK_UPS) for changed in changes]

    assert found[0] == found[1]
    assert len(set(found)) == len(found) - 1


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (purchases(where="Quantitty > 0"), "reads 'Quantitty', which is no column .* Did you mean 'Quantity'"),
        (purchases(look_ups=()), "'purchase' reads 'kind', which is no column"),
        (purchases(look_ups=(LookUp("articles", on="invoice"),)), "'purchase' reads 'invoice', which is no column"),
    ],
)
def test_a_column_that_nobody_has_is_refused_with_the_nearest(history, words):
    """Before anything is read."""
    with pytest.raises(UnknownNameError, match=words):
        prepared_events(history, INVOICES, LOOK_UPS)


def test_what_has_no_time_is_no_event_and_an_interval_needs_its_columns():
    """A list of articles is looked up, and is no history."""
    with pytest.raises(SpecError, match="'articles' has no event_time"):
        prepared_events(Events("articles", noun="article"), ARTICLES, {})
    with pytest.raises(UnknownNameError, match="reads 'until'"):
        prepared_intervals(Intervals("invoices", noun="stay", starts="at", ends="until"), INVOICES)
