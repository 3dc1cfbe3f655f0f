"""Names as typed and as searched: normal form, full pinyin and initials with surname readings."""

import itertools
import re
from collections.abc import Iterable
from typing import Any

from pypinyin import Style, lazy_pinyin, pinyin

from reception.models import NameKey, Petitioner
from vault.spelling import squeezed

# Surnames whose reading differs from the everyday one.
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge", "区": "ou", "曾": "zeng", "任": "ren",
    "朴": "piao", "尹": "yin", "缪": "miao", "翟": "zhai", "乐": "yue", "员": "yun", "秘": "bi", "覃": "qin",
    "洗": "xian", "冼": "xian", "逄": "pang", "黑": "he", "种": "chong", "华": "hua", "燕": "yan", "宁": "ning",
    "召": "shao", "繁": "po", "折": "she", "令": "ling", "尉": "wei", "万": "wan", "俞": "yu", "纪": "ji",
    "柏": "bai", "卜": "bu", "牟": "mu", "能": "nai", "祭": "zhai", "薄": "bo", "褚": "chu", "相": "xiang",
    "盛": "sheng", "粘": "nian", "过": "guo", "都": "du", "隗": "wei", "郗": "xi", "谌": "chen", "乜": "nie",
    "车": "che", "那": "na", "哈": "ha", "撒": "sa", "叶": "ye", "沈": "shen", "石": "shi", "强": "qiang",
    "长": "zhang", "重": "chong", "会": "gui", "殷": "yin", "葛": "ge", "费": "fei", "靓": "jing", "藏": "zang",
    "曲": "qu", "要": "yao", "适": "kuo", "句": "gou", "阚": "kan", "贲": "ben", "宓": "mi", "邸": "di",
}  # fmt: skip
# Surnames of two characters, with their readings where the everyday ones would be wrong.
COMPOUND: dict[str, tuple[str, ...]] = {
    "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"), "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"), "亓官": ("qi", "guan"), "令狐": ("ling", "hu"), "宰父": ("zai", "fu"),
    "谷梁": ("gu", "liang"), "濮阳": ("pu", "yang"), "淳于": ("chun", "yu"), "太叔": ("tai", "shu"),
    **dict.fromkeys(
        (
            "欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "东方", "慕容", "司空", "宇文", "轩辕", "公孙",
            "钟离", "呼延", "闻人", "端木", "百里", "东郭", "南宫", "西门", "独孤", "拓跋", "赫连", "公羊", "申屠",
            "仲孙", "闾丘", "司寇", "子车", "颛孙", "巫马", "公西", "漆雕", "乐正", "壤驷", "公良", "夹谷", "纳兰",
            "第五", "梁丘", "左丘", "东门", "鲜于", "完颜", "富察", "叶赫", "贺兰",
        ),
        (),
    ),
}  # fmt: skip
UMLAUT = {"lv": ("lv", "lu", "lyu"), "nv": ("nv", "nu", "nyu"), "lve": ("lve", "lue"), "nve": ("nve", "nue")}
DOTS = str.maketrans(dict.fromkeys("•‧・・●∙⋅", "·"))
HAN = re.compile(r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
SHORT = 4  # signs: only short names are spelt in every reading of every sign
READINGS = 24  # at most, of one name


def normal_name(name: str) -> str:
    """One spelling of a name: the middle dot as U+00B7, runs of spaces folded, ends trimmed."""
    name = re.sub(r"\s+", " ", name.translate(DOTS)).strip()
    return re.sub(r"\s*·\s*", "·", name)


def _signs(text: str) -> Any:
    """What has no pinyin stands for itself, sign by sign."""
    return list(text.lower())


def _readings(name: str) -> list[str]:
    parts = lazy_pinyin(name, style=Style.NORMAL, errors=_signs)
    right = COMPOUND.get(name[:2], ()) or (SURNAMES.get(name[:1], ""),)
    for place, reading in enumerate(right):
        if reading and place < len(parts):
            parts[place] = reading
    return [part.replace("ü", "v") for part in parts]


def pinyin_of(name: str) -> str:
    """Full pinyin without spaces, ``wangjianguo``; ü is written v."""
    return "".join(_readings(name))[:400]


def initials_of(name: str) -> str:
    """First letters, ``wjg``."""
    return "".join(part[:1] for part in _readings(name))[:120]


def keys_of(name: str) -> set[str]:
    """Every way to type this name, each to be matched from its beginning.

    The name from each sign on (so that a part of it is found), full pinyin and initials of
    the whole and of the given name, in the surname's own reading and in every other one.
    """
    whole = squeezed(name)
    keys = {whole[at:][:400] for at in range(len(whole))}
    if not HAN.search(whole):
        return keys | ({"".join(word[0] for word in words)} if len(words := _words(name)) > 1 else set())
    given = _given(name)
    for part in filter(None, (whole, given)):
        for parts in _spelt(part, whole_name=part is whole):
            keys |= {"".join(parts)[:400], "".join(one[:1] for one in parts)[:120]}
    return keys


def _words(name: str) -> list[str]:
    return [squeezed(word) for word in re.split(r"[\s·.]+", name) if squeezed(word)]


def _given(name: str) -> str:
    """The name without its surname; of a name with a middle dot what follows the dot."""
    if "·" in name:
        return squeezed(name.split("·", 1)[1])
    whole = squeezed(name)
    if len(whole) > SHORT + 1:  # the name of a body
        return ""
    return whole[2:] if whole[:2] in COMPOUND and len(whole) > 2 else whole[1:]


def _spelt(name: str, *, whole_name: bool) -> list[tuple[str, ...]]:
    """The name in all its readings, the right one first."""
    usual = _readings(name) if whole_name else lazy_pinyin(name, errors=_signs)
    choices = []
    for place, (sign, reading) in enumerate(zip(name, usual, strict=False)):
        others = _every(sign) if (place == 0 and whole_name) or len(name) <= SHORT else []
        said = list(dict.fromkeys([reading.replace("ü", "v"), *others]))
        choices.append([form for one in said for form in UMLAUT.get(one, (one,))])
    return list(itertools.islice(itertools.product(*_nearest(choices)), READINGS))


def _nearest(choices: list[list[str]]) -> list[list[str]]:
    """Of names with very many readings, the surname keeps all of its own and the rest as many as fit."""
    room = READINGS // max(len(choices[0]), 1) if choices else 0
    kept = choices[:1]
    for one in choices[1:]:
        kept.append(one[: max(room, 1)])
        room //= max(len(kept[-1]), 1)
    return kept


def _every(sign: str) -> list[str]:
    """All readings of one sign; itself where it has none."""
    return [one.replace("ü", "v") for one in pinyin(sign, style=Style.NORMAL, heteronym=True, errors=_signs)[0]]


def keep_keys(persons: Iterable[Petitioner]) -> None:
    """Write what these people are found by, where it is not there already."""
    wanted = {person.pk: keys_of(person.name) for person in persons}
    there: dict[int, set[str]] = {pk: set() for pk in wanted}
    keys = sorted(wanted)
    for start in range(0, len(keys), 500):
        old = NameKey.objects.filter(petitioner__in=keys[start : start + 500])
        for pk, key in old.order_by().values_list("petitioner", "key"):
            there[pk].add(key)
    changed = [pk for pk in keys if there[pk] != wanted[pk]]
    stale = [pk for pk in changed if there[pk]]
    for start in range(0, len(stale), 500):
        NameKey.objects.filter(petitioner__in=stale[start : start + 500]).delete()
    NameKey.objects.bulk_create(
        [NameKey(petitioner_id=pk, key=key) for pk in changed for key in sorted(wanted[pk])], batch_size=1000
    )
