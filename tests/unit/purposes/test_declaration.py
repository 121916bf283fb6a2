"""A declaration: Tenure's own source waits for nobody, wherever a company's folder lies and whichever its days are."""

from dataclasses import replace

import pytest

from tenure.consent.recorded import source_of_recorded
from tenure.purposes.declaration import is_own

OWN = source_of_recorded()


def placed(base: str, pattern: str = OWN.reader.pattern):
    """The source as it is once a folder was read."""
    return replace(OWN, reader=replace(OWN.reader, pattern=f"{base}{pattern}"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (OWN, True),
        (placed("/companies/shop/"), True),
        (replace(placed("/companies/shop/"), clocks="Europe/Paris"), True),
        (placed("/companies/shop/other_"), False),
        (placed("/companies/shop/", "orders/{day}.csv"), False),
        (replace(OWN, max_quarantine_share=0.5), False),
        (replace(OWN, name="orders"), False),
    ],
)
def test_only_what_tenure_itself_records_waits_for_nobody(source, expected):
    """Whatever else is called so is a source like any other."""
    assert is_own(source) is expected
