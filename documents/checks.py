"""Start-up checks: every wording file can be read and names only what its paper knows."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from documents import wording
from documents.choices import PAPER_KINDS


@register()
def wording_is_sound(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """documents.E001: a wording file is wrong (file and line). E002: of no kind. W001: placeholders not listed."""
    found: list[CheckMessage] = [
        Error(f"{name}: {what}", id="documents.E001") for name, what in wording.everything_wrong()
    ]
    for path in sorted(wording.FOLDER.glob("*.txt")):
        if path.stem not in PAPER_KINDS:
            found.append(Error(f"{path.name} is the wording of no kind of paper.", id="documents.E002"))
    found += [
        Warning(f"{name}: list its placeholders in words.toml.", id="documents.W001") for name in wording.unlisted()
    ]
    return found
