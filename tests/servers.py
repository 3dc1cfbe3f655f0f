"""Throw-away servers: a real PostgreSQL and a real Redis on free ports, gone when the block ends.

Each lives in its own folder under /tmp. PostgreSQL refuses to run as root, so root starts
it as the unprivileged user that its package brings. Both die with the process that started
them, even when that is killed.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30


@dataclass
class Server:
    """A running server: where it answers, its folder and its main process (for fault tests)."""

    url: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    start: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], bool]

    def kill(self) -> None:
        """SIGKILL to the main process and all its children at once: what a power cut is to it."""
        children = _children(self.process.pid)
        for pid in (self.process.pid, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(_lives(pid) for pid in children):  # PostgreSQL will not start beside one that still dies
            time.sleep(0.02)

    def again(self) -> None:
        """Start it anew on what it left, and wait until it answers."""
        self.process = self.start()
        _wait(self.ready, self.process, self.folder)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[Server]:
    """A fresh cluster with one database ``reception``; its URL is in django-environ style.

    Without ``durable`` nothing is flushed to disk: right for tests of behaviour, wrong for
    tests that kill the server and look at what survived.
    """
    user = _unprivileged("postgres")
    folder = _folder("reception-pg-", user)
    data = folder / "data"
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), "max_connections": "100"}
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    try:
        _run(
            [_pg("initdb"), "-D", str(data), "-U", "reception", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"], user
        )
        port = free_port()
        command = [_pg("postgres"), "-D", str(data), "-p", str(port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        asked = [_pg("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        url = f"postgresql://reception@127.0.0.1:{port}/reception"
        with _running(
            command, user, folder, signal.SIGINT, url, port, lambda: subprocess.run(asked, check=False).returncode == 0
        ) as server:
            _run([_pg("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "reception", "reception"], user)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(*, port: int | None = None) -> Iterator[Server]:
    """An empty Redis that writes nothing to disk. A fixed ``port`` lets a fault test bring it back."""
    folder = _folder("reception-redis-", None)
    port = port or free_port()
    binary = shutil.which("redis-server")
    if binary is None:
        raise RuntimeError("redis-server is not installed; ./run setup test installs it")
    command = [
        binary,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    try:
        url = f"redis://127.0.0.1:{port}/0"
        with _running(command, None, folder, signal.SIGTERM, url, port, lambda: _pong(port)) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pg(program: str) -> str:
    """The newest installed version of a PostgreSQL program; Debian keeps them off PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(program)
    if not found:
        raise RuntimeError(f"{program} is not installed; ./run setup test installs PostgreSQL")
    return found


def _unprivileged(name: str) -> pwd.struct_passwd | None:
    """The user to start a server as: none for an ordinary user, ``name`` (or nobody) for root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def _folder(prefix: str, user: pwd.struct_passwd | None) -> Path:
    """A private folder that ``user`` owns. Always under /tmp: a socket path may have 107 bytes only."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


def _as(user: pwd.struct_passwd | None, *wrapper: str) -> list[str]:
    """The setpriv prefix that drops to ``user``; nothing where nothing is to change.

    In a root that is closed to others (a chroot in a private folder) an unprivileged user
    could not even read its libraries, so there it keeps the right to pass folders, also for
    access(2), which forgets capabilities of ordinary users unless the secure bit is set.
    """
    drop = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
    if user and not Path("/").stat().st_mode & 0o001:
        drop += ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", *drop, *wrapper] if drop or wrapper else []


def _run(command: list[str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run([*_as(user), *command], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


@contextmanager
def _running(
    command: list[str], user: pwd.struct_passwd | None, folder: Path, stop: signal.Signals, url: str, port: int,
    ready: Callable[[], bool],
) -> Iterator[Server]:  # fmt: skip
    """The server as a child that gets ``stop`` at the end of the block, or when this process dies."""
    wrapped = [*_as(user, f"--pdeathsig={stop.name.removeprefix('SIG')}"), *command]

    def start() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(wrapped, stdout=log, stderr=log, cwd="/", start_new_session=True)

    server = Server(url, port, folder, start(), start, ready)
    try:
        _wait(ready, server.process, folder)
        yield server
    finally:
        server.process.send_signal(stop)
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


def _children(pid: int) -> list[int]:
    """The processes that ``pid`` started. PostgreSQL's are sessions of their own: no process group names them all."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _wait(ready, process: subprocess.Popen[bytes], folder: Path) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _pong(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
