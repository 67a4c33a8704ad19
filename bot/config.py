"""`config.toml` and the environment, read once into frozen settings.

Law of this file: all mistakes are reported at once, each with the place to change; secrets never appear in a message.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

PREFIX = "TALSTIMME_"
DEFAULT_FILE = Path("config.toml")
# An address, bare or as Name <address>; whether somebody reads it only the mail server knows.
_ADDRESS = re.compile(r"(?:[^<>@\r\n]*<)?[^<>@\s]+@[^<>@\s]+>?")


class BrokenConfig(Exception):
    """The configuration has mistakes; the message lists them all, one a line."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Instance(_Section):
    """Whose instance this is."""

    kind: Literal["test", "production"] = "test"
    city: str = "Wuppertal"
    operator: str = "Projektteam Talstimme"
    address: str = ""
    contact: str = "smart@stadt.wuppertal.de"
    team: str = "das Smart-City-Team der Stadt"
    other_ways: str = "talbeteiligung.de, Telefon 0202 563-0"
    service_center: str = "0202 563-0"
    licence: str = Field("CC BY 4.0", min_length=1)
    translations: dict[str, dict[Literal["team", "other_ways"], str]] = {}


class Telegram(_Section):
    """The way to Telegram; limits are Telegram's (Bot API FAQ, "My bot is hitting limits")."""

    token: SecretStr = SecretStr("")
    api_base_url: str = "https://api.telegram.org/bot"
    webhook_path: str = Field("", pattern=r"^[A-Za-z0-9_-]*$")
    webhook_secret: SecretStr = SecretStr("")
    proxy: str = ""
    ca_file: str = ""
    messages_per_second: float = Field(28, gt=0)
    per_chat_per_second: float = Field(1, gt=0)
    per_group_per_minute: float = Field(20, gt=0)
    sends_in_flight: int = Field(4, ge=1, le=256)
    silent_seconds_allowed: float = Field(120, gt=0)
    staff_commands: bool = False


class Web(_Section):
    """The web port."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8080"
    trusted_proxies: tuple[str, ...] = ()
    messages_per_minute: int = Field(60, ge=1)


class Storage(_Section):
    """Where everything is kept."""

    url: str = "sqlite:///talstimme.sqlite3"
    secrets_file: str = "secrets.toml"
    backup_folder: str = "backups"
    backup_days: int = Field(14, ge=1)

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:", "postgresql:")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value


class Nlp(_Section):
    """How texts are tagged."""

    enabled: bool = True
    encoder: str = "bundled"
    model: str = ""
    spacy_model: str = ""
    patience_ms: int = Field(300, ge=0, le=10_000)


class DialogueSection(_Section):
    """What is said, and in which languages."""

    content_folder: str = ""
    languages: tuple[str, ...] = ()


class Retention(_Section):
    """How long what is kept only for a while is kept."""

    draft_days: int = Field(30, ge=1)
    citizen_days: int = Field(730, ge=1)
    audit_days: int = Field(730, ge=1)


class School(_Section):
    """Classes of Smart4School."""

    days: int = Field(730, ge=1)
    group_leaders: tuple[int, ...] = ()


class Notices(_Section):
    """When people may be written to; the city's time."""

    quiet_from: time = time(21)
    quiet_until: time = time(8)


class Desk(_Section):
    """The staff desk: where it is and how long somebody stays logged in."""

    host: str = ""
    port: int = Field(0, ge=0, le=65535)
    public_url: str = ""
    link_minutes: int = Field(30, ge=1, le=24 * 60)
    idle_minutes: int = Field(60, ge=1)
    session_hours: int = Field(12, ge=1, le=7 * 24)
    original_days: int = Field(30, ge=1)
    alarm_days: int = Field(14, ge=1)
    four_eyes: bool = False
    residents_file: str = ""


class Oidc(_Section):
    """The city's own accounts as a door of the desk (OpenID Connect); without an issuer there is none."""

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    claim: str = Field("email", min_length=1)

    @model_validator(mode="after")
    def _is_whole(self) -> Oidc:
        if self.issuer and not self.issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("issuer must begin with https://, as the provider names itself")
        if self.issuer and not self.client_id:
            raise ValueError("client_id is missing; the provider gives it when you register the desk there")
        return self


class Voice(_Section):
    """How voice messages are written down; without a model staff do it."""

    model: str = ""


class Mail(_Section):
    """The way to the mail server, and who on the staff is written to of what."""

    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = ""
    alerts: tuple[str, ...] = ()
    service_center: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    silent_days: int = Field(3, ge=1)

    @model_validator(mode="after")
    def _has_addresses(self) -> Mail:
        written = (*((self.sender,) if self.host else ()), *self.alerts, *self.service_center, *self.team)
        if wrong := [each for each in written if not _ADDRESS.fullmatch(each)]:
            raise ValueError(f"sender, alerts, service_center and team hold mail addresses; {wrong[0]!r} is none")
        return self


class Log(_Section):
    """How much is logged; never what citizens write."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings(_Section):
    """The whole configuration."""

    instance: Instance = Instance()
    telegram: Telegram = Telegram()
    web: Web = Web()
    storage: Storage = Storage()
    nlp: Nlp = Nlp()
    dialogue: DialogueSection = DialogueSection()
    retention: Retention = Retention()
    school: School = School()
    notices: Notices = Notices()
    desk: Desk = Desk()
    oidc: Oidc = Oidc()
    voice: Voice = Voice()
    mail: Mail = Mail()
    log: Log = Log()

    @property
    def patience(self) -> timedelta:
        """How long a message waits for its tags."""
        return timedelta(milliseconds=self.nlp.patience_ms)


@dataclass(frozen=True, slots=True)
class _Read:
    values: dict[str, dict[str, Any]]
    origin: str


def load(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a file, or of `config.toml` where there is one, overridden by the environment.

    Raises `BrokenConfig` with one line for every mistake: file or variable, key, and what to change.
    """
    read = _read(file)
    values, strange = _overridden(read.values, environment)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise BrokenConfig("\n".join([*strange, *_sentences(error, read.origin, environment)])) from None
    if strange:
        raise BrokenConfig("\n".join(strange))
    return settings


def _read(file: Path | None) -> _Read:
    path = file or DEFAULT_FILE
    if file is None and not path.exists():
        return _Read({}, str(path))
    try:
        return _Read(tomllib.loads(path.read_text("utf-8")), str(path))
    except OSError as error:
        raise BrokenConfig(f"{path}: cannot be read ({error.strerror}); name a readable file with --config") from None
    except UnicodeDecodeError:
        raise BrokenConfig(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BrokenConfig(f"{path}: is not valid TOML: {error}") from None


def _overridden(values: dict[str, Any], environment: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    merged = {section: dict(keys) if isinstance(keys, dict) else keys for section, keys in values.items()}
    strange = []
    for name, value in environment.items():
        if not name.startswith(PREFIX) or "__" not in name:
            continue
        section, _, key = name.removeprefix(PREFIX).lower().partition("__")
        if section not in Settings.model_fields:
            strange.append(f"{name}: there is no section [{section}]; known are {', '.join(Settings.model_fields)}")
        elif isinstance(merged.setdefault(section, {}), dict):
            merged[section][key] = _typed(value)
    return merged, strange


def _typed(value: str) -> Any:
    # Lists are written as in TOML: TALSTIMME_DIALOGUE__LANGUAGES='["de", "tr"]'
    return tomllib.loads(f"value = {value}")["value"] if value.startswith("[") else value


def _sentences(error: ValidationError, origin: str, environment: Mapping[str, str]) -> list[str]:
    return [
        _sentence(mistake["loc"], mistake["type"], mistake["msg"], origin, environment) for mistake in error.errors()
    ]


def _sentence(loc: tuple[int | str, ...], kind: str, message: str, origin: str, environment: Mapping[str, str]) -> str:
    key = ".".join(str(part) for part in loc)
    variable = PREFIX + "__".join(str(part) for part in loc[:2]).upper()
    where = variable if variable in environment else f"{origin}: {key}"
    if kind == "extra_forbidden":
        return f"{where}: there is no such key; remove it or check its spelling"
    return f"{where}: {message[0].lower()}{message[1:]}".removesuffix(".")
