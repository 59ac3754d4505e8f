"""What is held by one crawl at a time, and for how long: the rule that both engines follow, and the clock that does not jump.

Time is told by what no crawl can set: in SQLite by the clock of the machine that runs on since its start (`steady_seconds`), in
MongoDB by the server's. A lease that has longer to go than it ever had was written before that clock was set back.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from newsarchive.records.lease import Holder, Lease

_SITE, _SHARE = "site ", "share "
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")


class Claim(NamedTuple):
    """What came of a claim: the lease that stands now, and whether it is the claimant's.

    `idle` is for how many seconds nobody can have used it, whoever held it before; infinite where nobody else did.
    """

    lease: Lease
    held: bool
    idle: float = math.inf


def claim(
    lease: Lease | None, name: str, holder: Holder, *, now: datetime, seconds: float, over: str, want: bool
) -> Claim:
    """What comes of a claim to a name with that lease, if it has one; `over` is a run whose process is known to be dead."""
    own = Lease(name=name, holder=holder, since=now, until=now + timedelta(seconds=seconds), seconds=seconds)
    if lease is None:
        return Claim(own, held=True)
    if lease.holder is not None and lease.holder.run_id == holder.run_id:
        return Claim(own.model_copy(update={"since": lease.since, "wanted": lease.wanted}), held=True)
    dead = lease.holder is not None and lease.holder.run_id == over
    if dead or not is_live(lease, now):
        # Whoever died may have used it until now, and whoever only stopped to say so until its end.
        idle = 0.0 if dead else (now - lease.until).total_seconds()
        return Claim(own, held=True, idle=max(0.0, idle))
    until = min(lease.until, now + timedelta(seconds=lease.seconds))
    return Claim(lease.model_copy(update={"wanted": lease.wanted or want, "until": until}), held=False)


def is_live(lease: Lease, now: datetime) -> bool:
    """Whether somebody holds it."""
    return lease.holder is not None and lease.until > now


def let_go(lease: Lease, now: datetime, idle: float) -> Lease:
    """A lease that its holder has no more use for; it was last used `idle` seconds ago."""
    return lease.model_copy(update={"holder": None, "until": now - timedelta(seconds=idle), "wanted": False})


def site_lease(site: str) -> str:
    """The name of the lease of the crawl that has a site for itself: it reads the lists."""
    return f"{_SITE}{site}"


def share_lease(site: str, run_id: str) -> str:
    """The name of the lease of a crawl that works along on a site's frontier."""
    return f"{_SHARE}{site} {run_id}"


def host_lease(host: str) -> str:
    """The name of the lease of whoever asks a host."""
    return f"host {host}"


def living(leases: Iterable[Lease]) -> set[str]:
    """The runs that work on a site: what they have claimed of its frontier is theirs."""
    return {
        lease.holder.run_id
        for lease in leases
        if lease.holder is not None and lease.name.startswith((_SITE, _SHARE))
    }


def steady_seconds() -> float:
    """Seconds of a clock that all processes of the machine share, which nobody sets and which goes on in its sleep."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@cache
def boot() -> str:
    """The machine's start, by a word of its own; empty where the system does not tell."""
    return _BOOT.read_text().strip() if _BOOT.exists() else ""


def process_word() -> str:
    """This process as no other one ever is called: start of the machine, its processes' namespace, number, own start."""
    if not boot():
        return ""
    return f"{boot()} {_NAMESPACE.readlink()} {os.getpid()} {_started(os.getpid())}"


def is_dead(process: str) -> bool:
    """Whether a process, by its word, is known to be no more: only those of this machine and namespace are."""
    words = process.rsplit(" ", 2)
    if len(words) != 3 or words[0] != process_word().rsplit(" ", 2)[0]:
        return False
    number = int(words[1])
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except OSError:
        """It is another user's."""
    return (_started(number) or words[2]) != words[2]


def _started(number: int) -> str:
    """When a process was started, as the system counts; empty where it does not tell."""
    try:
        # Behind the program's name, which may have any character; a process that only waits to be forgotten has ended.
        fields = Path(f"/proc/{number}/stat").read_text(errors="replace").rpartition(") ")[2].split()
    except OSError:
        return ""
    return "ended" if fields[0] in "ZX" else fields[19]
