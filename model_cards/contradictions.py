"""Whether people's words are contradicted by a figure of the same card; what can be checked without understanding them.

A table of turns of phrase, each with the figure that it speaks of. A sentence that denies, asks or sets a condition is let pass:
to refuse what is true would cost more than to miss what is not. Typed figures are refused elsewhere (`wording.py`). A statement
that is contradicted counts as none: the field is missing, the gate that asks for a complete card says why, and the card shows it.

Nothing here reads the decision, for it is not made yet when the gate asks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model_cards.paths import entries, number
from model_cards.verdicts import attribute_verdict, audit_verdict

Tree = Mapping[str, Any]
_UNASSERTED = re.compile(
    r"\b(not|no|never|nobody|nothing|neither|nor|none|without|cannot|hardly|if|whether|unless|until|before|once|when|where|while"
    r"|should|must|would|may|might|could|can|will|shall|aims?|asks?|wants?|expects?|hopes?|means?|required|goal|only|that|which"
    r"|who|whose|what|how|were it)\b",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?;:](?=\s|$)")
_PLAIN = r"(a |the |its |any )?(plain |simple )?"
_PEOPLE = r"(customers|households|members|people)"
_DAYS = {"week": 7, "month": 31, "quarter": 92, "half-year": 184, "half a year": 184, "year": 366}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12}
_PERIOD = rf"(?P<n>{'|'.join(_NUMBERS)})?\s*(?P<unit>{'|'.join(_DAYS)})s?\b"
_AT_LEAST = {"hundreds": 100, "thousands": 1_000, "tens of thousands": 10_000, "hundreds of thousands": 100_000}
_AT_LEAST |= {"millions": 1_000_000}
# What is commonly called acceptable, excellent and without error of a chance to be ranked rightly.
_WELL, _EXCELLENT, _PERFECT = 0.7, 0.8, 0.99


@dataclass(frozen=True)
class Claim:
    """A turn of phrase, and what the evidence says against it; the answer is empty where it says nothing against it."""

    says: re.Pattern[str]
    against: Callable[[Tree, re.Match[str]], str]
    asserted: bool = True  # whether it says something only where nothing before it denies, asks or sets a condition


def contradiction(text: str, tree: Tree) -> str:
    """What of a statement the evidence contradicts; empty where nothing is found."""
    for claim in CLAIMS:
        for found in claim.says.finditer(text):
            if claim.asserted and _UNASSERTED.search(_SENTENCE_ENDS.split(text[: found.start()])[-1]):
                continue
            if wrong := claim.against(tree, found):
                return f"the statement says “{found[0]}”, and {wrong}"
    return ""


def _claim(says: str, against: Callable[[Tree, re.Match[str]], str], *, asserted: bool = True) -> Claim:
    return Claim(re.compile(says, re.IGNORECASE), against, asserted)


def _uncalibrated(tree: Tree, _: re.Match[str]) -> str:
    return "no calibration was applied" if tree["model"]["calibration_method"] == "none" else ""


def _censored(tree: Tree, _: re.Match[str]) -> str:
    return "some test rows are" if tree["evaluation"]["censored_rate"] > 0 else ""


def _not_better(tree: Tree, _: re.Match[str]) -> str:
    """No measure of the model is shown to be better than that of its baseline."""
    return "" if any(_is_better(one) for one in tree["evaluation"]["metrics"]) else "no measure is shown to be better than it"


def _is_better(metric: Mapping[str, Any]) -> bool:
    """Whether the whole interval of a difference lies on the better side."""
    difference = metric["difference"]
    if not difference or difference["low"] is None or difference["high"] is None:
        return False
    return bool(difference["high"] < 0 if metric["better"] == "lower" else difference["low"] > 0)


def _not_better_than_champion(tree: Tree, _: re.Match[str]) -> str:
    comparison = tree["evaluation"]["champion"]
    if comparison is None:
        return "there was no champion to compare with"
    low = comparison["difference"]["low"]
    return "" if low is not None and low > 0 else "its difference to the champion on the same rows is not shown to be above zero"


def _apart(tree: Tree, _: re.Match[str]) -> str:
    """The audit finds groups apart, or cannot say."""
    audited = [attribute_verdict(a) for a in tree["audit"]["attributes"]]
    covered = [d["verdict"] for a in tree["audit"]["attributes"] for d in a["coverage"]]
    verdict = "fail" if "fail" in covered else audit_verdict(audited)
    return "" if verdict == "pass" else f"the audit of groups says {verdict}"


def _moved(tree: Tree, _: re.Match[str]) -> str:
    stability, limit = tree["stability"], tree["monitoring"]["psi_limit"]
    if stability is None:
        return "that was not measured"
    n = sum(psi > limit for _, psi in entries(tree, "stability.feature_psi")) + (stability["score_psi"] > limit)
    return f"{n} of the score and the inputs moved beyond the limit" if n else ""


def _ranks_worse_than(least: float) -> Callable[[Tree, re.Match[str]], str]:
    """The chance that a pair is ranked rightly lies below what such praise commonly means."""

    def against(tree: Tree, _: re.Match[str]) -> str:
        metric = next((m for m in tree["evaluation"]["metrics"] if m["name"] in ("roc_auc", "uno_c")), None)
        value = number(metric["estimate"]) if metric else None
        return f"{metric['title']} is below what is called so" if metric and value is not None and value < least else ""

    return against


def _ranks_at_all(tree: Tree, _: re.Match[str]) -> str:
    metric = next((m for m in tree["evaluation"]["metrics"] if m["name"] in ("roc_auc", "uno_c")), None)
    low = metric["estimate"]["low"] if metric else None
    return f"{metric['title']} is shown to be above one half" if metric and low is not None and low > 0.5 else ""


def _promised_otherwise(tree: Tree, _: re.Match[str]) -> str:
    """What is said of those who are served is shown to miss what happens to them."""
    band = tree["evaluation"]["served_band"]
    if band is None or band["gap"]["low"] is None:
        return ""
    is_beyond = band["gap"]["low"] > band["line"] or band["gap"]["high"] < -band["line"]
    return "what is said of those who are served misses its line" if is_beyond else ""


def _fewer(tree: Tree, found: re.Match[str]) -> str:
    """Fewer people were learnt from and tested on than the words count."""
    most = max([tree["evaluation"]["n_customers"], *(p["n_customers"] for p in tree["data"]["periods"])])
    return "no period has as many" if most < _AT_LEAST[found["count"].lower()] else ""


def _withheld(tree: Tree, _: re.Match[str]) -> str:
    return "some days were withheld" if any(s["n_days_withheld"] for s in tree["data"]["sources"]) else ""


def _set_aside(tree: Tree, _: re.Match[str]) -> str:
    return "some rows were set aside" if any(s["n_quarantined"] for s in tree["data"]["sources"]) else ""


def _days(found: re.Match[str]) -> int:
    return _NUMBERS.get((found["n"] or "").lower(), 1) * _DAYS[found["unit"].lower()]


def _reviewed_sooner(tree: Tree, found: re.Match[str]) -> str:
    policy = tree["policy"]
    is_later = policy is not None and _days(found) > policy["review_within_days"] + _DAYS["month"]
    return "the policy asks for a review sooner" if is_later else ""


def _trained_sooner(tree: Tree, found: re.Match[str]) -> str:
    is_later = _days(found) > tree["monitoring"]["max_age_days"] + _DAYS["month"]
    return "retraining is asked for sooner" if is_later else ""


def _is_reviewed(tree: Tree, _: re.Match[str]) -> str:
    return "" if tree["policy"] is None else "the policy sets a day by which people review it"


def _not_approved_yet(_: Tree, __: re.Match[str]) -> str:
    return "nobody can have decided on it: the card is written before people do"


CLAIMS = (
    _claim(
        r"\b(is|are) then calibrated\b|\bcalibration (comes|is applied|follows|keeps)\b|\bafter (the )?calibration\b",
        _uncalibrated,
        asserted=False,
    ),
    _claim(r"\bnothing is censored\b|\bnobody is censored\b", _censored, asserted=False),
    _claim(
        rf"\b(beats|outperforms|surpasses|finds more than|(ranks|predicts|does|is) (clearly |much |far )?better than) {_PLAIN}"
        r"(baseline|logistic regression|cox|kaplan-meier)\b",
        _not_better,
    ),
    _claim(
        rf"\b(beats|outperforms|surpasses|(ranks|predicts|does|is) (clearly |much |far )?better than) {_PLAIN}champion\b",
        _not_better_than_champion,
    ),
    _claim(
        rf"\b(treats|serves|selects|reaches|finds) (all |every )?(groups?|everybody|everyone|{_PEOPLE}( of all groups)?)"
        r" (alike|equally|the same)\b|\b(all|every) groups? (is|are) (treated|selected|found|served) (alike|equally|the same)\b"
        r"|\bis fair to (all|every) (group|groups|member|members|customer|customers)\b|\b(is|are) (free of bias|unbiased)\b"
        r"|\bno group is (passed over|disadvantaged|treated worse|selected less)\b",
        _apart,
    ),
    _claim(
        r"\b(nothing|no input|none of the inputs) (has )?(moved|drifted|shifted)\b|\bthere (is|was) no drift\b"
        r"|\b(the |all )?(inputs|scores)( and (inputs|scores))? (are|were|stay|stayed|remain|remained) (stable|steady)\b",
        _moved,
    ),
    _claim(r"\b(ranks|orders|separates|discriminates|predicts) ([a-z]+ )?(very )?(well|reliably)\b", _ranks_worse_than(_WELL)),
    _claim(
        r"\b(ranking|discrimination) is (excellent|outstanding)\b|\b(highly|very) accurate\b"
        r"|\bexcellent (ranking|discrimination)\b",
        _ranks_worse_than(_EXCELLENT),
    ),
    _claim(r"\b(ranks|predicts|separates) ([a-z]+ )?(almost |nearly )?(perfectly|without error)\b", _ranks_worse_than(_PERFECT)),
    _claim(r"\b(no better than|as good as) (chance|random|a coin toss|picking at random)\b", _ranks_at_all),
    _claim(r"\b(the |its )?(probabilities|scores) (hold|are well calibrated|can be taken at their word)\b", _promised_otherwise),
    _claim(
        r"\b(learnt|learned|trained|fitted|tested|measured|evaluated) (from|on|over|with) (many |several )?"
        rf"(?P<count>{'|'.join(sorted(_AT_LEAST, key=len, reverse=True))}) of (different )?{_PEOPLE}\b",
        _fewer,
    ),
    _claim(r"\bno days? (was|were|is|has been|have been) withheld\b", _withheld),
    _claim(r"\bno (row|line|rows|lines) (was|were|is|are|has been|have been) (set aside|quarantined)\b", _set_aside),
    _claim(rf"\breviewed (again )?(every|each|once a|once every|after a|after) {_PERIOD}", _reviewed_sooner),
    _claim(rf"\b(retrained|trained (again|anew)) (every|each|once a|once every|after a|after) {_PERIOD}", _trained_sooner),
    _claim(r"\b(needs|has) no review( date)?\b|\bnever (needs|has) to be reviewed\b|\bis never reviewed\b", _is_reviewed),
    _claim(
        r"\b(this|the) (model|version|candidate|card) (is|was|has been) (already )?(approved|signed off|promoted|independently "
        r"validated)\b(?! by nobody)",
        _not_approved_yet,
    ),
)
"""What is looked for in a statement, in this order."""
