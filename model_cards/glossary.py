"""The words that a card may not use unexplained."""

from collections.abc import Mapping
from typing import Any

_ALWAYS = (
    ("as of", "The day on which we stand: nothing that became known on it or later was used."),
    ("baseline", "A simple, well-known method fitted on the same rows. A model that does not beat it is not worth its upkeep."),
    ("Brier score", "The mean squared distance between what was said and what happened: zero is perfect, smaller is better."),
    ("calibration slope", "How far the log-odds must be stretched to fit what happened: one is right, below it says too much."),
    ("log loss", "How surprised the model was by what happened, on average: smaller is better, and sure errors weigh most."),
    ("log-odds", "A probability on a scale without ends, on which reasons add up: zero is one half, larger is likelier."),
    ("not defined", "With these customers the figure has no value; the reason stands beside it."),
    ("open point", "Why one of the five verdicts is not “meets”. Whoever promotes the model answers for it."),
    (
        "served band",
        "The customers whose score reaches the limit from which campaigns are served, as the scorer draws it.",
    ),
    ("calibrated", "Among customers given the same probability, that share does have the outcome."),
    ("champion, candidate", "The champion serves today; a candidate asks to replace it."),
    ("digest", "A fingerprint of bytes (SHA-256). Equal digests mean equal bytes."),
    ("gate", "A condition set in advance that a model must meet before it may serve."),
    ("inconclusive", "The interval reaches to both sides of the line: with these customers it cannot be said."),
    ("interval", "The range, in brackets after a figure, that holds the true value 95 times in 100; from resampling customers."),
    ("quarantine", "Rows that broke a rule of their source and were set aside, with the rule’s name."),
    ("reviewers’ line", "A stricter line than the gate’s, that reviewers hold a model against. It is shown and refuses nothing."),
    ("score", "The probability that the model gives to one customer on one day."),
    ("stability index", "How far a distribution moved (population stability index, PSI): zero means not at all."),
)
_PROPENSITY = (
    (
        "average precision",
        "How pure the top of the ranking is, averaged over all cut-offs. Picking at random gives the share of outcomes.",
    ),
    ("ROC-AUC", "The chance that a customer with the outcome is ranked above one without; one half is a coin toss."),
)
_SURVIVAL = (
    (
        "c-index (Uno)",
        "The chance that of two customers the one with the earlier event is ranked first; one half is a coin toss.",
    ),
    ("censored", "Followed until the data end, without the event so far: what comes after is not known."),
    ("Kaplan-Meier", "The observed share still without the event, day by day, that counts censored customers fairly."),
    ("survival", "The share of customers who have not yet had the event."),
)


def glossary(identity: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Terms with their meaning, in alphabetical order, for a card of this kind."""
    terms = (*_ALWAYS, *(_SURVIVAL if identity["kind"] == "survival" else _PROPENSITY))
    return sorted(terms, key=lambda term: term[0].lower())
