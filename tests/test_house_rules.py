"""The rules of the house, read from the code itself: a rule that no test enforces is not a rule."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from accounts.roles import ROLES, clash, holders
from cases.choices import State
from cases.workflow import STEPS, targets
from tests import factories

ROOT = Path(__file__).resolve().parent.parent
APPS = settings.OUR_APPS
CLOCKS = {"now", "today", "localdate", "localtime", "utcnow"}
PERSONAL_PATH = re.compile(r"/(?:home|root|work|Users)/[a-z]")


def sources(*parts: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of ours below an app, without migrations; with ``parts``, only paths containing one of them."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" in relative.parts or (parts and not any(part in str(relative) for part in parts)):
                continue
            yield relative, ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_only_the_workflow_writes_the_state():
    writers = set()
    for path, tree in sources("cases/", "followup/", "archive/", "reports/", "reception/"):
        for node in ast.walk(tree):
            updates = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
            if updates and any(keyword.arg == "state" for keyword in node.keywords):
                writers.add(str(path))
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                flat = [each for target in targets for each in getattr(target, "elts", [target])]
                if any(isinstance(each, ast.Attribute) and each.attr == "state" for each in flat):
                    writers.add(str(path))
    assert writers == {"cases/workflow.py"}


def test_verbs_take_actor_and_moment_by_keyword():
    wrong = []
    for path, tree in sources("actions"):
        for function in functions(tree):
            decorated = any("verb" in ast.dump(decorator) for decorator in function.decorator_list)
            keywords = {argument.arg for argument in function.args.kwonlyargs}
            if decorated and (function.args.args or not {"actor", "at"} <= keywords):
                wrong.append(f"{path}:{function.name}")
    assert wrong == []


def test_public_functions_of_action_modules_are_verbs():
    """A function in actions that writes and is not private carries the decorator, or wraps one that does."""
    plain = []
    for path, tree in sources("actions"):
        for function in tree.body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            text = ast.dump(function)
            if ("attr='save'" in text or "attr='create'" in text) and not any(
                "verb" in ast.dump(decorator) for decorator in function.decorator_list
            ):
                plain.append(f"{path}:{function.name}")
    assert plain == []


def test_verbs_and_rules_do_not_read_the_clock():
    readers = []
    for path, tree in sources():
        if any(part in str(path) for part in ("views", "tasks", "management", "middleware", "context_processors")):
            continue
        for node in ast.walk(tree):
            # timezone.localdate(at) converts; timezone.localdate() reads the clock.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
                of = node.func.value
                if node.func.attr in CLOCKS and isinstance(of, ast.Name) and of.id in {"timezone", "datetime", "dt"}:
                    readers.append(f"{path}:{node.lineno}")
    # A form presets the time of the visit; nothing is decided by it.
    assert [each for each in readers if not each.startswith(("reception/forms", "followup/forms"))] == []


@pytest.mark.parametrize("app", APPS)
def test_files_and_functions_stay_small(app):
    large = []
    for path in sorted((ROOT / app).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if len(text.splitlines()) > 400:
            large.append(f"{path.name}: {len(text.splitlines())} lines")
        large += [
            f"{path.name}:{function.name}: {body_lines(function)}"
            for function in functions(ast.parse(text))
            if body_lines(function) >= 40
        ]
    assert large == []


def test_views_are_thin():
    thick = []
    for path, tree in sources("views"):
        for function in tree.body:
            if isinstance(function, ast.FunctionDef) and body_lines(function) > 15:
                thick.append(f"{path}:{function.name} {body_lines(function)}")
    assert thick == []


def test_templates_are_short():
    long = [
        f"{path.relative_to(ROOT)} {lines}"
        for path in (ROOT / "templates").rglob("*.html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 200
    ]
    assert long == []


def test_every_template_is_used():
    texts = [path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    everything = "\n".join(texts)
    known = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html", "503.html"}
    known |= {"print/dossier_cover.html", "print/dossier_catalogue.html", "print/dossier_note.html"}  # named by part
    unused = [
        name
        for path in (ROOT / "templates").rglob("*.html")
        if (name := str(path.relative_to(ROOT / "templates"))) not in known and name not in everything
    ]
    assert unused == []


def test_templates_carry_no_inline_code():
    """The content security policy would block it: no style or handler attributes outside the print templates."""
    inline = re.compile(r"\s(?:style|on[a-z]+)=[\"']")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "print" not in path.parts and inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_every_model_is_sealed_or_says_why_not():
    silent = [
        model._meta.label
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        if hasattr(model, "unsealed_because") and len(model.unsealed_because) < 10
    ]
    assert silent == []


def test_every_migration_has_a_name():
    automatic = [str(path) for app in APPS for path in (ROOT / app).rglob("migrations/*_auto_*.py")]
    assert automatic == []


def test_every_step_has_a_holder_and_every_state_is_reachable():
    assert [name for name, step in STEPS.items() if not holders(step.permission)] == []
    reached, grew = {State.REGISTERED}, True
    while grew:
        further = {
            to for step in STEPS.values() for source in set(step.sources) & reached for to in targets(step, source)
        }
        grew = not further <= reached
        reached |= further
    assert reached == set(State)


def test_only_filed_is_final():
    leaving = {source for step in STEPS.values() for source in step.sources if set(targets(step, source)) - {source}}
    assert set(State) - leaving == {State.FILED}


def test_administrators_are_three_people_without_matters():
    administrators = [code for code, role in ROLES.items() if role.administrative]
    assert administrators == ["sysadmin", "secadmin", "auditor"]
    assert all(clash(frozenset({code, other})) for code in administrators for other in ROLES if other != code)
    assert not clash(frozenset({"clerk", "supervisor"}))
    assert all("cases.view" not in ROLES[code].permissions for code in administrators)


@pytest.mark.django_db
def test_accepting_passes_three_rooms_to_the_row(client):
    """Page → verb → table → UPDATE: the stack at the moment the row is written, decorators and middleware aside."""
    factories.calendar(2026)
    case = factories.case()
    stacks: list[list[str]] = []

    def watch(execute, sql, params, many, context):
        if sql.startswith('UPDATE "cases_case" SET "state"'):
            frames = [(frame.f_globals["__name__"], frame.f_code.co_name) for frame, *_ in inspect.stack()]
            ours = [f"{module}.{name}" for module, name in frames if module.split(".")[0] in APPS]
            stacks.append([each for each in reversed(ours) if "middleware" not in each and "trail" not in each])
        return execute(sql, params, many, context)

    client.force_login(case.people["supervisor"])
    with connection.execute_wrapper(watch):
        client.post(f"/cases/{case.number}/accept/", {"version": case.version, "note": ""})
    page = ["cases.views.steps.step", "cases.views.steps.attempt"]
    assert stacks == [[*page, "cases.actions.deciding.accept", "cases.actions.deciding._accept", "cases.workflow.move"]]


def test_no_file_names_a_machine():
    suffixes = {".py", ".md", ".toml", ".html", ".js", ".css", ".txt", ".in", ".json", ".yaml"}
    ignored = {".venv", "node_modules", "var", ".git"}
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if path.suffix in suffixes
        and path.is_file()
        and not ignored & set(path.relative_to(ROOT).parts)
        and PERSONAL_PATH.search(path.read_text(encoding="utf-8"))
        and path != Path(__file__)
    ]
    assert found == []
