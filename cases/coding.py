"""查询码 of a matter: made at random, printed on the slip, kept as a keyed digest and an encrypted copy."""

import datetime as dt
import secrets
import unicodedata

from cases.models import Case, QueryCode
from vault.keyring import blind_index

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0, O, 1 and I, which look alike on paper
LENGTH = 12  # 32 ** 12: sixty bits
GROUP = 4


def fresh() -> str:
    """A new code, as it is kept: without dashes."""
    return "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))


def plain(typed: str) -> str:
    """What was typed as it is kept: capitals, no spaces and dashes; "" for what can be no code."""
    text = unicodedata.normalize("NFKC", typed[:60]).upper()
    kept = "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Pd")
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else ""


def spaced(code: str) -> str:
    """``ABCD-EFGH-JKLM``, as it is printed."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def digest(code: str) -> str:
    """What a code is looked up by."""
    return blind_index("query_code", code)


def make(case: Case, at: dt.datetime) -> QueryCode:
    """The code of a new matter; call inside a verb and seal the row."""
    code = fresh()
    return QueryCode.objects.create(case=case, code=code, digest=digest(code), made_at=at)


def renew(row: QueryCode, at: dt.datetime) -> QueryCode:
    """Another code in the place of one that was lost or seen by others; the old one opens nothing any more."""
    row.code = fresh()
    row.digest, row.made_at = digest(row.code), at
    row.save()
    return row
