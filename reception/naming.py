"""Names as typed and as searched: normal form, full pinyin and initials with surname readings."""

import re

from pypinyin import Style, lazy_pinyin

# Surnames whose reading differs from the everyday one.
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge", "区": "ou", "曾": "zeng", "任": "ren",
    "朴": "piao", "尹": "yin", "缪": "miao", "翟": "zhai", "乐": "yue", "员": "yun", "秘": "bi", "覃": "qin",
    "洗": "xian", "冼": "xian", "逄": "pang", "黑": "he", "种": "chong", "华": "hua", "燕": "yan", "宁": "ning",
    "召": "shao", "繁": "po", "折": "she", "令": "ling", "尉": "wei", "万": "wan", "俞": "yu", "纪": "ji",
}  # fmt: skip
DOTS = str.maketrans(dict.fromkeys("•‧・・●∙⋅", "·"))


def normal_name(name: str) -> str:
    """One spelling of a name: the middle dot as U+00B7, runs of spaces folded, ends trimmed."""
    name = re.sub(r"\s+", " ", name.translate(DOTS)).strip()
    return re.sub(r"\s*·\s*", "·", name)


def _readings(name: str) -> list[str]:
    parts = lazy_pinyin(name, style=Style.NORMAL, errors=lambda text: list(text.lower()))
    if name[:1] in SURNAMES and parts:
        parts[0] = SURNAMES[name[0]]
    return [part.replace("ü", "v") for part in parts]


def pinyin_of(name: str) -> str:
    """Full pinyin without spaces, ``wangjianguo``; ü is written v."""
    return "".join(_readings(name))[:400]


def initials_of(name: str) -> str:
    """First letters, ``wjg``."""
    return "".join(part[:1] for part in _readings(name))[:120]
