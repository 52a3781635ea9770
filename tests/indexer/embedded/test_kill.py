"""kill -9 of the engine at random moments of its upserts: nothing is lost, doubled or stuck."""

from pathlib import Path

from tests.indexer.embedded.killing import Tally, kill_again_and_again

KILLS = 15


def test_killed_at_random_moments_the_engine_drains_its_queue(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path / "data", KILLS, seed=2)

    assert found.tasks > KILLS
    # where the machine is slow, kills may meet one task three times
    assert found == Tally(kills=KILLS, tasks=found.tasks, given_up=found.given_up)
    assert found.given_up <= KILLS // 3
