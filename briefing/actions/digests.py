"""摘报: writing, changing, issuing. Changed until it is issued, frozen after."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from briefing import guards, papers
from briefing.models import Digest, DigestCase
from cases.models import Case
from cases.workflow import move
from documents.issuing import issue
from vault.errors import Refusal, Stale


def _insist(reason: str) -> None:
    if reason:
        raise Refusal(reason)


@trail.verb
def write_digest(
    *, cases: Sequence[Case], actor: User, at: dt.datetime, title: str, situation: str, suggestion: str,
    analysis: str = "",
) -> Digest:  # fmt: skip
    """Write a digest about one or several matters. An accuser's name must not stand in it (article 30)."""
    cases = list({case.pk: case for case in cases}.values())
    _insist("" if cases else _("请至少写明一个事项。"))
    _insist(guards.bad_digest(title, situation, suggestion))
    _insist(guards.names_petitioner(cases, title, situation, analysis, suggestion))
    row = Digest.objects.create(
        title=title, situation=situation, analysis=analysis, suggestion=suggestion, made_at=at, made_by=actor
    )
    for case in cases:
        move(case, "digest", actor=actor, at=at)
        trail.also_wrote(DigestCase.objects.create(digest=row, case=case))
    trail.also_wrote(row)
    return row


@trail.verb
def edit_digest(
    *, digest: Digest, version: int, actor: User, at: dt.datetime, title: str, situation: str, suggestion: str,
    analysis: str = "",
) -> None:  # fmt: skip
    """Change a digest that is not issued yet. ``version`` is the one the writer saw; raises ``Stale`` otherwise."""
    _insist(guards.no_change(digest, actor) or guards.bad_digest(title, situation, suggestion))
    _insist(guards.names_petitioner(_cases(digest), title, situation, analysis, suggestion))
    same = Digest.objects.filter(pk=digest.pk, version=version, issued_at__isnull=True)
    if not same.update(
        title=title, situation=situation, analysis=analysis, suggestion=suggestion, version=F("version") + 1
    ):
        raise Stale(_("他人已先行修改，请刷新后再看。"))
    digest.refresh_from_db()
    trail.record(
        actor=actor, verb="edit_digest", title=_("修改摘报"), subject=digest, at=at, matter=_cases(digest)[0].number
    )


@trail.verb
def issue_digest(*, digest: Digest, version: int, actor: User, at: dt.datetime) -> None:
    """Give the digest its number and freeze it. ``version`` is the one that was read; raises ``Stale`` otherwise.

    A matter may have become an accusation since it was written: then no accuser's name may stand in it any more.
    """
    _insist(guards.no_change(digest, actor))
    cases = _cases(digest)
    _insist(guards.names_petitioner(cases, digest.title, digest.situation, digest.analysis, digest.suggestion))
    paper = issue(
        "digest", subject=digest, matter=cases[0].number, actor=actor, at=at,
        context=papers.digest(digest, cases, actor, at), addressee=_("领导"),
    )  # fmt: skip
    same = Digest.objects.filter(pk=digest.pk, version=version, issued_at__isnull=True)
    if not same.update(paper=paper, issued_at=at):
        raise Stale(_("他人已先行办理，请刷新后再看。"))
    digest.refresh_from_db()
    trail.record(
        actor=actor, verb="issue_digest", title=_("制发摘报"), subject=digest, at=at, matter=cases[0].number,
        rows=[paper],
    )  # fmt: skip


def _cases(digest: Digest) -> list[Case]:
    return [link.case for link in digest.links.select_related("case__petitioner")]
