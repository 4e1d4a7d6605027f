"""The Bot API's limits that rendering keeps. A test compares them with telegram.constants.

They are written out, because importing the vendor takes most of a second and rendering is pure.
Lengths of text are UTF-16 code units.
"""

TEXT = 4096
CAPTION = 1024
ENTITIES = 100
CALLBACK_BYTES = 64
BUTTONS = 100
BUTTONS_A_ROW = 8
ALBUM = 10
TOAST = 200
DOWNLOAD_BYTES = 20_000_000
UPLOAD_BYTES = 50_000_000
PHOTO_BYTES = 10_000_000
COMMANDS = 100
COMMAND_DESCRIPTION = 256
DESCRIPTION = 512
SHORT_DESCRIPTION = 120
SECRET = 256
DEEP_LINK = 64

REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍"
    "🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
)
