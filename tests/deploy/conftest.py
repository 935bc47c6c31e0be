"""An account on loopback, and a project to deploy into it."""

from __future__ import annotations

import json
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.cli.factory import CLIFactory
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from ops.deploy.__main__ import main
from ops.deploy.deployment import Build, DeploySteps
from ops.deploy.fetch import Fetch
from ops.provision.__main__ import main as provision_main
from ops.stage import CONFIG
from tests.support.aws_emulator.aws_server import OTHER, AwsServer
from tools.ci.deployed_stage import DeployedStage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def aws_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AwsServer]:
    """One for the tests of a file."""
    with AwsServer(tmp_path_factory.mktemp("aws")) as server:
        yield server


def _enter(aws_server: AwsServer, patch: pytest.MonkeyPatch) -> None:
    aws_server.forget()
    patch.setattr("chalicelib.container._container", None)
    patch.delenv("AWS_PROFILE", raising=False)
    for name, value in aws_server.environment.items():
        patch.setenv(name, value)


@pytest.fixture
def aws(aws_server: AwsServer, monkeypatch: pytest.MonkeyPatch) -> AwsServer:
    """An empty account, to which this process's credentials belong."""
    _enter(aws_server, monkeypatch)
    return aws_server


def build(project: Path, stage: str) -> Path:
    """A package with nothing in it but the configured name: what is in a real one is packaging's business."""
    config = CLIFactory(str(project)).create_config_obj(stage)
    system = OSUtils()
    architecture = config.lambda_architecture
    packager = LambdaDeploymentPackager(system, DependencyBuilder(system, None, architecture), UI(), architecture)
    file = Path(packager.deployment_package_filename(str(project), config.lambda_python_version))
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as package:
        package.write(project / "app.py", "app.py")
    return file


@dataclass
class Checkout:
    """A clone of the project."""

    folder: Path
    pauses: list[float] = field(default_factory=list)
    fetch: Fetch | None = None
    build: Build = build

    def deploy(self, *arguments: str, stage: str = "dev") -> int:
        """`make deploy STAGE=…`; the exit status."""
        fetch = self.fetch or DeployedStage(boto3.Session(OTHER, OTHER), f"gatehouse-{stage}").fetch
        parts = DeploySteps(self.build, fetch, self.pauses.append)
        return main(["--stage", stage, *arguments], parts, self.folder)

    def provision(self, *arguments: str, stage: str = "dev") -> int:
        """`make provision STAGE=…`; the exit status."""
        return provision_main(["--stage", stage, "--project", str(self.folder), *arguments])

    def configure(self, stage: str, **values: Any) -> None:
        """Set values of a stage."""
        file = self.folder / CONFIG
        document = json.loads(file.read_text())
        document["stages"][stage].update(values)
        file.write_text(json.dumps(document))

    def configuration(self, stage: str) -> dict[str, Any]:
        """The stage's own part of the configuration."""
        found: dict[str, Any] = json.loads((self.folder / CONFIG).read_text())["stages"][stage]
        return found

    def change(self) -> None:
        """Change the code, without a commit."""
        app = self.folder / "app.py"
        app.write_text(f"{app.read_text()}# changed\n")

    def note(self, stage: str = "dev") -> dict[str, Any]:
        """The resources that Chalice recorded, by name."""
        file = self.folder / "build" / "deploy" / stage / ".chalice" / "deployed" / f"{stage}.json"
        return {resource["name"]: resource for resource in json.loads(file.read_text())["resources"]}

    def git(self, *arguments: str) -> None:
        """A command of git, in the clone."""
        who = ("-c", "user.name=Test", "-c", "user.email=test@gatehouse.test")
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which the stage `dev` has API Gateway's own address."""
    checkout = Checkout(tmp_path_factory.mktemp("repository"))
    listed = [
        "git",
        "ls-files",
        "-z",
        "app.py",
        "chalicelib",
        "requirements*",
        "pyproject.toml",
        ".chalice",
        ".gitignore",
    ]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.rstrip("\0").split("\0"):
        (checkout.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout.folder / name).write_bytes((ROOT / name).read_bytes())
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "The project"]):
        checkout.git(*command)
    return checkout.folder


@dataclass(frozen=True)
class Snapshot:
    """The account's view of one stage.

    Attributes:
        apis: IDs of REST APIs of its name.
    """

    functions: dict[str, dict[str, Any]]
    apis: list[str]
    rules: list[str]
    roles: list[str]
    tables: list[str]
    keys: list[str]

    @classmethod
    def now(cls, stage: str = "dev") -> Snapshot:
        """At this moment."""
        client = boto3.Session(OTHER, OTHER).client
        secrets = client("secretsmanager")

        def ours(names: Iterable[str]) -> list[str]:
            return [name for name in names if f"{name}-".startswith(f"gatehouse-{stage}-")]

        functions = {one["FunctionName"]: dict(one) for one in client("lambda").list_functions()["Functions"]}
        apis = client("apigateway").get_rest_apis()["items"]
        return cls(
            {name: functions[name] for name in ours(functions)},
            [one["id"] for one in apis if one["name"] == f"gatehouse-{stage}"],
            ours(one["Name"] for one in client("events").list_rules()["Rules"]),
            ours(one["RoleName"] for one in client("iam").list_roles()["Roles"]),
            ours(client("dynamodb").list_tables()["TableNames"]),
            [
                secrets.get_secret_value(SecretId=one["ARN"])["VersionId"]
                for one in secrets.list_secrets()["SecretList"]
                if one["Name"].startswith(f"gatehouse/{stage}/")
            ],
        )

    @property
    def url(self) -> str:
        """The public address."""
        url: str = self.functions["gatehouse-dev"]["Environment"]["Variables"]["GATEHOUSE_BASE_URL"]
        return url


@dataclass(frozen=True)
class Journey:
    """A deployment beside another stage, a second one of changed code from a fresh checkout, a deletion from a third.

    Attributes:
        notes: Chalice's, after each deployment.
        sights: of the stage, after each of the three.
        neighbours: of the other stage, before the first and after the last.
        calls: to AWS, by the deployer deployed.
        function_calls: those of the function, which the smoke test asked.
    """

    notes: list[dict[str, Any]]
    sights: list[Snapshot]
    neighbours: tuple[Snapshot, Snapshot]
    calls: set[tuple[str, ...]]
    function_calls: set[tuple[str, ...]]


@pytest.fixture(scope="session")
def journey(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """One for all who look at it: each step takes seconds."""
    folder = tmp_path_factory.mktemp("journey")
    checkouts = [Checkout(folder / str(number)) for number in range(3)]
    administrator = Checkout(folder / "administrator")
    notes, sights = [], []
    with AwsServer(folder) as server, pytest.MonkeyPatch.context() as patch:
        _enter(server, patch)
        for checkout in (administrator, *checkouts):
            subprocess.run(["git", "clone", "--quiet", str(repository), str(checkout.folder)], check=True)
        for stage in ("dev", "prod"):
            assert administrator.provision(stage=stage) == 0
        server.forget_calls()
        assert checkouts[0].deploy("--base-url", "auto", stage="prod") == 0
        neighbour = Snapshot.now("prod")
        for checkout in checkouts[:2]:
            assert checkout.deploy() == 0
            notes.append(checkout.note())
            sights.append(Snapshot.now())
            checkouts[1].change()
        assert checkouts[2].deploy("--delete", "--confirm", "dev") == 0
        neighbours = (neighbour, Snapshot.now("prod"))
        return Journey(notes, [*sights, Snapshot.now()], neighbours, server.calls(), server.calls(OTHER))


@pytest.fixture
def clone(repository: Path, tmp_path: Path) -> Callable[[], Checkout]:
    """A fresh checkout, every time."""
    numbers = count()

    def cloned() -> Checkout:
        folder = tmp_path / f"clone-{next(numbers)}"
        subprocess.run(["git", "clone", "--quiet", str(repository), str(folder)], check=True)
        return Checkout(folder)

    return cloned


@pytest.fixture
def provisioned(aws: AwsServer, clone: Callable[[], Checkout]) -> AwsServer:
    """An account in which an administrator provisioned the stage `dev`."""
    assert clone().provision() == 0
    aws.forget_calls()
    return aws
