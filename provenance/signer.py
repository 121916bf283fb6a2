"""Signing deliveries: the scoring service's keys, and what it enters in the log of the scores that went into the lake.

The lake is written first, then the log: a run that dies between the two leaves scores that are no delivery yet, which the next
run of the day enters. What a delivery says is `governance/records/delivery.py`; reading one back is `delivered.py`.
"""

from collections.abc import Iterator, Mapping
from datetime import date

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.lake import OpenTable, commits_by_day
from adapters.tables import CUSTOMER_KEY, FEATURES_TABLE, SCORES, stage_table
from governance.records.delivery import DELIVERY_TYPE, DeliveredDay, Delivery, deliveries, sign_delivery
from governance.records.ledger import Ledger
from governance.records.log import Kind
from governance.records.noted_delivery import peek_noted
from governance.records.signing import read_envelope, sign
from governance.records.statement import NamedDigest
from governance.records.trust_root import Role
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust
from home.workplace import Workplace
from provenance.leaves import tree_of
from provenance.lineage import Lineage
from tenure.canonical import moment, sha256
from tenure.content import digest_by_day
from tenure.errors import TraceError
from tenure.specs import Model

NOBODY_SIGNS = (
    "The trust root names no key of the scoring service, so nobody signs these scores: they can be traced, but not handed out. "
    "Name it: tenure trust add-services."
)
# The keys with which a delivery is signed, entered in the log and witnessed there.
NEEDED = (Role.SCORER, Role.LOG, Role.WITNESS)


class Signer:
    """The scoring service at one run."""

    def __init__(self, workplace: Workplace, key: Ed25519PrivateKey, log: SignedLog) -> None:
        """Hold the key, and the log that deliveries are entered in."""
        self._workplace, self._key, self._log = workplace, key, log

    def deliver(self, spec: Model, scored: Mapping[date, pa.Table], *, model_digest: str, features: OpenTable) -> None:
        """Enter days in the log as they stand in the lake, in one record; nothing of days that it has so already.

        Parameters
        ----------
        scored: the scores of each day. features: the table that was scored, as it was opened.

        Raises
        ------
        RefusedError: when the key is not the one that the trust root names, or is outside its time.
        """
        project, table = self._workplace.project.name, self._workplace.lake.open(stage_table(spec, SCORES))
        ledger = self._log.ledger()
        entered = self._entered(ledger, spec)
        days = [day for day in self._days(table, scored, features) if entered.get(day.day) != day]
        if not days:
            return
        newest = next(deliveries(ledger, project, spec.name, before=ledger.size), None)
        delivery = Delivery(
            project=project,
            model=spec.name,
            model_digest=model_digest,
            features_version=features.version,
            days=tuple(days),
            earlier=() if newest else tuple(_noted(table, {day.day for day in days})),
            previous=newest[0].envelope_digest if newest else None,
            delivered_at=moment(self._workplace.clock()),
        )
        self._log.append(Kind.DELIVERED, sign_delivery(delivery, self._key))

    def name_noted(self, spec: Model) -> None:
        """Enter in the log which days stand that were signed before deliveries came to it: no other counts from then on."""
        commits = commits_by_day(self._workplace.lake.open(stage_table(spec, SCORES)))
        newest = peek_noted(max((day, one.signed.encode()) for day, one in commits.items() if one.signed is not None)[1])
        delivery = Delivery(
            project=self._workplace.project.name,
            model=spec.name,
            model_digest=newest.model_digest,
            features_version=newest.features_version,
            days=(),
            earlier=unnamed_days(self._workplace, spec),
            previous=None,
            delivered_at=moment(self._workplace.clock()),
        )
        self._log.append(Kind.DELIVERED, sign_delivery(delivery, self._key))

    def _entered(self, ledger: Ledger, spec: Model) -> Mapping[date, DeliveredDay]:
        """What the log has of each day, by the newest delivery that names it."""
        found = deliveries(ledger, self._workplace.project.name, spec.name, before=ledger.size)
        return {one.day: one for _, delivery in reversed([*found]) for one in delivery.days}

    def _days(self, table: OpenTable, scored: Mapping[date, pa.Table], features: OpenTable) -> Iterator[DeliveredDay]:
        """Days as they stand in the lake."""
        commits, made, lineage = commits_by_day(table), commits_by_day(features), Lineage(self._workplace.lake)
        for day in sorted(scored):
            tree = tree_of(table, day, CUSTOMER_KEY)
            root = tree.root(commits[day].emptied) if tree and _is_same(tree.rows, scored[day]) else None
            if tree is None or root is None:
                raise TraceError(
                    f"The scores in {table.name} of {day} were replaced while they were to be signed. Score it again."
                )
            yield DeliveredDay(
                day=day,
                root=root,
                n_leaves=tree.rows.num_rows + len(commits[day].emptied),
                features_digest=scored[day]["features_digest"][0].as_py(),
                features_root=made[day].root,
                lineage=lineage.of(FEATURES_TABLE, features.version, day),
            )


def open_signer(workplace: Workplace) -> Signer | None:
    """The scoring service, ready to sign; None where the trust root names no key of it.

    Raises
    ------
    SigningKeyError: when the trust root names one, and it or the log's or witness's, which enter deliveries, is not here.
    RefusedError: when the key is outside its time, or not the one that the trust root names.
    """
    ledger, log, trust = workplace.promotions.ledger(), SignedLog(workplace.settings, workplace.clock), Trust(workplace.settings)
    root = ledger.root
    if not any(Role.SCORER in one.roles for one in root.staff):
        return None
    now, keys = moment(workplace.clock()), {role: trust.service_key(role) for role in NEEDED}
    for role, key in keys.items():
        # Signed and read back as the log will read it: better here than after the scores are in the lake.
        tried = read_envelope(sign(b"{}", DELIVERY_TYPE, [key]), what="a delivery")
        root.signer(tried, DELIVERY_TYPE, [role], at=now, what="a delivery")
    return Signer(workplace, keys[Role.SCORER], log)


def unnamed_days(workplace: Workplace, spec: Model) -> tuple[NamedDigest, ...]:
    """Days of a model that were signed before deliveries came to the log, if no record of it says which of them stand."""
    ledger = workplace.promotions.ledger() if workplace.promotions.has_trust_root else None
    if ledger is None or any(deliveries(ledger, workplace.project.name, spec.name, before=ledger.size)):
        return ()
    return tuple(_noted(workplace.lake.open(stage_table(spec, SCORES)), set()))


def _is_same(kept: pa.Table, scored: pa.Table) -> bool:
    """Whether rows of the lake are those that were scored, as the lake compares them; columns of other days are null here."""
    others = set(kept.column_names) - set(scored.column_names)
    if any(kept[name].null_count < kept.num_rows for name in others) or not set(scored.column_names) <= set(kept.column_names):
        return False
    return digest_by_day(kept.select(scored.column_names), CUSTOMER_KEY) == digest_by_day(scored, CUSTOMER_KEY)


def _noted(table: OpenTable, but: set[date]) -> Iterator[NamedDigest]:
    """The envelopes of days that were signed before deliveries came to the log, and stand."""
    for day, commit in sorted(commits_by_day(table).items()):
        if commit.signed is not None and day not in but:
            yield NamedDigest(name=day.isoformat(), value=sha256(commit.signed.encode()))
