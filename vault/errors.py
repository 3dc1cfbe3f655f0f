"""What a verb raises when it says no."""

from typing import Any

from django.utils.translation import gettext


class Refusal(Exception):
    """A step that cannot be done now. The text is one sentence a clerk can act on.

    Verbs speak Chinese, because what they write down stays; so the sentence is put into
    the reader's language only when it is shown. ``facts`` fill its placeholders then.
    """

    def __init__(self, text: str = "", **facts: Any) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts

    def __str__(self) -> str:
        told = gettext(self.text) if self.text else ""
        return told % self.facts if self.facts else told


class Stale(Refusal):
    """Somebody else was faster: the row is no longer in the state the page showed."""
