"""Which delivery of a day holds: the newest that the log has of it or, from before deliveries came to the log, the noted one."""

from datetime import date, datetime

from governance.records.delivery import Delivery, SignedDay, deliveries, of_log, read_delivery
from governance.records.ledger import Ledger
from governance.records.noted_delivery import read_noted
from tenure.refusals import Refusal, refused


def check_delivery(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """Refuse a delivery that must not stand at a place of the log: its signature, or what it follows."""
    delivery, _ = read_delivery(envelope, ledger.root_before(place), at=at)
    newest = next(deliveries(ledger, delivery.project, delivery.model, before=place), None)
    stands = newest[0].envelope_digest if newest else None
    if delivery.previous != stands:
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"The delivery of {delivery.project}.{delivery.model} follows {(delivery.previous or 'none')[:12]}, but the log's "
            f"newest is {(stands or 'none')[:12]}. Somebody delivered meanwhile: score the day again.",
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
                _, signed_by = read_delivery(record.signed, ledger.root_before(record.sequence), at=record.at)
                return of_log(record, delivery, one, signed_by)
        first = delivery
    if noted is None:
        return None
    return read_noted(noted.encode(errors="replace"), ledger, project=project, model=model, day=day, first=first, now=now)
