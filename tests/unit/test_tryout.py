"""What the playground tells its page of the bot: commands, shortcuts, and hints for what one types."""

from pydantic import SecretStr

from bot.settings import Settings, environment
from bot.tryout import about


def test_the_page_knows_every_option_in_both_languages(settings: Settings) -> None:
    known = about(settings, banner="")
    assert known["commands"][0]["command"] == "/imagine"
    for language, words in (("en", "Quality"), ("ja", "品質")):
        rows = {row["flags"][0]: row for row in known["hints"][language]["options"]}
        assert rows["--quality"]["label"] == words
        assert "medium" in rows["--quality"]["values"]
        assert "16:9" in rows["--ar"]["values"]
        assert "square" in rows["--size"]["values"]
        assert "`" not in "".join(row["help"] for row in rows.values())


def test_the_hints_are_of_the_model_that_paints(settings: Settings) -> None:
    model = settings.model_copy(
        update={"openai_api_key": SecretStr("sk-none"), "imagine_model": "gpt-image-1"}
    )
    rows = {row["flags"][0]: row for row in about(model, banner="")["hints"]["en"]["options"]}
    assert "xhigh" not in rows["--quality"]["values"]
    assert "--frames" not in rows


def test_a_bots_process_gets_our_environment_with_changes() -> None:
    before = environment({})
    assert environment({"SLACK_BOT_TOKEN": "xoxb-1"}) == before | {"SLACK_BOT_TOKEN": "xoxb-1"}
