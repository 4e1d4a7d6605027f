"""One request to a platform's API, as data: what the renderers make and the channels send."""

from dataclasses import dataclass, field
from typing import Any

from handlers.letters.letter import LetterFile


@dataclass(frozen=True)
class Call:
    """A method with its own JSON parameters. `files` are uploaded beside them, in order.

    A parameter that stands for the upload at position n of `files` reads `attach://file<n>`.
    """

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    files: tuple[LetterFile, ...] = ()
