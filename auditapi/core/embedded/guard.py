"""Start a program that does not outlive the one who started it.

A script of its own, run by a bare interpreter (``python -I -S guard.py …``), because all this has
to happen in the child between fork and exec, and Python code there is unsafe once threads exist.

Arguments: pid of the starter, signal to get when it dies, user to become (``-``: stay), program
and its arguments.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    starter, farewell, user, *command = arguments
    # A shell that starts something in the background lets it ignore Ctrl-C; that is inherited.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    if user != "-":
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    # Only now: the kernel forgets the wish whenever a process changes its user.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
    if os.getppid() != int(starter):
        sys.exit("whoever started this has gone already")
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
