"""The data dictionary as one HTML page: self-contained, without scripts, in the typography of the card."""

from typing import Any

from markupsafe import Markup, escape

from model_cards.charts.lineage import lineage
from model_cards.dictionary_places import place
from model_cards.html import environment
from tenure.contracts import PersonalData
from tenure.dictionary import Dictionary
from tenure.history.prepared import CUSTOMER

# So many readers of a column are listed where it stands; of more it is said how many, and they unfold.
MOST_LISTED = 4
PERSONAL = {
    PersonalData.NONE: "not personal",
    PersonalData.PSEUDONYM: "stands for a person",
    PersonalData.BEHAVIOUR: "what a person did",
    PersonalData.PROTECTED: "protected",
}


def render_dictionary(dictionary: Dictionary) -> str:
    """Render the page of a data dictionary."""
    page = environment().get_template("dictionary.html")
    return str(
        page.render(
            d=dictionary,
            drawing=Markup(lineage(dictionary)),  # noqa: S704 - drawn here, and escaped there
            place=place,
            code=_code,
            customer=CUSTOMER,
            many={history.noun: history.many for history in dictionary.histories},
            personal=PERSONAL,
            n_models=len(dictionary.models),
            most_listed=MOST_LISTED,
        )
    )


def _code(text: Any) -> Markup:
    """Text as it is written, with no sign of it set otherwise."""
    return Markup("<code>{}</code>").format(escape(text))
