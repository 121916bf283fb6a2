"""Which delivery of a day holds: the newest that the log has of it or, from before deliveries came to the log, the noted one."""

from collections.abc import Collection
from datetime import date, datetime

from governance.records.delivery import Delivery, SignedDay, deliveries, of_log, read_delivery
from governance.records.ledger import Ledger
from governance.records.noted_delivery import read_noted
from governance.rules.forms import first_present
from tenure.refusals import Refusal, refused


def check_delivery(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> str:
    """Refuse a delivery that must not stand at a place of the log: its signature, or what it follows; return who signed."""
    delivery, signed_by = read_delivery(envelope, ledger.root_before(place), at=at)
    newest = next(deliveries(ledger, delivery.project, delivery.model, before=place), None)
    stands = newest[0].envelope_digest if newest else None
    if delivery.previous != stands:
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"The delivery of {delivery.project}.{delivery.model} follows {(delivery.previous or 'none')[:12]}, but the log's "
            f"newest is {(stands or 'none')[:12]}. Somebody delivered meanwhile: score the day again.",
        )
    return signed_by


def check_leaves(signed: SignedDay, *, n_rows: int, emptied: Collection[int], erased: Collection[int]) -> None:
    """Refuse a day whose tree has another size than was signed, or whose emptied leaves are not those that the log names.

    The size, because the hash of a whole branch could stand for one leaf: then one erasure would cover many rows. All that were
    erased, because a row that is back has its old hash, and the root is what it was.

    Parameters
    ----------
    n_rows: leaves that have their rows. emptied: places of those that have none. erased: places that the log says were erased.
    """
    if unnamed := set(emptied) - set(erased):
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"They lack {len(unnamed)} rows, and no erasure in the log names them. Restore the lake from a backup, or score the "
            "day again.",
        )
    if back := set(erased) - set(emptied):
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"They hold {len(back)} rows again that were erased, as the log says: an older copy was put back. Erase them again.",
        )
    if n_rows + len(emptied) != signed.n_leaves:
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"They are {n_rows} rows and {len(emptied)} erased ones, but {signed.n_leaves} were signed: rows were taken out. "
            "Restore the lake from a backup, or score the day again.",
        )


def signed_day(ledger: Ledger, project: str, model: str, day: date, *, noted: str | None, now: datetime) -> SignedDay | None:
    """What was signed of a day of scores and holds, its signature verified; None if nobody signed.

    Parameters
    ----------
    noted: the envelope that the lake notes of a day from before deliveries came to the log, if any.

    Raises
    ------
    RefusedError: when it does not hold, or is none that the model's first record in the log names.
    """
    first: Delivery | None = None
    for record, delivery in deliveries(ledger, project, model, before=ledger.size):
        for one in delivery.days:
            if one.day == day:
                # With what it follows: an earlier one repeated at the end of the log is signed, too.
                signed_by = check_delivery(ledger, record.signed, at=record.at, place=record.sequence)
                return of_log(record, delivery, one, signed_by)
        first = delivery
    if noted is None:
        return None
    present = first_present(ledger, before=ledger.size)
    if first is None and present is not None:
        # Its date is the signer's own word: whoever keeps an old key could sign a day of any time.
        raise refused(
            Refusal.EARLIER_FORM,
            f"What is noted of {day} was signed outside the log, as nobody does since record {present.sequence}, and no record "
            "names it. Let the log name what stands from before (tenure upgrade), or score the day again.",
        )
    return read_noted(noted.encode(errors="replace"), ledger, project=project, model=model, day=day, first=first, now=now)
