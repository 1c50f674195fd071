"""A command of manage.py whose process is killed, as by kill -9, when it comes to a certain call.

`python -m tests.dying MODULE:NAME[:NUMBER] arguments…`; the NUMBERth call of the function or method is never made.
"""

import os
import signal
import sys
from importlib import import_module
from typing import Any

from django.core.management import execute_from_command_line


def doom(point: str) -> None:
    """Have the process die at a point."""
    module, name, *number = point.split(":")
    *path, name = name.split(".")
    owner: Any = import_module(module)
    for part in path:
        owner = getattr(owner, part)
    call, left = getattr(owner, name), [int(number[0]) if number else 1]

    def dies(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)

    setattr(owner, name, dies)


if __name__ == "__main__":
    import django

    django.setup()
    doom(sys.argv[1])
    execute_from_command_line(["manage.py", *sys.argv[2:]])
