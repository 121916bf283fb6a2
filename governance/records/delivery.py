"""Deliveries: what the scoring service signs of a model's scores when it hands them to the lake.

A record of the log names each delivered day by the root of a tree with a salted leaf for each customer (`leaves.py`); the log
alone gives it its moment, and the newest record of a day is what holds. So nobody without the keys of the scoring service and of
the log can change scores unseen, nor put earlier ones back, whoever may write to the lake. Which package may score is
`verify.py`; what a record is held against is `provenance/`.

Days that were signed before deliveries came to the log are `noted_delivery.py`; which of a day's deliveries holds is
`governance/rules/delivered.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.signing import read_envelope, sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

DELIVERY_TYPE = "application/vnd.tenure.delivered+json"


@dataclass(frozen=True, kw_only=True)
class DeliveredDay:
    """One day of a delivery.

    `root` is the root hash over its `n_leaves` salted leaves, `features_digest` the digest of the inputs that were scored;
    `features_root` is the root over the day's features, None where they were made before features had leaves, and `lineage` the
    digest of the recorded lineage behind them (`provenance/lineage.py`).
    """

    day: date
    root: str
    n_leaves: int
    features_digest: str
    features_root: str | None
    lineage: str

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for digest in (self.root, self.features_digest, self.lineage, *filter(None, [self.features_root])):
            check_hex("a digest", digest)
        if self.n_leaves < 1:
            raise ValueError("expected at least one leaf")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Days of scores that one run of a model hands over.

    `previous` is the envelope digest of the model's delivery before this one in the log, None for its first; the first also
    names, by day, the envelopes of the days that were signed before deliveries came to the log and still stand. It may have no
    days of its own; then model and features are those of the newest that it names.
    """

    project: str
    model: str
    model_digest: str
    features_version: int
    days: tuple[DeliveredDay, ...]
    earlier: tuple[NamedDigest, ...]
    previous: str | None
    delivered_at: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        check_text("a project", self.project)
        check_text("a model", self.model)
        for digest in (self.model_digest, *(one.value for one in self.earlier), *filter(None, [self.previous])):
            check_hex("a digest", digest)
        for names in ([one.day.isoformat() for one in self.days], [one.name for one in self.earlier]):
            if names != sorted(set(names)):
                raise ValueError("expected the days in order, each once")
        if not (self.days or self.earlier) or (self.earlier and self.previous):
            raise ValueError("expected a day at least, and earlier ones in a model's first delivery alone")
        check_moment("delivered_at", self.delivered_at)


@dataclass(frozen=True, kw_only=True)
class SignedDay:
    """What the scoring service signed of one day of scores, verified, and since when it stands.

    A day of the log has a `root` and a `record`, the number of its record; one that was signed before has `content` instead, the
    digest of its rows as the lake's commit notes it, and names its batches in `raw`.
    """

    signed_by: str
    at: datetime
    model_digest: str
    features_digest: str
    features_version: int
    record: int | None = None
    root: str | None = None
    n_leaves: int | None = None
    features_root: str | None = None
    lineage: str | None = None
    content: str | None = None
    raw: tuple[NamedDigest, ...] = ()


def sign_delivery(delivery: Delivery, key: Ed25519PrivateKey) -> bytes:
    """Sign a delivery with the scoring service's key; returns the envelope."""
    return sign(encode(delivery), DELIVERY_TYPE, [key])


def read_delivery(data: bytes, root: TrustRoot, *, at: datetime) -> tuple[Delivery, str]:
    """Read and verify a record's delivery; return it with the staff id of who signed.

    Parameters
    ----------
    root: the trust root in force at the record's place. at: when it reached the log.

    Raises
    ------
    RefusedError: for a changed envelope, a signer without the scorer's role or whose key had been replaced or had ended when
        it reached the log, whatever date it claims, and a date that is not the log's.
    """
    envelope = read_envelope(data, what="the delivery")
    delivery = peek_delivery(data)
    signer = root.signer(envelope, DELIVERY_TYPE, [Role.SCORER], at=at, what="the delivery")
    if abs(delivery.delivered_at - at) > SKEW:
        raise refused(
            Refusal.TIME_RUNS_BACK,
            f"The delivery is dated {delivery.delivered_at:%Y-%m-%d %H:%M} UTC, but reached the log at {at:%Y-%m-%d %H:%M}. "
            "Set the clocks right, then score the day again.",
        )
    return delivery, signer.staff_id


@lru_cache(maxsize=4096)
def peek_delivery(data: bytes) -> Delivery:
    """Read a delivery whose signature is checked elsewhere."""
    return decode(Delivery, read_envelope(data, what="the delivery").payload, what="a delivery")


def deliveries(ledger: Ledger, project: str, model: str, *, before: int) -> Iterator[tuple[Record, Delivery]]:
    """Deliveries of a model ahead of a place, the newest first; their signatures are not checked here."""
    for record in reversed(ledger.records[:before]):
        if record.kind is Kind.DELIVERED:
            delivery = peek_delivery(record.signed)
            if (delivery.project, delivery.model) == (project, model):
                yield record, delivery


def earlier_roots(ledger: Ledger, project: str, model: str, day: date) -> Mapping[str, Record]:
    """Every root that was ever delivered of a day, with its record."""
    found = deliveries(ledger, project, model, before=ledger.size)
    return {one.root: record for record, delivery in found for one in delivery.days if one.day == day}


def delivered_days(ledger: Ledger, project: str, model: str) -> frozenset[date]:
    """The days of a model that were ever delivered."""
    return frozenset(one.day for _, delivery in deliveries(ledger, project, model, before=ledger.size) for one in delivery.days)


def of_log(record: Record, delivery: Delivery, one: DeliveredDay, signed_by: str) -> SignedDay:
    """A day of the log: its moment is the log's."""
    return SignedDay(
        signed_by=signed_by,
        at=record.at,
        model_digest=delivery.model_digest,
        features_digest=one.features_digest,
        features_version=delivery.features_version,
        record=record.sequence,
        root=one.root,
        n_leaves=one.n_leaves,
        features_root=one.features_root,
        lineage=one.lineage,
    )
