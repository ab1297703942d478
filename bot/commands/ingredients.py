"""Whether words beside photos mean them to go into the picture of the thread: "put this hat on her"; pure.

As in ``keywords``: heard, never spoken, and so listed here for each language. In doubt it is the photos that
are changed: they were just posted, and the picture of the thread can still be named.
"""

import re

_PHOTO = r"(?:photos?|pictures?|images?|pics?|ones?|screenshots?)\b"
"""What somebody calls all that they posted; any other thing ("this hat") is something in it."""
_THIS = r"\b(?:this|these)\b"
_THERE = r"\b(?:it|her|him|them|hers|his|their|its|the|there)\b"
"""What is in the picture of the thread."""
_PUT = "put|place|stick|hang|mount|print|lay|draw"
_ONTO = "in|on|into|onto|over|under|behind|beside|next to|around|above|below|at|to|in front of"
_REPLACE = "replace|swap|exchange|substitute|change|switch|turn"
_LOOK = "style|look|colou?rs?|palette|mood|light|lighting|pose|background|outfit"
_MIX = "combine|merge|blend|mix"
_EN = (
    rf"\b(?:add|insert|include|incorporate|attach|paste|apply|wear(?:ing)?|hold(?:ing)?) (?:in )?{_THIS}",
    rf"\buse {_THIS} (?!{_PHOTO}|instead\b|and\b)\w+",
    rf"\buse {_THIS}(?: {_PHOTO})? (?:as|for) (?!it is\b)",
    rf"\b(?:{_PUT}) {_THIS}(?: \w+){{0,3}}? (?:{_ONTO}) {_THERE}",
    rf"\b(?:{_REPLACE}) (?!{_THIS}).+ (?:with|for|by|to|into) {_THIS}",
    rf"\b(?:in|with|using|use|take|copy|match) (?:\w+ ){{0,2}}?(?:{_LOOK}) (?:of|from|as|as in) {_THIS}",
    rf"\b(?:in|with|wearing|from|to) {_THIS} (?!{_PHOTO})\w+",
    rf"\b(?:like|match(?:ing)?) (?:in )?{_THIS}",
    rf"\b(?:{_MIX}) {_THERE}.* (?:with|and) {_THIS}",
    rf"\b(?:{_MIX}) {_THIS}.* (?:with|into) {_THERE}",
    rf"\bgive {_THERE}(?: \w+)? {_THIS}",
    rf"\bdress {_THERE}.* in {_THIS}",
)
_JA_PHOTO = "(?:写真|画像|絵|イラスト|スクショ)"
_JA_THIS = "(?:この|こちらの|添付の)"
_JA_THING = rf"(?:{_JA_THIS}(?!{_JA_PHOTO}[をにのでも])[^、。\s]{{1,12}}?|これ|こちら)"
_JA_WEAR = "着せ|かぶせ|被せ|履かせ|はかせ|持たせ|つけ|付け"
_JA_ADD = "足し|加え|入れ|載せ|のせ|乗せ|置い|貼|追加|合成|配置"
_JA_REPLACE = "替え|換え|変え|変更|入れ替え|差し替え|交換|取り替え|置き換え"
_JA_LOOK = "よう[なに]|みたい[なに]|風|スタイル|タッチ|画風|色合い|配色|雰囲気"
_JA = (
    rf"{_JA_THING}[をも][^、。]{{0,12}}?(?:{_JA_WEAR}|{_JA_ADD})",
    rf"{_JA_THIS}(?!{_JA_PHOTO}を)(?:(?![をにがは])[^、。\s]){{1,12}}?を使",
    rf"[をは][^、。]{{0,8}}{_JA_THING}[にと](?:し|{_JA_REPLACE})",
    rf"(?:これ|こちら|{_JA_THIS}{_JA_PHOTO}?)の?(?:{_JA_LOOK})",
    rf"{_JA_THING}[とを](?:組み合わせ|合わせ)",
)
_MEANT = re.compile("|".join(f"(?:{phrase})" for phrase in (*_EN, *_JA)), re.IGNORECASE)
_WITHIN = 500
"""Characters in which somebody says what a photo is for; a search through 40,000 took over a second."""


def are_meant(text: str) -> bool:
    """Whether what was posted with these words is to go into another picture."""
    return bool(_MEANT.search(" ".join(text[:_WITHIN].split())))
