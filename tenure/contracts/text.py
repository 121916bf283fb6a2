"""How a source's text files are written, as far as its owner says so. What is not said is found in each file and told.

Finding it is `tenure/received/`'s.
"""

import codecs
import re
from dataclasses import dataclass

from tenure.errors import SpecError

SEPARATORS = (",", ";", "\t", "|", " ")
# Words that tools write for "no value". `NA` is not one of them: it is Namibia, and North America.
NULL_WORDS = (
    "nan", "NaN", "NAN", "None", "NULL", "null", "<NA>", "N/A", "n/a", "#N/A", r"\N", "NaT", "-nan", "<null>", "<NULL>", "(null)",
    "(NULL)", "[NULL]", "#NA", "#N/A N/A", "#NULL!", "1.#QNAN", "-1.#IND", "0000-00-00", "0000-00-00 00:00:00",
)  # fmt: skip
# What no id is called, though a text may be.
NO_IDS = ("none", "NONE", "Null", "Nan", "nil", "undefined", "-", "--", "?", "(blank)", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!")


@dataclass(frozen=True, kw_only=True)
class Text:
    """How text is written; None where each file says it itself.

    Parameters
    ----------
    encoding: such as "windows-1252".
    separator: one character between fields; " " stands for any number of blanks.
    quote: the character around a field that holds a separator; "" for none.
    header: False where the first line is data already; fields are then taken in the order of the contract's columns.
    decimal, thousands: the signs within numbers, such as "," and "." in 1.000,50; thousands "" for none.
    times: how days and times are written, as `strptime` spells it, such as "%d/%m/%Y %H:%M"; several where a source mixes them.
    null_words: words that stand for no value, besides nothing at all.
    """

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    header: bool = True
    decimal: str | None = None
    thousands: str | None = None
    times: str | tuple[str, ...] = ()
    null_words: tuple[str, ...] = NULL_WORDS

    def __post_init__(self) -> None:
        """Refuse what no text can be read by."""
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise SpecError(f"There is no encoding {self.encoding!r}; name one as Python does, such as 'utf-8'.") from None
        for name, value, allowed in (
            ("separator", self.separator, None),
            ("quote", self.quote or None, None),
            ("decimal", self.decimal, (".", ",")),
            ("thousands", self.thousands, ("", ".", ",", " ", "'")),
        ):
            if value is not None and (value not in allowed if allowed else len(value) != 1):
                wanted = f"one of {list(allowed)}" if allowed else "one character"
                raise SpecError(f"The {name} of a text is {value!r}; expected {wanted}.")
        if self.thousands and self.thousands == (self.decimal or "."):
            raise SpecError(f"Thousands and decimals are both marked by {self.thousands!r}; name the other sign as decimal.")
        for each in self.formats:
            if not re.search(r"%[YycxsG]", each) or re.search(r"%(?![aAbBcdfgGHIjmMnpSuUVwWxXyYzZ%-])", each):
                raise SpecError(
                    f"A time is said to be written as {each!r}; expected day, month and year as strptime spells them, "
                    'such as "%d/%m/%Y %H:%M".'
                )

    @property
    def formats(self) -> tuple[str, ...]:
        """How times are written; empty where it is to be found."""
        return (self.times,) if isinstance(self.times, str) else self.times
