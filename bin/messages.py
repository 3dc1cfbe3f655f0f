"""Compile the message catalogues in locale/ that are newer than their .mo file.

Done in Python, so that serving needs no gettext package. Each .mo is written under
a private name and moved into place: several processes may do it at once.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_messages(folder: Path = LOCALE) -> list[Path]:
    """Write what is missing or stale; return the catalogues that were compiled."""
    compiled = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        compiled.append(source)
    return compiled


if __name__ == "__main__":
    compile_messages()
