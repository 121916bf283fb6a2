"""Which columns are replaced and in which form, what is refused, and what is left of rows in quarantine and of snapshots."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from adapters.pseudonym_map import PseudonymMap
from expectations.validate import validate
from tenure.contracts import Files, Snapshots, Source
from tenure.errors import SpecError
from tenure.history import Events, distinct_of, rows
from tenure.people import Likeness, People, email, given_name, phone, surname
from tenure.project import Project
from tenure.pseudonyms import Pseudonyms
from tenure.pseudonyms.fits import check_pseudonyms
from tenure.pseudonyms.hidden import Hiding, hidden_columns
from tenure.validation import Validation

KEY, NEXT = date(2020, 1, 2), date(2020, 1, 3)
COLUMNS = """
    customer_id=cust  text             pseudonym  customer
    email             text?            pseudonym  address
    mobile            text?            behaviour  number
    badge             text?            pseudonym  badge
    day_on            day              behaviour  day
    kind              text{a|b}?       behaviour  kind
    n                 whole[0..10]?    behaviour  how many
    note              text?            behaviour  note
"""
ACCOUNTS = Source(
    name="accounts",
    grain="one account",
    key=("customer_id", "day_on"),
    event_time="day_on",
    reader=Files(pattern="accounts/{day}.csv"),
    columns=COLUMNS,
    derived={"domain": "split_part(email, '@', 2)"},
    max_quarantine_share=1.0,
)
PEOPLE = People(email("accounts.email", plus_tags=False), phone("accounts.mobile", country="49"))
PROJECT = Project(
    name="shop",
    title="Shop",
    first_day=date(2020, 1, 1),
    last_day=None,
    known_as="cust",
    authors={},
    purposes=(),
    sources=(ACCOUNTS,),
    people=PEOPLE,
    pseudonyms=Pseudonyms(),
)
# A customer who is derived from another column.
_ID, DERIVED = "customer_id=cust", {"customer_id": "upper(cust)"}
HEAD = "cust;email;mobile;badge;day_on;kind;n;note"


@pytest.fixture
def found(tmp_path: Path) -> PseudonymMap:
    """An empty map."""
    made = PseudonymMap(tmp_path / "keys", "shop")
    made.make()
    return made


def judged(
    found: PseudonymMap, folder: Path, *rows: str, source: Source = ACCOUNTS, key: date = KEY, known: pa.Table | None = None
) -> Validation:
    """Rows of a batch, judged and replaced."""
    path = folder / f"{key}.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    hiding = Hiding(columns=hidden_columns(PROJECT, source), replace=found.given)
    return validate(source, {key: path}, first_key=KEY, first_day=PROJECT.first_day, known=known, hiding=hiding)


def test_equal_people_stay_equal_and_nobody_stays_nobody(found, tmp_path):
    """Addresses and numbers are brought to one form before they are replaced; what identifies nobody says so."""
    rows = judged(
        found,
        tmp_path,
        "A1;Ann+x@Post.org;0171 2345678;B1;2020-01-01;a;1;x",
        "A2; ann@post.org;+49 171 2345678;B1;2020-01-01;a;1;x",
        "A3;none@post.org;0000000;;2020-01-01;a;1;x",
    ).kept.to_pylist()

    for name in ("email", "mobile", "badge"):
        assert rows[0][name] == rows[1][name] != rows[2][name]
    assert rows[2]["email"].startswith("nobody-")
    assert rows[2]["mobile"].startswith("nobody-")
    assert rows[2]["badge"] is None
    assert found.meant(rows[0]["email"]) == ("identifier email", "ann@post.org")
    assert found.meant(rows[0]["customer_id"]) == ("customer", "A1")
    # As personal as the address that it is derived from.
    assert found.meant(rows[0]["domain"]) == ("column domain", "Post.org")
    assert [row["note"] for row in rows] == ["x", "x", "x"]


def test_of_a_quarantined_row_stays_what_cannot_be_an_id(found, tmp_path):
    """Cells in wrong places, cells that cannot be read, rows of another shape; a customer has the pseudonym of good rows."""
    result = judged(
        found,
        tmp_path,
        "A1;a@b.org;;;2020-01-01;a;1;x",
        "A1;a@b.org;;;2020-01-01;a;1;of A2",
        "A2;;;;A1;A1;99;A1",
        "A3;;;;2020-01-01;a;3;x;A1",
    )
    good, (twice, wrong, long) = result.kept.to_pylist()[0], result.quarantined.to_pylist()

    assert (twice["customer_id"], twice["email"]) == (good["customer_id"], good["email"])
    assert (twice["day_on"], twice["kind"], twice["n"]) == ("2020-01-01", "a", "1")
    assert found.meant(twice["note"]) == ("cell", "of A2")
    assert {found.meant(wrong[name]) for name in ("day_on", "kind", "note")} == {("cell", "A1")}
    assert found.meant(wrong["n"]) == ("cell", "99")
    assert all(found.meant(cell) for name, cell in long.items() if name not in ("day", "rules") and cell is not None)


def test_a_snapshot_is_compared_with_the_pseudonyms_of_the_one_before(found, tmp_path):
    """Who is there still says nothing new, who changed does, and who is gone ends."""
    source = replace(ACCOUNTS, key=("customer_id",), event_time=None, reader=Snapshots(pattern="accounts/{day}.csv"))
    rows = [f"{who};{who}@b.org;;;2020-01-01;a;1;x" for who in ("A1", "A2", "A3")]
    first = judged(found, tmp_path, *rows, source=source)
    changed = [rows[0], rows[1].replace("A2@", "A2new@")]
    second = judged(found, tmp_path, *changed, source=source, key=NEXT, known=first.kept)

    said = {found.meant(row["customer_id"])[1]: row["is_gone"] for row in second.kept.to_pylist()}
    assert first.kept.num_rows == 3
    assert said == {"A2": False, "A3": True}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": People(likely=Likeness(given_name("accounts.note"), surname("accounts.kind")))}, "by likeness"),
        ({"sources": (replace(ACCOUNTS, columns=COLUMNS.replace("badge             text?", "badge whole?")),)}, "badge of"),
        ({"people": People(email("accounts.email"), email("accounts.email", name="other"))}, "stands in two identifiers"),
        ({"sources": (replace(ACCOUNTS, columns=COLUMNS.replace(_ID, "cust"), derived=DERIVED),)}, "accounts derives"),
        ({"histories": (Events("accounts", noun="account", where="lower(email) LIKE '%@shop.de'"),)}, "computes with email"),
        ({"histories": (Events("accounts", noun="account", values={"b": rows(where="badge = 'B1'")}),)}, "computes with badge"),
    ],
)
def test_what_cannot_be_replaced_is_refused(changes, words):
    """In words that name it; without the declaration all of it is allowed."""
    with pytest.raises(SpecError, match=words):
        check_pseudonyms(replace(PROJECT, **changes))
    check_pseudonyms(replace(PROJECT, **changes, pseudonyms=None))


def test_a_history_may_count_what_is_replaced_and_ask_whether_it_is_there():
    """A column as it is, and null or not: equal stays equal."""
    badges = {"badges": distinct_of("badge", where="email IS NOT NULL AND n > 1")}
    history = Events("accounts", noun="account", values=badges, sets={"badge": "badge"}, where="badge is not null")

    check_pseudonyms(replace(PROJECT, histories=(history,)))


def test_without_the_declaration_nothing_is_replaced():
    """No column, and identifiers are read as they were."""
    plain = replace(PROJECT, people=PEOPLE, pseudonyms=None)

    assert hidden_columns(plain, ACCOUNTS) == ()
    assert not any(each.is_hidden for each in plain.people.identifiers)
    assert {one.column for one in hidden_columns(PROJECT, ACCOUNTS)} == {"customer_id", "email", "mobile", "badge", "domain"}
