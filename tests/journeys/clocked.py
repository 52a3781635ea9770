"""`python -m tests.journeys.clocked COMMAND ...`: techwire on a machine whose clock is wrong.

The product reads the clock in `times.now_utc` alone; here it runs ahead, or behind, by
CLOCK_AHEAD_S seconds.
"""

import os
import sys
from datetime import timedelta

from indexer.foundation import times

_right = times.now_utc
_ahead = timedelta(seconds=float(os.environ.get("CLOCK_AHEAD_S", "0")))
times.now_utc = lambda: _right() + _ahead  # before anybody imports it from there

from crawler.cli.main import main  # noqa: E402

if __name__ == "__main__":
    sys.argv[0] = "techwire"
    main()
