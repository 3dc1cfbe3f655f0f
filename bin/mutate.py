"""Mutation testing of the modules that must be right: `./run mutate [part of a path …]`.

Breaks one small thing at a time in the deadline, guard and permission modules and asks whether a
test notices. pytest collects and runs the tests once, noting which test enters which function;
then each mutant is a fork of that process in which the code of one live function is exchanged
(every importer holds the same function object) and the tests that enter it run, quickest first.
Nothing is written: no copied tree, and the database lives in memory. Mutants that mean the same
stand with the reason in tests/same_meaning.toml. Exit code 1 when a module is below the limit.
"""

import functools
import gc
import importlib
import os
import signal
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, FunctionType
from typing import Any

import pytest
from mutants import ROOT, Key, Mutant, key_of, mutants_of

LIMIT = 85.0


@dataclass(frozen=True)
class Target:
    """What is broken of a module (all of it without ``names``), and the test files that must notice."""

    tests: tuple[str, ...]
    names: tuple[str, ...] = ()


PERMISSIONS = "tests/accounts/test_permissions.py"
TARGETS = {
    "cases/deadlines.py": Target(
        ("tests/cases/test_deadlines.py", "tests/cases/test_golden.py", "tests/cases/test_deadline_properties.py")
    ),
    "cases/clocks.py": Target(("tests/cases/test_clocks.py", "tests/cases/test_golden.py")),
    "cases/ledger.py": Target(("tests/cases/test_ledger.py", "tests/cases/test_deadline_properties.py")),
    "cases/guards/base.py": Target(("tests/cases/test_guards_deciding.py",)),
    "cases/guards/deciding.py": Target(("tests/cases/test_guards_deciding.py",)),
    "cases/guards/ending.py": Target(("tests/cases/test_guards_ending.py",)),
    "cases/guards/gates.py": Target(("tests/cases/test_recusal.py",)),
    "cases/guards/handling.py": Target(("tests/cases/test_guards_handling.py",)),
    "cases/guards/sending.py": Target(("tests/cases/test_guards_sending.py",)),
    "cases/shielding.py": Target(("tests/cases/test_shielding.py",)),
    "cases/telling.py": Target((PERMISSIONS,), ("people_at", "may_be_told", "not_about")),
    "cases/models/matter.py": Target(
        (PERMISSIONS, "tests/cases/test_guards_handling.py"),
        ("CaseQuerySet", "recused_ids", "open_requests", "head_on_system"),
    ),
    "approvals/asking.py": Target(("tests/approvals/test_asking.py",)),
    "accounts/roles.py": Target((PERMISSIONS,)),
    "accounts/models.py": Target((PERMISSIONS,), ("Unit", "UnitQuerySet", "UserManager", "User")),
}
SAME = ROOT / "tests" / "same_meaning.toml"
LANES = int(os.environ.get("TEST_WORKERS", "2"))
KILLED, SURVIVED = 1, 0


class Mutation:
    """A pytest plugin: in the place of the plain loop over the tests comes the loop over the mutants."""

    def __init__(self, targets: dict[str, Target]) -> None:
        self.targets = targets
        self.failed = ""
        self.reached: dict[Key, set[str]] = defaultdict(set)
        self.took: dict[str, float] = {}
        self.results: list[tuple[Mutant, str]] = []

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        from django.db import connections

        connections["default"].settings_dict["TEST"]["NAME"] = None  # in memory: each fork has its own

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            raise pytest.UsageError("the tests cannot be collected")
        self.live = live_functions(self.targets)
        self.codes = {function.__code__: key for key, found in self.live.items() for function in found}
        self.baseline(session.items)
        if self.failed:
            raise pytest.UsageError(f"fails before anything is broken: {self.failed}")
        session.config.pluginmanager.unregister(name="terminalreporter")
        gc.collect()
        gc.freeze()
        self.break_everything(session)
        session._setupstate.teardown_exact(None)
        return True

    def baseline(self, items: list[pytest.Item]) -> None:
        """Every test once on the whole code; notes how long it takes and which functions it enters."""
        for n, item in enumerate(items):
            began = time.monotonic()
            sys.setprofile(functools.partial(self.note, item.nodeid))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[(n + 1) % len(items)])
            sys.setprofile(None)
            self.took[item.nodeid] = time.monotonic() - began

    def note(self, test: str, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and frame.f_code in self.codes:
            self.reached[self.codes[frame.f_code]].add(test)

    def break_everything(self, session: pytest.Session) -> None:
        """Fork once per mutant, some at a time; children answer by their exit code."""
        running: dict[int, Mutant] = {}
        for mutant in (one for path, target in self.targets.items() for one in mutants_of(path, target.names)):
            while len(running) >= LANES:
                self.reap(running)
            files = self.targets[mutant.path].tests
            tests = [name for name in self.reached[mutant.key] if name.split("::")[0] in files]
            tests.sort(key=lambda name: self.took[name])
            if not tests:
                self.results.append((mutant, "not reached"))
                continue
            child = os.fork()
            if child == 0:
                self.child(session, mutant, tests)
            running[child] = mutant
        while running:
            self.reap(running)

    def reap(self, running: dict[int, Mutant]) -> None:
        child, status = os.wait()
        mutant = running.pop(child)
        # a signal is the alarm: the broken function never came to an end, which is noticed as well
        found = "survived" if os.waitstatus_to_exitcode(status) == SURVIVED else "killed"
        self.results.append((mutant, found))
        sys.stderr.write("." if found == "killed" else "S")
        sys.stderr.flush()

    def child(self, session: pytest.Session, mutant: Mutant, tests: list[str]) -> None:
        """In the fork: exchange the code, run the tests until one fails, leave without tidying up."""
        code = KILLED
        try:
            signal.alarm(int(5 * sum(self.took[name] for name in tests)) + 20)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            for function in self.live[mutant.key]:
                function.__code__ = mutant.code
            by_name = {item.nodeid: item for item in session.items}
            items = [by_name[name] for name in tests]
            session._setupstate.teardown_exact(items[0])
            for n, item in enumerate(items):
                following = items[n + 1] if n + 1 < len(items) else items[0]
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    break
            code = KILLED if self.failed else SURVIVED
        finally:
            os._exit(code)


def live_functions(targets: dict[str, Target]) -> dict[Key, list[FunctionType]]:
    """The function objects of the modules, as everybody who imported them holds them."""
    for path in targets:
        importlib.import_module(path.removesuffix(".py").replace("/", "."))
    files = {str(ROOT / path) for path in targets}
    found: dict[Key, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename in files:
            found[key_of(one.__code__)].append(one)
    return found


def report(results: list[tuple[Mutant, str]], same: dict[str, str], targets: dict[str, Target]) -> Iterator[str]:
    """The survivors, then the table; a line that begins with "!" is a module below the limit."""
    for mutant, found in results:
        if found != "killed" and mutant.name not in same:
            yield f"  {found}: {mutant.path}:{mutant.line} {mutant.key[1]}: {mutant.text}"
    known = {mutant.name for mutant, _ in results}
    for name in same:
        if name.split(" ")[0] in targets and name not in known:
            yield f"  gone from the code, take it out of {SAME.name}: {name}"
    yield f"  {'module':28} {'mutants':>8} {'killed':>8} {'same':>6} {'score':>8}"
    for path in [*targets, "all"]:
        mine = [(one, found) for one, found in results if path in (one.path, "all")]
        killed = sum(found == "killed" for _, found in mine)
        alike = sum(found != "killed" and one.name in same for one, found in mine)
        score = 100 * killed / max(len(mine) - alike, 1)
        yield f"{'!' if score < LIMIT else ' '} {path:28} {len(mine):8} {killed:8} {alike:6} {score:7.1f}%"


def main(parts: list[str]) -> int:
    """Break the modules whose path has one of these parts, or all; returns the exit code."""
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT)]
    targets = {path: target for path, target in TARGETS.items() if not parts or any(part in path for part in parts)}
    plugin, began = Mutation(targets), time.monotonic()
    quiet = [
        "-q",
        "-o",
        "addopts=",
        "-p",
        "no:xdist",
        "-p",
        "no:timeout",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    code = pytest.main(
        [*quiet, *{test: None for target in targets.values() for test in target.tests}], plugins=[plugin]
    )
    if not plugin.results:
        return int(code) or 1
    same = tomllib.loads(SAME.read_text(encoding="utf-8")) if SAME.exists() else {}
    lines = list(report(plugin.results, same, targets))
    sys.stdout.write("\n" + "\n".join(lines) + f"\n  {time.monotonic() - began:.0f} s\n")
    return int(any(line.startswith("!") for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
