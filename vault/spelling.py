"""Text as it is searched: one spelling for letters of every width and case, cut into pairs of signs.

Chinese has no spaces, so an index of words would need to guess them. Pairs of neighbouring
signs (and single ones) need no guess: a word of two signs is exactly one pair.
"""

import re
import unicodedata

TONES = re.compile("[\u0300-\u036f]")
MOST = 200_000  # signs of one text that are indexed


def plain(text: str) -> str:
    """Widths, letter case and ligatures made one (NFKC); nothing is taken out."""
    return unicodedata.normalize("NFKC", text[:MOST]).casefold()


def is_sign(char: str) -> bool:
    """Letters, digits, marks and the private-use signs of rare names; not spaces, dots or punctuation."""
    kind = unicodedata.category(char)
    return kind[0] in "LNM" or kind == "Co"


def squeezed(text: str) -> str:
    """A name without spaces, dots and tone marks, ``阿依古丽·买买提`` and ``Li Gang`` in one piece."""
    bare = TONES.sub("", unicodedata.normalize("NFD", plain(text)))
    return "".join(char for char in unicodedata.normalize("NFC", bare) if is_sign(char))


def typed(text: str) -> list[str]:
    """How a typed name or pinyin may stand in the index: ü as v, as it is typed in Chinese, or as u."""
    loose = unicodedata.normalize("NFD", plain(text)).replace("u:", "v")
    return sorted({form for form in (squeezed(loose.replace("u\u0308", "v")), squeezed(loose)) if form})


def runs(text: str) -> list[str]:
    """The stretches of signs between spaces and punctuation."""
    return "".join(char if is_sign(char) else " " for char in plain(text)).split()


def grams(text: str) -> set[str]:
    """Every pair of neighbouring signs, and every single sign that is not of the Latin keyboard."""
    found: set[str] = set()
    for run in runs(text):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
        found |= {char for char in run if not char.isascii()}
    return found


def asked(word: str) -> set[str]:
    """The grams that a text must have to contain this word; single signs only where the word is no longer."""
    found: set[str] = set()
    for run in runs(word):
        pairs = {run[at : at + 2] for at in range(len(run) - 1)}
        found |= pairs or {char for char in run if not char.isascii()}
    return found
