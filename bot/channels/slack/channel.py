"""The channel to Slack: sends a letter's calls in order, and says what became of them."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.call import Call
from bot.channels.health import Health
from bot.channels.slack import files
from bot.channels.slack.api import SlackApi
from bot.channels.slack.directory import Directory
from bot.channels.slack.files import Fetch, FileFault
from bot.channels.slack.outcome import of_failure
from bot.channels.slack.people import bare, is_user
from bot.channels.slack.reconcile import found_parts
from bot.channels.slack.render import render
from handlers.letters.letter import LetterFile
from policy.errors import Outage, Refusal
from scheduler.channel import Delivery, Outcome, Result, SetupFault

KEPT = 512  # half-sent letters and direct-message ids remembered
REPEATABLE = frozenset(
    {"chat.update", "chat.delete", "reactions.add", "reactions.remove", "views.publish"}
)
POST = "chat.postMessage"
SENT = Outcome(result=Result.SENT)


@dataclass
class Progress:
    """What of one letter already went out, so that another attempt sends only the rest."""

    refs: dict[int, str] = field(default_factory=dict)  # call's position to Slack's ref
    unsure: int | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the token belongs to, as Slack says."""

    team: str
    bot_user: str
    scopes: frozenset[str] = frozenset()


class Slack:
    """Implements scheduler.channel.Channel over the real Web API client.

    `source` fetches the bytes of files that came in on another channel.
    """

    name = "slack"

    def __init__(self, api: SlackApi, *, account: str = "", source: Fetch | None = None) -> None:
        self.api = api
        self.account = account
        self.identity: Identity | None = None
        self.directory = Directory(api)
        self.health = Health("stopped")
        self._source = source
        self._progress: OrderedDict[int, Progress] = OrderedDict()
        self._direct: OrderedDict[str, str] = OrderedDict()

    async def start(self) -> None:
        """Ask Slack whose token this is. Raises Outage, or SetupFault for a refused token."""
        try:
            answer = await self.api.client.auth_test()
        except Exception as fault:
            outcome = of_failure(fault, "auth.test")
            refused = outcome.result in (Result.AUTH, Result.PERMANENT)
            self.health = Health("down" if refused else "degraded", outcome.code)
            if refused:
                raise SetupFault(f"Slack refuses SLACK_BOT_TOKEN: {outcome.code}") from fault
            raise Outage(f"Slack: {outcome.code}") from fault
        granted = str(answer.headers.get("x-oauth-scopes", ""))
        self.identity = Identity(
            team=str(answer.get("team_id") or ""),
            bot_user=str(answer.get("user_id") or ""),
            scopes=frozenset(one.strip() for one in granted.split(",") if one.strip()),
        )
        self.account = self.account or self.identity.team
        self.health = Health("ok")

    async def stop(self) -> None:
        """Safe to call twice."""
        self.health = Health("stopped")
        await self.directory.stop()
        await self.api.close()

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send what is left of the letter. Never raises for an answer of Slack."""
        calls = render(delivery)
        progress = self._begun(delivery, calls)
        outcome = SENT
        for at, call in enumerate(calls):
            if at in progress.refs:
                continue
            outcome = await self.perform(call)
            if outcome.result is not Result.SENT:
                progress.unsure = at if outcome.result is Result.UNKNOWN else None
                break
            progress.refs[at] = outcome.refs[0] if outcome.refs else ""
        return self._told(delivery, progress, outcome)

    def _begun(self, delivery: Delivery, calls: Sequence[Call]) -> Progress:
        """What is known of this letter: here, or by the refs that another replica left behind."""
        known = self._progress.get(delivery.outbox_id)
        if known is None:
            posts = [at for at, call in enumerate(calls) if call.method in (POST, "chat.update")]
            known = Progress(refs=dict(zip(posts, delivery.sent, strict=False)))
            self._progress[delivery.outbox_id] = known
        return known

    def _told(self, delivery: Delivery, progress: Progress, outcome: Outcome) -> Outcome:
        """The outcome with everything sent so far; what is finished is forgotten."""
        refs = tuple(ref for _, ref in sorted(progress.refs.items()) if ref)
        self.health = _health(outcome)
        if outcome.result in (Result.SENT, Result.PERMANENT):
            self._progress.pop(delivery.outbox_id, None)
        while len(self._progress) > KEPT:
            self._progress.popitem(last=False)
        return replace(outcome, refs=refs)

    async def perform(self, call: Call) -> Outcome:
        """One call, with its uploads. Never raises for an answer of Slack."""
        try:
            uploads = await files.gathered(call, self._source)
        except FileFault as fault:
            return Outcome(result=Result.PERMANENT, code=f"file_{fault.code}")
        except Refusal as refusal:
            return Outcome(result=Result.PERMANENT, code=refusal.code)
        except Exception as fault:
            return Outcome(result=Result.NOT_SENT, code=f"file:{type(fault).__name__}")
        try:
            params = await self._addressed(call.params)
        except Exception as fault:
            return _unseen(of_failure(fault, "conversations.open"))
        try:
            refs = [await files.put(self.api, one) for one in uploads]
        except Exception as fault:
            return _unseen(of_failure(fault, "files.getUploadURLExternal"))
        try:
            answer = await self.api.call(call.method, _attached(params, refs))
        except Exception as fault:
            return of_failure(fault, call.method)
        return _sent(call, answer)

    async def _addressed(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters with a person's direct messages in the place of the person."""
        addressed = dict(params)
        for key in ("channel", "channel_id"):
            chat = addressed.get(key)
            if isinstance(chat, str) and is_user(chat):
                addressed[key] = await self._direct_messages(bare(chat))
        return addressed

    async def _direct_messages(self, user: str) -> str:
        if user not in self._direct:
            opened = await self.api.call("conversations.open", {"users": user})
            self._direct[user] = str(opened["channel"]["id"])
            while len(self._direct) > KEPT:
                self._direct.popitem(last=False)
        return self._direct[user]

    async def reconcile(self, delivery: Delivery) -> Outcome | None:
        """Look for the letter by its metadata. None where Slack cannot tell, UNKNOWN where it
        does not answer.

        NOT_SENT means: try again, and what is already there is left out (or, for edits, marks
        and Home, doing it again changes nothing).
        """
        rendered = render(delivery)
        progress = self._begun(delivery, rendered)
        calls = dict(enumerate(rendered))
        left = {at: call.method for at, call in calls.items() if at not in progress.refs}
        doubted = left if progress.unsure is None else {progress.unsure: left[progress.unsure]}
        if not REPEATABLE.union({POST}).issuperset(doubted.values()):
            return None
        if POST in doubted.values():
            try:
                place = await self._addressed({"channel": delivery.place.chat})
                found = await found_parts(self.api, delivery, place["channel"])
            except Exception as fault:
                refused = of_failure(fault, "conversations.history").result
                never = refused in (Result.PERMANENT, Result.AUTH)
                return None if never else Outcome(result=Result.UNKNOWN, code="not_asked")
            progress.refs.update({at: ref for at, ref in found.items() if left.get(at) == POST})
        progress.unsure = None
        done = progress.refs.keys() >= calls.keys()
        return self._told(delivery, progress, SENT if done else Outcome(result=Result.NOT_SENT))

    def fetch(self, file: LetterFile) -> AsyncIterator[bytes]:
        """The bytes of a file that came in on Slack. Raises FileFault or Outage while reading."""
        return files.fetch(self.api, file)


def _health(outcome: Outcome) -> Health:
    if outcome.result is Result.AUTH:
        return Health("down", outcome.code)
    if outcome.result in (Result.NOT_SENT, Result.UNKNOWN):
        return Health("degraded", outcome.code)
    return Health("ok")


def _unseen(outcome: Outcome) -> Outcome:
    """Before the last step nothing can be seen by anybody: no doubt is left."""
    if outcome.result is Result.UNKNOWN:
        return replace(outcome, result=Result.NOT_SENT)
    return outcome


def _attached(params: dict[str, Any], refs: list[str]) -> dict[str, Any]:
    if not refs:
        return params
    named = [entry | {"id": ref} for entry, ref in zip(params["files"], refs, strict=True)]
    return params | {"files": named}


def _sent(call: Call, answer: Mapping[str, Any]) -> Outcome:
    """A message must come back with its ts; files, marks and views have nothing to answer to."""
    if call.method not in (POST, "chat.update"):
        return SENT
    ref = answer.get("ts")
    if not isinstance(ref, str):
        return Outcome(result=Result.UNKNOWN, code="garbage:no ts")
    return Outcome(result=Result.SENT, refs=(ref,))
