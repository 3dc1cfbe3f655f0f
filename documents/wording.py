"""The words of papers: one text file per kind, a fixed grammar, no formatting language.

A line is a paragraph; ``# text`` a heading; ``@to {petitioner}`` the addressee. ``{key}``
stands for a value of the paper's context; whatever else is in braces is printed as it
stands. ``?key text`` is kept only with, ``!key text`` only without a value;
``*key text with {sub}`` is repeated for each entry of a list. Values are never read as
grammar: what a petitioner typed stays what they typed.

``words.toml`` beside the files names the placeholders of each kind, in the office's own
words, and what its text must never lack.
"""

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from vault.errors import Refusal

FOLDER = Path(__file__).parent / "wording"
_PLACE = re.compile(r"\{([^\W\d]\w{0,30})\}")
_MARKED = re.compile(r"^([?!*])([^\W\d]\w{0,30})(?: (.*))?$")


@dataclass(frozen=True)
class Spec:
    """What a kind may and must say: its placeholders with their names, its lists, what is obligatory."""

    names: Mapping[str, str]
    lists: Mapping[str, Mapping[str, str]]
    must: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of a text: its number, whether and how often it is printed, its style and its words."""

    no: int
    marks: tuple[tuple[str, str], ...]
    style: str
    text: str

    @property
    def places(self) -> list[str]:
        return _PLACE.findall(self.text)


class BadWording(Refusal):
    """A text that breaks the grammar or lacks what it must say; the sentence names the line."""


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


@functools.cache
def spec(kind: str) -> Spec | None:
    """What is known of the placeholders of a kind; None while nobody has listed them."""
    block = _table().get(kind)
    if block is None:
        return None
    every: dict[str, str] = dict(_table()["common"])
    every |= {key: name for key, name in block.items() if isinstance(name, str)}
    lists = {key: subs for key, subs in block.items() if isinstance(subs, dict)}
    return Spec(every, lists, tuple(block.get("must", ())), tuple(block.get("must_say", ())))


@functools.cache
def standard(kind: str) -> str:
    """The office's standard text of a kind; "" for a form that has none."""
    path = FOLDER / f"{kind}.txt"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def parse(text: str) -> tuple[Line, ...]:
    """The lines of a text; empty ones fall out. Raises ``BadWording`` for a mark without its words."""
    return tuple(_line(no, raw.strip()) for no, raw in enumerate(text.splitlines(), start=1) if raw.strip())


def _line(no: int, raw: str) -> Line:
    marks: list[tuple[str, str]] = []
    while found := _MARKED.match(raw):
        mark, key, rest = found.groups()
        if not (rest or "").strip():
            raise BadWording(_("第 %(no)s 行只有条件，没有文字。"), no=no)
        marks.append((mark, key))
        raw = rest.strip()
    for sign, style in (("# ", "h1"), ("@to ", "to")):
        if raw.startswith(sign):
            return Line(no, tuple(marks), style, raw.removeprefix(sign).strip())
    return Line(no, tuple(marks), "p", raw)


def problems(kind: str, text: str) -> list[str]:
    """What is wrong with a text of this kind, one sentence each; unknown placeholders with their line."""
    try:
        lines = parse(text)
    except BadWording as bad:
        return [str(bad)]
    known = spec(kind)
    if not lines:
        return [_("文书没有文字。")]
    return [] if known is None else [*_unknown(lines, known), *_missing(lines, known)]


def _unknown(lines: tuple[Line, ...], known: Spec) -> Iterator[str]:
    for line in lines:
        repeated = [key for mark, key in line.marks if mark == "*"]
        subs = {sub for key in repeated for sub in known.lists.get(key, ())}
        for key in line.places:
            if key not in known.names and key not in subs:
                yield _("第 %(no)s 行：没有“{%(key)s}”这一项。") % {"no": line.no, "key": key}
        for mark, key in line.marks:
            if key not in known.lists and (mark == "*" or key not in known.names):
                yield _("第 %(no)s 行：没有“%(mark)s%(key)s”这一条件。") % {"no": line.no, "mark": mark, "key": key}


def _missing(lines: tuple[Line, ...], known: Spec) -> Iterator[str]:
    used = {key for line in lines for key in line.places}
    for key in known.must:
        if key not in used:
            yield _("必须写明“%(name)s”：{%(name)s}。") % {"name": known.names.get(key, key)}
    said = "".join(line.text for line in lines)
    for phrase in known.must_say:
        if not any(one in said for one in phrase.split("|")):
            yield _("必须写明“%(phrase)s”。") % {"phrase": phrase.split("|")[0]}


def render(text: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """``{"to": addressee, "body": [{"style", "text"}, …]}``: the words as printed, values filled in.

    A value with line breaks gives several paragraphs. Raises ``BadWording`` for a
    placeholder the context does not have.
    """
    to, body = "", []
    for line in parse(text):
        for values in _repeats(line, context):
            filled = _filled(line, values)
            if line.style == "to":
                to = " ".join(filled.split())
            else:
                body += _blocks(line.style, filled)
    return {"to": to, "body": body}


def _repeats(line: Line, context: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The values a line is printed with: none, the context once, or once per entry of its list."""
    for mark, key in line.marks:
        if mark != "*" and bool(context.get(key)) != (mark == "?"):
            return
    lists = [key for mark, key in line.marks if mark == "*"]
    if not lists:
        yield context
        return
    for number, entry in enumerate(context.get(lists[0]) or (), start=1):
        yield {**context, "n": number, **entry}


def _filled(line: Line, values: Mapping[str, Any]) -> str:
    def value(place: "re.Match[str]") -> str:
        key = place.group(1)
        if key not in values:
            raise BadWording(_("文书第 %(no)s 行缺少“%(key)s”的内容，未制发。"), no=line.no, key=key)
        return str(values[key])

    return _PLACE.sub(value, line.text)


def _blocks(style: str, text: str) -> list[dict[str, str]]:
    if style == "h1":
        return [{"style": style, "text": " ".join(text.split())}]
    return [{"style": style, "text": each.strip()} for each in text.splitlines() if each.strip()]


# --- the same text as an office reads and edits it: placeholders under their own names


def to_words(kind: str, text: str) -> str:
    """The text with every placeholder under its Chinese name."""
    return _renamed(kind, text, _names(kind))


def from_words(kind: str, text: str) -> str:
    """The text as it is kept; names nobody knows stay, and ``problems`` finds them."""
    return _renamed(kind, text, {name: key for key, name in _names(kind).items()})


def _names(kind: str) -> dict[str, str]:
    known = spec(kind)
    if known is None:
        return {}
    return dict(known.names) | {sub: name for subs in known.lists.values() for sub, name in subs.items()}


def _renamed(kind: str, text: str, names: Mapping[str, str]) -> str:
    lines = []
    for raw in text.splitlines():
        start, rest = "", raw.strip()
        while (found := _MARKED.match(rest)) and found.group(3):
            start += f"{found.group(1)}{names.get(found.group(2), found.group(2))} "
            rest = found.group(3)
        lines.append(start + _PLACE.sub(lambda place: "{" + names.get(place.group(1), place.group(1)) + "}", rest))
    return "\n".join(lines)


def sample(kind: str, text: str, context: dict[str, Any]) -> dict[str, Any]:
    """The preview of a text before its paper exists: what is not known yet stands under its name in 〔〕."""
    known, names = spec(kind), _names(kind)
    lists = known.lists if known else {}
    open_ = {key: f"〔{names.get(key, key)}〕" for line in parse(text) for key in line.places if key not in lists}
    entries = {key: [{sub: f"〔{name}〕" for sub, name in subs.items()}] for key, subs in lists.items()}
    return render(text, open_ | entries | context)


def everything_wrong() -> Iterator[tuple[str, str]]:
    """(file, sentence) for every wording file that breaks the grammar or its kind's list of placeholders."""
    for path in sorted(FOLDER.glob("*.txt")):
        for problem in problems(path.stem, path.read_text(encoding="utf-8")):
            yield path.name, problem


def unlisted() -> list[str]:
    """Wording files whose placeholders nobody has listed in ``words.toml``."""
    return [path.name for path in sorted(FOLDER.glob("*.txt")) if spec(path.stem) is None]
