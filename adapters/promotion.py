"""Promotion: the one door through which a package comes to serve, and the one through which the scorer reads it.

Every promotion is a record in `<home>/store/promotions.jsonl`, appended under a lock; the last record of a model is the
authority on who serves. Readings of the records are in `tenure/promotion/records.py`, bytes in `package_store.py`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from adapters.journal import Journal, Json
from adapters.package_store import PackageStore
from tenure.errors import NoChampionError, PackageError, PromotionError
from tenure.gates import Decision, GateResult, Outcome
from tenure.promotion import records as recorded
from tenure.promotion.package import DECISION_NAME, Package
from tenure.promotion.records import Action, PromotionRecord
from tenure.specs import GateKind

Clock = Callable[[], datetime]


class Promotions:
    """The doors of one installation: `promote` and `rollback` write, `champion` reads."""

    def __init__(self, home: Path, clock: Clock) -> None:
        """Bind the doors to `TENURE_HOME`; `clock` returns the present moment with its zone."""
        self._store = PackageStore(home)
        self._journal = Journal(home / "store" / "promotions.jsonl")
        self._clock = clock

    def promote(self, candidate_digest: str, reason: str = "") -> PromotionRecord:
        """Let a candidate serve from now on.

        Parameters
        ----------
        candidate_digest: the digest of a kept candidate, or at least 8 letters that name only one.
        reason: why a person promotes it; required when the gates left a question open.

        Raises
        ------
        PromotionError: when the gates refused it, a reason is missing, it already serves, or no such candidate is kept.
        PackageError: when its bytes are not what its digest says.
        """
        found = self._store.find(candidate_digest)
        package = self._store.candidate(found.digest)
        outcome = _judged(package, reason)
        return self._let_serve(Action.PROMOTE, found.project, found.model, package, reason, outcome)

    def rollback(self, project: str, model: str, reason: str, to_digest: str | None = None) -> PromotionRecord:
        """Let a package serve again that has served before: by default the one that the present champion replaced.

        Raises
        ------
        PromotionError: when no reason is given, or there is nothing to go back to.
        """
        if not reason.strip():
            raise PromotionError(f"A rollback of {project}.{model} needs a reason: tell it with --reason.")
        digest = self._served_before(project, model, to_digest)
        package = self._store.load(digest)
        return self._let_serve(Action.ROLLBACK, project, model, package, reason, _decision(package).outcome)

    def champion(self, project: str, model: str) -> Package:
        """The package that serves, verified byte by byte against the record that let it serve.

        Raises
        ------
        NoChampionError: before the first promotion.
        PackageError: when the stored bytes are not those that were promoted.
        """
        record = self.champion_record(project, model)
        package = self._store.load(record.package_digest)
        if package.model_digest != record.model_digest:
            raise PackageError(
                f"Promotion {record.sequence} of {project}.{model} names model {record.model_digest[:12]}, but package "
                f"{package.digest[:12]} holds model {package.model_digest[:12]}. Restore the promotion log from a backup."
            )
        return package

    def champion_record(self, project: str, model: str) -> PromotionRecord:
        """The promotion that stands; raises NoChampionError before the first."""
        record = recorded.current(self.records(), project, model)
        if record is None:
            raise NoChampionError(
                f"Model {project}.{model} has no champion. Train it, read its card, then promote it: tenure promote DIGEST."
            )
        return record

    def records(self) -> tuple[PromotionRecord, ...]:
        """Every promotion of every model, oldest first; refuses a log from which records were removed."""
        records = tuple(_from_json(line) for line in self._journal.read())
        recorded.check_history(records)
        return records

    def _served_before(self, project: str, model: str, wanted: str | None) -> str:
        """The full digest of the package to go back to."""
        records = self.records()
        if wanted is None:
            target = recorded.rollback_target(records, project, model)
            if target is None:
                raise PromotionError(
                    f"Expected an earlier champion of {project}.{model} to go back to, found none. Promote another candidate."
                )
            return target
        served = {record.package_digest: record.version for record in recorded.history(records, project, model)}
        matches = [digest for digest in served if len(wanted) >= 8 and digest.startswith(wanted.lower())]
        if len(matches) != 1:
            names = ", ".join(f"{digest[:12]} (version {version})" for digest, version in served.items()) or "none"
            raise PromotionError(
                f"Expected a package that has served as {project}.{model}, found {wanted!r}. "
                f"Packages that have: {names}. A new candidate goes through tenure promote."
            )
        return matches[0]

    def _let_serve(
        self, action: Action, project: str, model: str, package: Package, reason: str, outcome: Outcome
    ) -> PromotionRecord:
        """Copy the bytes and append the record, with every other promotion kept out."""
        with self._journal.locked():
            records = self.records()
            standing = recorded.current(records, project, model)
            previous = standing.package_digest if standing else None
            if standing and previous == package.digest:
                raise PromotionError(
                    f"Package {package.digest[:12]} already serves as {project}.{model}, version {standing.version}, "
                    f"since {standing.decided_at:%Y-%m-%d %H:%M} UTC. Nothing to do."
                )
            if standing and action is Action.PROMOTE:
                _refuse_unjudged(package, standing, reason)
            self._store.admit(package)
            record = PromotionRecord(
                sequence=len(records) + 1,
                action=action,
                project=project,
                model=model,
                version=recorded.version_of(records, project, model, package.digest),
                package_digest=package.digest,
                model_digest=package.model_digest,
                previous_digest=previous,
                reason=reason.strip(),
                decided_at=self._clock().astimezone(UTC),
                outcome=outcome,
            )
            self._journal.append(_to_json(record))
        return record


def _refuse_unjudged(package: Package, standing: PromotionRecord, reason: str) -> None:
    """Ask for a reason when the gates did not hold the candidate against the champion that serves by now."""
    decision = _decision(package)
    asked = [verdict for verdict in decision.verdicts if verdict.gate.kind is GateKind.NOT_WORSE_THAN_CHAMPION]
    if not asked or decision.champion_digest == standing.package_digest or reason.strip():
        return
    if decision.champion_digest is not None:
        how = f"compared with version {decision.champion_version} ({decision.champion_digest[:12]})"
    elif all(verdict.result is GateResult.NOT_APPLICABLE for verdict in asked):
        how = "judged before any champion served"
    else:
        how = "compared with a champion that its decision does not name"
    raise PromotionError(
        f"Candidate {package.digest[:12]} was {how}, but version {standing.version} "
        f"({standing.package_digest[:12]}) serves now, so nobody knows whether it is worse. "
        "Train again to have them compared, or say why it may serve: tenure promote DIGEST --reason '...'."
    )


def _judged(package: Package, reason: str) -> Outcome:
    """Refuse what the gates refused; ask for a reason where they left a question open."""
    decision = _decision(package)
    results = {verdict.result for verdict in decision.verdicts}
    # Read from the verdicts as well, so that an outcome can never be kinder than the gates it sums up.
    if decision.outcome is Outcome.REFUSED or GateResult.FAIL in results:
        raise PromotionError(
            f"The gates refused candidate {package.digest[:12]}: {'; '.join(decision.reasons)}. "
            "A refused candidate cannot be promoted; read its card and train another."
        )
    needs_reason = decision.outcome is Outcome.NEEDS_REASON or GateResult.NEEDS_REASON in results
    if needs_reason and not reason.strip():
        raise PromotionError(
            f"Candidate {package.digest[:12]} is accepted only with a reason: {'; '.join(decision.reasons)}. "
            "Read its card, then say why it may serve: tenure promote DIGEST --reason '...'."
        )
    return decision.outcome


def _decision(package: Package) -> Decision:
    """Read the gates' decision from a verified package."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Decision).validate_json(package.file(DECISION_NAME))
    except ValidationError as error:
        raise PackageError(
            f"Expected a decision of the gates in {DECISION_NAME} of package {package.digest[:12]}, found another shape "
            f"({error.error_count()} faults). Train the model again."
        ) from None


def _to_json(record: PromotionRecord) -> dict[str, Json]:
    """A record as one line of the log."""
    return {
        **{name: cast(Json, value) for name, value in vars(record).items()},
        "action": record.action.value,
        "outcome": record.outcome.value,
        "decided_at": record.decided_at.isoformat(),
    }


def _from_json(line: Mapping[str, Json]) -> PromotionRecord:
    """Read one line of the log."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(PromotionRecord).validate_python(line)
    except ValidationError as error:
        raise PromotionError(
            f"A record of the promotion log has another shape than this version reads ({error.error_count()} faults). "
            "Restore the log from a backup, or upgrade Tenure."
        ) from None
