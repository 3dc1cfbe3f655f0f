"""The kinds of files as data: documents/materials.toml as frozen values."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Material:
    """One kind of file: its code, what it is called, and the group of the dossier it goes into."""

    code: str
    label: str
    place: int


@cache
def materials() -> dict[str, Material]:
    """Every kind by its code, in the order of the file."""
    text = Path(__file__).with_name("materials.toml").read_text(encoding="utf-8")
    return {row["code"]: Material(**row) for row in tomllib.loads(text)["kind"]}
