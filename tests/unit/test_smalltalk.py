"""Words under a picture: what people say to each other costs nothing, what asks for a change is an edit."""

from time import monotonic

import pytest

from bot.commands import smalltalk

TALK = {
    "en": """nice|Nice!|so nice|wow|WOW!!!|love it|I love it|I really like this|lol|LOLOL|haha|hahaha|lmao
        |looks great|looking good|that's amazing|this is perfect|how cute|what a lovely picture|great job
        |good one|well done|not bad|much better|agreed|same|exactly|yes|no|nope|yeah|yep|sure|fine|thanks
        |thank you|thanks!|thx|ty|thank you so much|ok|okay|cool|:tada:|:fire: :fire:|👍|😂😂|!!!|sorry|oops
        |hm|hmm|ship it|lgtm|let's go with this|sounds good|works for me|approved|hello|good morning
        |what is that?|who made this?|why is it blue?|is that a fox?|how did you do that?|when is lunch?
        |looks like a fox|that looks like my dog|haha that's my boss|no way|seriously?|can't wait|me too
        |sounds like a plan|great thanks|much appreciated|same here|i want one|we should use this|good catch
        |sharing this with the team|let's discuss tomorrow|I like the hat|reminds me of home|who's that
        |nice, thanks|great! love it|wow, so cute|haha nice one|can you tell me why it is blue?""",
    "ja": """いいね|いいね！|いいですね|いい感じ|いい感じです|良いですね|すごい|すごいですね|めっちゃすごい
        |凄い|素敵|素敵です|素敵ですね|素晴らしい|素晴らしいですね|きれい|綺麗ですね|かわいい|かわいいね|可愛い
        |可愛いですね|超かわいい|とてもかわいい|かっこいい|かっこいいですね|面白い|面白いですね|最高|最高です
        |完璧|完璧です|さすが|さすがです|なるほど|たしかに|確かに|そうですね|はい|いいえ|うん|ありがとう
        |ありがとうございます|ありがとうございました|了解|了解です|了解しました|承知しました|お疲れ様です
        |お疲れ様でした|笑|笑笑|草|草草草|www|ｗｗｗ|OK|わかりました|助かります|こんにちは|おはようございます
        |やばい|神|天才|大好き|これ好き|めっちゃ好き|美しいですね|上手ですね|それな|わかる|同感です|賛成です|オッケー
        |りょ|かしこまりました|ありがとー|感謝です|こちらこそ|また明日|うーん|えっ|何これ|乙|二枚目がいい|これにしよう
        |いくらかかった？|どのモデル？|これは何ですか？|誰が作ったのですか？|どこですか|なぜですか？|いつですか？|いいね、ありがとう
        |すごい！かわいい""",
}
ASKS = {
    "en": """make it blue|can you make it blue?|could you make it blue|would you add a hat?|please add a hat
        |add a hat|remove the cat|remove the cat please|blue|more blue|brighter|a bit darker|make it nicer
        |make it cooler|nice, but make it blue|great, now add a hat|love it, but with a hat|without the hat
        |crop it|as a watercolour|in the style of a woodcut|what about a red one?|how about blue?
        |why not make it red?|can it be larger?|can the fox wear a hat?|could we try it at night?
        |at night|put it on a beach|swap the colours|replace the sky|change the background to a beach
        |no hat|no text|less text|fix the hands|fix the spelling|turn it upside down|rotate it|zoom in
        |zoom out|mirror it|give it glasses|give her a scarf|let it rain|snow instead of rain|use pastels
        |black and white|monochrome|make the cat orange|a cute fox with a hat|wonderful sunset behind it
        |add sunglasses 😎|:tada: add confetti|--size 1024x1536|make it 16:9|can we have it in green?
        |will you remove the logo?|may i have it with snow?|perfect, now in winter|wow, make ten of them
        |could it be bluer?|is it possible to make it blue?|any chance of a blue one?|less|closer|sepia
        |the eyes look wrong|the sky should be pink|cat instead|too dark|it's too dark|should be blue
        |make it look like a fox|I like the hat but make it blue|great colours, now at night|yes, add a hat
        |no, the other way round|draw a second fox|paint it blue""",
    "ja": """青くして|青くしてください|もっと青く|もっと明るく|もっと明るくできますか|背景を消して
        |背景を消してください|帽子を足して|帽子を足してください|帽子をかぶせて|猫を消して|猫を消してもらえますか|夜にして
        |夜にしてください|冬の景色にして|水彩画風に|水彩画風にして|油絵にして|白黒に|白黒にして|色を変えて
        |色を変えてほしい|空を夕焼けに|空を夕焼けにして|雨を降らせて|雪を降らせてください|文字を消して
        |文字を大きく|文字を入れて|手を直して|目を大きくして|笑顔にして|眼鏡をかけて|眼鏡をかけてください
        |左に動かして|右に動かしてください|上下逆に|回転させて|拡大して|縮小して|切り抜いて|透明にして
        |背景を海に変えて|背景を海に変えてくれますか|いいね、でも青くして|すごい！次は赤で|かわいい、帽子も足して
        |猫をオレンジに|狐を二匹に|もう一匹足して|ロゴを消していただけますか|明るさを上げてもらえますか
        |縦長にして|横長にして|正方形にして|もっと可愛くして|もっとかっこよくして|写真のように
        |暗すぎる|青の方がいい|青がいい|やっぱり赤で|白背景で|猫も入れて|夜景にできる？|指が六本ある|左の人を消して
        |好きな色にして|怖くして|アニメ風にして|浮世絵風に|色を薄く|影を足して|服を赤くして|髪を短くして""",
}


@pytest.mark.parametrize(
    "words",
    [
        *("+1 :tada:", "let's ship it", "https://example.com/x", "see https://example.com/y", "wow!!! 😍"),
        *("brb lunch", "lunch?", "FYI @bob", "on it", "will do", "no thanks", "not now", "see you tomorrow"),
        *("ok great, thanks", "good idea", "I see", "makes sense", "I don't like it", "never mind"),
        *("can we use this in the deck?", "could you share the file?", "perfect for the slides"),
        *("I'll take the first one", "love the second one", "the second is best", "let me check"),
        *(
            "おつかれさまです",
            "確認しました",
            "後で見ます",
            "すみません",
            "これでいきましょう",
            "共有ありがとうございます",
        ),
    ],
)
def test_talk_among_people_asks_for_nothing(words: str) -> None:
    assert smalltalk.asks_nothing(words)


@pytest.mark.parametrize(
    "words",
    [
        *("let's make it darker", "make it like https://example.com/x", "darker", "more contrast", "no hat"),
        *("can you use a darker tone?", "I want it blue", "I'd like a hat", "I think it should be night"),
        *("great, now add a hat", "ok, make it red", "i am thinking of a red fox instead, paint it"),
        *(
            "no text",
            "okay but bluer",
            "later in the evening",
            "夜にして",
            "見やすくして",
            "ありがとう、もっと明るく",
        ),
        *("青い空をお願いします", "see-through glass", "put it on the table", "the second fox is too big"),
    ],
)
def test_what_asks_for_a_change_is_an_edit(words: str) -> None:
    assert not smalltalk.asks_nothing(words)


@pytest.mark.parametrize(
    "piece", ["so ", "great ", "ha", "lol", "hm", "www", "とても", "めちゃくちゃ", "まじ", "笑"]
)
def test_one_thing_said_over_and_over_is_read_at_once(piece: str) -> None:
    began = monotonic()
    smalltalk.asks_nothing(f"{piece * 60}"[:118] + "犬")
    assert monotonic() - began < 1


def _phrases(of: dict[str, str], language: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in of[language].split("|")]


@pytest.mark.parametrize("phrase", [one for language in TALK for one in _phrases(TALK, language)])
def test_each_phrase_of_talk_asks_for_nothing(phrase: str) -> None:
    assert smalltalk.asks_nothing(phrase)


@pytest.mark.parametrize("phrase", [one for language in ASKS for one in _phrases(ASKS, language)])
def test_no_instruction_is_taken_for_talk(phrase: str) -> None:
    assert not smalltalk.asks_nothing(phrase)


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("again", "again"),
        ("once more please", "again"),
        ("Try again!", "again"),
        ("もう一度", "again"),
        ("もう一回お願いします", "again"),
        ("undo", "undo"),
        ("Undo that.", "undo"),
        ("go back", "undo"),
        ("revert it please", "undo"),
        ("元に戻して", "undo"),
        ("元に戻してください", "undo"),
        ("more like the second", "more_like"),
        ("more like this", "more_like"),
        ("variations of #k3f9", "more_like"),
        ("some more like the last one", "more_like"),
        ("二枚目みたいなのをもっと", "more_like"),
        ("バリエーションをください", "more_like"),
        ("go back to the kitchen", ""),
        ("undo her braids", ""),
        ("paint it again in blue", ""),
        ("more like a fox", ""),
        ("more clouds", ""),
        ("もう一度青で", ""),
    ],
)
def test_the_few_words_that_are_buttons(phrase: str, meant: str) -> None:
    found = [name for name in ("again", "undo", "more_like") if getattr(smalltalk, name)(phrase)]
    assert found == ([meant] if meant else [])
