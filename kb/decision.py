"""What the matcher concluded from one message, with its reasons in words."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["deflect", "offer", "none"]
Label = Literal["misuse", "incident", "request", "out_of_scope", "chitchat"]
LABELS: tuple[Label, ...] = ("misuse", "incident", "request", "out_of_scope", "chitchat")


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`deflect`: answer with the article; `offer`: ask first; `none`: go on with the form.

    `score` and `margin` lie between 0 and 1; `margin` is the lead over the best candidate of
    another kind. `notice` is the key of an out-of-scope notice of the policy.
    """

    verdict: Verdict = "none"
    label: Label = "incident"
    category: str | None = None
    typology: str | None = None  # the policy's typology id
    priority: str | None = None  # the policy's priority key
    article: str | None = None  # offered or sent only as `verdict` says
    score: float = 0.0
    margin: float = 0.0
    because: tuple[str, ...] = ()
    notice: str | None = None
    near: tuple[tuple[str, float], ...] = ()  # typologies of faults and requests, nearest first

    @property
    def deflects(self) -> bool:
        """The article answers it; no ticket is opened unless the person says so."""
        return self.verdict == "deflect"
