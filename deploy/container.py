"""The first process of a node's container: starts Scrapyd, and ends it with its jobs in order.

A container's stop reaches its first process alone, and all others die with that one. So SIGTERM or SIGINT becomes one SIGINT
to Scrapyd and every job, and this waits until the last of them has written what it has. Where Scrapyd ends by itself, its jobs
end as well.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

if os.getpid() != 1:
    sys.exit("deploy/container.py: only for the first process of a container: it ends all others")


stopping = False


def interrupt(*_: object) -> None:
    """Send SIGINT to every other process of the container; once, for a second one ends a job at once."""
    global stopping  # noqa: PLW0603 - a program of one screen
    if stopping:
        return
    stopping = True
    try:
        os.kill(-1, signal.SIGINT)
    except ProcessLookupError:
        return


signal.signal(signal.SIGTERM, interrupt)
signal.signal(signal.SIGINT, interrupt)
scrapyd = subprocess.Popen([Path(__file__).with_name("scrapyd"), *sys.argv[1:]])  # noqa: S603 - the words of the image
code = 0
while True:
    try:
        ended, status = os.wait()  # of jobs, too: whom Scrapyd leaves behind becomes this process's child
    except ChildProcessError:
        sys.exit(code)
    if ended == scrapyd.pid:
        code = abs(os.waitstatus_to_exitcode(status))
        interrupt()
