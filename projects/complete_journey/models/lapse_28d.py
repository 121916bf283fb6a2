"""Who will not buy for four weeks: the model behind the reminder that goes out before a member is gone."""

from projects.complete_journey import gates
from projects.complete_journey.features import FOR_A_WINDOW
from projects.complete_journey.history import PURCHASES
from projects.complete_journey.statements import SHARED, said
from tenure.gate import Gate, GateKind
from tenure.outcomes import none_of
from tenure.parameters import LightGBMParameters
from tenure.populations import had
from tenure.specs import Model
from tenure.statements import Narrative
from tenure.timeline import SnapshotPlan

SPEC = Model(
    name="lapse_28d",
    title="Lapse within 28 days",
    owner="team:growth",
    purpose="retention",
    population=had(PURCHASES, within_days=56),
    foresees=none_of(PURCHASES, within_days=28),
    features=FOR_A_WINDOW,
    protected=("age", "income", "marital_status", "household_composition"),
    # A purge of 28 days on either side of calibration costs eight weeks of a history of nine months. One test week leaves the
    # most to fit on; calibration spans three, because one week's mood would otherwise pass for the level of the probabilities.
    snapshots=SnapshotPlan(step_days=7, n_calibration=3, n_test=1),
    # Chosen by rolling origin on outcomes known before 2017-10-01. Rows are many, but a household is in most snapshots, so
    # independent cases are few: small trees on small samples of rows and inputs, shrunk strongly, and averaged over seeds.
    # Half of the logistic's log-odds to start from spares the trees the straight line, and leaves them free to depart from it.
    parameters=LightGBMParameters(
        n_rounds=150,
        learning_rate=0.03,
        num_leaves=5,
        min_data_in_leaf=300,
        feature_fraction=0.3,
        bagging_fraction=0.5,
        bagging_freq=1,
        lambda_l2=20.0,
        n_seeds=5,
        start_share=0.5,
    ),
    gates=(
        Gate(
            name="ranks_well",
            kind=GateKind.FLOOR,
            metric="roc_auc",
            limit=0.80,
            bound="low",
            because="The days since the last purchase alone fall well short of this line: a model that is not shown to be well "
            "above them is not worth its upkeep.",
        ),
        Gate(
            name="finds_lapses",
            kind=GateKind.FLOOR,
            metric="average_precision",
            limit=0.35,
            because="Few lapse. At this average precision the top of the list holds enough of them for a reminder to pay, which "
            "it does not by the days since the last purchase alone.",
        ),
        *gates.PROPENSITY,
        gates.not_worse_than_champion("roc_auc"),
        *gates.EVERY_MODEL,
    ),
    narrative=Narrative(
        summary="Each morning this model scores {model.population}. The score is {model.score_means}; such a pause is called a "
        "lapse. It is for choosing which loyalty members of the grocer get a reminder with an offer before they stay away. It "
        "must not be used for prices, service, or anything that a member cannot decline.",
        verb="lapse",
        statements={
            **SHARED,
            "target": said(
                "model_owner",
                "A household that was a customer lately and then does not buy once in the {model.outcome_days} days from the "
                "scoring day on has lapsed. The clock starts on the scoring day, not at the last purchase, so a household "
                "already in a pause needs only to go on with it. Nothing is censored: a day is used for training only when its "
                "whole window is known. Many who lapse come back later; the word says that they were away, not that they left.",
            ),
            "algorithm": said(
                "model_owner",
                "Two models in one. A logistic regression on the same inputs gives a first answer; half of its log-odds are "
                "where the boosted trees start, and the trees learn what is left, from the same rows. Several runs of the trees "
                "are averaged. Later days decided whether the sum is calibrated, and how (method: "
                "{model.calibration_method}). The logistic regression on its own is the baseline "
                "beside every figure of this card, so the reader sees what the trees add.",
            ),
            "intended_use": said(
                "model_owner",
                "The growth team uses it to choose whom to send a reminder with an offer, in the morning, for the campaign of "
                "that day. Its order fills the places of the campaign; its probability says what the campaign would cost and "
                "could win.",
            ),
            "features": said(
                "data_steward",
                "Every input describes how a household shops or what it was sent, none who it is. Most say how long the present "
                "pause is by the household’s own rhythm: two weeks are nothing to one and much to another. No direction is "
                "imposed on any input. What would grow with the calendar enters as a rate or is capped, so that an input means "
                "the same in spring and in autumn.",
            ),
            "evaluation_data": said(
                "validator",
                "The test day is the latest one whose window was known when the model was trained, so that the test is nearest "
                "to use. It is one day, because a whole window is left out on either side of the calibration days: the intervals "
                "are wide, and say how far one day speaks for others. The households are largely those that the model was fitted "
                "on, on later days; how it does on new households is not shown.",
            ),
            "metrics": said(
                "validator",
                "ROC-AUC says how well it orders everybody; average precision and the top band say what the campaign meets, "
                "which reaches few. The calibration error says whether the probabilities can be counted with. Accuracy is left "
                "out: to call nobody a lapser would be right most of the time.",
            ),
            "fairness": said(
                "privacy_officer",
                "A reminder with an offer is a benefit, so to be passed over is the harm. We aim at equal opportunity: of those "
                "who go on to lapse, every group should be found about equally often. Equal selection is shown beside it, but is "
                "no aim of its own where groups lapse at different rates. In this data the aim can hardly be tested: households "
                "whose demographics are known shop often, and very few of them lapse. Where the audit says that it cannot say, "
                "that is not a pass.",
            ),
            "explanation": said(
                "validator",
                "Reason codes say what each input adds to this household’s log-odds against the average household: for the trees "
                "by TreeSHAP, for the logistic half by its coefficients. They say what the model used, not what made the "
                "household pause, and inputs that move together, such as the measures of rhythm, share the credit in a way that "
                "could have fallen out differently.",
            ),
            "limitations": said(
                "validator",
                "It assumes that the coming four weeks resemble those it learnt from; it has seen less than a year. A holiday, a "
                "move, an illness and a change of grocer look alike. A household with few purchases has no rhythm yet, and its "
                "score leans on what is common. It says who will be away, not whom an offer would bring back: those most likely "
                "to lapse may be beyond reach, and only a comparison with members left alone can tell.",
            ),
            "thresholds": said(
                "model_owner",
                "The high band starts at the score that the top tenth reached on the calibration days; a tenth is what a weekly "
                "budget for reminders is assumed to reach. The limit is fixed with the model, so the band of a household does "
                "not depend on who else is scored, and the band may hold more or fewer than a tenth on a given day. No cost per "
                "offer was used.",
            ),
        },
    ),
)
