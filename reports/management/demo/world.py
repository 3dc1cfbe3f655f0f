"""The clockwork of the demo office: many matters at once, each act at its own moment, in the order of time."""

import datetime as dt
import heapq
import itertools
import random
import tomllib
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Unit, User
from cases.actions import answering, deciding, handling, intake, sending, serving
from cases.deadlines import Calendar
from cases.models import Case
from documents.models import Paper
from reception.models import ContentCategory, Visit
from reception.registering import VisitData
from reports.management.demo.office import Office
from reports.management.demo.people import Crowd

Life = Generator[dt.datetime, dt.datetime, None]
SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "petitions.toml"
REGIONS = ("和平区", "清水区", "临江县", "云岭县", "示范市本级")


class World:
    """Everything a life needs: the people, the calendar, the dice, and the acts in short form."""

    def __init__(self, office: Office, now: dt.datetime) -> None:
        self.office, self.now = office, now
        self.rng = random.Random(20260301)  # noqa: S311 - the same office every time, no secret
        self.crowd = Crowd(self.rng)
        self.calendar = Calendar.load()
        self.contents = {one.path_name: one for one in ContentCategory.objects.all()}
        self.petitions = {kind: itertools.cycle(self.shuffled(rows)) for kind, rows in self.read().items()}

    def read(self) -> dict[str, list[dict[str, str]]]:
        return tomllib.loads(SEEDS.read_text(encoding="utf-8"))

    def shuffled(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        return self.rng.sample(rows, len(rows))

    def user(self, name: str) -> User:
        return self.office.users[name]

    def clerk(self) -> User:
        return self.user(self.rng.choice(("clerk", "clerk", "clerk2")))

    def unit(self, code: str) -> Unit:
        return self.office.units[code]

    # --- time ---------------------------------------------------------------------------------------------------
    def ago(self, days: int) -> dt.datetime:
        """A moment in working hours, that many calendar days ago or on the last working day before."""
        day = timezone.localtime(self.now).date() - dt.timedelta(days=days)
        while self.calendar.day_off(day):
            day -= dt.timedelta(days=1)
        return self._at_work(day)

    def worked_ago(self, days: int) -> dt.datetime:
        """A moment in working hours, that many working days ago: what is short must not fall into a holiday."""
        day = timezone.localtime(self.now).date()
        for _ in range(days):
            day -= dt.timedelta(days=1)
            while self.calendar.day_off(day):
                day -= dt.timedelta(days=1)
        return self._at_work(day)

    def after(self, at: dt.datetime, least: int, most: int) -> dt.datetime:
        """A moment in working hours, ``least`` to ``most`` calendar days later; 0 days is within two hours."""
        days = self.rng.randint(least, most)
        if days == 0:
            return at + dt.timedelta(minutes=self.rng.randint(15, 110))
        return self._at_work(timezone.localtime(at).date() + dt.timedelta(days=days))

    def _at_work(self, day: dt.date) -> dt.datetime:
        day = self.calendar.next_working_day(day)
        minute = self.rng.choice((self.rng.randint(510, 715), self.rng.randint(870, 1045)))
        return timezone.make_aware(dt.datetime.combine(day, dt.time(minute // 60, minute % 60)))

    def play(self, lives: Iterable[tuple[dt.datetime, Life]]) -> None:
        """Let all lives go on side by side; what would lie in the future does not happen any more."""
        order = itertools.count()
        waiting = [(at, next(order), life) for at, life in lives]
        heapq.heapify(waiting)
        for _at, _n, life in waiting:
            next(life)
        while waiting and waiting[0][0] <= self.now:
            at, _n, life = heapq.heappop(waiting)
            try:
                heapq.heappush(waiting, (life.send(at), next(order), life))
            except StopIteration:
                continue

    # --- acts ---------------------------------------------------------------------------------------------------
    def petition(self, kind: str = "petition", **changes: Any) -> dict[str, Any]:
        """The next invented petition of a kind, its placeholders filled in."""
        words = self.crowd.words()
        row = {key: value.format(**words) for key, value in next(self.petitions[kind]).items()}
        return row | changes

    def register(self, text: dict[str, Any], at: dt.datetime, *, join: Case | None = None, **changes: Any) -> Visit:
        """A visitor registers; whatever is not said is one person who came on their own behalf."""
        person = changes.pop("person", None) or self.crowd.person()
        fields = {
            "visitors": 1,
            "involved": 1,
            "purpose": text.get("purpose", "appeal"),
            "facts": text.get("facts", ""),
            "reasons": text.get("reasons", ""),
            "region": self.rng.choice(REGIONS),
            "content_category": self.contents[text["content"]],
            "channel": self.rng.choices(("visit", "letter", "phone", "web"), (78, 8, 7, 7))[0],
            "confirmed": True,
            "materials": self.rng.choice(("身份证复印件一份", "相关照片 3 张", "合同复印件一份、收据 2 张", "")),
        }
        data = VisitData(
            key=f"demo-{at.timestamp():.0f}-{self.crowd.count}-{self.rng.randrange(10**6)}",
            person=person,
            visited_at=at,
            demand=text["demand"],
            category=changes.pop("category", text.get("category", "C03")),
            companions=changes.pop("companions", []),
            fields=fields | changes,
        )
        return intake.register(data=data, actor=self.clerk(), at=at, join=join)

    def fresh(self, case: Case) -> Case:
        return Case.objects.get(pk=case.pk)

    def accept(self, case: Case, at: dt.datetime) -> None:
        deciding.accept(case=self.fresh(case), actor=self.user("supervisor"), at=at)

    def assign(self, case: Case, at: dt.datetime, unit: Unit, days: int | None = 40) -> None:
        due_on = timezone.localtime(at).date() + dt.timedelta(days=days) if days else None
        sending.assign(
            case=self.fresh(case), actor=self.user("supervisor"), at=at, unit=unit, due_on=due_on,
            note="请依法依规调查处理，按期报送办理结果，并及时答复信访人。",
        )  # fmt: skip

    def refer(self, case: Case, at: dt.datetime, unit: Unit) -> None:
        sending.refer(case=self.fresh(case), actor=self.user("supervisor"), at=at, unit=unit, note="请按职责办理。")

    def take_up(self, case: Case, at: dt.datetime) -> None:
        case = self.fresh(case)
        answering.take_up(case=case, actor=self.handler(case), at=at)

    def handler(self, case: Case) -> User:
        found = self.office.handler_of(case.handling_unit) if case.handling_unit else None
        if found is None:
            raise LookupError(f"{case.handling_unit} has no handler in the demo office")
        return found

    def report(self, case: Case, at: dt.datetime, text: dict[str, Any]) -> None:
        """Where the head of the unit is on the system they sign first; elsewhere they signed on paper."""
        case = self.fresh(case)
        said = {
            "findings": text["findings"], "opinion": text["opinion"], "legal_basis": text["basis"],
            "outcome": text["outcome"], "investigators": f"{self.handler(case)}、李建",
            "petitioner_view": self.rng.choice(("表示认可", "表示理解", "仍有意见，已作解释")),
        }  # fmt: skip
        if not case.head_on_system:
            handling.report(case=case, actor=self.handler(case), at=at, signed_name="分管负责人", **said)
            return
        handling.submit(case=case, actor=self.handler(case), at=at, **said)
        later = at + dt.timedelta(minutes=40)
        handling.sign(case=self.fresh(case), actor=self.user("head"), at=later, note="同意报送。")

    def send_back(self, case: Case, at: dt.datetime) -> None:
        note = "事实部分缺少现场照片和责任单位的书面说明，请补充后重新报送。"
        reasons = ("facts", "evidence")
        handling.send_back(case=self.fresh(case), actor=self.user("supervisor"), at=at, note=note, reasons=reasons)

    def close(self, case: Case, at: dt.datetime) -> None:
        handling.close(case=self.fresh(case), actor=self.user("supervisor"), at=at, note="事实清楚，同意结案。")

    def serve(self, case: Case, at: dt.datetime, kind: str = "opinion") -> None:
        paper = Paper.objects.about(case).filter(kind=kind).order_by("pk").last()
        serving.serve(
            case=self.fresh(case), actor=self.user("clerk"), at=at, paper=paper,
            way=self.rng.choice(("direct", "direct", "post")), delivered_on=timezone.localtime(at).date(),
            receiver=case.petitioner.name,
        )  # fmt: skip
