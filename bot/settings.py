"""What the environment says, read once, checked whole, then frozen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

NOT_YET = {
    "WHATSAPP_PHONE_ID": "WhatsApp",
    "WHATSAPP_TOKEN": "WhatsApp",
    "WHATSAPP_VERIFY_TOKEN": "WhatsApp",
    "WHATSAPP_APP_SECRET": "WhatsApp",
    "WHATSAPP_API_URL": "WhatsApp",
    "SMTP_URL": "mail",
    "IMAP_URL": "mail",
    "MAIL_FROM": "mail",
}
UNSET_DATABASE = "sqlite:///var/radica.sqlite3"
TELEGRAM_ALLOWS = r"[A-Za-z0-9_-]{1,256}"


class SettingsFaults(Exception):
    """The environment does not add up. `faults` holds every problem, one sentence each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _named(name: str, default: Any = None) -> Any:
    return Field(default=default, validation_alias=name)


class Settings(BaseSettings):
    """Every setting, by the name of its variable. `.env.example` says what each is for."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        case_sensitive=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    database_url: SecretStr = _named("RADICA_DATABASE_URL", SecretStr(UNSET_DATABASE))
    policy: str = _named("RADICA_POLICY", "imexhs")
    host: str = _named("RADICA_HOST", "127.0.0.1")
    port: Annotated[int, Field(ge=0, le=65535)] = _named("RADICA_PORT", 8080)
    worker_port: Annotated[int, Field(ge=0, le=65535)] | None = _named("RADICA_WORKER_PORT")
    enrolment_setting: Literal["open", "invite"] | None = _named("RADICA_ENROLMENT")
    public_url: str | None = _named("RADICA_PUBLIC_URL")
    log: Literal["debug", "info", "warning", "error"] = _named("RADICA_LOG", "info")

    telegram_bot_token: SecretStr | None = _named("TELEGRAM_BOT_TOKEN")
    telegram_api_url: str | None = _named("TELEGRAM_API_URL")
    telegram_webhook_url: str | None = _named("TELEGRAM_WEBHOOK_URL")
    telegram_webhook_secret: SecretStr | None = _named("TELEGRAM_WEBHOOK_SECRET")

    slack_bot_token: SecretStr | None = _named("SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = _named("SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = _named("SLACK_SIGNING_SECRET")
    slack_api_url: str | None = _named("SLACK_API_URL")
    slack_channel: str | None = _named("SLACK_CHANNEL")
    slack_supervisors: Annotated[tuple[str, ...], NoDecode] = _named("SLACK_SUPERVISORS", ())

    whatsapp_phone_id: str | None = _named("WHATSAPP_PHONE_ID")
    whatsapp_token: SecretStr | None = _named("WHATSAPP_TOKEN")
    whatsapp_verify_token: SecretStr | None = _named("WHATSAPP_VERIFY_TOKEN")
    whatsapp_app_secret: SecretStr | None = _named("WHATSAPP_APP_SECRET")
    whatsapp_api_url: str | None = _named("WHATSAPP_API_URL")
    smtp_url: SecretStr | None = _named("SMTP_URL")
    imap_url: SecretStr | None = _named("IMAP_URL")
    mail_from: str | None = _named("MAIL_FROM")

    @classmethod
    def load(cls, env_file: str | Path | None = ".env", **given: Any) -> Self:
        """From the environment, the file and `given`. Raises SettingsFaults with all there is."""
        try:
            return cls(_env_file=env_file, **given)
        except ValidationError as error:
            raise SettingsFaults(tuple(_sentences(error))) from None

    @classmethod
    def local(cls, policy: str, database_url: str) -> Self:
        """A desk without platforms, whatever the environment says: for the demo."""
        unset = {name: None for name, f in cls.model_fields.items() if f.default is None}
        return cls.load(None, **unset, policy=policy, database_url=database_url)

    @field_validator("log", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("slack_supervisors", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        faults = [*_away(self), *_telegram(self), *_slack(self), *_rest(self)]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def connected(self) -> bool:
        """Whether a platform's token is set; without one the local desk opens in the browser."""
        return self.telegram_bot_token is not None or self.slack_bot_token is not None

    @property
    def enrolment(self) -> Literal["open", "invite"]:
        """Who may write. Open unless said otherwise, and then only while no token is set."""
        return self.enrolment_setting or "open"


def _away(settings: Settings) -> Iterator[str]:
    """Settings of channels that do not exist yet: set by somebody who would wait in vain."""
    for name, channel in NOT_YET.items():
        if getattr(settings, name.lower()) is not None:
            yield f"{name} is set, but this version has no {channel} channel yet: unset it."


def _telegram(settings: Settings) -> Iterator[str]:
    url, secret = settings.telegram_webhook_url, settings.telegram_webhook_secret
    if url is not None and settings.telegram_bot_token is None:
        yield "TELEGRAM_WEBHOOK_URL is set without TELEGRAM_BOT_TOKEN."
    if url is not None and not _is_address(url, "https"):
        yield "TELEGRAM_WEBHOOK_URL must be a whole https:// address."
    if url is not None and secret is None:
        yield "TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: 1-256 of A-Z a-z 0-9 _ and -."
    if secret is not None and not _matches(TELEGRAM_ALLOWS, secret.get_secret_value()):
        yield "TELEGRAM_WEBHOOK_SECRET may hold 1-256 of A-Z a-z 0-9 _ and - only."


def _slack(settings: Settings) -> Iterator[str]:
    if settings.slack_bot_token is None:
        if settings.slack_app_token or settings.slack_signing_secret:
            yield "SLACK_BOT_TOKEN is missing beside the other Slack settings."
        return
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        yield (
            "SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode)"
            " or SLACK_SIGNING_SECRET (HTTP) beside it."
        )
    if settings.slack_channel is None:
        yield "SLACK_CHANNEL is missing: the id of the engineers' channel, such as C0123456789."


def _rest(settings: Settings) -> Iterator[str]:
    if settings.connected and settings.enrolment_setting is None:
        yield (
            "RADICA_ENROLMENT must be written out once a platform is connected:"
            " invite (only imported or invited people) or open (anybody who writes)."
        )
    url = settings.database_url.get_secret_value()
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        yield "RADICA_DATABASE_URL must begin with sqlite:/// or postgresql://."
    else:
        yield from _database(url)
    for name in ("telegram_api_url", "slack_api_url", "public_url"):
        address = getattr(settings, name)
        if address is not None and not _is_address(address, "http", "https"):
            known = Settings.model_fields[name].validation_alias
            yield f"{known} must be a whole http:// or https:// address."


def _database(url: str) -> Iterator[str]:
    from store.database import parse

    try:
        parse(url)
    except ValueError as fault:
        yield f"RADICA_DATABASE_URL: {fault}."


def _is_address(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _sentences(error: ValidationError) -> Iterator[str]:
    """One sentence a problem, without the values: some of them are secrets."""
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(part) for part in fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if where:
            yield f"{where}: {message}."
        else:
            yield from message.splitlines()
