"""Comparisons that both databases answer from an index."""

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Field, Lookup, TextField

if TYPE_CHECKING:
    Comparison = Lookup[Any]
else:
    Comparison = Lookup

LAST = "\U0010ffff"


@CharField.register_lookup
class Begins(Comparison):
    """``column__begins=text``: like ``startswith``, told apart by letter case.

    SQLite has no index for the LIKE that Django writes; a range over the plain column is the
    same question. PostgreSQL reads its pattern index.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, before = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        if connection.vendor == "sqlite":
            return f"({column} >= %s AND {column} < %s)", [*before, text, *before, text + LAST]
        return f"{column} LIKE %s", [*before, connection.ops.prep_for_like_query(text) + "%"]


@TextField.register_lookup
class Grams(Comparison):
    """``grams__all_of={...}``: rows whose list of grams, separated by spaces, holds every one of these.

    On PostgreSQL a GIN index over the list as a tsvector answers, on SQLite the FTS5 table
    ``<table>_fts`` that triggers keep beside it (its row id is the key ``case_id``).
    """

    lookup_name = "all_of"
    prepare_rhs = False

    def get_prep_lookup(self) -> Any:
        return sorted(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, before = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            field: Field[Any, Any] = self.lhs.target
            table, key = field.model._meta.db_table, field.model._meta.pk.column
            alias = column.rsplit(".", 1)[0]
            words = " AND ".join(f'"{gram}"' for gram in self.rhs)
            return f'{alias}."{key}" IN (SELECT rowid FROM "{table}_fts" WHERE "{table}_fts" MATCH %s)', [words]  # noqa: S608
        words = " & ".join(f"'{gram}'" for gram in self.rhs)
        return f"array_to_tsvector(string_to_array({column}, ' ')) @@ CAST(%s AS tsquery)", [*before, words]
