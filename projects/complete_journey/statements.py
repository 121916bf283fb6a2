"""What people say on every card of this company: statements that are the same for all of its models.

What differs by model (use, target, metrics, limits, thresholds, fairness aim) is said in the model's own file. Figures are
references to evidence, authors are roles of the project.
"""

from collections.abc import Mapping
from datetime import date

from tenure.statements import NotApplicable, Statement

SAID_ON = date(2026, 11, 22)


def said(author: str, text: str) -> Statement:
    """A statement by a role of the project."""
    return Statement(text=text, author=author, on=SAID_ON)


OWNER = {
    "ownership": said(
        "model_owner",
        "The growth team owns the model and decides on its use. The data team built it, provides it and runs it; both are "
        "reached through the team that the card names as owner. No part of it was bought, and no outside service sees the data.",
    ),
    "human_oversight": said(
        "model_owner",
        "The score helps decide which loyalty members receive a message with an offer, and nothing else. People choose the "
        "campaign, its size and its days; they are to see the list before anything is sent, may strike out or add members, and "
        "may leave the list unused. Nothing is sent by the model itself. Anyone in the growth team can ask for the model to be "
        "switched off, and the owner does so without having to give proof first.",
    ),
    "residual_risk": said(
        "model_owner",
        "The likeliest harm is small and frequent: an offer to a member who did not need it, or none to one who did. It is "
        "bounded by the size of the campaign and by people who read the list; nothing yet caps how many messages a member gets "
        "over a month. What is left is that a group of members is passed over without our seeing it, because the age of the head "
        "of household is known for {data.attributes.age.n_known} of {data.attributes.age.n_customers} households learnt from. We "
        "accept this for offers; we would not for anything else.",
    ),
    "monitoring": said(
        "model_owner",
        "The growth team reads alarms each working day. When inputs or scores drift past the limit, no new campaign starts from "
        "this model until the data team has said why; when the figures realised by then lie below the range shown here, the "
        "champion before it is put back. Drift of campaign inputs alone is expected in a month with a large mailing and is no "
        "reason to stop.",
    ),
    "changes": said(
        "model_owner",
        "Foreseen without a new review of purpose: retraining each month on newer days, with the same inputs, population and "
        "outcome; each such version has its own card and passes the same gates. A new input, population or use is a new model "
        "for this purpose, and is reviewed as one.",
    ),
    "instructions": said(
        "model_owner",
        "Use the scores of the day, not those of last week: they speak of the days right after the scoring day. The day by which "
        "people review it again stands where its promotion does; train anew, and so review, when the model is older than "
        "{monitoring.max_age_days} days. To switch it off, roll back to the "
        "version before or stop the daily schedule; campaigns then fall back on the days since the last purchase. It retires "
        "when its successor is promoted, and its scores remain traceable.",
    ),
}

STEWARD = {
    "provenance": said(
        "data_steward",
        "Public research data, “The Complete Journey of 84.51°”, published by the data-science company of a grocer in the United "
        "States. Households were sampled from its loyalty base; each receipt line was recorded at the till when the card was "
        "shown, so purchases without the card, and at other grocers, are not in it. How the households were sampled is not "
        "published. We take the tables as they come, check each day against its contract, set aside lines that break a rule, and "
        "roll the rest up by household and day. Nobody labels anything: the outcome follows from the purchases themselves.",
    ),
    "known_gaps": said(
        "data_steward",
        "The model learnt from {data.first_day} to {data.known_until}, within one year, so no season is seen twice: it cannot "
        "know summer holidays or the weeks before Christmas before they come. The day after Thanksgiving brings half the usual "
        "volume; a model trained before one has seen no such day. Days are UTC days: the evening of the grocer’s New Year’s Eve "
        "falls on a part of a day that is left out. Demographics and the product list carry no date and count as known from the "
        "first day, so a household that changed shows its later self throughout. Age is known for "
        "{data.attributes.age.n_known/data.attributes.age.n_customers:.0%} of the households learnt from, and those shop more "
        "often than the others: what holds for them need not hold for the rest. Households without a loyalty card are not "
        "represented, nor are those who joined and never bought. The publication carries no record of consent or objection.",
    ),
}

PRIVACY = {
    "out_of_scope": said(
        "privacy_officer",
        "Not for prices, credit, insurance, employment, service levels, access to the loyalty programme, or anything that a "
        "member cannot decline. Not for single persons: a household is scored, and what it buys is not one person’s doing. Not "
        "for inferring income, health, religion or family events from baskets. Not for customers of another grocer, another year "
        "or another country without a new test. Foreseeable misuse: to serve some members worse for their score, or to "
        "take what the model used for the reason why somebody shops as they do. As published, these data come without consents, "
        "so nobody may be contacted from them.",
    ),
    "risk_tier": said(
        "privacy_officer",
        "Low. Choosing whom to send an offer is marketing: it is not among the uses that “Annex III” of the EU AI Act lists as "
        "high-risk (it decides on no credit, insurance, employment, education or public service), it is not manipulation under "
        "“Article 5”, and it has no legal or similarly significant effect in the sense of “Article 22” of the GDPR. It is "
        "profiling for direct marketing all the same: a member’s objection under “Article 21” is absolute, and must remove the "
        "household from scoring and not from sending alone. The classification falls when the score is put to another use.",
    ),
    "protected_attributes": said(
        "privacy_officer",
        "Age, income, marital status and household composition are held for this audit alone and are never inputs. Inputs that "
        "may stand in for them, declared and kept because they describe shopping: the share of own-brand products and the share "
        "saved by discounts are both higher where incomes are low; the share paid by coupons is slightly higher where they are "
        "high; shopping trips are somewhat more frequent where incomes are low; items in a basket grow with the number of adults "
        "and children; campaigns received reflect how the grocer picked households before, on grounds we do not know. The audit "
        "looks at what comes of it.",
    ),
    "ethics": said(
        "privacy_officer",
        "Affected are the households of the loyalty programme. A message that follows a pause at once may make them feel "
        "watched; campaigns must therefore mention neither the pause nor what was bought. A pause may have a grave reason, such "
        "as illness or a death; a member must be able to end all messages in one step. Households with little money gain most "
        "from an offer, so passing them over weighs most. Staff and stores are not judged by the score.",
    ),
}

VALIDATOR = {
    "standards": said(
        "validator",
        "The fields follow “Model Cards for Model Reporting”, “Datasheets for Datasets”, “Annex IV” of the EU AI Act, the "
        "guidance of US bank supervisors on model risk, the NIST AI Risk Management Framework and “ISO/IEC 42001 Annex A”. They "
        "are applied by choice: none is mandatory here, and conformity with none is claimed. Deviations: the four-fifths line is "
        "a convention from hiring and is judged here by its interval, not by its value; the calibration line of a month is "
        "applied to a test shorter than a month and widened by what chance leaves.",
    ),
}

SHARED: Mapping[str, Statement | NotApplicable] = {**OWNER, **STEWARD, **PRIVACY, **VALIDATOR}
"""By card field: what every model of this company says; each adds its own statements."""
