"""kill -9 at random moments loses and doubles nothing, and leaves no queue that stands still."""

import random
import subprocess
from pathlib import Path

from tests.journeys.program import Program

KILLS = 20
LONGEST_LIFE_S = 4.0  # about half as long as a whole crawl of the newsroom takes


def test_killed_at_twenty_random_moments_and_run_again_nothing_is_lost_or_doubled(
    program: Program, sources: str, tmp_path: Path
) -> None:
    undisturbed = Program(tmp_path / "undisturbed", program.settings)
    undisturbed.json("crawl", "--sources", sources)
    wanted = undisturbed.documents()
    undisturbed.stop_engine()
    assert len(wanted) > 50

    moments = random.Random(20)
    killed = 0
    for _ in range(KILLS):
        process = program.start("crawl", "--sources", sources)
        try:
            process.communicate(timeout=moments.uniform(0.5, LONGEST_LIFE_S))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    assert killed >= KILLS // 2

    last = program.run("crawl", "--sources", sources)

    assert last.returncode == 0, last.stdout + last.stderr
    found = program.documents()
    assert sorted(wanted.keys() - found.keys()) == []
    assert sorted(found.keys() - wanted.keys()) == []
    assert f"{len(wanted)} documents, 0 lost" in program.run("audit").stdout
    box = program.json("status")["outbox"]
    assert (box["waiting"], box["quarantined"]) == (0, 0)
    said = {finding["check"]: finding["words"] for finding in program.json("doctor")}
    assert said["tasks"] == "no task waits"
