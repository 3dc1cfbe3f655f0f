"""Identity documents: normal form, check digits, kind, birth date and sex from the number alone.

Pure functions; nothing here looks into the database. Resident cards follow GB 11643-1999,
the residence permits of 2018 and the foreigners' card of 2023 share its layout, credit
codes follow GB 32100-2015. Region digits are never judged: those of abolished counties
stay in use for life.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reception.choices import IdType, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
MAX_AGE = 130  # years

EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
FIFTEEN = re.compile(r"[0-9]{15}")
CREDIT = re.compile(rf"[{CREDIT_SIGNS}]{{18}}")
OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
# How the documents without a check digit look; order matters where one also fits another.
LOOSE = {
    IdType.HK_MACAO_PASS: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    IdType.TAIWAN_PASS: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?|[A-Z][0-9]{9,10}"),
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{6,12}"),
    IdType.HOUSEHOLD: re.compile(r"[0-9A-Z]{4,30}"),
    IdType.OFFICER: re.compile(r"[\w()-]{4,30}"),
    IdType.OTHER: re.compile(r"[\w()/.-]{2,40}"),
}
RESIDENT_LIKE = (IdType.RESIDENT, IdType.TEMPORARY, IdType.HMT_RESIDENCE, IdType.FOREIGN_RESIDENT)
PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{7,8}")


class BadDocument(Exception):
    """The number cannot be right. ``may_stand``: it may be kept if the clerk gives a reason."""

    def __init__(self, sentence: str, *, may_stand: bool = False) -> None:
        super().__init__(sentence)
        self.may_stand = may_stand


@dataclass(frozen=True)
class Document:
    """What a number says. ``note`` tells of a conversion the clerk should see."""

    type: str
    number: str
    birth_date: dt.date | None = None
    sex: str = Sex.UNKNOWN
    note: str = ""


def normal_number(text: str) -> str:
    """NFKC (full-width digits become plain ones), no spaces, capital letters. For document numbers only."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(first: str) -> str:
    """The check digit (ISO 7064 MOD 11-2) for the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def credit_sign(first: str) -> str:
    """The check sign (modulus 31, powers of 3) for the first seventeen signs of a credit code."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first))
    return CREDIT_SIGNS[-total % 31]


def eighteen_of(fifteen: str) -> str:
    """The eighteen-digit number of an old card: year 19.. and the check digit."""
    first = f"{fifteen[:6]}19{fifteen[6:]}"
    return first + check_digit(first)


def kind_of(number: str) -> str:
    """The kind of document a normalised number looks like, or ""."""
    if EIGHTEEN.fullmatch(number):
        return _kind_of_eighteen(number)
    if FIFTEEN.fullmatch(number):
        return IdType.RESIDENT
    if OLD_FOREIGN.fullmatch(number):
        return IdType.FOREIGN_RESIDENT
    if CREDIT.fullmatch(number):
        return IdType.CREDIT_CODE
    if LOOSE[IdType.HK_MACAO_PASS].fullmatch(number):
        return IdType.HK_MACAO_PASS
    if re.fullmatch(r"[0-9]{8}", number):
        return IdType.TAIWAN_PASS
    return IdType.PASSPORT if PASSPORT.fullmatch(number) else ""


def _kind_of_eighteen(number: str) -> str:
    """Three cards share the layout; a credit code of digits only is told apart by its check sign."""
    if check_digit(number[:17]) != number[17] and CREDIT.fullmatch(number) and credit_sign(number[:17]) == number[17]:
        return IdType.CREDIT_CODE
    if number[0] == "9":
        return IdType.FOREIGN_RESIDENT
    return IdType.HMT_RESIDENCE if number[:2] in ("81", "82", "83") else IdType.RESIDENT


def read(text: str, *, today: dt.date, kind: str = "", overridden: bool = False) -> Document:
    """Read a number of the given or inferred kind; an empty text is a document without number.

    Raises ``BadDocument`` with a sentence that says what to correct. With ``overridden``
    (the clerk gave a reason) a number that contradicts its own check digit or date stands.
    """
    number = normal_number(text)
    if not number:
        return Document("", "")
    kind = _settled(number, kind)
    if FIFTEEN.fullmatch(number) and kind in RESIDENT_LIKE:
        return _old_card(number, kind, today, overridden)
    if kind in RESIDENT_LIKE and not (kind == IdType.FOREIGN_RESIDENT and OLD_FOREIGN.fullmatch(number)):
        return _resident(number, kind, today, overridden)
    if kind == IdType.CREDIT_CODE:
        return _credit(number, overridden)
    if kind in LOOSE and not LOOSE[IdType(kind)].fullmatch(number):
        label = IdType(kind).label
        raise BadDocument(
            _("“%(kind)s”的号码不像是这样的，请核对号码或者证件类型。") % {"kind": label}, may_stand=False
        )
    return Document(kind, number)


def _settled(number: str, kind: str) -> str:
    """The kind to judge by: as given, but a residence permit is not a resident card."""
    found = kind_of(number)
    if kind == IdType.RESIDENT and found in (IdType.HMT_RESIDENCE, IdType.FOREIGN_RESIDENT):
        return found
    if kind or found:
        return kind or found
    if re.fullmatch(r"[0-9]{12,20}X?", number):
        raise BadDocument(
            _("居民身份证号码应为 18 位，现有 %(n)s 位，请核对；是其他证件的，请选择证件类型。") % {"n": len(number)}
        )
    raise BadDocument(_("认不出是哪种证件的号码，请选择证件类型。"))


def _old_card(number: str, kind: str, today: dt.date, overridden: bool) -> Document:
    full = eighteen_of(number)
    read_as = _resident(full, kind, today, overridden)
    note = _("15 位旧号码，已换算为 18 位：%(number)s。") % {"number": full}
    return Document(read_as.type, full, read_as.birth_date, read_as.sex, note)


def _resident(number: str, kind: str, today: dt.date, overridden: bool) -> Document:
    if not EIGHTEEN.fullmatch(number):
        what = _("号码应为 18 位，前 17 位是数字，最后一位是数字或 X，现有 %(n)s 位。")
        raise BadDocument(what % {"n": len(number)})
    try:
        born = _born(number, today)
        expected = check_digit(number[:17])
        if expected != number[17]:
            raise BadDocument(
                _("校验位不对，最后一位应为 %(digit)s；请对照证件核对每一位。") % {"digit": expected}, may_stand=True
            )
    except BadDocument as bad:
        if not (overridden and bad.may_stand):
            raise
        return Document(kind, number)
    return Document(kind, number, born, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def _born(number: str, today: dt.date) -> dt.date:
    text = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    try:
        born = dt.date.fromisoformat(text)
    except ValueError:
        raise BadDocument(_("号码中的出生日期 %(day)s 不存在。") % {"day": text}, may_stand=True) from None
    if born > today:
        raise BadDocument(_("号码中的出生日期 %(day)s 在今天以后。") % {"day": text}, may_stand=True)
    if today.year - born.year > MAX_AGE:
        raise BadDocument(
            _("号码中的出生日期 %(day)s 距今已超过 %(n)s 年。") % {"day": text, "n": MAX_AGE}, may_stand=True
        )
    return born


def _credit(number: str, overridden: bool) -> Document:
    if not CREDIT.fullmatch(number):
        raise BadDocument(_("统一社会信用代码应为 18 位数字和大写字母，不含 I、O、S、V、Z。"))
    expected = credit_sign(number[:17])
    if expected != number[17] and not overridden:
        raise BadDocument(
            _("校验位不对，最后一位应为 %(digit)s；请对照证书核对每一位。") % {"digit": expected}, may_stand=True
        )
    return Document(IdType.CREDIT_CODE, number)
