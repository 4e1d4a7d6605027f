"""The faults by number, in plain words; and which of them wait for a feature to come."""

from dataclasses import dataclass

BOTH, POSTGRESQL, ANY = "both", "PostgreSQL", "any"


@dataclass(frozen=True)
class Fault:
    """One row. `on`: the databases it must be proved on; ANY where no database takes part."""

    what: str
    on: str = ANY


FAULTS = {
    "F01": Fault("killed after an event came, before the commit", BOTH),
    "F02": Fault("killed after the commit, before the acknowledgement", BOTH),
    "F03": Fault("the same event fifty times at once, to three replicas", POSTGRESQL),
    "F04": Fault("Slack repeats an event while the first try is still at work", BOTH),
    "F05": Fault("one Slack message told twice, as `message` and as `app_mention`"),
    "F06": Fault("a WhatsApp batch of entries, changes, messages and statuses", BOTH),
    "F07": Fault("a WhatsApp batch sent again, split differently", BOTH),
    "F08": Fault("one unreadable item among good ones", BOTH),
    "F09": Fault("delivery statuses out of order", BOTH),
    "F10": Fault("update N+1 before update N, on two replicas", BOTH),
    "F11": Fault("update ids that start anew far below the earlier ones", BOTH),
    "F12": Fault("the poller dies between fetch and commit", BOTH),
    "F13": Fault("two pollers, or a webhook left set (409)"),
    "F14": Fault("a forged, stale, future or odd Slack signature"),
    "F15": Fault("a wrong, missing or odd Telegram secret"),
    "F16": Fault("a valid request captured and posted again", BOTH),
    "F17": Fault("authentic junk: null, deep nesting, 10 MB, bad UTF-8, huge numbers"),
    "F18": Fault("text with NUL, lone surrogates, 4,096 emoji, overrides, combining piles", BOTH),
    "F19": Fault("markup, mentions and commands in what people write"),
    "F20": Fault("formulas in what people write, in an exported table"),
    "F21": Fault("the database is down when an event arrives", POSTGRESQL),
    "F22": Fault("PostgreSQL restarted in mid-transaction, and at COMMIT", POSTGRESQL),
    "F23": Fault("a row that somebody holds for ten seconds", POSTGRESQL),
    "F24": Fault("killed after a letter was claimed, before it was sent", BOTH),
    "F25": Fault("killed after a letter was sent, before it was marked", BOTH),
    "F26": Fault("a platform that takes a letter, then resets or never answers"),
    "F27": Fault("no connection, no name, no answer for ten minutes", BOTH),
    "F28": Fault("one chat or channel told to wait 30 seconds", BOTH),
    "F29": Fault("429 without a time, or with `soon`, -3 or 86400"),
    "F30": Fault("the whole account told to wait, with three replicas", POSTGRESQL),
    "F31": Fault("500, 502, 503, a 200 of garbage, `internal_error`"),
    "F32": Fault("blocked, archived, no such chat: final", BOTH),
    "F33": Fault("a token refused or revoked", BOTH),
    "F34": Fault("WhatsApp's window of 24 hours is closed", BOTH),
    "F35": Fault("WhatsApp's limit of one message in six seconds to a person", BOTH),
    "F36": Fault("a group becomes a supergroup while letters wait", BOTH),
    "F37": Fault("texts, lists, codes and titles longer than a platform takes"),
    "F38": Fault("a double tap; two engineers take the same case at once", BOTH),
    "F39": Fault("an old button, a forwarded one, somebody else's"),
    "F40": Fault("a case number of another client, guessed"),
    "F41": Fault("a role taken away while a form is open", BOTH),
    "F42": Fault("ten photos of somebody new at once", BOTH),
    "F43": Fault("an answer before its question, or after the end"),
    "F44": Fault("every replica down for three hours while timers fall due", POSTGRESQL),
    "F45": Fault("killed while timers fire", BOTH),
    "F46": Fault("a case closed in the instant in which its alarm rings", BOTH),
    "F47": Fault("clocks two hours off, replicas 90 seconds apart, summer time", POSTGRESQL),
    "F48": Fault("asked to stop under load", BOTH),
    "F49": Fault("a replica stopped beyond its lease, then continued", BOTH),
    "F50": Fault("one chat floods 200 messages a second for a minute", BOTH),
    "F51": Fault("disk full, a file locked or read-only"),
    "F52": Fault("another version's schema; two replicas migrate at once", BOTH),
    "F53": Fault("Slack's socket dropped, recycled, half open, haunted"),
    "F54": Fault("a trigger expired, an answer's address used up, a press too old"),
    "F55": Fault("a person asks to be erased while letters wait; a backup is put back", BOTH),
    "F56": Fault("the bot's own words, edits, deletions, two bots in a loop"),
    "F57": Fault("the disk fails in the middle of a group commit"),
}

LATER = {
    "F06": "WhatsApp",
    "F07": "WhatsApp",
    "F09": "WhatsApp: no other platform tells statuses",
    "F34": "WhatsApp",
    "F35": "WhatsApp",
    "F55": "the privacy command; what the store does of it today is proved below its number",
}

PARTLY = {
    "F08": "WhatsApp's batches come with WhatsApp. Telegram's updates and Slack's events are here.",
    "F10": "Words of one chat take effect in the order of their arrival; Telegram itself holds "
    "the second back while the first is not answered.",
    "F15": "WhatsApp's signature comes with WhatsApp.",
    "F29": "A wait of a day is cut to an hour and asked again; the row is told in the log.",
    "F47": "On SQLite the desk's clock is the machine's: a machine two hours off is two hours off.",
    "F54": "Radica never answers by `response_url`, so there is nothing to use up.",
}
