"""What a company's files propose, and that the written project is read, checked and told as one that a person wrote."""

import io
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from adapters.project_folders import read_folder
from cli.main import app
from tenure.consent.recorded import RECORDED
from tenure.contracts import Cumulative, PersonalData, Snapshots
from tenure.errors import SpecError
from tenure.outcomes import Kind
from tenure.proposing.deliveries import delivery_of, is_history
from tenure.proposing.guesses import propose
from tenure.proposing.looking import see
from tenure.proposing.meanings import is_id, personal, plain_name, words_of
from tenure.proposing.rhythm import window_for
from tenure.proposing.roles import Named
from tests.written_shop import FIRST_DAY, forgotten, write_exports


def table(text, ending="csv"):
    """A small table as it is seen."""
    return see([(text.encode(), ending)])


def kinds(seen):
    """The type of each column."""
    return {column.name: column.kind for column in seen.columns}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The folder that init writes for a shop's files."""
    place = tmp_path_factory.mktemp("shop")
    exports = write_exports(place / "exports")
    with forgotten("gift_shop"):
        told = CliRunner().invoke(app, ["init", str(place / "gift_shop"), "--from", str(exports), "--yes"])
        assert told.exit_code == 0, told.output
        yield place / "gift_shop", told.output, read_folder(place / "gift_shop")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("1", "2"), "whole"),
        (("1,50", "20,5"), "number"),
        (("1.000,50", "2,25"), "number"),
        (("2020-01-31", "2020-02-01"), "day"),
        (("31.01.2020 08:05", "01.02.2020 09:10"), "time"),
        (("true", "false"), "truth"),
        (("red", "1"), "text"),
        (("", ""), "text"),
    ],
)
def test_a_type_is_what_the_cells_prove(cells, kind):
    """However the file writes numbers and times."""
    assert kinds(table("one;other\n" + "".join(f"{cell};x\n" for cell in cells)))["one"] == kind


def test_ids_are_text_whatever_they_are_made_of():
    """An order's number is nothing to count with, and 17850.0 is what pandas writes of an id."""
    seen = table("InvoiceNo,customer_id,n_items\n1,17850.0,3\n2,17851.0,4\n")

    assert kinds(seen) == {"InvoiceNo": "text", "customer_id": "text", "n_items": "whole"}
    assert seen.rows["customer_id"].to_pylist() == ["17850", "17851"]


def test_parquet_and_json_lines_are_seen_alike():
    """A type that the file says itself is taken, but for ids."""
    rows = pa.table({"user_id": [1, 2], "paid": [1.5, 2.0], "at": pa.array([date(2020, 1, 1)] * 2)})
    buffer = io.BytesIO()
    pq.write_table(rows, buffer)

    assert kinds(see([(buffer.getvalue(), "parquet")])) == {"user_id": "text", "paid": "number", "at": "day"}
    lines = '{"user_id": 1, "paid": 1.5, "at": "2020-01-01"}\n{"user_id": 2, "paid": 2.25, "at": "2020-01-02"}\n'
    assert kinds(table(lines, "jsonl")) == {"user_id": "text", "paid": "number", "at": "day"}


@pytest.mark.parametrize(
    ("name", "words", "of_id", "level"),
    [
        ("CustomerID", ("customer", "id"), True, PersonalData.PSEUDONYM),
        ("customerid", ("customerid",), True, PersonalData.PSEUDONYM),
        ("SeniorCitizen", ("senior", "citizen"), False, PersonalData.PROTECTED),
        ("marital_status", ("marital", "status"), False, PersonalData.PROTECTED),
        ("E-mail", ("e", "mail"), False, PersonalData.PSEUDONYM),
        ("PhoneService", ("phone", "service"), False, PersonalData.BEHAVIOUR),
        ("product name", ("product", "name"), False, PersonalData.NONE),
        ("UnitPrice", ("unit", "price"), False, PersonalData.BEHAVIOUR),
    ],
)
def test_names_tell_ids_and_how_personal_a_column_is(name, words, of_id, level):
    """However they are spelled."""
    assert (words_of(name), is_id(name), personal(name)) == (words, of_id, level)


def test_a_name_that_no_column_can_have_is_made_plain():
    """And stays different from the others."""
    assert plain_name("Sold by", ()) == "sold_by"
    assert plain_name("2nd price", ("c_2_nd_price",)) == "c_2_nd_price_2"


def test_days_are_found_in_the_names_of_files():
    """With the weekdays and the single days that have none."""
    days = [date(2020, 1, d) for d in range(1, 32) if date(2020, 1, d).weekday() < 5 and d != 6]
    delivery = delivery_of([f"/exports/orders_{day:%Y%m%d}.csv.gz" for day in days])

    assert delivery.pattern == "/exports/orders_{day:%Y%m%d}.csv.gz"
    assert (delivery.weekdays, delivery.closed_on) == (("mon", "tue", "wed", "thu", "fri"), (date(2020, 1, 6),))
    assert delivery_of(["/exports/a.csv", "/exports/b.csv"]).pattern == "/exports/*.csv"
    assert is_history(date(2020, 1, 31), date(2020, 6, 1))
    assert not is_history(date(2020, 1, 31), date(2020, 2, 1))


def test_a_short_history_gets_a_shorter_window():
    """Rather than a model that can never be trained."""
    assert [window_for(n) for n in (365, 210, 200, 90)] == [28, 28, 14, 7]
    # Half of the returns fall into it, where the history has room for so long a window.
    assert [window_for(n, 40) for n in (365, 290, 200)] == [56, 28, 14]
    assert [window_for(730, usual) for usual in (3, 28, 29, 60, 200)] == [28, 28, 56, 91, 91]


def test_what_a_person_names_is_taken_and_checked():
    """With the nearest name that there is."""
    seen = table("who,when,paid\na,2020-01-01,1\na,2020-01-02,2\nb,2020-01-02,3\nb,2020-01-03,1\n")

    roles = propose(seen, Named(customer="who", amount="paid * 2"))
    assert (roles.customer, roles.time, roles.amount, roles.is_of_states) == ("who", "when", "paid * 2", False)
    with pytest.raises(SpecError, match="Which column names the customer"):
        propose(seen, Named())
    with pytest.raises(SpecError, match=r"no column 'piad'.*Did you mean 'paid'"):
        propose(seen, Named(customer="who", amount="piad * 2"))


def test_init_says_what_it_saw(shop):
    """In a few lines, none of which holds a customer's value."""
    _, told, _ = shop

    for words in ("none on Saturdays", "CustomerID is empty on 8%", "begins with C: returns", "Country", "semicolons"):
        assert words in told
    assert "SKU" not in told
    assert "France" not in told


def test_the_written_project_loads_and_says_what_was_seen(shop):
    """A source, a history, features and two models, with what is open on the card."""
    folder, _, declared = shop
    project = declared.project

    assert declared.findings == ()
    assert (project.name, project.first_day, project.last_day) == ("gift_shop", FIRST_DAY, date(2020, 4, 29))
    source, recorded = project.sources
    assert recorded.name == RECORDED
    assert source.column("customer_id").source_name == "CustomerID"
    assert source.column("amount").reads == ("Quantity", "UnitPrice")
    assert [each.name for each in source.set_aside] == ["guest"]
    assert not source.delivered.include(date(2020, 1, 4))
    (history,) = project.histories
    assert history.returns == "InvoiceNo LIKE 'C%'"
    assert {spec.kind for spec in project.models} == {Kind.PROPENSITY, Kind.SURVIVAL}
    assert {spec.protected for spec in project.models} == {("country",)}
    assert all(len(path.read_text().splitlines()) <= 40 for path in folder.rglob("*.py"))


def test_the_written_project_is_checked_and_its_newest_files_are_judged(shop, tmp_path, monkeypatch):
    """Nothing that cannot work; eight questions are open; guests are set aside and nothing is quarantined."""
    folder, _, _ = shop
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "none"))

    told = CliRunner().invoke(app, ["check", "--project", str(folder), "--sample", "--json"])

    assert told.exit_code == 0, told.output
    checked = json.loads(told.output)
    (sample,) = checked["sample"]
    assert (sample["batches"], sample["quarantined"], sample["withheld"], sample["set_aside"]) == (3, 0, {}, 3)
    said = " ".join(each["says"] for each in checked["findings"])
    assert "8 open: ownership, intended_use" in said
    assert "Trained as of 2020-04-30" in said
    assert not (tmp_path / "none").exists()


def test_a_folder_with_files_is_never_written_over(shop, tmp_path):
    """Whatever they are."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")

    refused = CliRunner().invoke(app, ["init", str(tmp_path / "mine"), "--from", str(tmp_path), "--yes"])

    assert "There are files at" in str(refused.exception)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_one_file_that_grows_is_cut_by_its_times(tmp_path):
    """Its days are those of its rows."""
    rows = "".join(f"{i % 9},2020-0{1 + i % 5}-1{i % 8} 2{i % 4}:00:00,{i}.50\n" for i in range(90))
    (tmp_path / "all.csv").write_text(f"user_id,at,paid\n{rows}")

    with forgotten("grows"):
        told = CliRunner().invoke(app, ["init", str(tmp_path / "grows"), "--from", str(tmp_path / "all.csv"), "--yes"])
        project = read_folder(tmp_path / "grows").project

    assert told.exit_code == 0, told.output
    assert project is not None
    assert isinstance(project.sources[0].reader, Cumulative)
    assert project.first_day.month == 1


def test_a_table_of_customers_without_dates_is_a_snapshot(tmp_path):
    """Foreseen is what became of them; what grows with the time that is foreseen is left out; who they are is held for audits."""
    rows = "".join(
        f"c{i},{'female' if i % 2 else 'male'},{i % 60 + 1},{(i % 60 + 1) * 20 + i % 3},{('basic', 'family')[i % 2]},"
        f"{'Yes' if i % 4 == 0 else 'No'}\n"
        for i in range(300)
    )
    (tmp_path / "subscribers.csv").write_text(f"customerID,gender,tenure,TotalCharges,Contract,Churn\n{rows}")
    asked = ["init", str(tmp_path / "telecom"), "--from", str(tmp_path / "subscribers.csv"), "--day", "2020-06-01", "--yes"]

    with forgotten("telecom"):
        told = CliRunner().invoke(app, asked)
        project = read_folder(tmp_path / "telecom").project

    assert told.exit_code == 0, told.output
    assert project is not None
    assert isinstance(project.sources[0].reader, Snapshots)
    assert (project.sources[0].reader.of, project.last_key) == (date(2020, 6, 1), date(2020, 6, 1))
    # Whoever has no outcome yet is scored, though everybody in this file has one.
    assert [c.name for c in project.sources[0].received_columns if c.nullable] == ["Churn"]
    assert list(project.histories[0].left_out) == ["tenure", "TotalCharges"]
    assert {spec.name: spec.kind for spec in project.models} == {"churn": Kind.PROPENSITY, "time_to_churn": Kind.SURVIVAL}
    assert all("Churn" not in feature.name for spec in project.models for feature in spec.inputs)
    assert [attribute.name for attribute in project.attributes] == ["gender"]


def test_a_person_is_asked_what_no_flag_says(shop, tmp_path):
    """An answer counts before a proposal; returns may be declined."""
    folder, _, _ = shop
    exports = folder.parent / "exports"
    asked = ["init", str(tmp_path / "asked"), "--from", str(exports), "--order", "InvoiceNo"]

    with forgotten("asked"):
        told = CliRunner().invoke(app, asked, input="\nInvoiceDate\nQuantity\nn\n")
        project = read_folder(tmp_path / "asked").project

    assert told.exit_code == 0, told.output
    assert "Which column names the customer? [CustomerID]" in told.output
    assert "Which names the order" not in told.output
    assert project is not None
    assert project.histories[0].returns == ""
    assert project.histories[0].values["spend"].of == "Quantity"


def test_tables_of_customers_that_come_again_foresee_a_change(tmp_path):
    """The day on which a customer entered is one for each; without a protected column the card says why groups lack."""
    for month in range(1, 13):
        rows = "".join(f"u{i},2019-0{1 + i % 9}-11,{'left' if i < 3 * month else 'active'}\n" for i in range(60))
        (tmp_path / f"members_2020-{month:02d}-28.csv").write_text(f"member_id,started_on,status\n{rows}")

    with forgotten("club"):
        told = CliRunner().invoke(
            app, ["init", str(tmp_path / "club"), "--from", f"{tmp_path}/*.csv", "--outcome", "status=left", "--yes"]
        )
        project = read_folder(tmp_path / "club").project

    assert told.exit_code == 0, told.output
    assert project is not None
    assert isinstance(project.sources[0].reader, Snapshots)
    assert (project.histories[0].entered, project.sources[0].volume.minimum) == ("started_on", 0)
    (left, time) = project.models
    assert (left.name, left.outcome_days, time.name, time.kind) == ("left_31d", 31, "time_to_left", Kind.SURVIVAL)
    assert left.snapshots.day_of_month == time.snapshots.day_of_month == 1
    assert {"protected_attributes", "group_results", "fairness"} <= set(left.narrative.statements)


def test_text_without_a_header_is_seen_by_its_places(tmp_path):
    """As the oldest of files come: blanks between columns, days as digits, no names."""
    rows = "".join(f" {1 + i % 30:05d} 1997{1 + i % 12:02d}{1 + i % 28:02d}  {i % 3}   {i}.25\n" for i in range(300))
    (tmp_path / "master.txt").write_text(rows)
    asked = ["--customer", "column_1", "--amount", "column_4", "--yes"]

    with forgotten("records"):
        told = CliRunner().invoke(app, ["init", str(tmp_path / "records"), "--from", str(tmp_path / "master.txt"), *asked])
        project = read_folder(tmp_path / "records").project

    assert told.exit_code == 0, told.output
    assert project is not None
    source, recorded = project.sources
    assert recorded.name == RECORDED
    assert (source.text.header, source.text.times, source.event_time) == (False, "%Y%m%d", "column_2")
    assert source.received_columns[0].name == "customer_id"
