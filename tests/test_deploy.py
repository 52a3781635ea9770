"""What stands in deploy/ fits the program (commands, options, settings, ports) and its engines.

Docker, systemd and Kubernetes check as far as they can without running anything.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from crawler.cli import main as cli
from indexer.foundation.config import Config

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
UNITS = sorted((DEPLOY / "systemd").iterdir())
INSTALLED = "/srv/techwire/.venv/bin/techwire"
KUBERNETES = "1.31"  # the oldest that is supported still

MANIFESTS: list[dict[str, Any]] = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()))
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]


def has_compose() -> bool:
    """Whether docker is here with its compose plugin."""
    docker = shutil.which("docker")
    asked = docker and subprocess.run([docker, "compose", "version"], capture_output=True)
    return bool(asked) and asked.returncode == 0


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod of the manifests, with the name of what makes it."""
    for manifest in MANIFESTS:
        spec = manifest.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            yield manifest["metadata"]["name"], spec["template"]["spec"]


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command line of techwire in deploy/, with where it stands."""
    for path in UNITS:
        for line in path.read_text().splitlines():
            if line.startswith("ExecStart="):
                program, *words = shlex.split(line.removeprefix("ExecStart="))
                assert program == INSTALLED
                yield path.name, words
    for name, service in SERVICES.items():
        if service.get("image") == "techwire":
            yield f"compose {name}", service["command"]
    for name, pod in pods():
        for container in pod["containers"]:
            yield f"kubernetes {name}", container["args"]
    found = re.search(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert found is not None
    yield "Dockerfile", yaml.safe_load(found[1])


COMMANDS = dict(commands())


@pytest.mark.parametrize("where", COMMANDS)
def test_every_command_exists_with_these_options(where: str) -> None:
    group = typer.main.get_command(cli.app)
    words = [str(word) for word in COMMANDS[where]]
    command: Any = group.commands[words[0]]  # type: ignore[attr-defined]

    command.make_context(words[0], words[1:])  # reads the options and runs nothing


def test_every_setting_is_one_that_people_can_look_up() -> None:
    documented = set(
        re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    )
    named = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text()))
    for service in SERVICES.values():
        if service.get("image") == "techwire":
            named |= set(service["environment"])
    for manifest in MANIFESTS:
        named |= set(manifest.get("data", {})) | set(manifest.get("stringData", {}))
    for path in UNITS:
        named |= set(re.findall(r"^Environment=([A-Z_]+)=", path.read_text(), re.MULTILINE))

    assert {name for name in named if name not in documented} == set()


def test_the_settings_in_the_manifests_are_ones_that_techwire_takes() -> None:
    settings: dict[str, str] = {}
    for manifest in MANIFESTS:
        settings |= manifest.get("data", {}) | manifest.get("stringData", {})

    assert Config.from_env(settings).workers == 2
    for service in SERVICES.values():
        if service.get("image") == "techwire":
            unset = {"TECHWIRE_CONTACT": "", "TECHWIRE_SERVE_HOSTS": ""}
            Config.from_env({**service["environment"], **unset})


def test_every_probe_asks_the_port_that_its_command_opens() -> None:
    for name, pod in pods():
        (container,) = pod["containers"]
        opened = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        words = " ".join(map(str, container["args"]))
        probes = [value for key, value in container.items() if key.endswith("Probe")]

        assert bool(probes) == bool(opened), name
        for probe in probes:
            asked = probe["httpGet"]
            assert asked["path"] in ("/healthz", "/metrics", "/")
            assert str(opened[asked["port"]]) in words, name
    for name, service in SERVICES.items():
        if service.get("image") == "techwire":
            ports = re.findall(r"127\.0\.0\.1:(\d+)/healthz", str(service["healthcheck"]["test"]))
            assert any(ports[0] in word for word in service["command"]), name


def test_the_page_is_reached_through_its_service() -> None:
    service = next(one for one in MANIFESTS if one["kind"] == "Service")
    pages = [
        manifest
        for manifest in MANIFESTS
        if manifest["kind"] == "Deployment"
        and manifest["spec"]["template"]["metadata"]["labels"] == service["spec"]["selector"]
    ]
    (port,) = pages[0]["spec"]["template"]["spec"]["containers"][0]["ports"]

    assert port["name"] == service["spec"]["ports"][0]["targetPort"]


def test_what_is_reached_by_the_name_of_its_service_answers_to_it() -> None:
    settings: dict[str, str] = {}
    for manifest in MANIFESTS:
        settings |= manifest.get("data", {})
    service = next(one for one in MANIFESTS if one["kind"] == "Service")

    assert service["metadata"]["name"] in Config.from_env(settings).serve_hosts
    for name, composed in SERVICES.items():
        if composed.get("image") == "techwire":
            told = composed["environment"]["TECHWIRE_SERVE_HOSTS"]
            assert name in told.split(" $")[0].split()


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: f"{one['kind']}")
def test_the_manifests_are_kubernetes_own(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, KUBERNETES, strict=True)


def test_a_manifest_with_a_mistake_is_found() -> None:
    deployment = next(one for one in MANIFESTS if one["kind"] == "Deployment")
    wrong = {**deployment, "spec": {**deployment["spec"], "replica": 2}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


COMPOSE_READERS = [
    [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        COMPOSE,
        ROOT / "docker-compose.yml",
    ],
    *([["docker", "compose", "-f", COMPOSE, "config", "--quiet"]] if has_compose() else []),
]


@pytest.mark.parametrize(
    "reader", COMPOSE_READERS, ids=["schema", "docker"][: len(COMPOSE_READERS)]
)
def test_the_compose_file_is_read_as_it_is_meant(reader: list[str]) -> None:
    settings = {"MEILI_MASTER_KEY": "sixteen-characters", "POSTGRES_PASSWORD": "secret"}
    done = subprocess.run(reader, capture_output=True, text=True, env={**os.environ, **settings})

    assert done.returncode == 0, done.stdout + done.stderr


def test_what_compose_refers_to_is_there() -> None:
    whole = yaml.safe_load(COMPOSE.read_text())
    root = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    for name, service in SERVICES.items():
        if "extends" in service:
            assert (DEPLOY / service["extends"]["file"]).samefile(ROOT / "docker-compose.yml")
            service = root["services"][service["extends"]["service"]]
        for mounted in service.get("volumes", []):
            assert mounted.partition(":")[0] in whole["volumes"], name
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
    assert SERVICES["crawler"]["deploy"]["replicas"] == 2


def test_containers_run_with_nothing_to_gain() -> None:
    root = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name, service in [*SERVICES.items(), *root.items()]:
        if "extends" in service:
            continue  # of the other file, looked at here as well
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "/tmp" in service["tmpfs"], name
    for name, pod in pods():
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"], name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights["capabilities"] == {"drop": ["ALL"]}, name
            assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (
                True,
                False,
            ), name


# what a crawl and its workers, the engine and its readers do beside reading and writing
NEEDED_CALLS = {"clone3", "fork", "vfork", "execve", "kill", "wait4", "setsid", "setpgid",
                "prlimit64", "setrlimit", "socketpair", "accept4", "bind", "listen", "mmap",
                "mprotect", "flock", "fcntl", "fsync", "epoll_create1", "eventfd2", "pipe2",
                "sched_getaffinity", "getrandom", "memfd_create"}  # fmt: skip
NOT_NEEDED = {"mount", "ptrace", "bpf", "kexec_load", "init_module", "reboot", "chroot", "setuid"}


def systemd_analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is absent: on Debian run apt-get install systemd")
    return program


@pytest.mark.parametrize("unit", [p for p in UNITS if p.suffix == ".service"], ids=lambda p: p.stem)
def test_a_unit_is_exposed_no_more_than_it_must_be(unit: Path) -> None:
    threshold = ["--offline=true", "--threshold=15"]  # 1.5 of 10
    done = subprocess.run(
        [systemd_analyze(), "security", *threshold, unit], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.parametrize("unit", [p for p in UNITS if p.suffix == ".service"], ids=lambda p: p.stem)
def test_a_unit_lets_through_the_calls_that_its_processes_make(unit: Path) -> None:
    allowed: set[str] = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit.read_text(), re.MULTILINE):
        calls = {call for name in line.lstrip("~").split() for call in calls_of(name)}
        allowed = allowed - calls if line.startswith("~") else allowed | calls
    allowed |= calls_of("@default")

    assert allowed >= NEEDED_CALLS
    assert not allowed & NOT_NEEDED


@cache
def calls_of(name: str) -> frozenset[str]:
    """The system calls of one of systemd's groups."""
    if not name.startswith("@"):
        return frozenset({name})
    words = [systemd_analyze(), "syscall-filter", name]
    lines = subprocess.run(words, capture_output=True, text=True).stdout.splitlines()[1:]
    named = {line.strip() for line in lines if line.strip() and not line.strip().startswith("#")}
    return frozenset(call for one in named for call in calls_of(one))


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = systemd_analyze()
    installed = tmp_path / "techwire"
    installed.write_text("#!/bin/sh\n")
    installed.chmod(0o755)
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace(INSTALLED, str(installed)))
    done = subprocess.run(
        [program, "verify", *(tmp_path / path.name for path in UNITS)],
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_image_copies_what_the_install_needs() -> None:
    passed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    needed = {"crawler", "indexer", "hatch_build.py", "pyproject.toml", "README.md", *LOCKS}

    assert {line.removeprefix("!") for line in passed if line.startswith("!")} == needed
    assert all((ROOT / name).exists() for name in needed)


LOCKS = {"deploy/requirements.lock": "dependencies", "deploy/build.lock": "build-system"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for_and_a_hash_of_each(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["build-system"]["requires"]
    if LOCKS[lock] == "dependencies":
        asked = project["project"]["dependencies"]
        asked = asked + project["project"]["optional-dependencies"]["postgres"]
    text = (ROOT / lock).read_text()
    blocks = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;\\]+)(.*(?:\n    .*)*)", text, re.MULTILINE
    )
    locked = {canonicalize_name(name): version for name, version, _ in blocks}

    stale = [
        f"{line}: the lock has {locked.get(canonicalize_name(wanted.name))}, run `make lock`"
        for line, wanted in ((line, Requirement(line)) for line in asked)
        if not wanted.specifier.contains(locked.get(canonicalize_name(wanted.name), "0"))
    ]
    assert stale == []
    assert [name for name, _, rest in blocks if "--hash=sha256:" not in rest] == []


def test_the_image_installs_nothing_that_no_lock_holds() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    installs = [line for line in text.splitlines() if "pip install" in line or "pip wheel" in line]

    assert len(installs) == 4
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
