"""Tables of several kinds at once: what joins them, by which of them is foreseen, and what is left out by name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from adapters.project_folders import read_folder
from adapters.settings import load_settings
from cli.main import app
from provenance.checking import check_folder
from tenure.errors import SpecError
from tenure.history import Events, States
from tenure.proposing.asked import rows_where
from tenure.proposing.guesses import propose
from tenure.proposing.kinds import Kind, joined, tells_consent
from tenure.proposing.looking import see
from tenure.proposing.parts import part_of
from tenure.proposing.rhythm import rhythm_of
from tenure.proposing.roles import Named, attributes
from tenure.proposing.several import WRITTEN_LATER, several
from tests.written_shop import forgotten

DAY = date(2023, 1, 1)


def kind(called, header, rows):
    """A table as it is seen, called by its file."""
    return Kind(called=called, table=see([("\n".join([header, *rows]).encode(), "csv")]))


def accounts(header="id;district;frequency;date", n=60, left=lambda _: ""):
    """Accounts, each with an id, where it is, and since when it is one."""
    return kind(
        "account.csv",
        header,
        [f"{100 + i};{i % 7};{('monthly', 'weekly')[i % 2]};9301{1 + i % 28:02d}{left(i)}" for i in range(n)],
    )


def moves(n=60, until=lambda _: 12):
    """What moved on the accounts: one row a month, until an account's last."""
    rows = [
        f"{i * 12 + m};{100 + i};93{m + 1:02d}{1 + i % 28:02d};{('PRIJEM', 'VYDAJ')[(i + m) % 2]};{10 + i}.5;{1000 + m}.25"
        for m in range(12)
        for i in range(n)
        if m < until(i)
    ]
    return kind("trans.csv", "trans_id;account_id;date;type;amount;balance", rows)


def roles_of(*kinds, **named):
    """What is proposed of tables, by the names of their files, and of which of them models foresee."""
    said = Named(**named)
    found = several(kinds, joined(kinds, said.customer), said)
    return {kinds[place].called: its for place, its in found.roles.items()}, kinds[found.foreseen].called, found.stopped


def test_a_table_of_which_a_model_may_read_nothing_is_left_out():
    """As of consents, which tell of the day on which they were written; a history without columns could not be declared."""
    consents = kind("consents.csv", "id;given", [f"{100 + i};{('yes', 'no')[i % 3 == 0]}" for i in range(60)])
    kinds = [accounts(), moves(), consents]
    found = several(kinds, joined(kinds, None), Named())

    assert found.left == (2,)
    assert [tells_consent(each) for each in kinds] == [False, False, True]
    assert sorted(found.roles) == [0, 1]


def test_tables_are_joined_by_the_ids_that_they_hold():
    """Whatever their columns are called; days run together are days, and money goes the way that a column says."""
    roles, foreseen, _ = roles_of(accounts(), moves())
    account, trans = roles["account.csv"], roles["trans.csv"]

    assert foreseen == "trans.csv"
    assert (trans.customer, trans.time, trans.amount, trans.direction, trans.balance) == (
        "account_id", "date", "amount", "type", "balance",
    )  # fmt: skip
    assert (account.customer, account.time, account.outcome) == ("id", "date", "")


def test_what_a_table_tells_of_the_day_it_was_written_is_no_input_of_earlier_days():
    """A status, a flag of leaving: foreseen is what happens, and they are left out with the reason."""
    table = accounts("id;district;frequency;date;status", left=lambda i: ";open" if i % 3 else ";closed")
    roles, _, _ = roles_of(table, moves())

    assert roles["account.csv"].echoes == {"status": WRITTEN_LATER}
    assert "frequency" in attributes(table.table, roles["account.csv"])


@pytest.mark.parametrize(("until", "foreseen"), [(lambda _: 12, "account.csv"), (lambda i: 12 if i % 3 else 4, "trans.csv")])
def test_who_left_is_foreseen_unless_they_merely_stopped(until, foreseen):
    """Where all who left did nothing for long, their silence tells all: foreseen is then who falls silent."""
    table = accounts("id;district;frequency;date;churned", left=lambda i: f";{int(i % 3 == 0)}")
    roles, found, stopped = roles_of(table, moves(until=until))

    assert (found, stopped) == (foreseen, "" if foreseen == "account.csv" else "churned")
    assert roles["account.csv"].outcome == ("churned" if foreseen == "account.csv" else "")
    assert roles_of(table, moves(until=until), outcome="churned=1")[1] == "account.csv"
    assert roles_of(table, moves(until=until), outcome="")[1] == "trans.csv"
    with pytest.raises(SpecError, match="Did you mean 'churned'"):
        roles_of(table, moves(until=until), outcome="churnd=1")


def test_numbers_that_are_counted_up_join_nothing_whose_name_says_otherwise():
    """Clients one to sixty are not accounts one to sixty; a table that joins nothing is left out by name."""
    clients = kind("client.csv", "client_id,birth_number", [f"{100 + i},{700101 + i}" for i in range(60)])
    found = joined([accounts(), clients, moves()])

    assert found.customers == {2: "account_id", 0: "id"}
    assert "no column holds the customers of account_id of trans.csv" in found.left[1]
    with pytest.raises(SpecError, match="no column of one holds the customers of another"):
        joined([clients, moves()])


def test_a_company_of_two_tables_is_written_and_checked(tmp_path):
    """Both become sources and histories, features are made of both, and nothing cannot work, whatever digits names hold."""
    exports = tmp_path / "exports"
    exports.mkdir()
    clients = [f"C{i:04d},{('north', 'south')[i % 2]},{600 + i},{20 + i},{('no', 'yes')[i % 2]}" for i in range(40)]
    (exports / "clients.csv").write_text("\n".join(["client_no,region,credit_score,age_hh1,closed2", *clients]))
    rows = [f"C{(d * 7 + i) % 40:04d},{DAY + timedelta(days=d)},{5 + i}.25" for d in range(260) for i in range(5)]
    (exports / "payments_q3.csv").write_text("\n".join(["client,paid_on,amount", *rows]))
    (exports / "branches.csv").write_text("branch,town\n" + "".join(f"B{i},T{i}\n" for i in range(9)))

    with forgotten("twotables"):
        told = CliRunner().invoke(app, ["init", str(tmp_path / "twotables"), "--from", str(exports), "--yes"])
        assert told.exit_code == 0, told.output
        checked = check_folder(tmp_path / "twotables", load_settings())
        project = read_folder(tmp_path / "twotables").project

    assert "client_no of clients.csv holds the same customers as client of payments_q3.csv." in told.output
    assert "Left out, branches.csv" in told.output
    assert [str(each.in_words) for each in checked.faults] == []
    assert project is not None
    assert [type(history) for history in project.histories] == [Events, States]
    named = {feature.name for feature in project.features}
    assert {"region", "credit_score"} <= named
    assert any(name.startswith("spend_") for name in named)


def test_where_all_of_it_never_pauses_a_part_is_foreseen():
    """Interest comes to everybody each month; who pays nothing in any more is told by the rows of that word."""
    rows = [
        f"{i},{DAY + timedelta(days=30 * m + i % 9 + 9 * (word == 'deposit'))},{word},{10 + i},{100 + m}"
        for i in range(40)
        for m in range(12)
        for word in ("interest", "deposit")
        if word == "interest" or i % 4 or m < 8
    ]
    table = kind("moves.csv", "account_id,booked_on,type,amount,balance", rows).table
    roles, last = propose(table, Named()), DAY + timedelta(days=345)

    found = part_of(table, roles, rhythm_of(table, roles, last_day=last, n_days=346), last_day=last)
    assert found is not None
    assert (found.column, found.word, found.of_all) == ("type", "deposit", 0.0)
    deposits = replace(table, rows=rows_where(table.rows, found.where))
    assert part_of(deposits, roles, rhythm_of(deposits, roles, last_day=last, n_days=346), last_day=last) is None
