"""`peerscore config`."""

import typer

from graph.commands.options import DatabaseUrlOption, HostOption, LogLevelOption, PortOption


def config(
    database_url: DatabaseUrlOption = None,
    host: HostOption = None,
    port: PortOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Print the settings in effect, where each comes from and what it takes; passwords are hidden.

    A flag wins over a variable, a variable over the file .env in the working directory, and that over the default.

    Example: PEERSCORE_PORT=9000 peerscore config
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from graph.settings import Settings, load_settings, shown_value, variable_name

    flags = {"database_url": database_url, "host": host, "port": port, "log_level": log_level}
    loaded = load_settings(flags)
    rows = [
        (variable_name(name), shown_value(loaded.settings, name), loaded.origins[name])
        for name in Settings.model_fields
    ]
    console = Console()
    if not console.is_terminal:
        for row in rows:
            typer.echo("\t".join(row))
        return
    table = Table("Setting", "Value", "From", "Meaning")
    for (variable, value, origin), field in zip(rows, Settings.model_fields.values(), strict=True):
        table.add_row(variable, Text(value), origin, f"{field.title}: {field.description}")
    console.print(table)
