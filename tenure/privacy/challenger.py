"""Both tests of a challenger's privacy."""

from tenure.challenger import Challenger
from tenure.privacy.membership import infer_membership
from tenure.privacy.memorised import memorised
from tenure.privacy.records import PrivacyReport
from tenure.specs import Model
from tenure.training_set import TrainingSet


def privacy_of(challenger: Challenger, training_set: TrainingSet, spec: Model, *, project: str, n_threads: int) -> PrivacyReport:
    """Try whether a challenger tells who was trained on, and read its files for what is some customer's own."""
    return PrivacyReport(
        membership=infer_membership(training_set, spec, project=project, n_threads=n_threads),
        memorised=memorised(challenger.to_files(), training_set),
    )
