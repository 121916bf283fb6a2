"""Deliveries as they were signed before they came to the log: one a day, by itself, noted by the lake's commit.

Nobody signs such any more. They are read as they were; from the log's first record of the present form on only those count that
the model's first delivery in the log names, so that neither an earlier one nor an old key can come in from the side.
"""

from dataclasses import dataclass
from datetime import date, datetime

from governance.records.delivery import Delivery, SignedDay
from governance.records.ledger import Ledger
from governance.records.signing import read_envelope
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role, TrustRoot
from tenure.canonical import SKEW, check_hex, check_moment, check_text, decode
from tenure.refusals import Refusal, refused

NOTED_TYPE = "application/vnd.tenure.delivery+json"


@dataclass(frozen=True, kw_only=True)
class NotedDelivery:
    """The scores of one model and day, and what they were made from, as they were signed before deliveries came to the log.

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


def read_noted(
    data: bytes, ledger: Ledger, *, project: str, model: str, day: date, first: Delivery | None, now: datetime
) -> SignedDay:
    """Read and verify a delivery that the lake notes, under the trust root that was in force when it says that it was signed.

    Parameters
    ----------
    first: the model's first delivery in the log, if there is any: it says which of those before it stand. now: in UTC.

    Raises
    ------
    RefusedError: for a changed envelope, a signer without the scorer's role or outside the time of the key, a date to come,
        another model or day, and one that the first delivery in the log does not name.
    """
    envelope, noted = read_envelope(data, what="the delivery"), peek_noted(data)
    root = _root_at(ledger, noted.delivered_at)
    signer = root.signer(envelope, NOTED_TYPE, [Role.SCORER], at=noted.delivered_at, what="the delivery")
    if noted.delivered_at > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"The delivery is dated {noted.delivered_at:%Y-%m-%d %H:%M} UTC, later than now, {now:%Y-%m-%d %H:%M}. "
            "Set the clocks right.",
        )
    check_names(noted, signer.staff_id, project=project, model=model, day=day)
    stands = {one.name: one.value for one in first.earlier} if first else {day.isoformat(): envelope.digest}
    if stands.get(day.isoformat()) != envelope.digest:
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"What is noted of {day} was signed outside the log, and is not what stood when deliveries of {model} came to it: "
            "an earlier delivery was put back, or an old key signed. Restore the lake from a backup, or score the day again.",
        )
    return SignedDay(
        signed_by=signer.staff_id,
        at=noted.delivered_at,
        model_digest=noted.model_digest,
        features_digest=noted.features_digest,
        features_version=noted.features_version,
        content=noted.content,
        raw=noted.raw,
    )


def peek_noted(data: bytes) -> NotedDelivery:
    """Read a noted delivery whose signature is checked elsewhere."""
    return decode(NotedDelivery, read_envelope(data, what="the delivery").payload, what="a delivery")


def check_names(signed: NotedDelivery | SignedDay, signed_by: str, **expected: object) -> None:
    """Refuse a delivery that names other scores than those it stands with.

    Parameters
    ----------
    expected: fields of what was signed as they were found, by name.
    """
    other = {name: getattr(signed, name) for name, found in expected.items() if getattr(signed, name) != found}
    if other:
        said = "; ".join(f"{_IN_WORDS[name]} {_short(told)}, found {_short(expected[name])}" for name, told in other.items())
        raise refused(
            Refusal.OTHER_DELIVERY,
            f"What {signed_by} signed is the delivery of {said}. Somebody changed or exchanged the scores, or what is "
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
    "root": "rows with root hash",
    "n_leaves": "customers in number",
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
