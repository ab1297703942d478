"""The playground's page has its own words in both languages: none is forgotten, none is left over."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "bot/playground/page"
_SAID = re.compile(r'\b(?:t|said)\("([^"]+)"')
_LABELS = re.compile(r'<\$\{(?:IconButton|Menu)\}[^<]*?\blabel="([^"$]+)"')
_ROWS = re.compile(r'^  "([^"]+)":\s+"([^"]+)",$', re.MULTILINE)
_BLANK = re.compile(r"\{\w+\}")


def japanese() -> dict[str, str]:
    return dict(_ROWS.findall((PAGE / "words.js").read_text(encoding="utf-8")))


def used() -> set[str]:
    """What both tabs say in English."""
    code = [
        file.read_text(encoding="utf-8")
        for file in PAGE.rglob("*.js")
        if file.name != "words.js" and "vendor" not in file.parts
    ]
    return {words for text in code for found in (_SAID, _LABELS) for words in found.findall(text)}


def test_every_word_of_the_page_has_its_japanese_and_none_is_left_over() -> None:
    assert used() == set(japanese())


def test_the_blanks_are_the_same_in_both_languages() -> None:
    for english, words in japanese().items():
        assert sorted(_BLANK.findall(english)) == sorted(_BLANK.findall(words)), english
