"""The words of a proposed project's cards, as Markdown: questions to a person, and proposals to be confirmed.

No figure stands in a proposal, for a card prints none that evidence does not hold; `{…}` refers to evidence.
"""

from collections.abc import Iterator, Sequence

from tenure.proposing.meanings import on_card, spoken
from tenure.proposing.models import Proposed
from tenure.proposing.proposal import Proposal
from tenure.proposing.seen import Seen
from tenure.words import PROPOSED

_MARK = f"{PROPOSED}; confirm it or change it, then delete this line."
# By field: what is asked, and how an answer may read. Nobody but a person can answer these.
QUESTIONS = {
    "ownership": (
        "Who owns the model and decides on its use, who built it, and how are they reached?",
        "The owner of the shop decides on its use, built it with Tenure, and is reached at the shop's office.",
    ),
    "intended_use": (
        "Who acts on the scores, when, and how?",
        "Once a week we write to the customers with the highest scores, with an offer that they may ignore.",
    ),
    "out_of_scope": (
        "What must the scores not be used for, and how could they be misused?",
        "Not for prices, credit, service, or anything that a customer cannot decline. Not for telling why somebody stays away.",
    ),
    "human_oversight": (
        "Which decision do the scores help with, and how can a person stop or overrule it?",
        "A person reads the list before anything is sent, may strike out anybody, and may leave the list unused.",
    ),
    "risk_tier": (
        "What can the law ask of this use, and who has looked?",
        "Low: choosing whom to write to is marketing. A customer's objection removes them from the "
        "list. Nobody has had it reviewed.",
    ),
    "fairness": (
        "What would be unfair here, and which difference between groups would you not accept?",
        "An offer is a benefit, so to be passed over is the harm: of those who stay away, each group should be found as often.",
    ),
    "ethics": (
        "Who is affected by what is done with a score, and how could it hurt them?",
        "Customers may feel watched by a message right after a pause; no message mentions what they bought.",
    ),
    "residual_risk": (
        "What can still go wrong, and why is that acceptable?",
        "Some get an offer who did not need it, and some none who did; we accept this for offers, not for anything else.",
    ),
}


def shared_words(proposal: Proposal) -> str:
    """The words that all models of the project share."""
    said = tuple(_shared(proposal))
    parts = [
        f"# Words on every card of {proposal.name}",
        "<!-- A heading is a field of the card, what stands under it is the statement. Under an empty "
        "heading stands a question: "
        "a model\ncan be trained with it, and not be promoted. Figures are written as words or as "
        "{references} to evidence. "
        "A statement under\n“Proposed” says on the card that nobody has confirmed it, until you delete "
        "that line. A field that "
        "does not apply: “Not applicable: because …”. -->",
        f"Said by owner on {proposal.today}.",
        *(_question(key, *asked) for key, asked in QUESTIONS.items() if key not in dict(said)),
        *_proposed(said),
    ]
    return "\n\n".join(parts) + "\n"


def model_words(proposal: Proposal, model: Proposed) -> str:
    """The words of one model."""
    parts = [
        f"# Words on the card of {model.name}",
        "<!-- What is said here holds for this model, before what ../words.md says of all. -->",
        f"Said by owner on {proposal.today}.",
        *([_question("features", *_in_doubt(proposal))] if proposal.roles.doubtful else []),
        *_proposed(tuple(_own(proposal, model))),
    ]
    return "\n\n".join(parts) + "\n"


def _question(key: str, asked: str, example: str) -> str:
    """A field to be filled by a person."""
    return f"## {key}\n<!-- {asked}\nSuch as: {example} -->"


def _proposed(said: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Fields with a proposal."""
    return (f"## {key}\n{_MARK}\n\n{text}" for key, text in said)


def _shared(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """What the declaration says of the data and of what follows."""
    source = _sources(proposal)
    yield (
        "provenance",
        (
            f"The company's own {source}, as its systems export them; files are kept as they were received, "
            "rows are checked against "
            "a contract, and those that break it are set aside with the reason. Nobody labels anything: the "
            "outcome follows from the "
            "rows themselves. How the systems record them, and who may change them, is not said here."
        ),
    )
    guests = " Rows that name no customer, such as orders of guests, are no part of it." if proposal.roles.guests else ""
    yield (
        "known_gaps",
        (
            "The model learnt from {data.first_day} to {data.known_until}; what lies outside, such as a "
            "season that is seen once, it "
            f"cannot know.{guests} Who is no customer in these files is not represented."
        ),
    )
    yield from _of_groups(proposal)
    yield (
        "monitoring",
        (
            "Drift of inputs and scores is measured on every scored day, and performance once outcomes are "
            "known; the owner reads the "
            "alarms and takes the model out of use where they say so."
        ),
    )
    yield (
        "changes",
        (
            "Foreseen without a new review of purpose: training anew on newer days with the same inputs, "
            "population and outcome. "
            "Anything else is a new model."
        ),
    )
    yield "standards", "None was applied beyond the fields of this card; conformity with none is claimed."
    yield (
        "instructions",
        (
            "Use the scores of the day. Train anew, and review, when the model is older than "
            "{monitoring.max_age_days} days. To switch "
            "it off, roll back to the version before, or stop scoring."
        ),
    )


def _inputs(proposal: Proposal) -> str:
    """Of what inputs are made, and what is no input although it could be one."""
    made = f"Every input is made of {_sources(proposal)} by the standard makers, and known before the scoring day begins."
    left = [f"{on_card(c.received_as)} is no input: {why}." for each in proposal.each for c, why in _left_out(each)]
    return " ".join([made, "No direction is imposed on any.", *left])


def _left_out(proposal: Proposal) -> Iterator[tuple[Seen, str]]:
    """Columns that no model may read, with the reason."""
    for name, why in proposal.roles.echoes.items():
        if column := proposal.table.column(name):
            yield column, why


def _in_doubt(proposal: Proposal) -> tuple[str, str]:
    """What is asked of inputs that may tell the outcome itself, and how an answer may read."""
    columns = [c.received_as for name in proposal.roles.doubtful if (c := proposal.table.column(name))]
    asked = (
        f"{', '.join(columns)}: alone so telling of what is foreseen that it may have been written once that was known. Was it "
        "known before the day on which customers are scored? If not, take it out of attributes in history.py, put it into "
        "left_out with the reason, and train again."
    )
    return asked, f"{_inputs(proposal)} {on_card(columns[0])} is entered when a contract begins, long before anybody leaves."


def _sources(proposal: Proposal) -> str:
    """The sources in a sentence."""
    return " and ".join(on_card(spoken(each.source)) for each in proposal.each)


def _of_groups(proposal: Proposal) -> Iterator[tuple[str, str]]:
    """What can be said of groups of people: by which they are compared, or why by none."""
    names = ", ".join(on_card(group.name.replace("_", " ")) for _, group in proposal.all_groups)
    if names:
        yield (
            "protected_attributes",
            f"Held for audits alone, by the names of their columns: {names}. Whether an input stands in for one of them has not "
            "been looked into.",
        )
        return
    yield (
        "protected_attributes",
        "Not applicable: no column of the files tells of a protected attribute by its name; whether an input stands in for one "
        "has not been looked into.",
    )
    yield "group_results", "Not applicable: without a protected attribute there are no groups whose results could be compared."
    yield (
        "fairness",
        "Not applicable: no difference between groups can be measured, so no aim can be held against one. That none is measured "
        "does not say that there is none.",
    )


def _own(proposal: Proposal, model: Proposed) -> Iterator[tuple[str, str]]:
    """What the declaration says of one model."""
    yield "target", model.target
    if not proposal.roles.doubtful:
        yield "features", _inputs(proposal)
    kept_apart = (
        "other customers than those it learnt from, of the same day"
        if proposal.is_one_day
        else "the latest days whose outcome was known"
    )
    yield "evaluation_data", f"Tested on {kept_apart}; the intervals say how far that speaks for others."
    yield (
        "metrics",
        (
            "The order of customers matters to whoever acts on few of them, and the size of a score to "
            "whoever counts with it; both are "
            "shown with intervals, beside a plain model."
        ),
    )
    yield (
        "explanation",
        (
            "Reason codes say what each input adds to a customer's score against the average customer. They "
            "say what the model used, not "
            "why a customer acts."
        ),
    )
    yield (
        "limitations",
        (
            "It assumes that the coming time resembles what it learnt from. It says who is likely to leave, "
            "not whom an offer would keep: "
            "only a comparison with customers who are left alone can tell."
        ),
    )
    yield (
        "thresholds",
        (
            "The high band starts at the score that the top share reached when the model was calibrated; it "
            "is fixed with the model. No "
            "cost of a contact was used."
        ),
    )
