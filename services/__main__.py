"""The `guanxi` command. Only mounting: every command lives in its own module and is loaded when run."""

import sys

import click

from services.cli.mounting import LazyGroup, Mount

MOUNTS = {
    "demo": Mount("services.cli.demo:demo", "Show it all on two years of real sales."),
    "up": Mount("services.cli.up:up", "Start all services and keep them running."),
    "serve": Mount("services.cli.serve:serve", "Run one service in the foreground."),
    "status": Mount("services.cli.status:status", "Tell what runs, how far behind, and what is active."),
    "replay": Mount("services.cli.replay:replay", "Send recorded events through the running services."),
    "simulate": Mount(
        "services.simulation.cli:simulate", "Make a believable company's events to try policies on."
    ),
    "company": Mount(
        "services.company.cli:company", "Run a company with Guanxi in the loop: does its care work?"
    ),
    "report": Mount(
        "services.cli.report:report", "Answer managers' questions: circle, alerts, tasks, pareto …"
    ),
    "tasks": Mount("services.notification.tasks_cli:tasks", "See care tasks, and work on them."),
    "worth": Mount("services.cli.worth:worth", "Reckon what customers are worth, and what if."),
    "explain": Mount(
        "services.cli.explain:explain", "Tell why: one decision point by point, or one customer."
    ),
    "customer": Mount(
        "services.cli.customer:customer",
        "Show one customer on one page.",
    ),
    "replay-decision": Mount(
        "services.cli.replay_decision:replay_decision", "Make a decision again from its record, and compare."
    ),
    "backtest": Mount(
        "services.backtest.cli:backtest",
        "Try other rules on recorded events: who moves, and why.",
    ),
    "export": Mount("services.cli.export:export", "Write stored documents as sorted JSON lines."),
    "rules": Mount("services.rules.cli:rules", "Check, format and show the rule files."),
    "release": Mount("services.rules.release_cli:release", "From an edit to the active release, and back."),
    "rule": Mount("services.rules.rule_cli:rule", "Stop single rules, quieten them, let them go on."),
    "backup": Mount("services.cli.backup:backup", "Copy an embedded installation while it runs."),
    "migrate": Mount("services.cli.migrate:migrate", "Move all documents into another store."),
    "keys": Mount("services.ingest.keys_cli:keys", "Create, list and revoke publishers' API keys."),
    "topics": Mount("services.cli.topics:topics", "Create the bus's topics, or check them."),
    "dead-letters": Mount("services.ingest.dead_letters_cli:dead_letters", "List, show, replay and discard."),
    "subscriptions": Mount("services.notification.cli:subscriptions", "Who gets notifications pushed."),
}


@click.command(cls=LazyGroup, mounts=MOUNTS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guanxi", prog_name="guanxi")
def cli() -> None:
    """Keep customer relationships by policy: events in; members, alerts and care tasks with reasons out."""


def main() -> None:
    """Run the command line and exit with its code."""
    from shared.errors import GuanxiError  # noqa: PLC0415 - `guanxi --help` loads nothing it does not need

    try:
        cli(prog_name="guanxi")
    except GuanxiError as error:
        from services.cli.errors import tell  # noqa: PLC0415

        sys.exit(tell(error))


if __name__ == "__main__":
    main()
