"""One form for each value that identifies, and none for what identifies nobody."""

import duckdb
import pytest

from tenure.errors import SpecError
from tenure.people import Identifier, People, email, identifier, phone
from tenure.people.normal import normal

AT_HOME = phone("a.cell", country="44")
NO_TAGS = email("a.cell", plus_tags=False, nobody=("Info@Shop.de",))


def form(declared: Identifier, cell: str | int | None) -> str | None:
    """A cell in its one form."""
    (found,) = duckdb.execute(f"SELECT {normal(declared, 'cell')} FROM (SELECT ? AS cell)", [cell]).fetchone()
    return found


@pytest.mark.parametrize(
    ("declared", "cell", "expected"),
    [
        (email("a.cell"), " Ann.Lee+shop@X.DE\t", "ann.lee+shop@x.de"),
        (NO_TAGS, "Ann.Lee+shop@X.DE", "ann.lee@x.de"),
        (NO_TAGS, "info@shop.de ", None),
        (email("a.cell"), "none@example.com", None),
        (email("a.cell"), "ann@mail.example.org", None),
        (email("a.cell"), "None@gmail.com", None),
        (email("a.cell"), "n/a", None),
        (email("a.cell"), "ann@x", None),
        (email("a.cell"), "ann@@x.de", None),
        (email("a.cell"), "", None),
        (email("a.cell"), None, None),
        (AT_HOME, "+44 (0)20 7946 0958", "442079460958"),
        (AT_HOME, "020 7946 0958", "442079460958"),
        (AT_HOME, "0044 20-7946-0958", "442079460958"),
        (AT_HOME, "442079460958", "442079460958"),
        (AT_HOME, 2079460958, "442079460958"),
        (AT_HOME, "020 7946 0958 ext. 12", "442079460958"),
        (AT_HOME, "+49 30 123456", "4930123456"),
        (AT_HOME, "7946", None),
        (AT_HOME, "0000 000 0000", None),
        (AT_HOME, "999999999", None),
        (AT_HOME, "1234567890", None),
        (AT_HOME, "unknown", None),
        (phone("a.cell", country="1"), "(415) 555-2671", "14155552671"),
        (phone("a.cell", country="1"), "1-415-555-2671", "14155552671"),
        (phone("a.cell", country="1"), "+1 415 555 2671", "14155552671"),
        (phone("a.cell"), "030 123456", "030123456"),
        (identifier("card", "a.cell"), " 0012 ", "0012"),
        (identifier("card", "a.cell", nobody=("0000",)), "0000", None),
        (identifier("card", "a.cell"), "", None),
    ],
)
def test_a_value_has_one_form(declared, cell, expected):
    """Ways of writing never tell people apart; placeholders never join them."""
    assert form(declared, cell) == expected


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: email("email"), 'each as "source.column"'),
        (lambda: email(), "no column"),
        (lambda: phone("a.p", country="+44"), "digits of a calling code"),
        (lambda: identifier("Loyalty card", "a.card"), "lower-case letters"),
        (lambda: email("a.e", shared_by=1), "2 ids or more"),
        (lambda: People(), "expected identifiers"),
        (lambda: People(email("a.e"), email("b.e")), "each of its own name"),
    ],
)
def test_what_cannot_identify_is_refused_where_it_is_declared(make, words):
    """In words."""
    with pytest.raises(SpecError, match=words):
        make()
