"""Who will buy within the week: the model behind the weekly flyer."""

from projects.complete_journey import gates
from projects.complete_journey.features import FOR_A_WINDOW
from projects.complete_journey.history import PURCHASES
from projects.complete_journey.statements import SHARED, said
from tenure.gate import Gate, GateKind
from tenure.outcomes import any_of
from tenure.parameters import LightGBMParameters
from tenure.populations import had
from tenure.specs import Model
from tenure.statements import Narrative
from tenure.timeline import SnapshotPlan

SPEC = Model(
    name="buys_7d",
    title="Purchase within 7 days",
    owner="team:growth",
    purpose="retention",
    population=had(PURCHASES, within_days=56),
    foresees=any_of(PURCHASES, within_days=7),
    features=FOR_A_WINDOW,
    protected=("age", "income", "marital_status", "household_composition"),
    # A window of one week costs little history, so the test can have three weeks and calibration four.
    snapshots=SnapshotPlan(step_days=7, n_calibration=4, n_test=3),
    # Chosen by rolling origin on outcomes known before 2017-10-01. More than half of the rows have the outcome, so there is more
    # to learn from than in a rare one: somewhat larger trees, and more of them. Samples stay small and shrinkage strong, because
    # a household is in most snapshots.
    parameters=LightGBMParameters(
        n_rounds=250,
        learning_rate=0.03,
        num_leaves=8,
        min_data_in_leaf=300,
        feature_fraction=0.3,
        bagging_fraction=0.5,
        bagging_freq=1,
        lambda_l2=20.0,
        n_seeds=3,
        start_share=0.0,
    ),
    gates=(
        Gate(
            name="ranks_well",
            kind=GateKind.FLOOR,
            metric="roc_auc",
            limit=0.78,
            bound="low",
            because="The days since the last purchase alone fall well short of this line: a model that is not shown to be well "
            "above them is not worth its upkeep.",
        ),
        *gates.PROPENSITY,
        gates.not_worse_than_champion("roc_auc"),
        *gates.EVERY_MODEL,
    ),
    narrative=Narrative(
        summary="Each morning this model scores {model.population}. The score is {model.score_means}. It is for choosing which "
        "loyalty members of the grocer get the flyer of the week with its offers, and for leaving those who will come anyway out "
        "of campaigns that win members back. It must not be used for prices, service, or anything that a member cannot decline.",
        verb="buy",
        statements={
            **SHARED,
            "target": said(
                "model_owner",
                "A household buys when at least one receipt carries its card in the {model.outcome_days} days from the scoring "
                "day on; how much it spends does not matter, and a tank of fuel counts like a full trolley. Nothing is censored: "
                "a day is used for training only when its whole window is known.",
            ),
            "intended_use": said(
                "model_owner",
                "The growth team uses it in the morning in two ways: those most likely to come get the flyer of the week, while "
                "it can still shape the trip; and those almost sure to come are left out of offers that are meant to bring "
                "somebody back, which saves their cost.",
            ),
            "features": said(
                "data_steward",
                "Every input describes how a household shops or what it was sent, none who it is. For a window this short the "
                "frequency of the last weeks says most; the day of the week is not an input, because every window holds each day "
                "once. No direction is imposed on any input. What would grow with the calendar enters as a rate or is capped.",
            ),
            "evaluation_data": said(
                "validator",
                "The test days are the latest ones whose windows were known when the model was trained, a week apart, so that "
                "the test is nearest to use. A household is in several of them; intervals are drawn by household, so that it "
                "counts once. The households are largely those that the model was fitted on, on later days; how it does on new "
                "households is not shown.",
            ),
            "metrics": said(
                "validator",
                "ROC-AUC says how well it orders everybody, which is what both uses need, one from the top and one from the "
                "bottom of the list. The calibration error says whether the probabilities can be added up to the number of "
                "households that will come. Precision in the top band looks high for any sensible model here, since more than "
                "half buy in any week; read it beside its baseline.",
            ),
            "fairness": said(
                "privacy_officer",
                "The flyer brings offers and is a benefit, so to be passed over is the harm. We aim at equal opportunity: of "
                "those who would buy, every group should be found about equally often. Selection follows how often a household "
                "shops, and that differs between groups; a gap that comes from it is shown and named, and is a reason to send "
                "the flyer more widely, not to score differently. Households whose demographics are known buy often enough for "
                "the audit to say something; the others shop less and are not covered by what it says.",
            ),
            "explanation": said(
                "validator",
                "Reason codes say what each input adds to this household’s log-odds against the average household, by TreeSHAP. "
                "They say what the model used, not why the household shops, and inputs that move together, such as the measures "
                "of frequency, share the credit in a way that could have fallen out differently.",
            ),
            "limitations": said(
                "validator",
                "It assumes that the coming week resembles those it learnt from; weeks with a holiday do not, and it has seen "
                "each holiday once at most. A household with few purchases has no rhythm yet, and its score leans on what is "
                "common. Most of what it knows is how often a household shops, so it adds little on those who come nearly every "
                "day. It says who will come, not who comes because of a flyer.",
            ),
            "thresholds": said(
                "model_owner",
                "The high band starts at the score that the top tenth reached on the calibration days; a tenth is the assumed "
                "print run of the flyer. The limit is fixed with the model, so the band of a household does not depend on who "
                "else is scored, and the band may hold more or fewer than a tenth on a given day. No cost per flyer was used.",
            ),
        },
    ),
)
