"""The files of deploy/ against the schemas of what reads them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tsunagari.light_imports import UNUSED_PACKAGES
from tsunagari.settings import Settings

DEPLOY = ROOT / "deploy"
TOOLS = ROOT / ".venv-deploy" / "bin"
BASE = DEPLOY / "kubernetes" / "base"
OVERLAY = DEPLOY / "kubernetes" / "overlays" / "prefecture"


def tool(name: str) -> str:
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} がありません（make deploy-tools）: この検査は飛ばします")
    return str(path)


def run(*command: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def manifests(folder: Path) -> list[dict[str, Any]]:
    files = [folder / name for name in read(folder / "kustomization.yaml")["resources"]]
    return [one for path in files if path.is_file() for one in yaml.safe_load_all(path.read_text())]


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def test_the_containerfile_is_clean() -> None:
    run(tool("hadolint"), str(DEPLOY / "Containerfile"))


def test_the_compose_file_follows_the_specification() -> None:
    run(
        tool("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        str(DEPLOY / "compose.yml"),
    )


@pytest.mark.parametrize(
    "path",
    sorted(path.name for path in BASE.glob("*.yaml") if path.name != "kustomization.yaml"),
)
def test_each_manifest_follows_the_schema_of_kubernetes(path: str) -> None:
    run(tool("kubernetes-validate"), "--strict", str(BASE / path))


@pytest.fixture(scope="module")
def rendered() -> str:
    """The overlay as a cluster would get it."""
    done = subprocess.run(
        [tool("kubectl"), "kustomize", str(OVERLAY)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_rendered_overlay_follows_the_schema_of_kubernetes(
    rendered: str, tmp_path: Path
) -> None:
    path = tmp_path / "rendered.yaml"
    path.write_text(rendered, "utf-8")
    run(tool("kubernetes-validate"), "--strict", str(path))


def test_the_rendered_overlay_is_whole(rendered: str) -> None:
    found = [one for one in yaml.safe_load_all(rendered) if one]
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        by_kind.setdefault(one["kind"], []).append(one)
        # Everything is in the namespace the secret is made in.
        if one["kind"] != "Namespace":
            assert one["metadata"]["namespace"] == "tsunagari", one["kind"]
    assert {one["kind"] for one in manifests(BASE)} <= set(by_kind)
    (named,) = by_kind["ConfigMap"]
    assert set(named["data"]) == {"sites.yml", "privacy.yml"}
    (deployment,) = by_kind["Deployment"]
    text = yaml.safe_dump(deployment)
    # The generated name carries a hash: a changed list of sites rolls the servers.
    assert re.fullmatch(r"tsunagari-sites-[a-z0-9]{10}", named["metadata"]["name"])
    assert named["metadata"]["name"] in text
    images = {c["image"] for one in found for c in _containers(one.get("spec", {}))}
    assert images == {"registry.example.jp/tsunagari:0.1.0"}
    (ingress,) = by_kind["Ingress"]
    hosts = {rule["host"] for rule in ingress["spec"]["rules"]}
    assert hosts == {host for tls in ingress["spec"]["tls"] for host in tls["hosts"]}
    assert all(host in text for host in hosts)


def test_the_overlay_names_what_is_there() -> None:
    base = {(one["kind"], one["metadata"]["name"]) for one in manifests(BASE)}
    overlay = read(OVERLAY / "kustomization.yaml")
    assert (OVERLAY / overlay["resources"][0]).resolve() == BASE.resolve()
    for patch in overlay["patches"]:
        target = patch.get("target")
        if target is None:
            changed = read(OVERLAY / patch["path"])
            target = {"kind": changed["kind"], "name": changed["metadata"]["name"]}
        assert (target["kind"], target["name"]) in base
    for generated in overlay["configMapGenerator"]:
        assert all((OVERLAY / name).is_file() for name in generated["files"])
    images = {
        container["image"]
        for one in manifests(BASE)
        for container in _containers(one.get("spec", {}))
    }
    assert images == {image["name"] for image in overlay["images"]}


def _containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    for key in ("jobTemplate", "template"):
        if key in spec:
            return _containers(spec[key]["spec"])
    return list(spec.get("containers", []))


def test_nothing_runs_as_root_or_writes_its_own_files() -> None:
    found = [container for one in manifests(BASE) for container in _containers(one.get("spec", {}))]
    assert len(found) == 2
    for container in found:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"]["drop"] == ["ALL"]
        assert "memory" in container["resources"]["limits"]
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    assert re.findall(r"^USER (.+)$", text, re.M) == ["10001:10001"]


def test_the_probes_ask_what_the_server_answers() -> None:
    (container,) = _containers(read(BASE / "deployment.yaml")["spec"])
    paths = {
        name: container[f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "liveness", "readiness")
    }
    assert paths == {"startup": "/health", "liveness": "/health", "readiness": "/ready"}


def test_nothing_only_for_operators_is_public() -> None:
    (rule,) = read(BASE / "ingress.yaml")["spec"]["rules"]
    public = [(path["path"], path["pathType"]) for path in rule["http"]["paths"]]
    for inside in ("/metrics", "/ready", "/health", "/webhooks/rest/webhook"):
        assert not any(
            inside == path if kind == "Exact" else f"{inside}/".startswith(f"{path}/")
            for path, kind in public
        ), inside


def test_every_variable_the_files_set_is_one_the_program_reads() -> None:
    text = "".join(
        path.read_text("utf-8")
        for path in DEPLOY.rglob("*")
        if path.is_file() and path.suffix in {".yml", ".yaml", ".env", ".sh", ""}
    )
    text += (DEPLOY / "Containerfile").read_text("utf-8")
    named = set(re.findall(r"\bTSUNAGARI_[A-Z_]+\b", text)) - {"TSUNAGARI_IMAGE"}
    read_by = "".join(
        path.read_text("utf-8")
        for folder in ("tsunagari", "conversations", "desk", "channels")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert named
    assert {name for name in named if f'"{name}"' not in read_by} == set()


def test_packages_left_out_of_the_image_are_answered_by_stand_ins() -> None:
    lines = (DEPLOY / "unused.txt").read_text("utf-8").splitlines()
    left_out = {line for line in lines if line and not line.startswith("#")}
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    assert left_out <= pinned
    # Whatever the server uses after all must stay.
    used = {"redis", "aio-pika", "aiormq", "pamqp", "psycopg2-binary", "slack-sdk"}
    assert not left_out & used
    assert {"boto3", "matplotlib", "tensorflow"} <= left_out
    assert {"boto3", "matplotlib"} <= UNUSED_PACKAGES


def test_settings_know_the_places_on_the_volume(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "sqlite://")
    for place in (settings.releases, settings.library):
        assert place.is_relative_to(settings.var)
