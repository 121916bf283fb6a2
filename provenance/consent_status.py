"""Consent in the status: how the population of a scored day stood, and how many were left out."""

from dataclasses import dataclass
from datetime import date

from home.workplace import Workplace
from provenance.consent import purpose_of
from provenance.consent_at_scoring import counts_of, n_left_out
from tenure.consent.rule import State
from tenure.consent.small_cells import left_out_told, told
from tenure.specs import Model


@dataclass(frozen=True, kw_only=True)
class ConsentStatus:
    """How the population of the last scored day stood to the model's purpose, and how many were left out."""

    purpose: str
    n_population: int
    n_left_out: int
    n_given: int
    n_withdrawn: int
    n_objected: int
    n_without_record: int

    @property
    def in_words(self) -> str:
        """The counts as a sentence, in tens."""
        if not self.n_left_out:
            return f"consent to {self.purpose}: all of {told(self.n_population)} were scored"
        return (
            f"consent to {self.purpose}: {left_out_told(self.n_left_out, self.n_population)} were not scored "
            f"({told(self.n_without_record)} without a record, {told(self.n_withdrawn)} withdrawn, {told(self.n_objected)} "
            f"objected; {told(self.n_given)} given)"
        )


def consent_status(workplace: Workplace, spec: Model, day: date) -> ConsentStatus | None:
    """How a scored day's population stood; None where the company declares no consents, or did not then."""
    counts = None if workplace.project.consents is None else counts_of(workplace, spec, day)
    if counts is None:
        return None
    purpose = purpose_of(workplace.project, spec)
    return ConsentStatus(
        purpose=purpose.name,
        n_population=sum(counts.values()),
        n_left_out=n_left_out(purpose, counts),
        n_given=counts[State.GIVEN],
        n_withdrawn=counts[State.WITHDRAWN],
        n_objected=counts[State.OBJECTED],
        n_without_record=counts[State.NONE],
    )
