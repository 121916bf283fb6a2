"""Recording what one person said: a line in the inbox, landed at once as the batch of the day that it is known on.

The file in the inbox is whole before anything is landed, so a command that dies between the two loses nothing: the next run lands
it. The batch has a receipt, its bytes are kept by their digest, and its rows are judged as all others are; who lands it, with
which steps, is told by who calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from adapters.journal import exclusive
from adapters.readers import event_day_of
from adapters.receipts import Receipt
from adapters.whole_files import write_whole
from home.pseudonyms import id_to_receive, refuse_raw_ids, require_same_pseudonyms
from home.workplace import Workplace
from provenance.consent import declared
from tenure.clocks import start_of
from tenure.consent.recorded import FORMAT, RECORDED, Statement, with_lines
from tenure.consent.rule import Said
from tenure.contracts import Source
from tenure.errors import ConsentError, TenureError

LOCK = "recorded_consents.lock"
Land = Callable[[Workplace, Source, Sequence[date]], None]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What was recorded: the statements, from which day on runs heed them, and the receipt of their batch."""

    statements: tuple[Statement, ...]
    known_on: date
    receipt: Receipt


def stated(
    workplace: Workplace, customer_id: str, purposes: Sequence[str], said: Said, *, happened_at: datetime | None, evidence: str
) -> tuple[Statement, ...]:
    """What a person said, one statement for each purpose.

    Parameters
    ----------
    happened_at: when, with its zone; None for now.

    Raises
    ------
    ConsentError: for no customer, one who was erased, a purpose that is none, a moment to come, and evidence that is empty or
        more than a line.
    """
    project = workplace.project
    declared(project)
    if workplace.tombstones.gone([customer_id]):
        raise ConsentError(
            "That person was erased: nothing of them is kept, so there is nothing that they could object to. What they say now "
            "would write their id down again."
        )
    names = [purpose.name for purpose in project.purposes]
    if unknown := sorted(set(purposes) - set(names)):
        raise ConsentError(
            f"Project {project.name!r} has no purpose {unknown[0]!r}; its purposes are {', '.join(names) or 'none'}."
        )
    if not customer_id.strip() or not customer_id.isprintable():
        raise ConsentError("Expected a customer's id as in `customer_id`, found none that can be read.")
    if not evidence.strip() or not evidence.isprintable():
        raise ConsentError("Expected where it is written down, in a line, such as --evidence 'letter of 2026-11-28, file 7731'.")
    refuse_raw_ids(workplace, evidence)
    now = _now(workplace)
    at = happened_at or now
    if at > now:
        raise ConsentError(f"It happened at {at:%Y-%m-%d %H:%M %Z}, which is still to come as of {now:%Y-%m-%d %H:%M} UTC.")
    return tuple(
        Statement(customer_id=customer_id, purpose=name, said=said, happened_at=at, evidence=evidence)
        for name in dict.fromkeys(purposes)
    )


def record(workplace: Workplace, statements: Sequence[Statement], *, land: Land) -> Recorded:
    """Write statements into the inbox, and have their batch landed.

    Parameters
    ----------
    land: lands and judges the batches of a source's days.
    """
    project, raw, day = workplace.project, workplace.raw, known_on(workplace)
    # Bytes received have raw ids, whoever was named by a pseudonym.
    statements = [replace(one, customer_id=id_to_receive(workplace, one.customer_id)) for one in statements]
    source = project.source(RECORDED)
    file = _file(workplace)
    require_same_pseudonyms(workplace)
    with workplace.lake.guard.writing(), exclusive(workplace.lake.root / project.name / LOCK):
        write_whole(file, with_lines(_before(workplace), statements))
        try:
            land(workplace, source, [day])
        except TenureError as error:
            raise _kept(file, day, f": {error}") from error
    receipt = raw.receipt(project.name, source.name, day)
    if receipt is None or receipt.format != FORMAT:
        raise _kept(file, day, ".")
    return Recorded(statements=tuple(statements), known_on=day, receipt=receipt)


def _file(workplace: Workplace) -> Path:
    """The file of the inbox that is written today."""
    return workplace.settings.inbox / workplace.project.name / RECORDED / f"{event_day_of(known_on(workplace))}.{FORMAT}"


def _before(workplace: Workplace) -> bytes:
    """What stands in it, or in the batch that was landed of it."""
    file, held = _file(workplace), workplace.raw.receipt(workplace.project.name, RECORDED, known_on(workplace))
    if file.exists() and (content := file.read_bytes()):
        return content
    return workplace.raw.batch_of(held).read_bytes() if held is not None and held.format == FORMAT else b""


def _kept(file: Path, day: date, why: str) -> ConsentError:
    """What to say where a statement is kept, and nothing goes by it yet."""
    return ConsentError(
        f"What was recorded lies in the inbox ({file.name}), is not lost, and could not be landed{why} The next run of {day} "
        f"lands it; `tenure land --from {day} --to {day}` does so now."
    )


def known_on(workplace: Workplace) -> date:
    """From which day on a run heeds what is recorded now: tomorrow, whose batch holds today; of a history its last."""
    return workplace.project.last_key or workplace.today + timedelta(days=1)


def _now(workplace: Workplace) -> datetime:
    """The moment of what is said now; of a company whose data are history, the end of its last day.

    What is recorded there later is said later, by as many microseconds as there are statements: of one moment the stricter holds.
    """
    last, now = workplace.project.last_key, workplace.clock()
    if last is None:
        return now
    ended = start_of(last, workplace.project.timezone) - timedelta(seconds=1)
    return min(ended + timedelta(microseconds=_before(workplace).count(b"\n")), now)
