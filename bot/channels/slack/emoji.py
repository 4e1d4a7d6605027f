"""Slack's names for the emoji that people use at a desk, both ways. Others keep their name."""

import re

NAMES = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "ok_hand": "👌", "clap": "👏",
    "pray": "🙏", "wave": "👋", "raised_hands": "🙌", "muscle": "💪", "point_up": "☝️",
    "point_down": "👇", "point_right": "👉", "handshake": "🤝", "heart": "❤️", "tada": "🎉",
    "smile": "😄", "smiley": "😃", "grinning": "😀", "slightly_smiling_face": "🙂",
    "simple_smile": "🙂", "blush": "😊", "wink": "😉", "joy": "😂", "sweat_smile": "😅",
    "laughing": "😆", "thinking_face": "🤔", "disappointed": "😞", "cry": "😢", "sob": "😭",
    "rage": "😡", "angry": "😠", "scream": "😱", "confused": "😕", "neutral_face": "😐",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌",
    "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫", "red_circle": "🔴",
    "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_blue_circle": "🔵",
    "question": "❓", "exclamation": "❗", "hourglass": "⌛", "hourglass_flowing_sand": "⏳",
    "stopwatch": "⏱️", "alarm_clock": "⏰", "double_vertical_bar": "⏸️", "repeat": "🔁",
    "arrow_up": "⬆️", "arrow_down": "⬇️", "arrow_right": "➡️", "lock": "🔒", "unlock": "🔓",
    "key": "🔑", "pencil": "📝", "pencil2": "✏️", "memo": "📝", "paperclip": "📎", "pushpin": "📌",
    "wastebasket": "🗑️", "eyes": "👀", "bell": "🔔", "no_bell": "🔕", "fire": "🔥",
    "rotating_light": "🚨", "rocket": "🚀", "star": "⭐", "sparkles": "✨", "bulb": "💡",
    "bug": "🐛", "wrench": "🔧", "hammer_and_wrench": "🛠️", "computer": "💻", "iphone": "📱",
    "telephone_receiver": "📞", "email": "✉️", "envelope": "✉️", "camera": "📷",
    "speech_balloon": "💬", "robot_face": "🤖", "100": "💯", "hospital": "🏥",
}  # fmt: skip
SHORT = {"👍": "+1", "👎": "-1", "🙂": "slightly_smiling_face", "📝": "memo", "✉️": "email"}
CODES = {symbol.rstrip("\ufe0f"): name for name, symbol in NAMES.items()} | {
    symbol.rstrip("\ufe0f"): name for symbol, name in SHORT.items()
}
COLONED = re.compile(r":([a-z0-9_+\-]{1,40}):(?::skin-tone-[2-6]:)?")


def symbol(name: str) -> str:
    """The character of a reaction's name (`+1::skin-tone-3` too); an unknown name as `:name:`."""
    base = name.partition("::")[0]
    return NAMES.get(base, f":{base}:")


def code(symbol_or_name: str) -> str:
    """The name that `reactions.add` wants."""
    bare = symbol_or_name.strip(":")
    return CODES.get(bare.rstrip("\ufe0f"), bare)


def pictured(text: str) -> str:
    """Text in which the names that Slack puts for emoji are emoji again."""
    return COLONED.sub(lambda found: NAMES.get(found[1], found[0]), text)
