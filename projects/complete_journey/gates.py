"""Gates that several models of this company share: what must hold before a model may serve, with the reason for each line.

A floor that belongs to one model (how well it must rank) stands in that model's file.
"""

from tenure.gate import TELLS_OF_NOBODY, Gate, GateKind

_NOISE = (
    "The reviewers' line is meant for a month of scores. On a test of a few snapshots chance alone takes a flawless model more "
    "than half of the way to it, so the gate is drawn one hundredth further out: a flawless model still keeps it, one that is "
    "off by the whole of it does not. The month itself is judged once the model serves; until then the reviewers' line stands "
    "beside the result."
)

PROBABILITIES_HOLD = Gate(
    name="probabilities_hold",
    kind=GateKind.CEILING,
    metric="expected_calibration_error",
    limit=0.03,
    reviewers_line=0.02,
    because=_NOISE,
)
NOT_WORSE_THAN_LOGISTIC = Gate(
    name="not_worse_than_logistic",
    kind=GateKind.NOT_WORSE_THAN_BASELINE,
    metric="roc_auc",
    limit=0.005,
    reviewers_line=0.0,
    because="The simpler model would be preferred if it ranked better. The lower end of the paired difference may fall to half a "
    "hundredth below zero, for on a few test days its interval reaches about as far either way as the whole gain that can be had "
    "on this data: the gate asks that the model is not worse, and does not claim that it is shown to be better. Reviewers hold "
    "it against a lower end above zero.",
)
PROPENSITY = (NOT_WORSE_THAN_LOGISTIC, PROBABILITIES_HOLD)
"""Gates of a model of the probability of an outcome within a window."""

BETTER_THAN_COX = Gate(
    name="better_than_cox",
    kind=GateKind.FLOOR,
    metric="ibs_gain_over_cox",
    limit=0.0,
    bound="low",
    because="The Cox model is simpler and has coefficients that a person can read; the trees serve only where their curves are "
    "shown to be closer to what happened, on the same draws of households.",
)
CURVE_HOLDS = Gate(
    name="probabilities_hold",
    kind=GateKind.CEILING,
    metric="calibration_error_28d",
    limit=0.03,
    because="The score is read at this horizon, so this is where its size must hold; the line is the reviewers' own at a horizon "
    "at which decisions are taken. One test snapshot leaves near half of it to chance.",
)
SURVIVAL = (BETTER_THAN_COX, CURVE_HOLDS)
"""Gates of a model of the time until a pause is complete."""


def not_worse_than_champion(metric: str) -> Gate:
    """Non-inferiority to the serving model, by the metric that the comparison is made in."""
    return Gate(
        name="not_worse_than_champion",
        kind=GateKind.NOT_WORSE_THAN_CHAMPION,
        metric=metric,
        limit=0.01,
        because="A newer model on newer months is preferred as long as it does not rank worse by more than one hundredth, which "
        "is less than a campaign would notice.",
    )


EVERY_MODEL = (
    Gate(
        name="treats_groups_alike",
        kind=GateKind.AUDIT,
        because="A group that is shown to be passed over stops the model. Where too few members are known to say, a person "
        "decides and gives the reason, which the card prints.",
    ),
    TELLS_OF_NOBODY,
    Gate(
        name="card_complete",
        kind=GateKind.CARD_COMPLETE,
        because="Nobody can approve what nobody has described.",
    ),
)
"""Gates that no model of this company goes without."""
