"""What is said beside photos: to put them into another picture, or to change them themselves."""

import pytest

from bot.commands import ingredients

INTO_THE_PICTURE = """
put this on her
put this hat on the fox
use this hat
use this as the background
use this photo for the background
add this logo
add this
replace the hat with this
swap the newspaper for this
change the background to this
in the style of this
in this style
with this background
make it look like this
make her wear this
dress her in this
give him this hat
combine it with this
print this on the shirt
この帽子をかぶせて
これを着せて
このロゴを入れて
これを机に置いて
背景をこれにして
帽子をこれに替えて
この写真のような雰囲気にして
このスタイルで
この帽子を使って
これと組み合わせて
この商品を追加してください
""".strip().splitlines()

THEMSELVES = """
swap it
make this blue
make it night
put a hat on it
put a hat on this one
put this in a forest
remove the man in this photo
use this instead
use this one
use this photo
use this and make it night
combine these
change the colour of this
change this part to grass
make this look old
turn this into a watercolour
put the bottle from 1 on the table of 2
夜にして
これを青くして
この写真を夜にして
この写真を使って
この画像に帽子を足して
この部分を変えて
この写真の背景を消して
この写真の人に帽子をかぶせて
この絵を水彩画にして
""".strip().splitlines()


@pytest.mark.parametrize("text", INTO_THE_PICTURE)
def test_some_thing_that_is_posted_is_meant_to_go_into_the_picture(text: str) -> None:
    assert ingredients.are_meant(text)


@pytest.mark.parametrize("text", THEMSELVES)
def test_anything_else_is_said_of_what_is_posted(text: str) -> None:
    assert not ingredients.are_meant(text)


def test_only_the_beginning_of_a_long_text_is_looked_through() -> None:
    assert ingredients.are_meant("put this hat on her, " + "slowly " * 5000)
    assert not ingredients.are_meant("change a " * 4000 + "put this hat on her")
