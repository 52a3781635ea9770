"""`python -m crawler.cli.supervised COMMAND ...`: a techwire command that ends with its starter.

The starter holds the other end of stdin; when it is gone, even by kill -9, so is this process.
"""

import os
import signal
import sys
import threading

from crawler.cli.main import main


def _end_with_starter() -> None:
    os.read(0, 1)  # nothing is ever written: this returns when the other end is closed
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_starter, daemon=True).start()
    sys.argv[0] = "techwire"
    main()
