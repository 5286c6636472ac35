"""The `peerscore` command."""

import logging
import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from graph.commands.config import config
from graph.commands.erase import physician
from graph.commands.export_ratings import export_ratings
from graph.commands.feed_prune import prune
from graph.commands.import_catalogue import import_catalogue
from graph.commands.import_licences import import_licences
from graph.commands.import_ratings import import_ratings
from graph.commands.keys_create import create
from graph.commands.keys_list import list_keys
from graph.commands.keys_revoke import revoke
from graph.commands.migrate import migrate
from graph.commands.schema import schema
from graph.commands.scores_priors import priors
from graph.commands.scores_rebuild import rebuild
from graph.commands.scores_refit_prior import refit_prior
from graph.commands.scores_use_prior import use_prior
from graph.commands.scores_verify import verify
from graph.commands.serve import serve
from graph.commands.simulate import simulate
from graph.commands.stopping import Stopped
from graph.commands.token import token
from resolvers.errors import PeerscoreError

app = typer.Typer(
    help="Peerscore: an open GraphQL backend for drug ratings given by physicians.",
    epilog="To begin: peerscore import catalogue, then peerscore simulate --ratings 20000, then peerscore serve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importing = typer.Typer(help="Bring a catalogue, ratings or a registry of licences in.", no_args_is_help=True)
exporting = typer.Typer(help="Write ratings out.", no_args_is_help=True)
scores = typer.Typer(help="Look after the counts and the priors that scores are made from.", no_args_is_help=True)
erasing = typer.Typer(help="Erase people for good.", no_args_is_help=True)
keys = typer.Typer(help="Look after the API keys of integrators.", no_args_is_help=True)
feed = typer.Typer(help="Look after the feed that subscribers read.", no_args_is_help=True)

app.command("serve")(serve)
app.command("migrate")(migrate)
app.add_typer(importing, name="import")
importing.command("catalogue")(import_catalogue)
importing.command("ratings")(import_ratings)
importing.command("licences")(import_licences)
app.add_typer(exporting, name="export")
exporting.command("ratings")(export_ratings)
app.command("simulate")(simulate)
app.add_typer(scores, name="scores")
scores.command("verify")(verify)
scores.command("rebuild")(rebuild)
scores.command("refit-prior")(refit_prior)
scores.command("use-prior")(use_prior)
scores.command("priors")(priors)
app.add_typer(erasing, name="erase")
erasing.command("physician")(physician)
app.add_typer(keys, name="keys")
keys.command("create")(create)
keys.command("list")(list_keys)
keys.command("revoke")(revoke)
app.add_typer(feed, name="feed")
feed.command("prune")(prune)
app.command("token")(token)
app.command("schema")(schema)
app.command("config")(config)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"peerscore {version('peerscore')}")
        raise typer.Exit


@app.callback()
def peerscore(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Peerscore: an open GraphQL backend for drug ratings given by physicians."""


def run() -> None:
    """Run the command that the arguments name; a foreseen failure is a sentence on standard error and exit code 1."""
    try:
        app(prog_name="peerscore")
    except Stopped as stopped:
        typer.echo(stopped, err=True)
        # As a shell reports a process that a signal ended.
        sys.exit(128 + stopped.signal_number)
    except PeerscoreError as error:
        _fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        _fail(f"{error.filename}: {error.strerror}.")


def _fail(sentence: str) -> None:
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        traceback.print_exc()
    typer.echo(sentence, err=True)
    sys.exit(1)


if __name__ == "__main__":
    run()
