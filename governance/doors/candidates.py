"""What must hold of a candidate before people may sign for it: its card is what its evidence gives, that what was measured.

That training signed for it proves who said so, not that it is true. The rules that signatures keep are in `governance/rules/`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from adapters.at_rest import at_rest
from adapters.settings import Settings
from governance.doors.reading import Clock, PromotionReading
from governance.records.approval import CARD, EVIDENCE
from governance.records.ledger import Ledger
from governance.rules.admission import served_as
from governance.rules.exceptions import check_rests
from governance.rules.history import promotion_records
from governance.rules.policy import WORDS
from governance.stores.measured_rows import MeasuredRowsStore
from governance.stores.package_reading import asking, decision_of, evidence_of
from tenure.canonical import moment, record_reader, sha256
from tenure.errors import CardError
from tenure.evaluation.measured import MeasuredRows
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.project import Project
from tenure.promotions import history as history_of
from tenure.refusals import Refusal, refused
from tenure.specs import Model


class CandidateChecks(PromotionReading):
    """The checks of a candidate that never served; what served was approved as it was, and is not asked again."""

    def __init__(
        self, settings: Settings, project: Project, clock: Clock, refuse_words: Callable[[str], None] = lambda _: None
    ) -> None:
        """Bind the doors to the places of an installation, as of reading."""
        super().__init__(settings, project, clock, refuse_words)
        self._test_rows = MeasuredRowsStore(settings.home, at_rest(settings))

    def check_card(self, ledger: Ledger | None, package: Package, model: str) -> None:
        """Refuse a candidate whose card is not, to the last byte, what its evidence gives in this project's words.

        Parameters
        ----------
        ledger: the verified log; None before there is a trust root.

        Raises
        ------
        RefusedError: saying what differs. PackageError: when it does not hold what people sign, or the champion that it was held
            against is not in the store any more.
        """
        from model_cards.card import Words, as_bytes, card_page

        project = self._project
        if ledger and served_as(ledger, project.name, model, package.digest):
            return
        asking(package)
        champion = self._held_against(ledger, package, model)
        words = as_bytes(Words(narrative=project.model(model).narrative, roles=dict(project.authors)))
        cannot = f"Package {package.digest[:12]} cannot be approved or promoted:"
        if package.files.get(WORDS) != words:
            raise refused(Refusal.STALE_CARD, f"{cannot} its words are not those that the project states now. Train again.")
        try:
            expected = card_page(package.file(EVIDENCE), words, None if champion is None else champion.file(EVIDENCE))
        except (CardError, ValueError, OverflowError) as error:
            raise refused(Refusal.STALE_CARD, f"{cannot} its evidence makes no card. {error}") from None
        if package.files.get(CARD) != expected:
            raise refused(
                Refusal.STALE_CARD,
                f"{cannot} its card is not what its evidence gives: it was changed, or made by another version of Tenure. "
                "Train again.",
            )

    def check_excepted(self, ledger: Ledger, package: Package, model: str) -> None:
        """Refuse a candidate, or what serves and is to be renewed, that rests on an exception which is not in force now."""
        policy = self._policy(ledger, model)
        check_rests(ledger, evidence_of(package), self._project.name, model, policy.digest, now=moment(self._clock()))

    def _held_against(self, ledger: Ledger | None, package: Package, model: str) -> Package | None:
        """The champion that the gates held a candidate against, which must have served under that number; None for none."""
        decision = decision_of(package)
        against = decision.champion_digest
        if against is None:
            return None
        records = history_of(promotion_records(ledger), self._project.name, model) if ledger else ()
        served = {record.package_digest: record.version for record in records}
        if against not in served or served[against] != decision.champion_version:
            raise refused(
                Refusal.CONTRADICTING_EVIDENCE,
                f"Package {package.digest[:12]} was held against version {decision.champion_version} of {model}, "
                f"{against[:12]!r}, which never served under that number. Train again.",
            )
        return self._store.load(against)

    def check_measured(self, ledger: Ledger, package: Package, model: str, *, with_draws: bool) -> None:
        """Refuse a candidate whose figures are not those that its test rows give.

        Parameters
        ----------
        with_draws: whether the intervals are drawn again too, which takes as long as it did in training.

        Raises
        ------
        RefusedError: naming what differs, or that nothing can be measured again. PackageError: when its rows are damaged.
        """
        if served_as(ledger, self._project.name, model, package.digest):
            return
        evidence, cannot = asking(package), f"Package {package.digest[:12]} cannot be approved or promoted:"
        root = evidence.data.test_rows_digest
        kept = self._test_rows.read(root) if root else None
        if kept is None or kept.n_emptied:
            gone = f"{kept.n_emptied} customers among its test rows were erased" if kept else "its test rows are not kept here"
            raise refused(
                Refusal.NO_TEST_ROWS, f"{cannot} {gone}, so nobody can measure its figures again. Restore them, or train again."
            )
        spec = self._project.model(model)
        again = _Again(figures=_figures(evidence), root=str(root), under=repr(spec), rows=kept.rows, evidence=evidence, spec=spec)
        if differing := _measured_otherwise(again, with_draws=with_draws):
            more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
            raise refused(
                Refusal.MEASURED_OTHERWISE,
                f"{cannot} its evidence says other than its test rows give: {'; '.join(differing[:3])}{more}. Train again.",
            )


@dataclass(frozen=True, kw_only=True)
class _Again:
    """What is measured again, known by what is said, of which rows and under which spec."""

    figures: str
    root: str
    under: str
    rows: MeasuredRows = field(compare=False)
    evidence: Evidence = field(compare=False)
    spec: Model = field(compare=False)


@lru_cache(maxsize=32)
def _measured_otherwise(again: _Again, *, with_draws: bool) -> tuple[str, ...]:
    """Where the evidence says other than the rows give; measured once for equal figures of equal rows."""
    from tenure.evaluation.recount import measured_otherwise

    return measured_otherwise(again.rows, again.evidence, again.spec, with_draws=with_draws)


def _figures(evidence: Evidence) -> str:
    """The digest of everything that rests on the rows."""
    said = (evidence.evaluation, evidence.audit)
    return sha256(b"".join(record_reader(type(part)).dump_json(part) for part in said))
