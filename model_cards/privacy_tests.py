"""What evidence says of a model's privacy: how far an attack got, and what its files were read for."""

from collections.abc import Mapping
from typing import Any

from model_cards.paths import is_not_defined


def privacy_tests(tree: Mapping[str, Any]) -> list[str]:
    """Lines of field 31; none where the model was not tried, as before these tests."""
    if not tree.get("privacy"):
        return []
    return [_attack(tree), *_files()]


def _attack(tree: Mapping[str, Any]) -> str:
    """Membership inference, with what it stands for."""
    if is_not_defined(tree["privacy"]["membership"]["auc"]["value"]):
        return "Membership inference, by the loss: {privacy.membership.auc}."
    return (
        "Membership inference, by the loss: trained on each half of {privacy.membership.n_customers} customers and asked of "
        "{privacy.membership.n_days} days, models of the same making tell the customers of their half from the others with an "
        "AUC of {privacy.membership.auc:.3f}, where guessing gives one half. Halves have fewer customers to learn from than the "
        "model itself, and keep more of each."
    )


def _files() -> list[str]:
    """What the files hold."""
    return [
        "Memorisation: {privacy.memorised.n_files} files of the model and its baselines were read for {privacy.memorised.n_ids} "
        "ids of customers ({privacy.memorised.n_ids_passed_over} of them, numbers of a few digits, could not be told from other "
        "numbers), for words of inputs that few customers have, and for the largest and smallest figures that one customer "
        "alone has. Found: {privacy.memorised.n_ids_found} ids, {privacy.memorised.n_rare_words_found} words, "
        "{privacy.memorised.n_own_figures_found} figures.",
        "Not tried: attacks that know of a customer more than the inputs and the outcome, and attribute inference.",
    ]
