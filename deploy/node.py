"""A Scrapyd node as a service or a container: starts deploy/scrapyd, and ends it with its jobs in order.

A service manager tells Scrapyd to stop, and its jobs as well; but Scrapyd ends at once, and what is left of its service is then told
a second time (systemd) or dies with it (containers). A second SIGINT ends a job before it has written what it has. So SIGTERM
or SIGINT to this process becomes one SIGINT to Scrapyd and every job, and this waits until the last of them has ended. Where
Scrapyd ends by itself, its jobs end as well.
"""

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
"""prctl(2): whom Scrapyd leaves behind becomes a child of this process. As the first process of a container it is that anyway."""

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
command = [Path(__file__).with_name("scrapyd"), *sys.argv[1:]]
scrapyd = subprocess.Popen(command, process_group=0)  # noqa: S603 - the words of a unit or an image
told = False


def interrupt(*_: object) -> None:
    """Send SIGINT to Scrapyd and its jobs, which are in its process group; once."""
    global told  # noqa: PLW0603 - a program of one screen
    if told:
        return
    told = True
    try:
        os.killpg(scrapyd.pid, signal.SIGINT)
    except ProcessLookupError:
        return


signal.signal(signal.SIGTERM, interrupt)
signal.signal(signal.SIGINT, interrupt)
code = 0
while True:
    try:
        ended, status = os.wait()
    except ChildProcessError:
        sys.exit(code)
    if ended == scrapyd.pid:
        code = 0 if told else abs(os.waitstatus_to_exitcode(status))
        interrupt()
