"""What a demo shows at the end: the circle, what is open, two decisions explained, speed, what next."""

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from services.cli.demo_services import Figures
from services.cli.explain import explained
from services.cli.opened import Opened
from services.cli.showing import show_sheets
from services.replay.summary import Summary
from shared.asking.lists import ask_alerts, ask_circle, ask_pareto, ask_reasons, ask_tasks
from shared.bus.open import embedded_bus_file
from shared.config import SERVICES
from shared.model.rules import Bundle
from shared.reports.chinese import told_in
from shared.reports.circle import Circle
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.sheet import Sheet
from shared.reports.tasks import TaskList
from shared.store.collections import DECISIONS
from shared.store.port import Document

SHOWN = 8
MONTHS_EXPLAINED = 2
UNWORKED = "Nobody works the tasks while history is replayed, so two years of them wait here."


def tell(installation: Opened, summary: Summary, figures: Figures, language: str, out: Console) -> None:
    """Print the story."""
    bundle, circle = installation.bundle, ask_circle(installation, why=True)
    moves = two_moves(installation)
    _show_circle(circle, bundle, language, out)
    alerts = ask_alerts(installation)
    listed = alert_sheets(alerts, ask_reasons(installation, alerts), bundle, language)
    tasks = task_sheets(_due_next(ask_tasks(installation)), language)
    metric, curve = ask_pareto(installation, None)
    sheets = [
        *_first_rows(listed, "The newest"),
        *_first_rows(tasks, "Due next", UNWORKED),
        *pareto_sheets(curve, metric, bundle, language)[:1],
        *(sheet for decision in moves for sheet in explained(installation, decision, language)),
        _speed(summary, figures),
    ]
    if embedded_bus_file(installation.config.bus_url):  # else the data is on servers, whose life is not ours
        sheets.append(_next(installation, moves))
    show_sheets(told_in(language, sheets), out)


def _show_circle(found: Circle, bundle: Bundle, language: str, out: Console) -> None:
    flow, _ = circle_sheets(found.months, bundle, language)
    _, why = circle_sheets(found.months[-MONTHS_EXPLAINED:], bundle, language)
    show_sheets(told_in(language, [flow, why]), out)
    for problem in found.problems:
        out.print(f"the books do not balance: {problem}", style="red", markup=False)


def _due_next(tasks: TaskList) -> TaskList:
    """What is due next comes first: in a replay nobody works the tasks, so the old ones are all overdue."""
    return replace(tasks, tasks=tuple(sorted(tasks.tasks, key=lambda task: task.days_left < 0)))


def _first_rows(sheets: list[Sheet], first: str, note: str = "") -> list[Sheet]:
    """The counts of every kind, and the first rows of the list."""
    listed, counted = sheets
    hidden = len(listed.rows) - SHOWN
    more = f"and {hidden:,} more" if hidden > 0 else ""
    return [
        Sheet(f"{listed.title}: {counted.title}", counted.rows, counted.headers, note),
        Sheet(first, listed.rows[:SHOWN], listed.headers, more),
    ]


def two_moves(installation: Opened) -> list[Document]:
    """A promotion and, if there is any, the latest demotion of a customer: both of the same one."""
    outside = installation.bundle.catalogue.tiers[0].id
    moves = installation.find(DECISIONS, {"tier_change": {"$exists": True}}, (("as_of", 1),))
    entered: dict[str, Document] = {}
    story: list[Document] = []
    for move in moves:
        if move["outcome"] != "fired" or move["mode"] == "shadow":
            continue
        if move["tier_change"].startswith(f"{outside}>"):
            entered[move["customer"]] = move
        elif move["tier_change"].endswith(f">{outside}") and move["customer"] in entered:
            story = [entered[move["customer"]], move]
    return story or list(entered.values())[:1]


def _speed(summary: Summary, figures: Figures) -> Sheet:
    """Messages a second of work: the services run side by side and share this machine."""
    rows = [_rate("ingest", summary.accepted, summary.sending_s)]
    for member in sorted(figures, key=lambda name: (SERVICES.index(name.partition("-")[0]), name)):
        told = figures[member]
        if busy_s := float(told.get("busy_s") or 0):
            rows.append(_rate(member, int(told["processed"]), busy_s))
    rows.append(_rate("all, end to end", summary.accepted, summary.total_s))
    return Sheet("Throughput", rows, ("service", "messages", "at work", "a second"))


def _rate(name: str, messages: int, seconds: float) -> tuple[str, ...]:
    return name, f"{messages:,}", f"{seconds:.1f} s", f"{messages / seconds:,.0f}" if seconds else ""


def _next(installation: Opened, moves: list[Document]) -> Sheet:
    home = shown_path(installation.config.home)
    customer = moves[-1]["customer"] if moves else "CUSTOMER"
    threshold = shown_path(installation.config.rules_dir / "policies" / "membership.yaml")
    rows = [
        (f"guanxi explain {customer} --home {home}", "one customer on one page"),
        (f"guanxi report circle --home {home} --language zh", "every month with its reasons, in Chinese"),
        (f"guanxi report tasks --csv --home {home}", "care tasks for a spreadsheet"),
        (f"guanxi up --home {home} --clock event", "the services on this data again"),
        (f"edit a number in {threshold}, then make demo", "other customers are members, no code touched"),
    ]
    return Sheet("Try next", rows, note=f"The data stays in {home}; first: source .venv/bin/activate")


def shown_path(path: Path) -> str:
    """A path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
