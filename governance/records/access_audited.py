"""The access audit of a month, in the log: an auditor signs the digest of what it said, and adds a remark.

What the audit says stays in the home, for it names accounts; what it is made of is `home/access_audit.py`'s.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.signing import read_envelope, sign
from governance.records.trust_root import Role
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

ACCESS_AUDITED_TYPE = "application/vnd.tenure.access-audited+json"
AUDITORS = (Role.AUDITOR,)
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def check_month(month: str) -> None:
    """Refuse what is no month, such as "2026-11"."""
    if not _MONTH.fullmatch(month):
        raise ValueError(f"expected a month as YYYY-MM, found {month!r}")


def after(month: str) -> str:
    """The month after a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def first_day(month: str) -> date:
    """Its first day."""
    return date(int(month[:4]), int(month[5:]), 1)


@dataclass(frozen=True, kw_only=True)
class AccessAudited:
    """What an auditor signs of a month of a project of an installation: the digest of the audit as it was read, and a remark."""

    installation: str
    project: str
    month: str
    digest: str
    remark: str
    identity: str
    issued: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, value in (("an installation", self.installation), ("a project", self.project), ("an identity", self.identity)):
            check_text(name, value)
        check_month(self.month)
        check_hex("a digest", self.digest)
        check_moment("issued", self.issued)


def sign_access_audited(audited: AccessAudited, key: Ed25519PrivateKey) -> bytes:
    """Sign a month's audit with the auditor's own key; returns the envelope."""
    return sign(encode(audited), ACCESS_AUDITED_TYPE, [key])


def read_access_audited(data: bytes, ledger: Ledger, *, at: datetime, place: int) -> AccessAudited:
    """Read and verify a record that reached the log at a time and place.

    Raises
    ------
    RefusedError: for a signer who is no auditor or another than it names, another installation, a date that is not the log's, a
        month that is not over, and what the same auditor signed already.
    """
    envelope, audited = read_envelope(data, what="the access audit"), peek_access_audited(data)
    signer = ledger.root_before(place).signer(envelope, ACCESS_AUDITED_TYPE, AUDITORS, at=audited.issued, what="the access audit")
    ledger.check_here(audited.installation)
    if signer.staff_id != audited.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The access audit names {audited.identity}, but {signer.staff_id} signed it. Sign in your own name.",
        )
    if abs(audited.issued - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The access audit is dated {audited.issued:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. Set the "
            "clocks right, then sign again.",
        )
    if audited.issued.date() < first_day(after(audited.month)):
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"{audited.month} is not over as of {audited.issued:%Y-%m-%d}, so its access audit is not whole. Sign it from "
            f"{first_day(after(audited.month))} on.",
        )
    same = (audited.project, audited.month, audited.digest, audited.identity)
    if any((one.project, one.month, one.digest, one.identity) == same for _, one in _all(ledger, before=place)):
        raise refused(
            Refusal.REPLAYED, f"{audited.identity} has signed the access audit of {audited.month} as it stands. Nothing to do."
        )
    return audited


@lru_cache(maxsize=1024)
def peek_access_audited(data: bytes) -> AccessAudited:
    """Read a record whose signature is checked elsewhere."""
    return decode(AccessAudited, read_envelope(data, what="the access audit").payload, what="an access audit")


def access_audits(ledger: Ledger, project: str) -> tuple[tuple[Record, AccessAudited], ...]:
    """Every signed access audit of a project, oldest first, each verified as of its place.

    Raises
    ------
    RefusedError: for one that must not stand there.
    """
    own = (record for record, one in _all(ledger, before=ledger.size) if one.project == project)
    return tuple((each, read_access_audited(each.signed, ledger, at=each.at, place=each.sequence)) for each in own)


def _all(ledger: Ledger, *, before: int) -> Iterator[tuple[Record, AccessAudited]]:
    for record in ledger.of_kind(Kind.ACCESS_AUDITED, before=before):
        yield record, peek_access_audited(record.signed)
