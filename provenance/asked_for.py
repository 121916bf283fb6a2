"""Every request that people made of a company: those that were noted, what was recorded of consents, and what the log tells.

Whoever asks for access or erasure is noted (`home/asked_for.py`); of an erasure that nobody noted the log still
tells, but not when it was asked for. An objection is recorded with the moment at which it was said, and counts from the next run.
"""

from collections.abc import Iterator
from datetime import date, datetime

from adapters.tables import validated_table
from governance.records.erasure import read_erasure
from governance.records.log import Kind
from home.asked_for import noted_requests
from home.looked_up import pseudonyms
from home.workplace import Workplace
from tenure.consent.recorded import RECORDED
from tenure.consent.rule import Said
from tenure.people.requests import Asks, Request, Stands, in_order

_ASKED = {Said.OBJECTED.value: Asks.OBJECTION, Said.WITHDRAWN.value: Asks.WITHDRAWAL}


def requests_of(workplace: Workplace) -> list[Request]:
    """Every request of a company; what is to be done first, then what was done, the latest first."""
    noted = noted_requests(workplace)
    found = [*noted, *_recorded(workplace), *_erased(workplace, noted)]
    return in_order(found, workplace.today)


def overdue(workplace: Workplace) -> list[Request]:
    """Noted requests that should have been answered."""
    return [one for one in noted_requests(workplace) if one.stands(workplace.today) is Stands.OVERDUE]


def overdue_in_words(workplace: Workplace) -> Iterator[str]:
    """A line for each that is overdue; the person is not named."""
    for one in overdue(workplace):
        yield f"request {one.number} ({one.asks}, received {one.received}) is overdue since {one.due}: tenure request list"


def _recorded(workplace: Workplace) -> Iterator[Request]:
    """Objections and withdrawals that were recorded by command."""
    source = next((one for one in workplace.project.sources if one.name == RECORDED), None)
    rows = workplace.lake.rows(validated_table(source)) if source is not None else None
    if rows is None:
        return
    people = pseudonyms(workplace.settings)
    for row in rows.to_pylist():
        if (asks := _ASKED.get(row["said"])) is not None:
            yield Request(
                asks=asks,
                person=people.of(row["customer_id"]),
                received=_day(row["happened_at"]),
                done=row["day"],
                receipt=f"statement {row['statement_id'][:12]} of {row['purpose'].replace('_', ' ')}",
            )


def _erased(workplace: Workplace, noted: tuple[Request, ...]) -> Iterator[Request]:
    """Erasures that the log holds, and nobody noted a request of."""
    if not workplace.promotions.has_trust_root:
        return
    known, ledger = {one.record for one in noted}, workplace.promotions.ledger()
    for record in ledger.of_kind(Kind.ERASED, before=ledger.size):
        act = read_erasure(record.signed, ledger, at=record.at, place=record.sequence)
        if act.project == workplace.project.name and act.n_people and record.sequence not in known:
            people = "one person" if act.n_people == 1 else f"{act.n_people:,} people"
            yield Request(
                asks=Asks.ERASURE,
                person="",
                received=None,
                done=record.at.date(),
                receipt=f"{people}, signed by {' and '.join(act.identities)}",
                record=record.sequence,
            )


def _day(moment: datetime) -> date:
    return moment.date()
