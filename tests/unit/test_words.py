"""People's words, read from Markdown beside the model: what is said, by whom, what is open, and what cannot be read."""

from datetime import date

import pytest

from tenure.errors import SpecError
from tenure.statements import NotApplicable
from tenure.words import NOT_CONFIRMED, PROPOSED, is_proposed, words_from

MARKDOWN = f"""# Words
Said by owner on 2020-02-01.

## ownership
<!-- Who owns it? Such as:
the shop. -->

## target
{PROPOSED}; confirm it.

Who lapses
has lapsed.

## metrics
Not applicable: nothing is
ranked.

Said by steward on 2020-03-01.
## provenance
Our own. <!-- a note -->
"""


def test_words_are_read_from_markdown_beside_the_model(tmp_path):
    """Filled headings are statements, empty ones are open, and a proposal says that it is one."""
    (tmp_path / "lapse.md").write_text(MARKDOWN)
    (tmp_path / "words.md").write_text(
        "Said by owner on 2020-01-01.\n## target\nOther.\n## ethics\nNobody.\n## summary\nIt scores."
    )

    found = words_from(str(tmp_path / "lapse.py"), "words.md")

    assert found.summary == "It scores."
    assert {key: getattr(one, "text", None) for key, one in found.statements.items()} == {
        "target": f"Who lapses has lapsed. {NOT_CONFIRMED}",
        "metrics": None,
        "ethics": "Nobody.",
        "provenance": "Our own.",
    }
    assert is_proposed(found.statements["target"])
    assert found.statements["metrics"] == NotApplicable(reason="nothing is ranked.", author="owner", on=date(2020, 2, 1))
    assert (found.statements["provenance"].author, found.statements["provenance"].on) == ("steward", date(2020, 3, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Said by owner on 2020-01-01.\n## targt\nWords.",
            "lapse.md, line 2: a card has no field 'targt'. Did you mean 'target'?",
        ),
        ("## target\nWords.", "who said 'target', and when"),
        ("Said by owner on 2020-13-01.\n## target\nWords.", "'2020-13-01' is no day"),
    ],
)
def test_words_that_no_card_could_take_are_refused_by_their_line(tmp_path, text, words):
    """With the nearest field."""
    (tmp_path / "lapse.md").write_text(text)

    with pytest.raises(SpecError, match=words.replace("?", r"\?")):
        words_from(str(tmp_path / "lapse.py"))
    with pytest.raises(SpecError, match=r"words\.md cannot be read: the file is not there"):
        words_from(str(tmp_path / "lapse.py"), "words.md")
