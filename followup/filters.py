"""Filters of the supervision desk: those of the list of matters that make sense there."""

from cases.filters import CaseFilter


class DeskFilter(CaseFilter):
    """Unit, category, due span and words; rows given are already those the user may see."""

    shown = ("q", "unit", "category", "due")

    @property
    def desk_fields(self) -> list[object]:
        return [self.form[name] for name in self.shown]
