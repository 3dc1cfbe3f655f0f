"""What a verb raises when it says no."""


class Refusal(Exception):
    """A step that cannot be done now. The text is one sentence a clerk can act on."""


class Stale(Refusal):
    """Somebody else was faster: the row is no longer in the state the page showed."""
