"""Tables as companies have them that nobody here has seen: what is proposed of each shape, and what is said of it."""

from datetime import date

import pytest

from tenure.contracts import ROW
from tenure.contracts.readers import day_in, of_day
from tenure.contracts.source import GONE
from tenure.errors import SpecError
from tenure.proposing.asked import ask
from tenure.proposing.deliveries import Delivery, delivery_of
from tenure.proposing.echoes import EMPTY_BEFORE, KNOWN_AFTER
from tenure.proposing.guesses import propose
from tenure.proposing.looking import see
from tenure.proposing.meanings import plain_names
from tenure.proposing.proposal import Proposal
from tenure.proposing.roles import Named, attributes, never_read, unread
from tenure.proposing.shared import n_shared, reaches


def seen(header, *rows):
    """A table as it is seen."""
    return see([("\n".join([header, *rows]).encode(), "csv")])


def of_customers(**columns):
    """A table of 400 customers, a column each, made of the number of the row and whether the customer left."""
    rows = [[str(make(i, i % 4 == 0)) for make in columns.values()] for i in range(400)]
    return seen(",".join(columns), *(",".join(row) for row in rows))


def test_the_word_for_leaving_is_foreseen_before_others():
    """A flag of activity, of a card or of a loan is no outcome where a column says who left; a count is no id."""
    table = of_customers(
        RowNumber=lambda i, _: i + 1,
        CustomerId=lambda i, _: 15_600_000 + 7 * i,
        NumOfProducts=lambda i, _: 1 + i % 3,
        IsActiveMember=lambda i, _: i % 2,
        Tenure=lambda i, _: i % 11,
        Exited=lambda _, left: int(left),
        HasLoan=lambda i, _: i % 5 // 4,
    )

    roles = propose(table, Named())
    assert (roles.customer, roles.outcome, roles.outcome_value, roles.lasted, roles.unit) == (
        "CustomerId", "Exited", "1", "Tenure", "YEAR",
    )  # fmt: skip
    assert {"NumOfProducts", "IsActiveMember"} <= set(attributes(table, roles))
    assert "RowNumber" not in attributes(table, roles)


def test_ids_that_share_how_to_reach_somebody_are_counted():
    """A pair of accounts with one address; what a whole switchboard has tells of nobody, nor what is empty."""
    table = of_customers(
        customer_id=lambda i, _: f"K{i:05d}",
        email=lambda i, _: {7: "ann@shop.example", 8: "Ann@shop.example "}.get(i, f"{i}@shop.example" if i % 5 else ""),
        office_phone=lambda i, _: "040 100" if i < 40 else f"0171 {i}",
        Exited=lambda _, left: int(left),
    )

    assert [n_shared(table, "customer_id", column) for column in table.columns if reaches(column)] == [2, 0]


def test_columns_that_tell_the_outcome_are_left_out_and_named():
    """By what they hold: the outcome in other words, what is filled for those who left, a reason that only some of them gave."""
    table = of_customers(
        customer_id=lambda i, _: f"K{i:05d}",
        minutes=lambda i, left: i % 97 + 10 * left,
        closed_account=lambda _, left: int(left),
        reason=lambda i, left: ("price", "moved")[i // 4 % 2] if left else "",
        offer=lambda i, left: "kept" if left and i % 8 == 0 else "none",
        mood=lambda i, _: "ab"[i * 7919 % 97 % 2],
        ChurnScore=lambda i, _: i * 7919 % 97 % 10,
        Churn=lambda _, left: "Yes" if left else "No",
    )

    roles = propose(table, Named())
    assert set(roles.echoes) == {"closed_account", "reason", "offer", "ChurnScore"}
    assert {"minutes", "mood"} <= set(attributes(table, roles))


def test_a_word_among_numbers_stands_for_nothing_everywhere():
    """NA where all else is a number proves that NA is no word here; an id keeps its zeros, a fraction that few have is kept."""
    rows = [
        f"{i:05d},{'NA' if i % 9 == 0 else i},{'NA' if i % 50 == 0 else 'north'},{i % 5}{'.5' if i == 7 else ''}"
        for i in range(300)
    ]
    table = seen("card,minutes,area,calls", *rows)

    kinds = {c.name: (c.kind, round(c.empty, 2)) for c in table.columns}
    assert kinds == {"card": ("text", 0), "minutes": ("whole", 0.11), "area": ("text", 0.02), "calls": ("number", 0)}
    assert dict(table.nothing) == {"NA": ("minutes",)}
    several = seen(
        "n,m", *(f"{('?', 'na', '-')[i % 3] if i < 9 else i},{'?' if i < 9 else ('-', 'x')[i % 2]}" for i in range(90))
    )
    assert {c.name: c.kind for c in several.columns} == {"n": "whole", "m": "text"}
    assert set(several.nothing) == {"?", "na", "-"}
    words = seen("id,area", *(f"{i},{'NA' if i % 3 else 'EU'}" for i in range(60)))
    assert words.column("area").words == ("NA", "EU")


def test_rows_without_any_id_are_customers_by_their_place():
    """Where no column could name one; where one could, it is asked for."""
    rows = [f"{20 + i % 50},{('married', 'single')[i % 2]},{i % 28},no,{('no', 'yes')[i % 5 == 0]}" for i in range(200)]
    roles = propose(seen("age,marital,day,default,y", *rows), Named())
    assert (roles.customer, roles.outcome, roles.outcome_value) == (ROW, "y", "yes")

    codes = [f"A{i:06d},B{i:06d},{('no', 'yes')[i % 2]}" for i in range(100)]
    with pytest.raises(SpecError, match="It could be one or other"):
        propose(seen("one,other,left", *codes), Named())
    assert plain_names(["day", "Preis in €"]) == {"day": "its_day", "Preis in €": "preis_in"}


def panel(with_gone):
    """Forty subscribers of eight months below one another; each month one leaves."""
    return [
        f"S{i:05d},{2023 + m // 12}-{1 + m % 12:02d},{('basic', 'full')[i % 2]},{13 + i % 9}/01/2020"
        for m in range(8)
        for i in range(40)
        if not with_gone or i >= m
    ]


def test_tables_below_one_another_are_told_apart_by_their_month():
    """Each customer stands in each month until they leave; the day of entry is one for each, and those gone are foreseen."""
    table = seen("subscriber,month,plan,since", *panel(with_gone=True))
    roles = propose(table, Named())

    assert (roles.comes_again, roles.by, roles.time, roles.outcome) == (True, "month", "since", GONE)
    with pytest.raises(SpecError, match="no column says when each was"):
        propose(seen("subscriber,plan", *(f"S{i % 40:05d},basic" for i in range(200))), Named())


def test_what_tells_who_a_person_is_is_never_read_unless_it_is_asked_for():
    """A surname beside an id; an address of mail that is the id stays."""
    rows = [f"{10000 + i},Name{i},m{i}@example.org,{('no', 'yes')[i % 3 == 0]}" for i in range(90)]
    table = seen("CustomerId,Surname,email,churn", *rows)

    assert [c.name for c in never_read(table, propose(table, Named()))] == ["Surname", "email"]
    assert [c.name for c in never_read(table, propose(table, Named(customer="email")))] == ["Surname"]


def test_customers_whose_rows_are_gone_without_a_word_are_counted():
    """Beside those of whom a table says that they left: they are taken to have left, too."""
    rows = [
        f"S{i:05d},{2023 + m // 12}-{1 + m % 12:02d},{('basic', 'full')[i % 2]},{('active', 'cancelled')[i == m and i % 2]}"
        for m in range(8)
        for i in range(40)
        if i >= m
    ]
    roles = propose(seen("subscriber,month,plan,status", *rows), Named())

    # Each month one leaves; every other says so first. Of the last table nobody is gone yet.
    assert (roles.outcome_value, roles.n_vanished) == ("cancelled", 4)


def test_money_that_goes_both_ways_is_no_return():
    """On an account most rows lower it; a shop's few negative rows take something back."""
    rows = [
        f"{i},{1000000000 + i % 30},2022-0{1 + i % 9}-11 10:{i % 60:02d}:00,{-1 if i % 4 else 1}{i % 90}.50" for i in range(600)
    ]
    roles = propose(seen("trans_id,account_id,booked_at,amount", *rows), Named())

    assert (roles.customer, roles.time, roles.is_signed, roles.returns) == ("account_id", "booked_at", True, "")


def test_a_birthday_says_not_when():
    """And what began an account does."""
    rows = [
        f"{1000000000 + i},{1950 + i % 50}-01-0{1 + i % 9},2021-0{1 + i % 9}-01,{('no', 'yes')[i % 3 == 0]}" for i in range(90)
    ]
    table = seen("account_id,birth_date,opened_on,churn", *rows)

    assert propose(table, Named()).time == "opened_on"
    assert unread(table.column("birth_date")) == "held for audits"


def test_names_of_exports_in_other_languages_are_understood():
    """With years of two digits, whose order is that in which the days lie closest together."""
    rows = [f"{i % 40:06d};{9000 + i};{1 + i % 28:02d}/{1 + i % 9:02d}/24;{i % 3 + 1};{i % 9},50" for i in range(300)]
    table = seen("KundenNr;BelegNr;Datum;Menge;Betrag EUR", *rows)

    roles = propose(table, Named())
    assert (roles.customer, roles.time, roles.order, roles.amount) == ("KundenNr", "Datum", "BelegNr", "betrag_eur")
    assert table.column("Datum").times == ("%d/%m/%y",)


def test_a_file_of_a_month_is_of_its_last_day():
    """On other days there is none."""
    delivery = delivery_of([f"/exports/members_2023{m:02d}.csv" for m in range(1, 13)])

    assert (delivery.pattern, str(delivery.days[1])) == ("/exports/members_{day:%Y%m}.csv", "2023-02-28")
    assert day_in(delivery.pattern, "/exports/members_202302.csv") == delivery.days[1]
    assert of_day(delivery.pattern, delivery.days[1].replace(day=27)) == ""
    assert delivery.of_all == "/exports/members_*.csv"


def test_numbers_that_number_kinds_are_words_and_counts_are_not():
    """A city, a channel, a method: none is twice another. An age by its short name is read by no model."""
    table = of_customers(
        msno=lambda i, _: f"m{i:06d}",
        city=lambda i, _: 1 + i % 22,
        registered_via=lambda i, _: (3, 4, 7, 9, 13)[i % 5],
        payment_plan_days=lambda i, _: (7, 30, 90)[i % 3],
        bd=lambda i, _: 18 + i % 40,
        n_stores=lambda i, _: i % 7,
        churned=lambda _, left: int(left),
    )

    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "msno": "text", "city": "text", "registered_via": "text",
        "payment_plan_days": "whole", "bd": "whole", "n_stores": "whole", "churned": "whole",
    }  # fmt: skip
    assert "bd" not in attributes(table, propose(table, Named()))


@pytest.mark.parametrize(
    ("age", "bands"),
    [
        (lambda i: 18 + i % 40, {"low", "middle", "high"}),
        (lambda i: 0 if i % 2 else 18 + i % 40, {"low", "middle", "high"}),
        (lambda i: 18 + i % 37 if i % 4 == 0 else 0, {"low", "high"}),
    ],
)
def test_no_band_of_a_protected_number_is_empty(age, bands):
    """Where many say zero for nothing, the lowest band is theirs."""
    table = of_customers(msno=lambda i, _: f"m{i:06d}", age=lambda i, _: age(i), churned=lambda _, left: int(left))
    (group,) = _proposal(table).groups

    assert {band for (band,) in ask(table.rows, f"SELECT DISTINCT {group.sql} FROM it")} == bands


def _proposal(table):
    """A company that has this table."""
    day = date(2024, 1, 1)
    return Proposal(
        name="club", source="members", table=table, roles=propose(table, Named()), delivery=Delivery(pattern="/x.csv"),
        first_day=day, last_day=day, today=day,
    )  # fmt: skip


def test_what_may_be_known_too_late_is_left_out_or_asked_for():
    """How long a call took tells who agreed; another number that tells as much may be honest, so a person is asked."""
    columns = {
        "client_id": lambda i, _: f"K{i:05d}",
        "visits": lambda i, left: i * 7919 % 97 + 9 * left,
        "plan": lambda i, left: "abc"[(i * 31 + left) % 3],
        "subscribed": lambda _, left: "yes" if left else "no",
    }
    long = of_customers(duration=lambda i, left: i * 7919 % 97 + 60 * left, **columns)
    points = of_customers(points=lambda i, left: i * 7919 % 97 + 60 * left, **columns)

    assert propose(long, Named()).echoes == {"duration": KNOWN_AFTER}
    assert (propose(points, Named()).echoes, propose(points, Named()).doubtful) == ({}, ("points",))


def test_a_person_may_let_models_read_what_is_held_for_audits():
    """Where a held column would tell of the outcome it is said; what a person lets be read is read, and held no more."""
    columns = {
        "client_id": lambda i, _: f"K{i:05d}",
        "visits": lambda i, left: i * 7919 % 97 + 9 * left,
        "age": lambda i, left: 20 + i % 40 + 15 * left,
        "gender": lambda i, _: "fm"[i * 31 % 7 % 2],
        "churn": lambda _, left: int(left),
    }
    table = of_customers(**columns)
    roles, lifted = propose(table, Named()), propose(table.read(["Age"]), Named())

    assert (roles.missed, "age" in attributes(table, roles)) == (("age",), False)
    assert (lifted.missed, "age" in attributes(table.read(["Age"]), lifted)) == ((), True)


def test_what_is_empty_until_somebody_left_is_no_input():
    """Of a table that comes again all who are scored have none of it, so that no model could be trained on it."""
    rows = [
        f"K{i:04d},2024-{month:02d}-01,{'ab'[i % 2]},{('left,price', 'left,moved')[i % 2] if i < 9 * month else 'active,'}"
        for month in range(1, 7)
        for i in range(120)
    ]
    roles = propose(seen("customer_id,month,plan,status,why", *rows), Named())

    assert (roles.comes_again, roles.outcome, roles.outcome_value) == (True, "status", "left")
    assert roles.echoes == {"why": EMPTY_BEFORE}
