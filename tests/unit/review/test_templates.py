"""The room's templates, as texts."""

import re

import pytest

from adapters.settings import ROOMS

TEMPLATES = sorted((ROOMS / "review" / "templates").glob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_piece_that_a_template_takes_is_used(template):
    """What is taken and not used says that something was forgotten."""
    text = template.read_text(encoding="utf-8")
    taken = [name for names in re.findall(r"{% from '[^']+' import (.+?) %}", text) for name in names.split(", ")]

    assert [name for name in taken if f"{name.split(' as ')[-1]}(" not in text] == []
