"""Signing deliveries: the scoring service's key, and what it signs of each day of scores that goes into the lake.

What a delivery says is `governance/records/delivery.py`; reading one back from the lake is `delivered.py`.
"""

import json
from datetime import date
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.lake import Lake, OpenTable
from governance.records.delivery import Delivery, read_delivery, sign_delivery
from governance.records.ledger import Ledger
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.stores.trust import Trust
from home.workplace import Workplace
from provenance.received import Versions
from tenure.canonical import moment

NOBODY_SIGNS = (
    "The trust root names no key of the scoring service, so nobody signs these scores, and their trace will not be verified. "
    "Name it: tenure trust add-services."
)


class Signer:
    """The scoring service at one run."""

    def __init__(self, workplace: Workplace, key: Ed25519PrivateKey, ledger: Ledger) -> None:
        """Hold the key, and the log under whose trust root every signature is checked before it is given away."""
        self._workplace, self._key, self._ledger = workplace, key, ledger

    def sign(self, model: str, day: date, content: str, *, model_digest: str, features_digest: str, features: OpenTable) -> str:
        """Sign the scores of a day, for the lake to note.

        Parameters
        ----------
        content: digest of the day's rows. features: the table that was scored, as it was opened.

        Raises
        ------
        RefusedError: when the key is not the one that the trust root names, or is outside its time.
        """
        batches = _behind(self._workplace.lake, features).digests(features, day)
        delivery = Delivery(
            project=self._workplace.project.name,
            model=model,
            day=day,
            content=content,
            model_digest=model_digest,
            features_digest=features_digest,
            features_version=features.version,
            raw=tuple(NamedDigest(name=n, value=v) for n, v in sorted(batches.items())),
            delivered_at=moment(self._workplace.clock()),
        )
        envelope = sign_delivery(delivery, self._key)
        # Read back as the trace will: a key that the trust root does not name must not leave scores nobody can verify.
        read_delivery(envelope, self._ledger, now=delivery.delivered_at)
        return envelope.decode()


def open_signer(workplace: Workplace) -> Signer | None:
    """The scoring service, ready to sign; None where the trust root names no key of it.

    Raises
    ------
    SigningKeyError: when the trust root names one, and it is not here or may be read by others.
    """
    ledger = workplace.promotions.ledger()
    if not any(Role.SCORER in one.roles for one in ledger.root_before(ledger.size).staff):
        return None
    return Signer(workplace, Trust(workplace.settings).service_key(Role.SCORER), ledger)


def _behind(lake: Lake, features: OpenTable) -> Versions:
    """What stands behind the features as they were opened; the models of a run share one reading of it."""
    newest = [] if features.delta is None else features.delta.history(1)
    return _read_once(lake, features.version, json.dumps(newest, sort_keys=True, default=str))


@lru_cache(maxsize=1)
def _read_once(lake: Lake, _version: int, _newest_commit: str) -> Versions:
    """Versions that are read once while the features' newest commit, with its time and notes, stays the same."""
    return Versions(lake)
