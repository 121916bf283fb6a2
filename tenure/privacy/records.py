"""What was found of a model's privacy, as evidence keeps it."""

from dataclasses import dataclass

from tenure.evaluation.records import Estimate


@dataclass(frozen=True, kw_only=True)
class MembershipInference:
    """How well customers who were trained on are told from others by the model's loss.

    `auc` is the area under the attack's ROC curve over customers, 0.5 by guessing; `n_customers` were looked at, on `n_days`.
    """

    auc: Estimate
    n_customers: int
    n_days: int


@dataclass(frozen=True, kw_only=True)
class Memorised:
    """What a model's files hold of single customers: ids, words of an input that few customers have, and figures that one
    customer alone has, the largest or smallest of an input.

    `n_files` were read, for `n_ids` ids; of those `n_ids_passed_over` are numbers of a few digits, which say nothing where they
    are met.
    """

    n_files: int
    n_ids: int
    n_ids_passed_over: int
    n_ids_found: int
    n_rare_words_found: int
    n_own_figures_found: int

    @property
    def n_found(self) -> int:
        """All of it."""
        return self.n_ids_found + self.n_rare_words_found + self.n_own_figures_found


@dataclass(frozen=True, kw_only=True)
class PrivacyReport:
    """Both tests of a challenger."""

    membership: MembershipInference
    memorised: Memorised
