"""`guanxi rule`: stop single rules, quieten them, let them go on."""

import click


@click.group()
def rule() -> None:
    """Stop single rules, quieten them, and let them go on."""
