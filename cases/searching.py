"""What was typed into the search box, and what it finds: numbers go by digest, words by their index.

Everything is found inside what the user may see, and counted there, so that neither a row
nor a count tells of a matter that does not exist for them (article 30).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from cases.models import Case
from reception.identity import FIFTEEN, eighteen_of, kind_of, normal_number
from reception.models import Companion, Petitioner, Visit
from vault import spelling
from vault.keyring import blind_index

CAP = 1000  # more are not counted
MATTERS, PERSONS = 25, 12  # shown on the page of results
SUGGESTED, PEOPLE = 8, 4  # lines under the box, and how many of them are people at most
REGISTER = re.compile(r"(?:XF|LF)[0-9]{10}")
PHONE = re.compile(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[0-9]{7,8}")
Row = TypeVar("Row", Case, Petitioner)
LONG_DIGITS = 6  # a longer row of digits may be the beginning of a personal number
MANY_DIGITS = re.compile(r"[0-9].*[0-9].*[0-9].*[0-9].*[0-9]")


@dataclass(frozen=True)
class Typed:
    """``kind`` is number, identity, phone or text; ``digests`` are the indexes to look under."""

    kind: str
    text: str
    digests: tuple[tuple[str, str], ...] = ()

    @property
    def personal(self) -> bool:
        return self.kind in ("identity", "phone")

    @property
    def words(self) -> list[str]:
        return [] if self.personal else self.text.split()


@dataclass
class Found:
    """Keys of the newest people and matters, up to one more than is counted."""

    persons: Sequence[int] = ()
    matters: Sequence[int] = ()


def recognise(text: str) -> Typed:
    """Tell a register number, the number of a document and a telephone number from words."""
    number = normal_number(text)
    if REGISTER.fullmatch(number):
        return Typed("number", number)
    digits = re.sub(r"^(?:\+|00)86(?=[0-9]{10})", "", re.sub(r"[()—–-]", "", number))
    phone = ("phone", digits) if PHONE.fullmatch(digits) else None
    identity = ("identity", eighteen_of(number) if FIFTEEN.fullmatch(number) else number) if _document(number) else None
    digests = tuple((column, blind_index(column, value)) for column, value in filter(None, (identity, phone)))
    if not digests:
        return Typed("text", " ".join(text.split()))
    return Typed("phone" if phone else "identity", digits if phone else number, digests)


def _document(number: str) -> bool:
    """Does it look like the number of a document? Pinyin can look like a credit code, without digits."""
    return bool(kind_of(number)) and bool(MANY_DIGITS.search(number))


def growing(text: str) -> bool:
    """May this be the beginning of a personal number? Such are not looked for while they are typed."""
    number = normal_number(text)
    return number[:2] not in ("XF", "LF") and sum(char.isdigit() for char in number) > LONG_DIGITS


def by_number(number: str, user: User) -> str:
    """The address of this matter or visit, or "" where there is none that the user may know of."""
    one: Case | Visit | None = Case.objects.visible_to(user).filter(number=number).first()
    one = one or Visit.objects.visible_to(user).filter(number=number).first()
    return one.get_absolute_url() if one else ""


def by_digest(typed: Typed, user: User) -> Found:
    """People with this document or telephone, who came along with it, and their matters.

    A unit sees people only through its matters, and nobody of a protected one.
    """
    own = Q(pk__in=[])
    for column, digest in typed.digests:
        own |= Q(**{f"{'id' if column == 'identity' else column}_index": digest})
    bearers = Petitioner.objects.filter(own)
    persons = Petitioner.objects.visible_to(user).filter(own).newest_keys(CAP + 1)
    asked_by = Q(petitioner__in=bearers.values("pk")) | Q(petitioner__in=bearers.merged_kin())
    if user.scope == "unit":
        matters = Case.objects.visible_to(user).filter(asked_by, protected=False)
    else:
        along = Companion.objects.filter(id_index__in=[digest for column, digest in typed.digests])
        matters = Case.objects.visible_to(user).filter(
            asked_by | Q(pk__in=along.order_by().values("visit__case_link__case"))
        )
    return Found(persons, matters.newest_keys(CAP + 1))


def by_words(text: str, user: User, *, people: int = CAP + 1, matters: int = CAP + 1) -> Found:
    """People of this name or pinyin, and matters by number, petitioner or words of the text."""
    seen = Petitioner.objects.visible_to(user)
    persons: list[int] = []
    if user.can("reception.view"):
        same = list(seen.filter(name=text).order_by("-pk").values_list("pk", flat=True)[:people])
        persons = list(dict.fromkeys([*same, *seen.called(text).newest_keys(people)]))[:people]
    return Found(persons, Case.objects.visible_to(user).matching(text, user).newest_keys(matters))


def in_order(keys: Sequence[int], rows: QuerySet[Row]) -> list[Row]:
    """The rows of these keys in the order of the keys, in one query."""
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def counted(keys: Sequence[int]) -> str:
    """How many, and no more exactly than anybody needs."""
    return f"{CAP}+" if len(keys) > CAP else str(len(keys))


def excerpt(case: Case, words: list[str]) -> str:
    """The place in the text where a word stands that the title does not show, or ""."""
    title = spelling.plain(case.title)
    missing = [word for word in (spelling.plain(one) for one in words) if word not in title]
    for text in (case.demand, case.facts, case.reasons):
        for word in missing:
            at = spelling.plain(text).find(word)
            if at >= 0:
                start = max(at - 16, 0)
                piece = " ".join(text[start : at + 64].split())
                return ("…" if start else "") + piece + ("…" if at + 64 < len(text) else "")
    return ""


def sentence(typed: Typed) -> str:
    """Why the page of results is empty."""
    if typed.kind == "number":
        return _("没有编号为 %(number)s 的事项或来访，或者不在您的职责范围内。") % {"number": typed.text}
    if typed.kind == "identity":
        return _("没有登记过这个证件号码，或者不在您的职责范围内。")
    if typed.kind == "phone":
        return _("没有登记过这个号码，或者不在您的职责范围内。")
    return _("没有找到。可以换一个说法：姓名、拼音首字母、编号、事由中的两个字。")
