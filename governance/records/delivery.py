"""The delivery: what the scoring service signs of one model's scores of one day when it hands them to the lake.

So nobody without its key can change the scores unseen, nor their inputs, nor the batches behind them, whoever may write to the
lake or the raw store. Which package may score is `verify.py`; where the envelope is kept, and what it is held against, is
`adapters/`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.records.ledger import Ledger
from governance.records.signing import read_envelope, sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode, encode
from tenure.refusals import Refusal, refused

DELIVERY_TYPE = "application/vnd.tenure.delivery+json"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The scores of one model and day, and what they were made from.

    `content` is the digest of the day's rows as the lake's commit notes it (`tenure/content.py`), `features_digest` that of the
    inputs that were scored, `features_version` the lake's version of the features. `raw` names each source behind the features
    with one digest over its batches known up to that day; a source whose batches the lake did not note is not named.
    """

    project: str
    model: str
    day: date
    content: str
    model_digest: str
    features_digest: str
    features_version: int
    raw: tuple[NamedDigest, ...]
    delivered_at: datetime

    def __post_init__(self) -> None:
        """Refuse what could be spelled twice."""
        for name, text in (("a project", self.project), ("a model", self.model), *(("a source", one.name) for one in self.raw)):
            check_text(name, text)
        for digest in (self.content, self.model_digest, self.features_digest, *(one.value for one in self.raw)):
            check_hex("a digest", digest)
        names = [one.name for one in self.raw]
        if names != sorted(set(names)):
            raise ValueError("expected the sources in order, each once")
        check_moment("delivered_at", self.delivered_at)

    def raw_of(self, source: str) -> str | None:
        """The digest over the batches of a source; None where the delivery does not name it."""
        return next((one.value for one in self.raw if one.name == source), None)


@dataclass(frozen=True, kw_only=True)
class SignedDelivery:
    """A verified delivery: who signed it, and the envelope's digest."""

    delivery: Delivery
    signed_by: str
    envelope_digest: str


def sign_delivery(delivery: Delivery, key: Ed25519PrivateKey) -> bytes:
    """Sign a delivery with the scoring service's key; returns the envelope."""
    return sign(encode(delivery), DELIVERY_TYPE, [key])


def read_delivery(data: bytes, ledger: Ledger, *, now: datetime) -> SignedDelivery:
    """Read and verify a delivery under the trust root that was in force when it was signed.

    Parameters
    ----------
    ledger: the verified log, which holds every trust root. now: in UTC.

    Raises
    ------
    RefusedError: for a changed envelope, a signer without the scorer's role or outside the time of the key, a date to come.
    """
    envelope = read_envelope(data, what="the delivery")
    delivery = decode(Delivery, envelope.payload, what="a delivery")
    root = _root_at(ledger, delivery.delivered_at)
    signer = root.signer(envelope, DELIVERY_TYPE, [Role.SCORER], at=delivery.delivered_at, what="the delivery")
    if delivery.delivered_at > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"The delivery is dated {delivery.delivered_at:%Y-%m-%d %H:%M} UTC, later than now, {now:%Y-%m-%d %H:%M}. "
            "Set the clocks right.",
        )
    return SignedDelivery(delivery=delivery, signed_by=signer.staff_id, envelope_digest=envelope.digest)


def check_delivery_of(signed: SignedDelivery, **expected: object) -> None:
    """Refuse a delivery that names other scores than those it stands with.

    Parameters
    ----------
    expected: fields of `Delivery` as they were found, by name.
    """
    other = {name: getattr(signed.delivery, name) for name, found in expected.items() if getattr(signed.delivery, name) != found}
    if other:
        said = "; ".join(f"{_IN_WORDS[name]} {_short(told)}, found {_short(expected[name])}" for name, told in other.items())
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"What {signed.signed_by} signed is the delivery of {said}. Somebody changed or exchanged the scores, or what is "
            "noted with them: restore the lake from a backup, or score the day again.",
        )


_IN_WORDS = {
    "project": "project",
    "model": "model",
    "day": "day",
    "content": "rows with content",
    "model_digest": "scores by model",
    "features_digest": "scores of inputs",
    "features_version": "features in version",
}


def _short(value: object) -> str:
    """A value as a sentence names it; digests by their first letters."""
    text = str(value)
    return text[:12] if len(text) == 64 else text


def _root_at(ledger: Ledger, at: datetime) -> TrustRoot:
    """The newest trust root that was issued by then."""
    in_force = [root for _, root in ledger.roots if root.issued <= at]
    if not in_force:
        raise refused(
            Refusal.OLD_TRUST_ROOT,
            f"The delivery is dated {at:%Y-%m-%d %H:%M} UTC, before the first trust root, when nobody could sign. "
            "It is another installation's, or the clocks are wrong.",
        )
    return in_force[-1]
