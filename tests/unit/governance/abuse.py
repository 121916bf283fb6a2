"""Attempts to go around governed promotion, as tests: each is refused, by the rule that it breaks and no other.

An attempt makes a log or files as an attacker would leave them, then does what the promoter, a reviewer or the scorer would do.
The attempts themselves are in `test_abuse_of_*.py`, by what they abuse.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps

import pytest

from governance.records.log import Kind
from governance.records.serving import sign_promotion
from governance.rules.verify import authorise, champion
from tenure.errors import RefusedError
from tenure.package import Package, seal
from tests.unit.governance.sample import MODEL, PROJECT, Book, files_of, key, manifest, opened, package

ONE, TWO = "tree one", "tree two"
Attempt = Callable[[], None]


def attempt(refusal: str) -> Callable[[Attempt], Attempt]:
    """A test that passes if what it attempts is refused by that rule, in a sentence that says what to do."""

    def as_test(act: Attempt) -> Attempt:
        @wraps(act)
        def test() -> None:
            with pytest.raises(RefusedError) as error:
                act()

            assert error.value.refusal == refusal
            assert str(error.value).endswith(".")
            assert len(str(error.value)) > 60

        return test

    return as_test


def ready() -> Book:
    """A log in which a package is trained and approved by two, and not yet promoted."""
    book = opened()
    book.trained(package())
    book.approved(package(), "anna", "ben")
    return book


def load(book: Book) -> None:
    """What the scorer does: the champion first, then the bytes that its digest names."""
    found = champion(book.ledger, PROJECT, MODEL, now=book.now)
    of = {package(content).digest: package(content) for content in (ONE, TWO)}[found.package_digest]
    authorise(found, of.files, manifest(of))


def unchecked(book: Book, **changes: object) -> None:
    """A promoter that keeps no rule, together with the log's key: then the scorer loads."""
    made = replace(book.asked(package()), **changes)
    book.force(Kind.PROMOTED, sign_promotion(made, key("promoter")))
    load(book)


def with_files(changes: Mapping[str, bytes]) -> Package:
    """The package with files replaced or added, sealed anew."""
    return seal({**files_of(ONE), **changes})
