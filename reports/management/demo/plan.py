"""Which matters the demo office has: some hundred, in every state, over the last five months."""

import datetime as dt

from reception.choices import PetitionerKind
from reception.registering import PersonData
from reports.management.demo import lives, statutory
from reports.management.demo.world import Life, World

# stage, how many, and between how many days ago they came in
ORDINARY = (
    ("classified", 7, 0, 7),
    ("accepted", 6, 4, 12),
    ("assigned", 6, 5, 12),
    ("handling", 14, 18, 45),
    ("checking", 6, 30, 40),
    ("closed", 5, 38, 48),
    ("served", 12, 50, 90),
    ("visited", 12, 62, 120),
    ("filed", 18, 100, 150),
)


def everything(world: World) -> list[tuple[dt.datetime, Life]]:
    """Every life with the moment it begins."""
    planned = []
    for stage, count, newest, oldest in ORDINARY:
        for _ in range(count):
            start = world.ago(world.rng.randint(newest, oldest))
            planned.append((start, lives.ordinary(world, start, stage)))
    return planned + _short(world) + _special(world) + _statutory(world)


def _short(world: World) -> list[tuple[dt.datetime, Life]]:
    planned = []
    for count, life in ((12, lives.answered), (8, lives.guided)):
        for _ in range(count):
            start = world.ago(world.rng.randint(1, 145))
            planned.append((start, life(world, start)))
    return planned


def _special(world: World) -> list[tuple[dt.datetime, Life]]:
    def when(days: int) -> dt.datetime:
        return world.ago(days)

    anonymous = PersonData(name="匿名", kind=PetitionerKind.ANONYMOUS)
    rare = world.crowd.person()
    rare.name, rare.ethnicity = "阿依古丽·买买提", "维吾尔族"
    special = [
        (when(94), lambda at: lives.overdue(world, at, supervised=True)),
        (when(88), lambda at: lives.overdue(world, at, supervised=True)),
        (when(76), lambda at: lives.overdue(world, at, supervised=False)),
        (when(20), lambda at: lives.ordinary(world, at, "classified")),
        (when(105), lambda at: lives.ordinary(world, at, "served", slow=True)),
        (when(66), lambda at: lives.extended(world, at)),
        (when(60), lambda at: lives.extended(world, at)),
        (world.worked_ago(7), lambda at: lives.objected(world, at, "open")),
        (world.worked_ago(10), lambda at: lives.objected(world, at, "insist")),
        (world.worked_ago(13), lambda at: lives.objected(world, at, "elsewhere")),
        (when(40), lambda at: lives.declined(world, at, "concluded")),
        (when(72), lambda at: lives.declined(world, at, "concluded")),
        (when(33), lambda at: lives.declined(world, at, "pending")),
        (when(40), lambda at: lives.repeated(world, at)),
        (world.worked_ago(12), lambda at: lives.group(world, at)),
        (when(47), lambda at: lives.ordinary(world, at, "handling", visitors=5, involved=12, channel="visit")),
        (when(83), lambda at: lives.ordinary(world, at, "served", visitors=9, involved=31, channel="visit")),
        (world.worked_ago(10), lambda at: lives.accusation(world, at)),
        (world.worked_ago(6), lambda at: lives.undecided(world, at)),
        (when(30), lambda at: lives.ordinary(world, at, "handling", person=anonymous)),
        (when(35), lambda at: lives.ordinary(world, at, "checking", person=world.crowd.firm())),
        (when(80), lambda at: lives.ordinary(world, at, "visited", person=rare, also="C07")),
        *[
            (world.worked_ago(days), lambda at: lives.ordinary(world, at, "assigned", referred=True))
            for days in (3, 5, 8, 11)
        ],
    ]
    return [(at, life(at)) for at, life in special]


def _statutory(world: World) -> list[tuple[dt.datetime, Life]]:
    """At least one matter for every further state and chain of the regulation."""
    ways = (
        (25, statutory.handled_here),
        (20, statutory.handed_over), (33, statutory.jointly), (30, statutory.signing), (40, statutory.settled),
        (75, statutory.settlement_kept), (28, statutory.withdrawn), (22, statutory.merged),
    )  # fmt: skip
    planned = [(world.ago(days), way) for days, way in ways]
    # What is young must not have slept through a holiday.
    young = ((6, statutory.proposed), (5, statutory.simple), (7, statutory.informed))
    planned += [(world.worked_ago(days), way) for days, way in young]
    reviews = (
        (62, "reviewing"), (70, "reviewed"), (84, "review_served"), (104, "rechecking"), (112, "rechecked"),
        (125, "concluded"),
    )  # fmt: skip
    lives_of = [(at, way(world, at)) for at, way in planned]
    for days, upto in reviews:
        at = world.ago(days)
        lives_of.append((at, statutory.reviewed(world, at, upto)))
    return lives_of
