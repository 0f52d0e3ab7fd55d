"""The servers that are compared, as processes on a core of their own."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.e2e import node_modules

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MSGSPEC_PACKAGE = "ocpp21_msgspec"

# asyncio makes a buffer of 256 kB for every read, and glibc gives its pages back to the system
# after each of them, unless it is told not to.
MALLOC = {"MALLOC_TRIM_THRESHOLD_": str(128 * 1024**2), "MALLOC_TOP_PAD_": str(16 * 1024**2)}

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Contestant:
    """How one server is started. It prints the port that it listens at."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def ours(package: str, loop: str, folder: str) -> Contestant:
    """Our server, with the models of `package`, which may be in `folder`."""
    kind = "msgspec" if package == MSGSPEC_PACKAGE else "pydantic"
    return _python(f"ours ({kind}), {loop}", "server_ours", package, loop, folder=folder)


def peer(loop: str) -> Contestant:
    return _python(f"PyPI ocpp, {loop}", "server_peer", loop)


def floor(loop: str) -> Contestant:
    return _python(f"floor, {loop}", "server_floor", loop)


def ocpp_rpc() -> Contestant:
    packages = {"NODE_PATH": str(node_modules.FOLDER / "node_modules")}
    return Contestant("npm ocpp-rpc", ["node", str(HERE / "server_node.js")], packages)


def _python(name: str, module: str, *arguments: str, folder: str = "") -> Contestant:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    return Contestant(name, command, {"PYTHONPATH": folder})


def loops() -> list[str]:
    """The event loops that there are here, the fastest first."""
    return [*(["uvloop"] if find_spec("uvloop") else []), "asyncio"]


def why_no_ocpp_rpc() -> str:
    """Why npm `ocpp-rpc` cannot be had; empty if it can. It is installed if it is not there yet."""
    try:
        node_modules.ready()
    except node_modules.NodeError as error:
        return str(error).partition(". ")[0]
    return ""


def build_msgspec_package(folder: str) -> None:
    """Write the package whose models are msgspec structs."""
    command = [sys.executable, "-m", "ocppgen", "build", "--models", "msgspec"]
    command += ["--package", MSGSPEC_PACKAGE, "--out", folder]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


class Server:
    """A contestant that runs."""

    def __init__(self, contestant: Contestant, process: subprocess.Popen[str]) -> None:
        self.name = contestant.name
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise RuntimeError(f"{self.name} did not start: {line}")
        self.port = int(line)

    def cpu(self) -> float:
        """CPU seconds of all its threads so far, user and system."""
        return cpu_of(self._process.pid)

    def resident(self) -> int:
        """Bytes of memory that it has now."""
        return resident_of(self._process.pid)


def cpu_of(pid: int) -> float:
    """CPU seconds of all threads of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def resident_of(pid: int) -> int:
    """Bytes of memory that a process has now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def machine_cpu() -> float:
    """CPU seconds of everything on all cores so far, and what a hypervisor took of them."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    busy = [int(each) for i, each in enumerate(fields) if i not in (3, 4)]  # idle, waiting
    return sum(busy) / _TICK


@contextmanager
def running(
    contestant: Contestant, core: int, extra: Mapping[str, str] = MALLOC
) -> Iterator[Server]:
    """Run a contestant on one core; it is killed at the end."""
    process = subprocess.Popen(
        contestant.command,
        cwd=ROOT,
        env={**os.environ, **contestant.environment, **extra},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=partial(os.sched_setaffinity, 0, {core}),  # before it has any other thread
    )
    try:
        yield Server(contestant, process)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def own_core() -> Iterator[int]:
    """Keep this process, the load generator, to one core; gives the core for the server."""
    cores = os.sched_getaffinity(0)
    server, *others = sorted(cores)
    os.sched_setaffinity(0, {others[0] if others else server})
    try:
        yield server
    finally:
        os.sched_setaffinity(0, cores)


def raise_descriptor_limit(wanted: int) -> int:
    """Let this process and its children open so many files; gives how many it got."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if limit > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return max(limit, soft)
