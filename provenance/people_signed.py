"""Decisions about people, signed: each entry that somebody made carries their envelope, and is held against it.

A ledger of before decisions were signed holds some without: they are said to be unsigned. Once one is signed, all later ones must
be, so a decision that is written into the lake past the doors is found.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.erasure import erasures
from governance.records.ledger import Ledger as Log
from governance.records.person_decision import DECIDERS, PersonDecision, read_person_decision, sign_person_decision
from home.workplace import Workplace
from provenance.people import open_ledger
from tenure.canonical import check_reason, moment
from tenure.errors import PeopleError, RefusedError
from tenure.people.ledger import TABLE, Entry, Ledger


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The decisions of a ledger: how many are signed, how many are of before that, or of erased people, and what is wrong."""

    n_signed: int
    n_unsigned: int
    n_erased: int
    faults: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """Counts, in a sentence."""
        before = f"; {self.n_unsigned} are unsigned, of before decisions were" if self.n_unsigned else ""
        gone = f"; {self.n_erased} are of people who were erased" if self.n_erased else ""
        return f"Decisions about people: {self.n_signed} signed{before}{gone}."


def signed(workplace: Workplace, entries: Sequence[Entry], key: Ed25519PrivateKey) -> tuple[Entry, ...]:
    """Entries with the envelopes of whoever decided.

    Raises
    ------
    RefusedError: where the key is not of the person named, or the person may not decide.
    """
    log, now = workplace.promotions.ledger(), moment(workplace.clock())
    made = []
    for entry in entries:
        check_reason(entry.reason or "")
        decision = _decision(entry, log.origin, workplace.project.name, now)
        envelope = sign_person_decision(decision, key)
        read_person_decision(envelope, log)
        made.append(replace(entry, signed=envelope.decode()))
    return tuple(made)


def may_decide(workplace: Workplace) -> frozenset[str]:
    """Whom the trust root in force lets decide."""
    now, root = workplace.clock(), workplace.promotions.ledger().root
    return frozenset(one.staff_id for one in root.staff if set(one.roles) & set(DECIDERS) and one.is_valid(now))


def decisions_held(workplace: Workplace) -> Decisions:
    """Hold every decision of the ledger of people against its signature, and what carries none any more against erasures."""
    log = workplace.promotions.ledger() if workplace.promotions.has_trust_root else None
    name = workplace.project.name
    days = frozenset() if log is None else erasures(log, name).days_of(TABLE)
    return held_against(open_ledger(workplace).ledger, log, name, erased_days=days)


def held_against(ledger: Ledger, log: Log | None, project: str, *, erased_days: Collection[date] = ()) -> Decisions:
    """The same of a ledger and a log that were read.

    Parameters
    ----------
    erased_days: of which erasures replaced ids, as their records say: entries with replaced ids carry no signature any more.
    """
    decided = [entry for entry in ledger.entries if entry.by is not None]
    first = min((entry.number for entry in decided if entry.signed is not None), default=ledger.next_number)
    gone = [entry for entry in decided if entry.signed is None and entry.day in erased_days and entry.is_erased]
    unsigned = [entry for entry in decided if entry.signed is None and entry not in gone]
    faults = [
        f"Entry {entry.number} of the ledger of people is a decision by {entry.by} that nobody signed, after others were signed. "
        "It was written past the doors: undo it, and find out who may write to the lake."
        for entry in unsigned
        if entry.number > first
    ]
    signed_ones = [entry for entry in decided if entry.signed is not None]
    faults += [why for entry in signed_ones if (why := _why_not(entry, log, project))]
    return Decisions(
        n_signed=len(signed_ones),
        n_unsigned=sum(entry.number < first for entry in unsigned),
        n_erased=len(gone),
        faults=tuple(faults),
    )


def _why_not(entry: Entry, log: Log | None, project: str) -> str:
    """Why the signature of an entry does not hold, in words; empty when it does."""
    where = f"Entry {entry.number} of the ledger of people"
    if log is None:
        return f"{where} is signed, and this installation has no trust root to hold it against."
    try:
        said = read_person_decision((entry.signed or "").encode(), log)
    except RefusedError as error:
        return f"{where}: {error}"
    is_same = said == _decision(entry, log.origin, project, said.issued, said.nonce)
    return "" if is_same else f"{where} is not what {said.identity} signed. It was changed in the lake: restore it from a backup."


def _decision(entry: Entry, origin: str, project: str, issued: datetime, nonce: str | None = None) -> PersonDecision:
    """What is signed of an entry."""
    if not entry.by or not entry.reason:
        raise PeopleError(f"Entry {entry.number} of the ledger of people says neither who decided nor why; nothing to sign.")
    return PersonDecision(
        installation=origin,
        project=project,
        number=entry.number,
        day=entry.day.isoformat(),
        did=entry.did.value,
        customer_id=entry.customer_id,
        with_id=entry.with_id,
        of=entry.of,
        moved=entry.moved,
        others=entry.others,
        reason=entry.reason,
        identity=entry.by,
        issued=issued,
        nonce=nonce or secrets.token_hex(16),
    )
