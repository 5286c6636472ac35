"""The servers that are measured side by side, each as one process on a core of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reader import moderators_headers
from benchmarks.serving import CHECKOUT, Server, free_port, on_own_core, running

PEERS = Path(__file__).parent / "peers"

LIMIT = "hand-written Starlette (the limit)"
OURS = "Peerscore"


class CannotInstall(Exception):
    """The Node packages could not be installed; what npm said is above."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A server.

    Attributes:
        name: as the tables have it.
        command: which starts it, by the port.
        parameters: the payload of a socket's first message.
        greets: whether it begins each subscription with a checkpoint.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    parameters: Mapping[str, str] = field(default_factory=dict)
    greets: bool = False


def _module(name: str, *arguments: str) -> Callable[[int], Sequence[str]]:
    return lambda port: (sys.executable, "-m", name, str(port), *arguments)


def _script(name: str) -> Callable[[int], Sequence[str]]:
    return lambda port: ("node", str(PEERS / name), str(port))


def ours(database_url: str, name: str = OURS) -> Peer:
    """Peerscore on this database, asked by a moderator."""
    return Peer(name, _module("benchmarks.feed_server", database_url), moderators_headers(), greets=True)


OTHERS = (
    Peer(LIMIT, _module("benchmarks.peers.limit")),
    Peer("graphql-ws on Node", _script("graphql_ws.js")),
    Peer("Mercurius", _script("mercurius.js")),
    Peer("Strawberry as it comes", _module("benchmarks.peers.strawberry_plain")),
)


def install_node_packages() -> None:
    """Install what the servers on Node need, as the lock file has it, unless that is there.

    Raises:
        CannotInstall: npm is missing or fails.
    """
    installed = PEERS / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= (PEERS / "package-lock.json").stat().st_mtime:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise CannotInstall("npm and node are needed.")
    if subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=PEERS, check=False).returncode:  # noqa: S603
        raise CannotInstall(f"npm ci failed in {PEERS.relative_to(CHECKOUT)}.")


@contextmanager
def started(peer: Peer) -> Iterator[Server]:
    """The server, on a core of its own."""
    port = free_port()
    with on_own_core(running(port, *peer.command(port))) as server:
        yield server


def resident_bytes(server: Server) -> int:
    """How much memory the process has in use."""
    pages = int(Path(f"/proc/{server.process_id}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
