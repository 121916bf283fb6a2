"""When a pause of four weeks will be complete: the model that says how much time is left to act."""

from projects.complete_journey import gates
from projects.complete_journey.history import PURCHASES
from projects.complete_journey.statements import SHARED, said
from tenure.gate import Gate, GateKind
from tenure.outcomes import pause, time_until
from tenure.parameters import LightGBMParameters
from tenure.populations import had
from tenure.specs import Model
from tenure.statements import Narrative
from tenure.timeline import SnapshotPlan

SPEC = Model(
    name="time_to_lapse",
    title="Time to lapse",
    owner="team:growth",
    purpose="retention",
    population=had(PURCHASES, within_days=28),
    foresees=time_until(pause(PURCHASES, days=28), horizons_days=(7, 14, 28, 42, 56), score_at=28),
    protected=("age", "income", "marital_status", "household_composition"),
    # Follow-up is cut where the next role starts instead of purged, so calibration may span six weeks. One test day, the last
    # with the whole of the longest horizon behind it, leaves the longest follow-up to fit on.
    snapshots=SnapshotPlan(step_days=7, n_calibration=6, n_test=1),
    # Chosen by rolling origin on outcomes known before 2017-10-01. Rows of a hazard model are periods of households, so they
    # repeat each household even more than snapshots do: few rounds, a quarter of the inputs for each tree, strong shrinkage.
    parameters=LightGBMParameters(
        n_rounds=120,
        learning_rate=0.03,
        num_leaves=8,
        min_data_in_leaf=300,
        feature_fraction=0.25,
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
            metric="uno_c",
            limit=0.80,
            bound="low",
            because="Reviewers ask for far less in general. Rhythm makes lapses of grocery households more predictable than "
            "that: a plain Cox model on rhythm and recency is above this line, and a model not shown to be has lost something on "
            "the way.",
        ),
        Gate(
            name="curves_hold",
            kind=GateKind.FLOOR,
            metric="ibs_skill_over_kaplan_meier",
            limit=0.25,
            bound="low",
            because="Reviewers ask for far less over one curve for all. A plain Cox model removes about a third of that curve's "
            "error; the lower end of the interval on one test day lies several hundredths below the value.",
        ),
        *gates.SURVIVAL,
        gates.not_worse_than_champion("uno_c"),
        *gates.EVERY_MODEL,
    ),
    narrative=Narrative(
        summary="Each morning this model scores {model.population}. It says for each coming day how likely the household is "
        "still a customer by then; the score is {model.score_means}, and the completion of such a pause is called a lapse. It is "
        "for choosing when a loyalty member of the grocer gets a reminder with an offer. It must not be used for prices, "
        "service, or anything that a member cannot decline.",
        verb="lapse",
        statements={
            **SHARED,
            "target": said(
                "model_owner",
                "The event is that a pause of four weeks is complete: the end of its last day without a purchase, counted from "
                "the last purchase, which may lie before the scoring day. So a household three weeks into a pause can lapse "
                "within days, and one that bought yesterday cannot for nearly four weeks. A household still active when what is "
                "known ends is censored there: it counts as not lapsed so far, and no more is said of it. One event is looked "
                "at; a household that comes back starts anew.",
            ),
            "intended_use": said(
                "model_owner",
                "The growth team uses it to plan the coming weeks: the curve tells whom to remind this week and whom a reminder "
                "would only reach too early, and the sum of the curves how many members will be lost by when if nothing is done.",
            ),
            "features": said(
                "data_steward",
                "Every input describes how a household shops or what it was sent, none who it is. Most say how long the present "
                "pause is by the household’s own rhythm; one says how many purchases are to be expected before the pause could "
                "be complete. No direction is imposed on any input. What would grow with the calendar enters as a rate or is "
                "capped.",
            ),
            "evaluation_data": said(
                "validator",
                "The test day is the latest one with the whole of the longest horizon behind it when the model was trained; it "
                "is one day, so the intervals are wide, and say how far one day speaks for others. Follow-up of the earlier days "
                "is cut where the next begin, so nothing of the test is in the fit. The households are largely those that the "
                "model was fitted on, on later days; how it does on new households is not shown.",
            ),
            "metrics": said(
                "validator",
                "The integrated Brier score judges the whole curve, and is what the model was chosen by; its skill is read "
                "against one curve for all (Kaplan-Meier) and against a Cox model. Uno’s c says how well it orders who lapses "
                "first, and does so without favouring those whom censoring left comparable. The calibration error at the horizon "
                "of the score says whether the probabilities can be counted with.",
            ),
            "fairness": said(
                "privacy_officer",
                "A reminder with an offer is a benefit, so to be passed over is the harm. We aim at equal opportunity: of those "
                "who go on to lapse within the score’s horizon, every group should be found about equally often. In this data "
                "the aim can hardly be tested: households whose demographics are known shop often, and very few of them lapse. "
                "Where the audit says that it cannot say, that is not a pass.",
            ),
            "explanation": said(
                "validator",
                "Reason codes say what each input adds to the household’s risk within the score’s horizon against the average "
                "household, by TreeSHAP over the periods up to it. They say what the model used, not what made the household "
                "pause; inputs that move together share the credit in a way that could have fallen out differently, and a code "
                "does not say on which day an input matters most.",
            ),
            "limitations": said(
                "validator",
                "The first weeks of a curve follow partly from the definition: nobody can lapse before the pause is long enough, "
                "so figures at short horizons flatter a model that is built to count those days, and much of the gain over Cox, "
                "which is not, comes from there; the Brier scores show it horizon by horizon. Beyond the follow-up seen in "
                "fitting it says nothing, and the median is left empty where the curve does not come down to one half. It "
                "assumes that households are censored only because the data end. A holiday, a move and a change of grocer look "
                "alike. It says when a household lapses if nothing is done, not whom an offer would keep.",
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
