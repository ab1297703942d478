"""The few words that are not a prompt: help, status and forget me, and the small talk of a direct message.

What people say is listed here for each language, since it is heard and never spoken; what the bot says is
in ``text``.
"""

import re
from enum import Enum, auto

from bot.commands import options

_HELP = frozenset({"help", "help me", "--help", "-h", "?", "ヘルプ", "使い方", "つかいかた"})
_STATUS = frozenset({"status", "状態", "状況", "ステータス"})
_SETTINGS = frozenset({"settings", "setting", "preferences", "config", "options", "設定", "オプション"})
_FORGET = frozenset({"forget me", "わたしを忘れて", "私を忘れて", "データを消して", "データを削除"})

_HELLO = {
    "en": (
        "hi|hello|hey|heya|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening)"
        "|test|ping|how are you(?: doing)?|how(?:'s| is) it going|what(?:'s| is) up"
    ),
    "ja": (
        "こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|やあ|どうも|はじめまして|初めまして"
        "|よろしく(?:お願いします|おねがいします)?|テスト"
    ),
}
_THANKS = {
    "en": (
        "thanks|thank you|thx|ty|cheers|ok|okay|cool|nice|great|awesome|perfect|got it|bye|goodbye"
        "|see you|good night"
    ),
    "ja": (
        "ありがとう(?:ございます|ございました)?|有難うございます|お疲れ(?:様|さま)(?:です|でした)?"
        "|了解(?:です|しました)?|さようなら"
    ),
}
_TO_WHOM = "(?: (?:there|bot|imagine|everyone|all|you|so much|a lot|very much|again))*"
_IS_HELLO = re.compile(f"(?:{_HELLO['en']}){_TO_WHOM}|(?:{_HELLO['ja']})")
_IS_THANKS = re.compile(f"(?:{_THANKS['en']}){_TO_WHOM}|(?:{_THANKS['ja']})")
_OPENING = re.compile(f"(?:{_IS_HELLO.pattern}|{_IS_THANKS.pattern})[,!.、。！… ]*[,!.、。！…]+ *")

_ABOUT_ME = {
    "en": (
        "what (?:can|do|does) (?:you|it|this bot) do|what (?:are|is) (?:you|this|this bot)|who are you"
        "|what(?:'s| is) this(?: bot)?"
        "|how (?:do|does|can|should) (?:i use )?(?:this|it|you|this bot)(?: work)?"
        "|how do you work"
        "|how (?:do|can) i (?:start|begin|make (?:a|an) (?:picture|image)|get (?:started|help))"
        "|can you help(?: me)?|what (?:options|models|commands) (?:are there|do you have|can i use)"
    ),
    "ja": (
        "使い方(?:は|を教えて(?:ください)?|がわかりません)?|どう(?:やって)?使(?:うの|えばいい|います|うん)(?:ですか|か)?"
        "|(?:何|なに)が(?:できる|できます)(?:の|んですか|のですか|か)?|(?:あなた|君|きみ)は(?:誰|だれ|何)(?:ですか)?"
        "|これは(?:何|なに)(?:ですか)?|どういう仕組み(?:ですか)?"
    ),
}
_QUESTION_ABOUT_ME = re.compile("|".join(f"(?:{phrases})" for phrases in _ABOUT_ME.values()))

_FOR_A_BUTTON = re.compile(
    "(?:please )?(?:cancel|stop|abort|delete|remove)(?: (?:it|this|that|this one))?(?: please)?"
    "|(?:キャンセル|中止|停止|ストップ|削除)(?:して(?:ください)?|お願いします)?|(?:やめて|止めて|とめて)(?:ください)?"
)
"""They end something; as an edit they would change and bill what they were to end."""

_ASKING = re.compile(
    "(?:what|how|why|who|when|where|which|whose|do|does|did|is|are|am|can|could|will|would|should|may)\\b.*|.*(?:か|の|何|誰)"
)
_WANTS_A_PICTURE = re.compile(
    "draw|paint|make|create|generate|show|design|sketch|illustrat|render|picture|image|photo|描|書い|作|生成|絵|画像|写真"
)
_LONGEST_TALK = 200
"""Characters; what is longer is meant to be painted."""

EMOJI = re.compile(r":[a-z0-9_+'-]+:|[\U0001F000-\U0001FAFF\u2190-\u2BFF\u3030\u303D\uFE0F\u200D\u20E3]")
"""As people type them, and by name, as Slack sends them."""

_ENDS = " \t\n!?.,;:~…！？。、，〜～♪"


class Talk(Enum):
    """What a message that may not be a prompt is."""

    HELP = auto()
    STATUS = auto()
    FORGET = auto()
    SETTINGS = auto()
    HELLO = auto()
    THANKS = auto()
    ABOUT = auto()  # a question about the bot
    BUTTON = auto()  # Cancel or Delete, in words
    QUESTION = auto()  # a question about something else: not surely a prompt


def command(text: str) -> Talk | None:
    """Whether a whole text is one of the command words; a prompt that only begins with one is a prompt."""
    word = " ".join(text.rstrip("!！。. \n").casefold().split())
    if word in _HELP or option_asked(text):
        return Talk.HELP
    if word in _FORGET:
        return Talk.FORGET
    if word in _SETTINGS or _FOR_A_BUTTON.fullmatch(word):
        return Talk.SETTINGS if word in _SETTINGS else Talk.BUTTON
    return Talk.STATUS if word in _STATUS else None


def begins_with_help(text: str) -> bool:
    """Whether the first word asks for help; what follows decides whether the whole text does."""
    return (text.split(maxsplit=1) or [""])[0].casefold() in _HELP


def option_asked(text: str) -> str:
    """The option's name in ``help size`` or ``help --size``; empty when the text is nothing of that kind."""
    words = text.split(maxsplit=2)
    if len(words) != 2 or words[0].casefold() not in _HELP:
        return ""
    flag = words[1].lstrip("-—–").casefold()
    if flag in options.SHORTHANDS:
        return options.SHORTHANDS[flag][0]
    return options.BY_FLAG[flag].name if flag in options.BY_FLAG else ""


def talk(text: str) -> Talk | None:
    """What a plain message in the bot's own conversation is, when it is not a prompt."""
    if word := command(text):
        return word
    if len(text) > _LONGEST_TALK:
        return None
    said = " ".join(EMOJI.sub(" ", text).casefold().replace("’", "'").split())
    bare = _OPENING.sub("", said, count=1).strip(_ENDS) or said.strip(_ENDS)
    if _IS_THANKS.fullmatch(bare):
        return Talk.THANKS
    if not bare or _IS_HELLO.fullmatch(bare):
        return Talk.HELLO
    if _QUESTION_ABOUT_ME.fullmatch(bare):
        return Talk.ABOUT
    if _FOR_A_BUTTON.fullmatch(bare):
        return Talk.BUTTON
    asks = said.endswith(("?", "？")) or bare.endswith(("ですか", "ますか"))
    if asks and _ASKING.fullmatch(bare) and not _WANTS_A_PICTURE.search(bare):
        return Talk.QUESTION
    return None
