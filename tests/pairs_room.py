"""A review room over a shop that says what identifies a person, with pairs of ids that wait for somebody's decision."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

import pyarrow as pa

from adapters.tables import validated_table
from home.day_figures import verdict_rows
from home.workplace import Workplace
from provenance.people import decide, keep_people, open_ledger
from tenure.contracts import Available, Column, Files, Source
from tenure.people import Likeness, People, date_of_birth, email, given_name, postcode, surname
from tenure.people.ledger import Did, Entry
from tenure.project import Project
from tenure.validation import DayVerdict
from tests.review_room import ReviewRoom

DAY = date(2017, 6, 1)
COLUMNS = ("customer_id", "email", "given_name", "surname", "date_of_birth", "postcode")
ROWS = (
    ("k-1", "mira@pool.org", "Mira", "Halvorsen", "1981-04-02", "0150"),
    ("k-2", None, "Mirra", "Halvorsen", "1981-02-04", "0150"),
    ("k-3", None, "Jon", "Okafor", "1990-11-30", "4021"),
    ("k-4", "jon@pool.org", "John", "Okafor", None, "4021"),
    ("k-5", None, "Tove", "Halvorsen", "1981-04-02", "0150"),
)
# Of which ids the rules ask, how likely they are one, and why.
ASKED = (
    (
        "k-2",
        "k-1",
        0.974,
        "alike: given name nearly equal, surname equal, date of birth similar, home equal in place or postcode",
    ),
    ("k-5", "k-1", 0.951, "alike: given name different, surname equal, date of birth equal, home equal in place or postcode"),
    (
        "k-4",
        "k-3",
        0.912,
        "alike: given name nearly equal, surname equal, date of birth not told, home equal in place or postcode",
    ),
)


def with_people(project: Project) -> Project:
    """A project that has accounts, and says by what people are told."""
    told = tuple(Column(name, str, meaning="made up", nullable=True) for name in COLUMNS)
    files, known = Files(pattern="{day}.csv"), Available.ON_RECEIPT
    accounts = Source(name="accounts", grain="one account", key=("customer_id",), available=known, columns=told, reader=files)
    traits = (
        given_name("accounts.given_name"),
        surname("accounts.surname"),
        date_of_birth("accounts.date_of_birth"),
        postcode("accounts.postcode"),
    )
    people = People(email("accounts.email"), likely=Likeness(*traits))
    return replace(project, sources=(*project.sources, accounts), people=people)


@dataclass
class PairsRoom(ReviewRoom):
    """The room of such a shop."""

    @property
    def workplace(self) -> Workplace:
        """The shop, whose project says what identifies."""
        plain = super().workplace
        return Workplace(with_people(plain.project), plain.settings, plain.clock)


def asked(room: PairsRoom) -> PairsRoom:
    """The room once accounts are landed and pairs wait."""
    place = room.workplace
    source = place.project.source("accounts")
    known = {"day": DAY, "available_at": datetime.combine(DAY, time.min)}
    schema = pa.schema([*((c.name, c.arrow) for c in source.columns), ("day", pa.date32()), ("available_at", pa.timestamp("us"))])
    rows = pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) | known for row in ROWS], schema=schema)
    place.lake.replace_days(place.lake.open(validated_table(source)), rows, days=[DAY], key=source.key, note={})
    judged = DayVerdict(key=DAY, source="accounts", n_received=len(ROWS), n_kept=len(ROWS), n_quarantined=0)
    place.lake.replace_days(place.lake.open("verdicts"), verdict_rows([judged]), days=[DAY], key=("source",), note={})
    keep_people(place)
    opened = open_ledger(place)
    entries = [
        Entry(
            number=opened.ledger.next_number + nth, day=DAY, did=Did.WAITS,
            customer_id=one, with_id=other, rule="likeness", probability=likely, reason=why,
        )
        for nth, (one, other, likely, why) in enumerate(ASKED)
    ]  # fmt: skip
    decide(opened, *entries)
    return room
