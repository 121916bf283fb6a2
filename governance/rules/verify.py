"""Verification: what the scorer asks before it loads a byte, and the whole history, proved offline.

Nothing here trusts an alias, a database row or a file's place: the log's tree, the signatures under the pinned trust root and
the digests decide. Where log and bytes come from is `adapters/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.records.approval import CARD, EVIDENCE, signed_file
from governance.records.ledger import Ledger, check_witnessed
from governance.records.log import Record
from governance.records.serving import Promotion, check_not_revoked, newest_promotion
from governance.rules.admission import check_promotion, check_record
from tenure.canonical import SKEW, sha256
from tenure.errors import RefusedError
from tenure.package import MANIFEST_NAME, Package, verify
from tenure.refusals import Refusal, refused

WITHOUT_WITNESS = (
    "No witness's copy of the checkpoints was given. The log agrees with itself and its signatures are good, but whoever holds "
    "the log's key and its disk could have rewritten all of it, or cut records off its end, and it would look like this. "
    "Name the second place (TENURE_WITNESS) to rule that out."
)


@dataclass(frozen=True, kw_only=True)
class Champion:
    """A promotion that was verified and stands: the package to fetch, by digest, and the place of its record."""

    promotion: Promotion
    sequence: int
    at: datetime

    @property
    def package_digest(self) -> str:
        """The digest by which the bytes are fetched."""
        return self.promotion.subject.package_digest


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A record of the log that must not stand there."""

    sequence: int
    refusal: str
    message: str


@dataclass(frozen=True, kw_only=True)
class HistoryReport:
    """What the proof of a whole history found.

    `n_witnessed` is the largest size that a witness saw, None if no copy was given.
    """

    n_records: int
    n_unwitnessed: int
    n_witnessed: int | None
    root_hash: str
    trust_root_version: int
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no record breaks a rule."""
        return not self.findings

    @property
    def in_words(self) -> str:
        """What this proves, and what it does not."""
        whole = (
            "The only record is as it was signed, and was allowed when it was written."
            if self.n_records == 1
            else f"All {self.n_records} records are as they were signed, in order, and each was allowed when it was written."
        )
        verdict = (
            whole
            if self.is_sound
            else f"{len(self.findings)} of {self.n_records} records must not stand: "
            + "; ".join(f"record {f.sequence}: {f.message}" for f in self.findings)
        )
        return f"{verdict} {self._witness_in_words}"

    @property
    def _witness_in_words(self) -> str:
        """What the witness adds."""
        if self.n_witnessed is None:
            return WITHOUT_WITNESS
        if self.n_unwitnessed:
            return (
                f"The witness vouches for the first {self.n_witnessed}; the last {self.n_unwitnessed} it has not seen, "
                "and whoever holds the log's key could still change those."
            )
        seen = "it, so it was not" if self.n_records == 1 else "all of them, so none was"
        return f"The witness saw {seen} changed or removed since, by the holder of the log's key either."


def champion(ledger: Ledger, project: str, model: str, *, now: datetime, policy_digest: str | None = None) -> Champion:
    """Verify who serves as a model: the newest promotion, never an older one in its place.

    Parameters
    ----------
    ledger: the verified log. now: in UTC.
    policy_digest: the policy that must have been kept; None asks for whichever the reviewers signed.

    Raises
    ------
    RefusedError: when nothing was promoted; when the promotion's signatures, quorum or order do not hold; when its package
        is revoked, its review is overdue, or it was judged under another policy.
    """
    found = last_promoted(ledger, project, model)
    if found is None:
        raise refused(
            Refusal.NEVER_PROMOTED,
            f"The promotion log lets no package serve as {project}.{model}. Train one, have it approved, promote it.",
        )
    promotion = found.promotion
    check_not_revoked(ledger, promotion.subject.package_digest, before=ledger.size)
    _check_now(found, now)
    if policy_digest not in (None, promotion.subject.policy_digest):
        raise refused(
            Refusal.OTHER_POLICY,
            f"{project}.{model} was approved under policy {promotion.subject.policy_digest[:12]}, but policy "
            f"{(policy_digest or '')[:12]} is in force. Train and approve it under the policy in force.",
        )
    return found


def last_promoted(ledger: Ledger, project: str, model: str) -> Champion | None:
    """The newest promotion of a model, verified as of when it was made; None before the first.

    Whether its package was revoked since, or its review is overdue, is not asked: the scorer asks `champion`.
    """
    newest = newest_promotion(ledger, project, model)
    if newest is None:
        return None
    record, _ = newest
    promotion = check_promotion(ledger, record.kind, record.signed, at=record.at, place=record.sequence)
    return Champion(promotion=promotion, sequence=record.sequence, at=record.at)


def authorise(found: Champion, files: Mapping[str, bytes], manifest: bytes) -> Package:
    """Check the bytes that were fetched for a champion; none of them is parsed before all of them are checked.

    Parameters
    ----------
    files: everything found beside the manifest, by path. manifest: the manifest's bytes as stored.

    Returns
    -------
    The package, from whose bytes in memory the model is loaded: nothing is opened again.

    Raises
    ------
    RefusedError: when these are another package's files, or card, audit or model are not those that were approved.
    PackageError: when a file is missing, unlisted or changed; the message names it.
    """
    subject = found.promotion.subject
    if sha256(manifest) != subject.package_digest:
        raise refused(
            Refusal.OTHER_CHAMPION,
            f"Expected {MANIFEST_NAME} of package {subject.package_digest[:12]}, which record {found.sequence} lets serve, found "
            f"one with digest {sha256(manifest)[:12]}. Restore the package from a backup.",
        )
    package = verify(files, manifest)
    found_digests = {
        Refusal.OTHER_MODEL: (package.model_digest, subject.model_digest),
        Refusal.OTHER_CARD: (sha256(signed_file(package, CARD)), subject.card_digest),
        Refusal.OTHER_AUDIT: (sha256(signed_file(package, EVIDENCE)), subject.audit_digest),
    }
    for refusal, (present, approved) in found_digests.items():
        if present != approved:
            raise refused(
                refusal,
                f"Package {package.digest[:12]} holds {present[:12]} where its reviewers approved {approved[:12]} "
                f"({refusal.value}). Do not use it; have it approved as it is, or promote another.",
            )
    return package


def verify_history(
    ledger: Ledger, *, witnessed: Sequence[bytes] | None = None, known: HistoryReport | None = None
) -> HistoryReport:
    """Prove every record of a log against the rules that held at its place.

    Parameters
    ----------
    ledger: the verified log; opening it has proved tree, checkpoint and trust roots.
    witnessed: the checkpoints that a witness kept, None where there is none.
    known: what was found of a log with which this one begins; what is ahead of a place alone decides about it.

    Raises
    ------
    RefusedError: when the log contradicts the witness. Records that break a rule are findings, all of them reported.
    """
    seen = check_witnessed(ledger, witnessed) if witnessed is not None else None
    later = ledger.records[known.n_records if known else 0 :]
    findings = (*(known.findings if known else ()), *(found for record in later for found in _finding(ledger, record)))
    return HistoryReport(
        n_records=ledger.size,
        n_unwitnessed=ledger.size - (seen or 0),
        n_witnessed=seen,
        root_hash=ledger.head.root_hash,
        trust_root_version=ledger.roots[-1][1].version if ledger.roots else 0,
        findings=findings,
    )


def _finding(ledger: Ledger, record: Record) -> tuple[Finding, ...]:
    """What is wrong with one record, if anything."""
    try:
        check_record(ledger, record.kind, record.signed, at=record.at, place=record.sequence)
    except RefusedError as error:
        return (Finding(sequence=record.sequence, refusal=error.refusal, message=str(error)),)
    return ()


def _check_now(found: Champion, now: datetime) -> None:
    """Refuse a promotion from the future, and one whose review is overdue."""
    promotion = found.promotion
    if found.at > now + SKEW:
        raise refused(
            Refusal.NOT_YET_ISSUED,
            f"Record {found.sequence} is dated {found.at:%Y-%m-%d %H:%M} UTC, later than now, {now:%Y-%m-%d %H:%M}. "
            "Set the clocks right.",
        )
    if promotion.review_by <= now:
        raise refused(
            Refusal.REVIEW_OVERDUE,
            f"Package {promotion.subject.package_digest[:12]} serves as {promotion.project}.{promotion.model} until its review, "
            f"due by {promotion.review_by:%Y-%m-%d}; it is {now:%Y-%m-%d}. Review it and promote it, or a newer one, anew.",
        )
