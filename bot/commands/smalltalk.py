"""What people say to each other under a picture, which asks for nothing; and the few words that ask at once.

As in ``keywords``: heard, never spoken, and so listed here for each language.
"""

import re

from bot.commands import keywords
from bot.commands.keywords import Talk

_PRAISE = {
    "en": (
        "(?:(?:so|very|really|pretty|that is|that's|this is|it is|it's|how|looks?|looking"
        "|absolutely|what a|just"
        "|wow|haha|oh|omg|yes|yeah|ha|ok|okay|no|great|perfect|cool|awesome|amazing) )*"
        "(?:nice|great|good|lovely|beautiful|gorgeous|cute|cool|funny|hilarious|amazing|awesome"
        "|perfect|excellent"
        "|ok|okay|interesting|good idea|makes sense|of course|never ?mind|nvm|meh|maybe|not a fan|not now"
        "|that's it|this one|later|love the \\w+(?: one)?|the \\w+(?: one)? is (?:the )?(?:best|great|better)"
        "|fantastic|brilliant|stunning|wonderful|sweet|neat|incredible|fun|adorable|creepy|weird"
        "|ugly|not bad"
        "|better|much better|well done|good job|great job|nice one|good one|love (?:it|this|that)"
        "|like (?:it|this|that)"
        "|i (?:really )?(?:love|like) (?:it|this|that)|(?:lo)+l+|rofl|lmao|(?:ha)+|hehe+|wow+|omg|yes"
        "|yeah|yep|yup|no|nope|nah"
        "|agreed|same|true|exactly|indeed|right|sure|fine|works for me|sounds good"
        "|let's go with (?:it|this|that)"
        "|(?:let's )?ship it|\\+1|approved|lgtm|done|sold|bravo|congrats|congratulations"
        "|welcome|you're welcome"
        "|no worries|no problem"
        "|sorry|oops|whoops|hm+|huh|oh|ah|aw+|yay|woohoo|thanks|thank you|thx|ty|much appreciated"
        "|appreciate it|cheers|kudos|impressive|epic|dope|mind blown|10/10|a\\+|too funny"
        "|(?:i'm )?dead|crying"
        "|no way|seriously|really|i can't believe (?:it|this)|can't wait|good catch|fair enough|got it"
        "|roger(?: that)?|copy that|me too|me neither|same here|(?:i'm )?not sure|no idea|dunno|idk"
        "|(?:i )?(?:want|need) (?:one|it|this)|want|sounds like a plan|(?:this |that |it )?made my day"
        "|happy (?:friday|monday|weekend|birthday|holidays|new year)|merry christmas|gm|gn|bye|see ya"
        "|sent|merged|fixed|posted|shared|(?:good|nice|great) (?:point|work|stuff|colou?rs|light|details?))"
        "(?: (?:one|job|work|picture|image|photo|shot|fox|cat|dog|indeed|too|now|already|all"
        "|everyone|team|guys|man"
        "|it|this|that|so much|a lot|stuff|thing))*"
    ),
    "ja": (
        "(?:とても|すごく|めっちゃ|めちゃ(?:くちゃ)?|超|この絵|ほんと(?:に)?|本当に|これ(?:は)?|うん|わあ|おお|まじ(?:で)?)*"
        "(?:いいね|いいですね|いい感じ(?:です)?|良い(?:ですね)?|いい|すごい(?:ですね)?|凄い"
        "|素敵(?:です)?(?:ね)?|素晴らしい(?:です)?(?:ね)?"
        "|きれい(?:です)?(?:ね)?|綺麗(?:です)?(?:ね)?|かわいい(?:です)?(?:ね)?"
        "|可愛い(?:です)?(?:ね)?|かっこいい(?:です)?(?:ね)?|面白い(?:です)?(?:ね)?"
        "|最高(?:です)?(?:ね)?|完璧(?:です)?(?:ね)?|さすが(?:です)?|なるほど|たしかに|確かに"
        "|そうですね|そうだね|はい|いいえ|うん|ううん"
        "|ありがとう(?:ございます|ございました)?|了解(?:です|しました)?|承知しました"
        "|やばい|ヤバい|えぐい|神(?:ってる)?|天才|尊い|泣ける|うける|ウケる|いいじゃん|いいっすね|ええやん"
        "|まじか?|マジ(?:で|か)?|(?:大)?好き|すき|最高すぎる|美しい|上手|うまい|おもしろい|おもろい|楽しい|怖い|こわい"
        "|それな|わかる|わかりみ|同意|同感|賛成|異議なし|オッケー|オーケー|おけ|りょ?|承知|かしこまりました"
        "|ありがとー*|ありがと|あざす|サンキュー|感謝(?:します)?|いえいえ|こちらこそ|うーん|えっ?|ん|なにこれ|何これ"
        "|拍手|8+|乙|おつ"
        "|(?:お疲れ|おつかれ|御疲れ)(?:様|さま|さん)?(?:です|でした)?|笑+|草+|[wｗ]+|OK|おk|わかりました|助かります)"
        "(?:ね|よ|な|です|だ)*"
    ),
}
_AMONG_PEOPLE = {
    "en": (
        "(?:brb|afk|fyi|cc|todo|see you|gotta|heading|on it|on my way|will do)\\b.*|lunch|coffee|see"
        "|i (?:see|agree|know|guess so|think so|will \\w+.*|don't (?:like|love|know)(?: it| this| that)?)"
        "|i'll \\w+.*|i'm in|looking into (?:it|this|that)"
        "|(?:let me|i'm|i am|we're|we are) (?:check|see|know|look|ask)(?:ing)?\\b.*"
        "|(?:perfect|great|good|nice|lovely) for .+"
        "|(?:looks|works) (?:\\w+ )?(?:great|good|fine|better|for me)"
        "|(?:(?:it|this|that) )?(?:looks like (?:a|an|my|our|the)|reminds me of) .*"
        "|(?:haha |lol |omg )?(?:that's|that is|this is|it's) (?:my|our|me|us|you|him|her)\\b.*"
        "|i (?:really )?(?:love|like) the \\w+|the \\w+ looks (?:great|good|happy|cute|amazing|perfect)"
        "|(?:we should|let's|let us) use (?:it|this|that)(?: one)?"
        "|(?:i'm )?(?:posting|sharing|sending|saving|printing) (?:it|this|that)\\b.*"
        "|let's (?:discuss|talk|meet|sync)\\b.*|meeting in \\d+.*|who's (?:that|this|there)"
    ),
    "ja": (
        ".{0,8}(?:見ました|見ます|確認(?:しました|します)|検討します|共有(?:します|しました)|送ります|使います)"
        "|すみません|ごめん(?:なさい)?|失礼しました|(?:よろしく)?お願いします"
        "|お先に失礼します|また(?:明日|後で|来週)|.{0,8}会議.{0,6}(?:です|ます)|これ(?:を)?使いましょう|これ(?:に|で)しよう"
        "|.{0,4}(?:枚目|左|右|真ん中)(?:の)?(?:が|の?方が)(?:好き|いい|良い)(?:です)?ね?"
        "|これ(?:で|に)(?:いきましょう|行きましょう|します|決まり(?:です)?)|採用(?:です)?|.{0,6}ありがとう(?:ございます)?"
    ),
}
"""What they tell each other, to the end of the sentence."""
_IS_PRAISE = re.compile(
    "|".join(f"(?:{phrases})" for phrases in (*_PRAISE.values(), *_AMONG_PEOPLE.values())), re.IGNORECASE
)

# A question that asks for a change is an instruction: "can you make it blue?", "もっと明るくできますか".
_PLEASE = re.compile(
    r"(?:please )?(?:can|could|would|will|may|shall) (?!(?:we|i) use\b)(?:you|we|i)(?: please| maybe"
    r"| perhaps)? (?!tell|explain|see|say|remember|know|help\b|send\b|share\b|post\b|meet\b)\w+.*"
    r"|(?:how|what) about .+|why (?:not|don't (?:you|we)) .+|(?:is it possible|any chance"
    r"|is there a way) (?:of|to) (?!use\b|share\b|send\b|download\b|see\b|know\b).+"
    r"|(?:can|could) (?:it|this|that|he|she|they"
    r"|the \w+) (?:be|have|get|wear|look)\b.+"
    r"|.*(?:して|にして|くして|って|んで|えて|せて|けて|いて|りて|げて|めて)(?:もらえ|くれ"
    r"|いただけ|もらって|ほしい|欲しい|下さ|くださ).*"
    r"|.*(?:でき(?:ます|る)|可能です)か?"
)
_PLAIN_QUESTION = re.compile(
    r"(?:what|how|why|who|whom|when|where|which|whose|do|does|did|is|are|am|was|were|has|have"
    r"|had|can|could|will|would|should|may|any)\b.*"
    r"|.*(?:ですか|ますか|でしょうか|のか|かな|かね|っけ|なの|何|誰|どこ|いつ|なぜ)"
    r"|(?:いくら|どのモデル).*"
)
_LINK = re.compile(r"(?:https?|mailto):\S+|www\.\S+")
_ENDS = " \t\n!?.,;:~…！？。、，〜～♪^()（）*_'\"“”-–—"
_ASKS_NOTHING = frozenset({Talk.HELLO, Talk.THANKS, Talk.ABOUT, Talk.QUESTION})
_LONGEST = 120
"""Characters; what is longer is an instruction."""


def asks_nothing(text: str) -> bool:
    """Whether words under a picture are talk among people: praise, a plain question, an emoji, a link."""
    if len(text) > _LONGEST:
        return False
    said = " ".join(keywords.EMOJI.sub(" ", _LINK.sub(" ", text)).casefold().replace("’", "'").split())
    bare = said.strip(_ENDS)
    if not bare:
        return True
    if _PLEASE.fullmatch(bare):
        return False
    asks = said.endswith(("?", "？")) or bare.endswith(("ですか", "ますか", "でしょうか"))
    if asks and _PLAIN_QUESTION.fullmatch(bare):
        return True
    if keywords.talk(bare) in _ASKS_NOTHING:
        return True
    pieces = [piece.strip(_ENDS) for piece in re.split(r"[,.!;、。！\n]+|(?<=[a-z]) and (?=[a-z])", bare)]
    return all(_IS_PRAISE.fullmatch(piece) for piece in pieces if piece)


_AGAIN = re.compile(
    r"(?:please )?(?:do (?:it|that) )?(?:again|once more|one more(?: time)?|retry|try again"
    r"|redo)(?: please)?|もう(?:一度|一回|いちど|いっかい)(?:お願いします|おねがいします)?"
    r"|再度|やり直して(?:ください)?"
)
_UNDO = re.compile(
    r"(?:please )?(?:undo(?: (?:it|that|this))?|revert(?: (?:it|that|this))?|go back"
    r"|take (?:it|that) back|back to the previous(?: one| version)?)(?: please)?"
    r"|元に戻して(?:ください)?|戻して(?:ください)?|取り消して?(?:ください)?|アンドゥ"
    r"|やっぱり前の(?:で|に戻して)?"
)
_MORE_LIKE = re.compile(
    r"(?:please )?(?:(?:give me |make |show me |some )?(?:more|others?|variations?"
    r"|variants)(?: (?:like|of|on))?)(?: (?:it|this|that|the \w+(?: one| picture| image"
    r"| version)?|#[a-z0-9]{4}|v\d+|number \d+))?(?: please)?|.{0,12}(?:みたいな"
    r"|のような)(?:の|もの)?(?:を)?もっと(?:お願いします|ください)?"
    r"|バリエーション(?:を)?(?:お願いします|ください)?"
)


def again(text: str) -> bool:
    """Words for the Again button."""
    return bool(_AGAIN.fullmatch(_bare(text)))


def undo(text: str) -> bool:
    """Words for the Undo button."""
    return bool(_UNDO.fullmatch(_bare(text)))


def more_like(text: str) -> bool:
    """Words for more of the kind of one picture; which one is another question."""
    return bool(_MORE_LIKE.fullmatch(_bare(text)))


def _bare(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).strip(_ENDS)
