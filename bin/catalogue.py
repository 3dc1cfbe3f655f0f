"""Bring locale/en up to date with the code: `.venv/bin/python bin/catalogue.py`.

The words of the product are Chinese and stand in the code; the catalogue gives the English
for each. New words are added empty, words that are gone are taken out, translations stay.
Python is read as a syntax tree, so the second name ``__`` of the lazy gettext counts as
well; templates go through Django's own extraction. No gettext package is needed.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = {"_", "__", "gettext", "gettext_lazy", "gettext_noop"}
FOREIGN = {".venv", "node_modules", "var", "tests", "bin", "docs", "migrations"}
# What templatize() leaves of a template: calls like gettext('…') and _("…") among filler.
_TEXT = r"""(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
CALL = re.compile(rf"(?:gettext|\b_)\(\s*{_TEXT}(?:\s*,\s*{_TEXT})?", re.DOTALL)
HEADER = {
    "Project-Id-Version": "xinfang-reception",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def files(suffix: str) -> Iterator[Path]:
    """Every file of the product with this ending, in the order of its path."""
    for path in sorted(ROOT.rglob(f"*{suffix}")):
        if not FOREIGN & set(path.relative_to(ROOT).parts):
            yield path


def of_python(source: str) -> Iterator[tuple[str, str]]:
    """The strings marked for translation in a module, each with its plural or ""."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and called(node) in CALLS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, ""


def called(call: ast.Call) -> str:
    """The bare name of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def of_template(source: str) -> Iterator[tuple[str, str]]:
    """The strings marked for translation in a template, each with its plural or ""."""
    for one, many in CALL.findall(templatize(source)):
        yield ast.literal_eval(one), ast.literal_eval(many or "''")


@dataclass
class Word:
    """A marked string: its plural, where it has one, and the files it stands in."""

    plural: str = ""
    places: set[str] = field(default_factory=set)


def marked() -> dict[str, Word]:
    """Every string of the product that is marked."""
    found: dict[str, Word] = {}
    for suffix, read in ((".py", of_python), (".html", of_template)):
        for path in files(suffix):
            for text, plural in read(path.read_text(encoding="utf-8")):
                word = found.setdefault(text, Word())
                word.plural = word.plural or plural
                word.places.add(str(path.relative_to(ROOT)))
    return found


def entry(text: str, word: Word, old: polib.POEntry | None) -> polib.POEntry:
    """The line of the catalogue for a word, with the translation it had."""
    made = polib.POEntry(msgid=text, occurrences=[(place, "") for place in sorted(word.places)])
    if re.search(r"%\(\w+\)[sd]", text):
        made.flags = ["python-format"]
    if word.plural:
        made.msgid_plural = word.plural
        kept = old.msgstr_plural if old and old.msgid_plural else {}
        made.msgstr_plural = {0: kept.get(0, ""), 1: kept.get(1, "")}
    else:
        made.msgstr = old.msgstr if old else ""
    return made


def renew(target: Path = CATALOGUE) -> tuple[int, int, int]:
    """Write the catalogue anew; returns how many words it has, how many are new and how many went."""
    known = {each.msgid: each for each in polib.pofile(str(target))} if target.exists() else {}
    found = marked()
    book = polib.POFile(wrapwidth=110)
    book.metadata = dict(HEADER)
    for text in sorted(found, key=lambda one: (min(found[one].places), one)):
        book.append(entry(text, found[text], known.get(text)))
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(target))
    return len(book), len(set(found) - set(known)), len(set(known) - set(found))


if __name__ == "__main__":
    words, new, gone = renew()
    sys.stdout.write(f"{words} words, {new} new, {gone} gone; without English: ")
    sys.stdout.write(f"{len(polib.pofile(str(CATALOGUE)).untranslated_entries())}\n")
