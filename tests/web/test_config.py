"""The settings: read once, and whatever is wrong is named."""

from pathlib import Path

import pytest
from hrd_world import World

from hrd_cases.app import create_app
from hrd_cases.config import BadSettings, Settings, settings_from
from hrd_cases.web.kernel import site


def test_with_nothing_said_everything_lies_in_the_folder_of_the_project_wherever_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = settings_from({"PATH": "/bin"})
    assert result.instance == Path(__file__).resolve().parents[2] / "instance"
    assert result.database_url == f"sqlite:///{result.instance}/cases.sqlite"
    assert result.evidence == result.instance / "evidence"


def test_each_place_can_be_chosen(tmp_path: Path) -> None:
    result = settings_from(
        {
            "HRD_INSTANCE": str(tmp_path),
            "HRD_DATABASE_URL": "postgresql+psycopg://localhost/x",
            "HRD_EVIDENCE_URL": f"file://{tmp_path}/files",
        }
    )
    assert (result.instance, result.evidence) == (tmp_path, tmp_path / "files")
    assert result.database_url == "postgresql+psycopg://localhost/x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HRD_DATABASE_URL", "mysql://localhost/x"),
        ("HRD_EVIDENCE_URL", "s3://bucket"),
        ("HRD_SESSION_URL", "redis://localhost"),
        ("HRD_DATABSE_URL", "sqlite:///x"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        settings_from({name: value})


def test_names_of_the_server_are_read_without_spaces_and_capitals() -> None:
    assert settings_from({"HRD_HOSTS": " Cases.Onion, 192.168.1.20 ,"}).hosts == ("cases.onion", "192.168.1.20")
    assert settings_from({}).hosts == ()


@pytest.mark.parametrize("text", ["http://cases.onion", "cases.onion:80", "a/b", ".onion", "*", "cases..onion", "а.рф"])
def test_what_is_no_name_of_a_server_is_named(text: str) -> None:
    with pytest.raises(BadSettings, match="no name or address of a server"):
        settings_from({"HRD_HOSTS": f"good.onion,{text}"})


@pytest.mark.parametrize(
    ("name", "near"),
    [("HRD_INSTANSE", "HRD_INSTANCE"), ("HRD_EVIDENSE_URL", "HRD_EVIDENCE_URL"), ("HRD_DATABASE", "HRD_DATABASE_URL")],
)
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(name: str, near: str) -> None:
    with pytest.raises(BadSettings, match=rf"^Unknown setting {name}\. Did you mean {near}\?$"):
        settings_from({name: "/srv/cases"})


def test_an_unknown_setting_is_named_and_those_of_tests_and_tools_are_not() -> None:
    with pytest.raises(BadSettings, match="HRD_COLOUR"):
        settings_from({"HRD_COLOUR": "blue"})
    settings_from({"HRD_TEST_DATABASE": "sqlite", "HRD_SKIP_BROWSER": "1", "HRD_UPGRADE": "1"})


def test_before_the_organisation_was_founded_there_is_no_application(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        create_app(settings_from({"HRD_INSTANCE": str(tmp_path)}))


def test_no_connection_crosses_into_the_process_that_serves(sqlite_world: World) -> None:
    """The application is made before the fork: what SQLite opened must not be used on its other side."""
    folder = sqlite_world.folder
    app = create_app(
        Settings(instance=folder / "instance", database_url=sqlite_world.url, evidence=folder / "evidence")
    )
    pool = app.extensions[site.KEY].runtime.database.engine.pool
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)
