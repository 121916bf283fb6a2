"""Pages of docs/ whose commands are run: their blocks, and whether what was printed is what the page shows.

A block of `sh` holds commands; the block of `text` that follows it, if one does before the next commands, what one sees. In such
a block `…` stands for anything, and a digest for that of the run: once seen, the page's digest means the run's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import dedent

from adapters.settings import ROOMS

BLOCK = re.compile(r"^( *)```(sh|text|python)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
DIGEST = re.compile(r"\b(?=[a-z]*[0-9])[0-9a-f]{12}\b")


@dataclass(frozen=True)
class Block:
    """What is to be run, in which language, and the lines that one sees then."""

    language: str
    text: str
    sees: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands of a block of `sh`, without what is remarked on them."""
        lines = (re.sub(r"(^|\s)#\s.*", "", line).strip() for line in self.text.splitlines())
        return tuple(line for line in lines if line)


def blocks(name: str) -> Iterator[Block]:
    """The blocks of a page of docs/ in order, each with what one sees."""
    page = (ROOMS / "docs" / name).read_text(encoding="utf-8")
    found = [(language, dedent(text)) for _, language, text in BLOCK.findall(page)]
    for i, (language, text) in enumerate(found):
        if language != "text":
            shown = found[i + 1][1] if found[i + 1 : i + 2] and found[i + 1][0] == "text" else ""
            yield Block(language, text, tuple(shown.splitlines()))


@dataclass
class Reader:
    """Somebody who follows a page, and knows which digests of theirs stand for those of the page."""

    digests: dict[str, str] = field(default_factory=dict)

    def own(self, text: str) -> str:
        """The page's words with the reader's own digests, whole or their first letters."""
        for theirs, ours in self.digests.items():
            text = text.replace(theirs, ours).replace(theirs[:8], ours[:8])
        return text

    def compare(self, sees: tuple[str, ...], printed: str) -> None:
        """Fail unless each line that the page shows was printed, in order."""
        lines = iter(printed.splitlines())
        for shown in sees:
            if shown.strip() in ("", "…"):
                continue
            pattern, digests = self._pattern(shown)
            found = next((match for match in (pattern.fullmatch(line.rstrip()) for line in lines) if match), None)
            assert found, f"The page shows\n  {shown}\nwhich does not follow in what was printed:\n{printed}"
            self.digests.update(zip(digests, found.groups(), strict=True))

    def _pattern(self, shown: str) -> tuple[re.Pattern[str], list[str]]:
        """A line of the page as a pattern, and the digests that are new in it."""
        new = [digest for digest in DIGEST.findall(self.own(shown)) if digest not in self.digests.values()]
        pattern = re.escape(self.own(shown).rstrip()).replace("…", ".*")
        for digest in new:
            pattern = pattern.replace(digest, "([0-9a-f]{12})", 1)
        return re.compile(pattern), new
