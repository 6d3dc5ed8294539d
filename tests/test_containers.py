"""Dockerfile, docker-compose.yml and .env.example, checked without a Docker engine.

What the web image would hold is laid out in a folder, and the commands of both files are tried there.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from celery.bin.worker import worker as celery_worker

from stories.books import pdf

ROOT = Path(__file__).resolve().parent.parent
FOREIGN = {"postgres", "redis", "ollama", "model-pull"}
OURS = {"web", "dispatcher", "text-worker", "gpu-worker", "migrate"}
#: Read by the launcher or the storyteller, not by the settings.
EMBEDDED = {"HOST", "PORT", "SKETCH_WORDS_PER_SECOND", "WORKER_NICENESS"}
SECRETS = {"SECRET_KEY": "a-key", "POSTGRES_PASSWORD": "a-password", "ALLOWED_HOSTS": "stories.example"}


# Reading the files


def read_dockerfile() -> dict[str, list[tuple[str, str]]]:
    """Stage → its instructions, each a word and the rest of the line."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "Dockerfile").read_text())
    stages: dict[str, list[tuple[str, str]]] = {}
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            source, named, name = rest.split()
            assert named == "AS"
            stages[name] = [("FROM", source)]
        elif word:
            stages[name].append((word, rest))
    return stages


STAGES = read_dockerfile()


def walk(target: str) -> Iterator[tuple[str, str]]:
    """The instructions that make a stage, those of the stages below it first."""
    (_, source), *own = STAGES[target]
    if source in STAGES:
        yield from walk(source)
    yield from own


def last(target: str, word: str) -> str:
    return [rest for instruction, rest in walk(target) if instruction == word][-1]


def list_copied(target: str) -> list[tuple[str, str]]:
    return [
        (source, to)
        for word, rest in walk(target)
        if word == "COPY" and not rest.startswith("--from")
        for *sources, to in [rest.split()]
        for source in sources
    ]


def read_compose(**variables: str) -> dict[str, Any]:
    """The file as compose sees it, with these variables in its environment."""

    def fill(match: re.Match[str]) -> str:
        name, how, word = match.groups()
        if how == ":?" and not variables.get(name):
            raise KeyError(name)
        return variables.get(name) or word or ""

    def interpolate(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: interpolate(value) for key, value in node.items()}
        if isinstance(node, list):
            return [interpolate(value) for value in node]
        if isinstance(node, str):
            return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", fill, node).replace("$$", "$")
        return node

    compose: dict[str, Any] = interpolate(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))
    return compose


COMPOSE = read_compose(**SECRETS)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def read_env_example() -> dict[str, str]:
    lines = re.findall(r"(?m)^#?([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text())
    assert len(lines) == len(dict(lines))
    return dict(lines)


def read_settings() -> dict[str, str]:
    """Variable → its default, as one writes it in .env, of every ``env.kind("NAME", default=…)``."""
    found = {}
    for call in ast.walk(ast.parse((ROOT / "story_generator" / "settings.py").read_text())):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {
            *("env.str", "env.int", "env.float", "env.bool", "env.list"),
        }:
            (name,) = (ast.literal_eval(argument) for argument in call.args)
            (default,) = (ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "default")
            found[name] = "var" if name == "DATA_DIR" else write_value(ast.literal_eval(default))
    return found


def write_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


# The compose file


def test_it_has_the_services_of_a_whole_starloom() -> None:
    assert set(SERVICES) == OURS | FOREIGN


@pytest.mark.parametrize("name", sorted(OURS))
def test_it_builds_a_target_that_the_dockerfile_names(name: str) -> None:
    assert SERVICES[name]["build"]["target"] in STAGES
    assert SERVICES[name]["image"] == f"starloom-{SERVICES[name]['build']['target']}"


def test_it_waits_only_for_what_can_come() -> None:
    waits = [
        (service.get("depends_on", {}), name)
        for name, service in SERVICES.items()
        if service.get("depends_on")
    ]
    assert waits
    for needs, _ in waits:
        for other, how in needs.items():
            if how["condition"] == "service_healthy":
                assert SERVICES[other]["healthcheck"]["test"]
            else:
                assert how["condition"] == "service_completed_successfully"
                assert SERVICES[other]["restart"] == "no"


def test_it_restarts_whatever_runs_for_ever() -> None:
    one_shot = {name for name, service in SERVICES.items() if service["restart"] == "no"}
    assert one_shot == {"migrate", "model-pull"}
    for name in set(SERVICES) - one_shot:
        assert SERVICES[name]["restart"] == "unless-stopped"
        assert SERVICES[name]["stop_grace_period"]


def test_it_publishes_the_site_alone_and_to_this_machine_alone() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_it_starts_with_no_secret_missing(secret: str) -> None:
    with pytest.raises(KeyError, match=secret):
        read_compose(**{name: value for name, value in SECRETS.items() if name != secret})


def test_it_holds_no_secret() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    named = re.findall(r"(?:PASSWORD|SECRET_KEY): (\S+)", text)
    assert named
    assert all(value.startswith("${") for value in named)
    assert all(password.startswith("${") for password in re.findall(r"://\w+:(.+?)@", text))


def test_it_declares_every_volume_and_shares_the_pictures() -> None:
    mounts = {
        name: dict(volume.split(":")[:2] for volume in service.get("volumes", ()))
        for name, service in SERVICES.items()
    }
    assert {volume for mount in mounts.values() for volume in mount} == set(COMPOSE["volumes"])
    environment = dict(
        pair.split("=") for word, rest in walk("app") if word == "ENV" for pair in rest.split()
    )
    for name in OURS:
        assert mounts[name]["media"] == f"{environment['DATA_DIR']}/media"
    assert mounts["gpu-worker"]["models"] == environment["HF_HOME"]
    assert mounts["postgres"]["postgres"] == "/var/lib/postgresql"  # not …/data, since 18


def test_it_gives_the_graphics_card_to_painter_and_language_model() -> None:
    with_card = {name for name, service in SERVICES.items() if "deploy" in service}
    assert with_card == {"gpu-worker", "ollama"}
    (device,) = SERVICES["gpu-worker"]["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


@pytest.mark.parametrize("name", sorted(OURS))
def test_it_passes_on_only_what_the_settings_read(name: str) -> None:
    known = set(read_settings()) | {"REMAP_SIGTERM"}
    assert set(SERVICES[name]["environment"]) <= known
    assert set(read_settings()) - set(SERVICES[name]["environment"]) == {"DATA_DIR"}


def test_it_has_the_same_defaults_as_the_settings() -> None:
    ours = {"DATABASE_URL", "REDIS_URL", "OLLAMA_BASE_URL", *SECRETS}
    for name, default in read_settings().items():
        if name not in ours | {"DATA_DIR"}:
            assert str(SERVICES["web"]["environment"][name]) == default, name


# The commands


def get_command(name: str) -> list[str]:
    command = SERVICES[name]["command"]
    return shlex.split(command) if isinstance(command, str) else command


@pytest.fixture(scope="module")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the web image would hold in /app, and nothing else of this repository."""
    folder = tmp_path_factory.mktemp("app")
    for source, to in list_copied("web"):
        whole, place = ROOT / source, folder / to
        if whole.is_dir():
            shutil.copytree(whole, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, place)
    return folder


@pytest.fixture
def run(app_folder: Path) -> Callable[..., str]:
    def run(*command: str, **environment: str) -> str:
        programs = Path(sys.executable).parent
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        shown = {name: str(value) for name, value in SERVICES["web"]["environment"].items()} | environment
        done = subprocess.run(
            command,
            cwd=app_folder,
            env={"PATH": path, "DATA_DIR": str(app_folder / "data"), **shown},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_it_serves_the_site(run: Callable[..., str]) -> None:
    command = get_command("web")
    assert command[:2] == ["gunicorn", "story_generator.asgi"]
    run(*command, "--check-config")
    assert re.search(r"worker_class += story_generator\.server\.Worker", run(*command, "--print-config"))


@pytest.mark.parametrize("name", ["dispatcher", "migrate"])
def test_it_calls_commands_that_there_are(name: str, run: Callable[..., str]) -> None:
    python, program, command, *options = get_command(name)
    assert (python, program) == ("python", "manage.py")
    usage = run(python, program, command, "--help")
    assert all(option in usage for option in options)


@pytest.mark.parametrize(
    ("name", "queue", "pool"), [("text-worker", "text", "threads"), ("gpu-worker", "gpu", "solo")]
)
def test_it_starts_workers_with_options_that_celery_knows(name: str, queue: str, pool: str) -> None:
    program, option, app, subcommand, *rest = get_command(name)
    assert [program, option, app, subcommand] == ["celery", "-A", "story_generator", "worker"]
    parser = celery_worker.make_parser(click.Context(celery_worker))
    options, left, _ = parser.parse_args(rest)
    assert left == []
    assert options["queues"] == queue
    assert options.get("pool", "prefork") == pool


@pytest.mark.parametrize(("target", "service"), [("web", "web"), ("gpu-worker", "gpu-worker")])
def test_it_starts_an_image_like_the_service(target: str, service: str) -> None:
    assert ast.literal_eval(last(target, "CMD")) == get_command(service)


def test_it_pulls_the_model_by_a_script_that_the_shell_can_read() -> None:
    (script,) = SERVICES["model-pull"]["command"]
    assert subprocess.run(["/bin/sh", "-n", "-c", script], check=True)
    assert SERVICES["model-pull"]["environment"]["OLLAMA_MODEL"] == "llama3.2"


# The images


def test_it_copies_what_there_is_and_what_the_builder_gets() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    everything = [source for stage in STAGES for source, _ in list_copied(stage)]
    assert set(everything) == sent
    assert all((ROOT / source).exists() for source in everything)
    for stage in STAGES:
        for word, rest in STAGES[stage]:
            if word == "COPY" and rest.startswith("--from="):
                assert rest.split()[0].removeprefix("--from=") in STAGES


@pytest.mark.parametrize("target", ["web", "gpu-worker"])
def test_it_runs_as_nobody_special(target: str) -> None:
    assert last(target, "USER") == "starloom"


def test_it_collects_the_static_files_while_it_is_built(app_folder: Path, run: Callable[..., str]) -> None:
    words = shlex.split(last("web", "RUN"))
    given = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    said = run(*words[len(given) :], **given)
    assert re.search(r"[1-9]\d* static files copied", said)
    assert (app_folder / "staticfiles" / "admin").is_dir()


def test_it_holds_all_that_the_system_checks_ask_for(run: Callable[..., str]) -> None:
    assert "no issues" in run("python", "manage.py", "check", "--fail-level", "ERROR")


def test_the_web_image_can_typeset_a_book() -> None:
    installed = " ".join(rest for word, rest in walk("web") if word == "RUN").split()
    asked = pdf.PANGO.partition("apt-get install ")[2].partition(". ")[0].split()
    assert {*asked, *pdf.PACKAGES.values(), "fonts-noto-core"} <= set(installed)


def test_it_asks_for_its_health_by_a_script_that_python_can_read() -> None:
    command = ast.literal_eval(last("web", "HEALTHCHECK").partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    assert "/health/" in command[2]
    compile(command[2], "HEALTHCHECK", "exec")


# .env.example


def test_it_tells_of_every_variable_and_its_default() -> None:
    told, read = read_env_example(), read_settings()
    interpolated = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    assert set(told) == set(read) | EMBEDDED | interpolated
    assert {name: told[name] for name in read} == read


def test_it_explains_every_variable() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for above, line in pairwise(lines):
        if re.match(r"#?[A-Z][A-Z_]+=", line):
            assert above.startswith("#"), line


def test_it_tells_of_what_only_the_embedded_services_read() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "embedded").rglob("*.py"))
    for name in EMBEDDED:
        assert f'environ.get("{name}"' in sources
