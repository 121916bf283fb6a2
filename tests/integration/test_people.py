"""People in a lake: a company that says what identifies keeps a ledger, and its features and labels are of people by the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import typer
from typer.testing import CliRunner

from adapters.lake import read_rows
from adapters.tables import FEATURES_TABLE, validated_table, verdicts_table
from cli import people as commands
from governance.doors.demonstration import REVIEWERS, demo_key, found_demo_trust
from governance.doors.promotion import Promotions
from home.day_figures import verdict_rows
from home.workplace import Workplace
from provenance.erasing_prepared import prepare
from provenance.happened import inputs_of
from provenance.held import look
from provenance.history import read_history
from provenance.holdings import holdings
from provenance.origins import Origins
from provenance.people import day_of_decision, decide, end_begun, keep_people, open_ledger
from provenance.people_decided import decide_signed
from provenance.people_signed import decisions_held
from provenance.roll_up import roll_up_all
from provenance.snapshots import ensure_snapshots, snapshots_of
from provenance.training_rows import labelled_of
from tenure.content import content_digest
from tenure.contracts import Available, Column, Files, Source
from tenure.errors import ErasureError, MissingHistoryError, PeopleError, RefusedError
from tenure.features import active_days, recency, total
from tenure.history import Events, cents
from tenure.outcomes import any_of
from tenure.people import People, email, phone
from tenure.people.deciding import merge, split, undo
from tenure.people.ledger import ROWS, TABLE, Did
from tenure.people.who_is import who_is
from tenure.populations import ever
from tenure.project import Project
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.validation import DayVerdict
from tests.shop import NOW, settings_at

FIRST = date(2020, 1, 1)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(1, 13))
VISITS = Events("visits", noun="visit", values={"fee": cents("fee")})


def source(name: str, **columns: type) -> Source:
    """A source of these columns."""
    made = tuple(Column(each, kind, meaning="made up", nullable=True) for each, kind in {"row_id": str, **columns}.items())
    end = Available.END_OF_EVENT_DAY
    return Source(name=name, grain="one", key=("row_id",), available=end, columns=made, reader=Files(pattern="{day}.csv"))


ACCOUNTS = source("accounts", customer_id=str, at=datetime, email=str, phone=str)
SPEC = Model(
    name="comes_3d",
    owner="team:pool",
    population=ever(VISITS),
    foresees=any_of(VISITS, within_days=3),
    features=(recency(VISITS), *active_days(VISITS, last=(7,)), total(VISITS.fee, last=7)),
)
PROJECT = Project(
    name="pool",
    title="Pool",
    first_day=FIRST,
    last_day=None,
    known_as="card",
    authors={},
    purposes={},
    sources=(ACCOUNTS, source("visits", customer_id=str, at=datetime, fee=float)),
    histories=(VISITS,),
    models=(SPEC,),
    people=People(email("accounts.email"), phone("accounts.phone", country="44", shared_by=2)),
)
Account = tuple[int, str, str | None, str | None, tuple[int, ...]]
# On which day an account is told of, whose, by what, and on which days that account visits.
TOLD: list[Account] = [
    (1, "ann", "ann@pool.org", None, (1,)),
    (1, "bob", "bob@pool.org", "020 7946 0958", (1, 3)),
    (2, "cat", "none@example.com", None, (2, 4, 10)),
    (3, "dan", "none@example.com", None, (3,)),
    (5, "ann-2", " Ann@Pool.org", None, (5, 9)),
    (6, "bob-2", None, "+44 (0)20 7946 0958", (6, 10)),
    (9, "eve", None, "00442079460958", (9,)),
]
SAID = {"reason": "they told us", "by": "staff-1"}


def land(place: Workplace, days: tuple[date, ...], told: Sequence[Account] = TOLD) -> None:
    """Keep what is told on days as validated rows."""
    noons = [datetime.combine(FIRST + timedelta(days=n), time(12)) for n in range(13)]
    accounts = [
        {"row_id": f"a{n}", "customer_id": who, "at": noons[day], "email": mail, "phone": number}
        for n, (day, who, mail, number, _) in enumerate(told)
    ]
    visits = [
        {"row_id": f"v{who}{n}", "customer_id": who, "at": noons[n], "fee": 1.0 + n}
        for _, who, _, _, visited in told
        for n in visited
    ]
    for each, rows in zip(PROJECT.sources, (accounts, visits), strict=True):
        for row in rows:
            on = row["at"].date() + timedelta(days=1)
            row |= {"day": on, "available_at": datetime.combine(on, time.min) - timedelta(microseconds=1)}
        known = [("day", pa.date32()), ("available_at", pa.timestamp("us"))]
        schema = pa.schema([*((c.name, c.arrow) for c in each.columns), *known])
        table = pa.Table.from_pylist([row for row in rows if row["day"] in days], schema=schema)
        place.lake.replace_days(place.lake.open(validated_table(each)), table, days=days, key=each.key, note={})
        judged = [DayVerdict(key=day, source=each.name, n_received=1, n_kept=1, n_quarantined=0) for day in days]
        verdicts = place.lake.open(verdicts_table(each))
        place.lake.replace_days(verdicts, verdict_rows(judged), days=days, key=("source",), note={})


def featurised(place: Workplace) -> dict[date, str]:
    """Make what is out of date, and say what each day is."""
    ensure_snapshots(place, DAYS[1:])
    rows = place.lake.rows(FEATURES_TABLE)
    assert rows is not None
    by_day = {day: rows.filter(pc.equal(rows["day"], pa.scalar(day, pa.date32()))) for day in DAYS[1:]}
    return {day: content_digest(own, ("customer_id",)) for day, own in by_day.items()}


def customers(place: Workplace, day: date) -> list[str]:
    """Who has features on a day."""
    rows = read_rows(place.lake.open(FEATURES_TABLE), days=[day])
    assert rows is not None
    return sorted(rows["customer_id"].to_pylist())


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A lake with all days, rolled up."""
    made = Workplace(PROJECT, settings_at(tmp_path), clock=lambda: NOW)
    land(made, DAYS)
    roll_up_all(made)
    return made


def test_features_of_a_day_are_of_the_people_known_then(place):
    """An e-mail joins from the day that brought it; a placeholder never; a phone of three stops joining, from that day on."""
    with pytest.raises(MissingHistoryError, match="validated and not rolled up"):
        featurised(place)
    keep_people(place)
    featurised(place)
    ledger = open_ledger(place).ledger

    known = {n: {one for one in customers(place, DAYS[n]) if one[:3] in ("ann", "bob")} for n in (4, 5, 6, 8, 9)}
    assert known[4] == {"ann", "bob"}
    assert known[5] == {"ann", "bob"}
    assert known[6] == known[8] == {"ann", "bob"}
    assert known[9] == {"ann", "bob", "bob-2"}
    assert {"cat", "dan", "eve"} <= set(customers(place, DAYS[9]))
    assert [(e.did, e.rule, e.day) for e in ledger.entries] == [
        (Did.MERGED, "email", DAYS[5]),
        (Did.MERGED, "phone", DAYS[6]),
        (Did.SPLIT, "phone", DAYS[9]),
    ]
    assert who_is(ledger, "ann-2", DAYS[4]) == "ann-2"
    assert who_is(ledger, "ann-2", DAYS[5]) == "ann"
    assert "ann@pool.org" not in str(ledger.rows.to_pylist()).lower()


def test_a_merge_undone_gives_the_rows_of_before_of_every_day(place):
    """To the bit; days before it are not even made again, those after it are."""
    keep_people(place)
    before = featurised(place)
    opened = open_ledger(place)
    decide(opened, merge(opened.ledger, "cat", "dan", day=DAYS[7], **SAID))
    merged = featurised(place)

    assert {day for day in before if before[day] != merged[day]} == set(DAYS[7:])

    opened = open_ledger(place)
    decide(opened, undo(opened.ledger, opened.ledger.entries[-1].number, **SAID))
    assert featurised(place) == before

    assert keep_people(place).changed == ()
    opened = open_ledger(place)
    decide(opened, split(opened.ledger, ["ann-2"], day=DAYS[8], **SAID))
    assert {day for day, content in featurised(place).items() if before[day] != content} == set(DAYS[8:])
    assert keep_people(place).changed == ()


def test_days_landed_one_by_one_keep_the_ledger_of_all_at_once(place, tmp_path):
    """Equal deliveries give equal entries, and who adds to a ledger that has grown since is refused."""
    keep_people(place)
    other = Workplace(PROJECT, settings_at(tmp_path / "other"), clock=lambda: NOW)
    for day in DAYS:
        land(other, (day,))
        keep_people(other)

    opened = open_ledger(place)
    assert open_ledger(other).ledger.rows.equals(opened.ledger.rows)

    roll_up_all(other)
    read_history(other).require(DAYS[-1])
    entry = merge(opened.ledger, "cat", "dan", day=DAYS[7], **SAID)
    decide(opened, entry)
    with pytest.raises(PeopleError, match="somebody else added to it"):
        decide(opened, entry)


def test_labels_are_of_people_as_known_where_follow_up_ends(place):
    """Who is asked about has the name of the snapshot's day, and is told what the person did by then."""
    keep_people(place)
    opened = open_ledger(place)
    decide(opened, merge(opened.ledger, "cat", "dan", day=DAYS[10], **SAID))
    names = {*PROJECT.plan.inputs, *inputs_of(PROJECT, SPEC.foresees)}
    tables = {name: place.lake.open(name) for name in names}

    split = SnapshotSplit(fit=(DAYS[8],), calibration=(DAYS[11],), test=(DAYS[11],), test_known_until=DAYS[11])
    snapshots = dict(zip(split.days, snapshots_of(PROJECT, tables, split.days), strict=True))
    labelled = labelled_of(PROJECT, SPEC, split, snapshots.__getitem__, tables).snapshots[0]

    # Ann came by her other card; dan is cat by then, who came; the phone no longer says that bob is bob-2, who came.
    told = dict(zip(labelled["customer_id"].to_pylist(), labelled["event"].to_pylist(), strict=True))
    assert told == {"ann": True, "bob": False, "cat": True, "dan": True}


def test_commands_show_masked_pairs_and_keep_what_was_decided(place, monkeypatch):
    """The pair that rules may no longer join waits; somebody joins it by its number, from a day without features on, signed."""
    found_demo_trust(place.settings, PROJECT.name, place.clock)
    monkeypatch.setattr(commands, "open_workplace", lambda project: place)
    app = typer.Typer()
    commands.add_to(app)

    def said(*words: str) -> str:
        shown = CliRunner().invoke(app, ["people", *words])
        if shown.exception is not None and not isinstance(shown.exception, SystemExit):
            raise shown.exception
        return shown.output

    decided = ("--as", REVIEWERS[0], "--reason", "they told us")
    keep_people(place)
    featurised(place)
    stands = said("status")
    assert "6 people of 7 ids" in stands
    assert "phone: 3 rows tell one, 0 of them nothing that identifies; 1 values are shared by more than 2 ids each (3" in stands
    assert "email: 5 rows tell one, 2 of them nothing" in stands
    assert said("who", "ann-2").endswith(": ann\nIds: ann, ann-2\n")
    assert said("who", "ann-2", "--day", str(DAYS[4])).startswith(f"As of {DAYS[4]}: ann-2\n")
    assert "No pair waits" in said("pairs")

    # What somebody took apart, a third id with the same address would join again.
    said("undo", str(open_ledger(place).ledger.entries[0].number), *decided)
    land(place, DAYS, [*TOLD, (10, "ann-3", "ann@pool.org", "030 1234567", ()), (10, "ann-2", None, "0301234567", ())])
    keep_people(place)
    shown = said("pairs")
    number = shown.split()[0]
    assert "  accounts.phone: 999 9999999 | 9999999999  equal" in shown
    assert "ann" not in shown.lower()
    with pytest.raises(PeopleError, match=f"Features of {DAYS[-1]} were made without this decision"):
        said("merge", "cat", "dan", "--day", str(DAYS[4]), *decided)
    assert f"merged by {REVIEWERS[0]}: they told us" in said("merge", number, *decided)
    assert "No pair waits" in said("pairs")
    assert "split" in said("split", "ann-2", *decided)
    with pytest.raises(PeopleError, match="no pair that waits"):
        said("apart", number, *decided)


def test_a_decision_past_the_doors_is_found(place):
    """Decisions are signed over the whole entry in the log; one that is written into the lake by hand is found."""
    found_demo_trust(place.settings, PROJECT.name, place.clock)
    keep_people(place)
    opened = open_ledger(place)
    day = day_of_decision(place)
    before = merge(opened.ledger, "cat", "dan", day=day, **SAID)
    decide(opened, before)
    assert decisions_held(place).in_words == "Decisions about people: 0 signed; 1 are unsigned, of before decisions were."
    opened = open_ledger(place)
    who = REVIEWERS[0]
    undone = undo(opened.ledger, before.number, reason="they are two, they say", by=who)
    with pytest.raises(RefusedError):
        decide_signed(place, opened, [replace(undone, by=REVIEWERS[1])], demo_key(place.settings, who))
    decide_signed(place, opened, [undone], demo_key(place.settings, who))
    held = decisions_held(place)
    assert (held.n_signed, held.n_unsigned, held.faults) == (1, 1, ())

    opened = open_ledger(place)
    by_hand, last = merge(opened.ledger, "cat", "dan", day=day, **SAID), opened.ledger.entries[-1]
    decide(opened, by_hand, replace(by_hand, number=by_hand.number + 1, customer_id="ann", signed=last.signed))
    faults = decisions_held(place).faults
    assert len(faults) == 2
    assert all("does not name" in fault for fault in faults)
    assert faults[0] in look(place).faults


def test_a_decision_that_died_between_log_and_lake_is_ended_by_repeating_it(place, monkeypatch):
    """The log names what the ledger lacks; what was begun waits in a file until it is added, and without the log is let go."""
    found_demo_trust(place.settings, PROJECT.name, place.clock)
    keep_people(place)
    key, opened = demo_key(place.settings, REVIEWERS[0]), open_ledger(place)
    entry = merge(opened.ledger, "cat", "dan", day=day_of_decision(place), reason="they told us", by=REVIEWERS[0])

    def died(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Promotions, "enter_person_decisions", died)
        with pytest.raises(KeyboardInterrupt):
            decide_signed(place, opened, [entry], key)
    with pytest.raises(PeopleError, match="begun and is not ended"):
        decide_signed(place, opened, [entry], key)
    assert end_begun(place) == ()
    with monkeypatch.context() as patched:
        patched.setattr(Origins, "replace_days", died)
        with pytest.raises(KeyboardInterrupt):
            decide_signed(place, opened, [entry], key)

    (fault,) = decisions_held(place).faults
    assert f"names entry {entry.number} of the ledger of people, and the ledger lacks it: the command died" in fault
    with pytest.raises(ErasureError, match="A decision about these people was begun"):
        prepare(place, holdings(place, {"cat"}), n_people=1, reason="asked for by letter")
    (ended,) = end_begun(place)
    assert replace(ended, signed=None) == entry
    assert decisions_held(place).in_words == "Decisions about people: 1 signed."
    assert decisions_held(place).faults == end_begun(place) == ()


def test_a_ledger_of_before_decisions_were_signed_opens_and_grows(place, tmp_path):
    """It lacks the columns of signatures and of estimates; its entries stay, and new ones have them."""
    keep_people(place)
    old = open_ledger(place).ledger.rows.drop_columns(["signed", "parameters"])
    other = Workplace(PROJECT, settings_at(tmp_path / "other"), clock=lambda: NOW)
    days = sorted(set(old["day"].to_pylist()))
    other.lake.replace_days(other.lake.open(TABLE), old, days=days, key=ROWS.key, note={})
    opened = open_ledger(other)

    decide(opened, merge(opened.ledger, "cat", "dan", day=DAYS[5], **SAID))

    grown = open_ledger(other).ledger
    assert grown.rows.slice(0, old.num_rows).drop_columns(["signed", "parameters"]).equals(old)
    assert [entry.did for entry in grown.entries[-1:]] == [Did.MERGED]
    assert decisions_held(other).n_unsigned == 1
