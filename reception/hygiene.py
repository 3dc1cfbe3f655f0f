"""Signs that have no place in what a person typed: invisible, direction-changing, broken.

They are refused, never taken out silently: a name or a text is evidence.
"""

import unicodedata

from django.utils.translation import gettext as _

INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u180e\u3164\ufeff\uffa0")
BROKEN = "\ufffd"  # what a decoder leaves of bytes that were no text


def strange_sign(text: str, *, lines: bool = False) -> str:
    """A sentence about the first sign that cannot stay, or "". ``lines``: line breaks and tabs are right.

    Refused are control characters (NUL among them), zero-width and direction marks, line
    separators, lone surrogates and the mark of broken encoding. Han of every extension,
    the middle dot, variation selectors and private-use characters (rare names from card
    readers) stay.
    """
    for place, sign in enumerate(text, start=1):
        if lines and sign in "\r\n\t":
            continue
        if sign == BROKEN:
            return _("第 %(place)s 个字是乱码，请重新输入。") % {"place": place}
        if sign in INVISIBLE or unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            code = f"U+{ord(sign):04X}"
            return _("第 %(place)s 个字是看不见的控制符（%(code)s），请删去后重新输入。") % {
                "place": place,
                "code": code,
            }
    return ""


def plain_lines(text: str) -> str:
    """Line ends as one sign, whatever the browser sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
