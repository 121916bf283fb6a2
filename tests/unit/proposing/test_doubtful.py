"""What the cells of a company's files do not prove is asked, or said; and what is taken is written down, for every later file."""

import pytest
from typer.testing import CliRunner

from adapters.project_folders import read_folder
from cli.main import app
from tenure.errors import SourceError, SpecError
from tenure.proposing.deliveries import delivery_of
from tenure.proposing.guesses import propose
from tenure.proposing.looking import see
from tenure.proposing.roles import Named
from tenure.proposing.told import seen_in_words
from tests.written_shop import forgotten


def table(*cells):
    """A table with one column of days."""
    return see([("\n".join(["place,bought_on", *(f"{i},{cell}" for i, cell in enumerate(cells))]).encode(), "csv")])


@pytest.mark.parametrize(
    ("cells", "form", "why"),
    [
        (("01/12/2010 08:26", "02/12/2010 09:00"), "%d/%m/%Y %H:%M", "no number says which is the day and which the month"),
        (("12/01/2010", "12/02/2010"), "%m/%d/%Y", "no number says which is the day and which the month"),
        (("1.2.2010", "2.2.2010"), "%d.%m.%Y", "no number says which is the day and which the month"),
        (("13/12/10", "14/12/10"), "%d/%m/%y", "years have two digits"),
        (("12/13/10 8:26 AM", "12/14/10 12:26 PM"), "%m/%d/%y %I:%M %p", "years have two digits"),
        (("13/12/2010", "02/12/2010"), "%d/%m/%Y", ""),
    ],
)
def test_the_order_of_day_and_month_is_proposed_and_said(cells, form, why):
    """That in which days lie closest together; what the cells prove is no more than said."""
    seen = table(*cells)
    column = seen.column("bought_on")

    (told,) = [line for line in seen_in_words(seen, delivery_of(["a.csv"]), n_files=1, n_read=1) if "is written as" in line]
    assert (column.times, column.doubt) == ((form,), why)
    assert (f", as far as can be told: {why}" in told) == bool(why)


@pytest.mark.parametrize(
    ("rows", "signs"),
    [
        (("2,55;1.000;a", "3,10;2.500;b"), (",", ".")),
        (("2,55;7;a", "3,10;8;b"), (",", ".")),
        (("1,000.00;7;a", "3.10;8;b"), (".", ",")),
        (("2.55;7;a", "3.10;8;b"), ("", "")),
        (("2.55;2,5;a", "3.10;3,5;b"), ("", "")),
    ],
)
def test_the_signs_of_numbers_are_those_of_the_whole_file(rows, signs):
    """What one column proves is so in the others: 1.000 beside 2,55 is a thousand."""
    seen = see([("\n".join(["paid;items;what", *rows]).encode(), "csv")])

    assert (seen.decimal, seen.thousands) == signs
    assert seen.rows["items"].to_pylist()[0] == (1000 if rows[0].startswith("2,55;1") else 2.5 if "2,5;" in rows[0][4:] else 7)


def test_a_person_says_how_days_are_written_and_every_later_file_is_read_so(tmp_path):
    """Of files of one day each, none of which could say it; with the signs of their numbers."""
    for day in range(1, 13):
        rows = "".join(f"I{day}{i};C{i % 9};{day:02d}/03/2020 1{i % 10}:00;1.{i:03d},50\n" for i in range(30))
        (tmp_path / f"sales_2020-03-{day:02d}.csv").write_text("invoice_no;customer_id;bought_at;amount\n" + rows)

    with forgotten("gifts"):
        asked = ["init", str(tmp_path / "gifts"), "--from", f"{tmp_path}/*.csv", "--order", "", "--amount", "amount"]
        told = CliRunner().invoke(app, asked, input="%d/%m/%Y %H:%M\n\n\n")
        project = read_folder(tmp_path / "gifts").project

    assert told.exit_code == 0, told.output
    assert "bought_at can be read in several ways. How is it written? [%d/%m/%Y %H:%M]" in told.output
    text = project.sources[0].text
    assert (text.formats, text.decimal, text.thousands) == (("%d/%m/%Y %H:%M",), ",", ".")


def test_what_is_no_table_is_refused_by_init_in_words(tmp_path):
    """And nothing is written."""
    (tmp_path / "orders.csv").write_bytes(b"<!DOCTYPE html><html>Sign in</html>")

    refused = CliRunner().invoke(app, ["init", str(tmp_path / "gifts"), "--from", str(tmp_path / "orders.csv"), "--yes"])

    assert isinstance(refused.exception, SourceError)
    assert "found a web page (HTML)" in str(refused.exception)
    assert not (tmp_path / "gifts").exists()


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("129119196{}", "Not read as times: bought_at, such as 9999999999: a count since 1970? Declare the column as whole"),
        ("2020-01-1{} 10:00:00 CET", "an abbreviation stands for several zones"),
        ("1{}. Dezember 2010", "names of months are read in English alone"),
    ],
)
def test_a_column_that_nearly_says_when_is_named(cell, words):
    """With how it looks and what to do, where no other column says it."""
    rows = [f"I{i},C{i % 7},{cell.format(i % 9)},{i % 5}.50" for i in range(300)]

    with pytest.raises(SpecError, match="no column says when each was") as refused:
        propose(see([("\n".join(["invoice_id,customer_id,bought_at,amount", *rows]).encode(), "csv")]), Named())

    assert words in str(refused.value)
