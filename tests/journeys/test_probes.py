"""An indexer that follows tells on its port whether it works, and what it sent."""

import json
import time
import urllib.request
from contextlib import suppress

from indexer.delivery.outbox import put
from indexer.foundation.database import begin, connect
from tests.factories import NOW, a_document
from tests.journeys.program import Program
from tests.loopback import closed_port

PATIENCE_S = 90.0


def test_an_indexer_that_follows_is_healthy_and_counts_what_it_sent(program: Program) -> None:
    program.home.mkdir(parents=True, exist_ok=True)
    engine = connect(f"sqlite:///{program.home / 'techwire.db'}")
    with begin(engine) as connection:
        put(connection, a_document(), now=NOW)
    engine.dispose()
    address = f"127.0.0.1:{closed_port()}"
    process = program.start("index", "--follow", "--metrics", address)
    try:
        numbers = ""
        deadline = time.monotonic() + PATIENCE_S
        while "techwire_indexed_total 1.0" not in numbers and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.1)
            with suppress(OSError):
                numbers = ask(f"http://{address}/metrics")
        health = json.loads(ask(f"http://{address}/healthz"))
        process.terminate()
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()

    assert "techwire_indexed_total 1.0" in numbers
    assert "techwire_outbox_waiting 0.0" in numbers
    assert health == {"status": "ok"}
    assert process.returncode == 0


def ask(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())
