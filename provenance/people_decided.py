"""Making a decision about people: signed, entered in the promotion log, then added to the ledger in the lake.

The log first: an entry that the ledger lacks is told by it, and ended from what was begun (`people_begun.py`); an entry that the
log does not name would be one that somebody wrote past the doors.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.lake import Commit
from governance.records.person_decided import DECIDERS, PersonDecided
from home.pseudonyms import refuse_raw_ids
from home.workplace import Workplace
from provenance.people import OpenLedger, decide
from provenance.people_begun import begin
from tenure.canonical import check_reason, moment
from tenure.errors import PeopleError
from tenure.people.ledger import Entry, Ledger
from tenure.people.sealed import SALT_LETTERS, digest_of


def decide_signed(workplace: Workplace, opened: OpenLedger, entries: Sequence[Entry], key: Ed25519PrivateKey) -> Commit:
    """Sign a decision, enter it in the log, and add its entries to the ledger that somebody looked at.

    Raises
    ------
    RefusedError: where the key is not of the person named, or the person may not decide. PeopleError: where somebody else added
        to the ledger since.
    """
    for entry in entries:
        refuse_raw_ids(workplace, entry.reason or "")
    promotions = workplace.promotions
    salted = tuple(replace(entry, signed=secrets.token_hex(SALT_LETTERS // 2)) for entry in entries)
    earlier = () if promotions.person_decisions() else earlier_of(opened.ledger)
    records = [
        PersonDecided(
            installation=promotions.origin,
            project=workplace.project.name,
            number=entry.number,
            digest=digest_of(entry, entry.signed or ""),
            earlier=earlier if nth == 0 else (),
            identity=_who(entry),
            issued=moment(workplace.clock()),
        )
        for nth, entry in enumerate(salted)
    ]
    signed = promotions.sign_person_decisions(records, key)

    def enter() -> None:
        begin(workplace.lake, salted, signed)
        promotions.enter_person_decisions(signed)

    return decide(opened, *salted, enter=enter)


def may_decide(workplace: Workplace) -> frozenset[str]:
    """Whom the trust root in force lets decide."""
    now, root = workplace.clock(), workplace.promotions.ledger().root
    return frozenset(one.staff_id for one in root.staff if set(one.roles) & set(DECIDERS) and one.is_valid(now))


def earlier_of(ledger: Ledger) -> tuple[int, ...]:
    """The numbers of the decisions that a ledger holds, as the first in the log names them."""
    return tuple(entry.number for entry in ledger.entries if entry.by is not None)


def _who(entry: Entry) -> str:
    """Who decided."""
    check_reason(entry.reason or "")
    if not entry.by or not (entry.reason or "").strip():
        raise PeopleError(f"Entry {entry.number} of the ledger of people says neither who decided nor why; nothing to sign.")
    return entry.by
