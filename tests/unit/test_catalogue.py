"""The catalogue against the installed SDK's types, and the menu it makes of settings."""

import typing
from datetime import date
from typing import Any, Literal, get_args, get_origin

import pytest
from openai.types.image_generate_params import ImageGenerateParamsBase
from openai.types.image_model import ImageModel as SdkModel
from pydantic import SecretStr

from bot.errors import ConfigError
from bot.providers import Service, catalogue
from bot.providers.catalogue import CARDS, card_for, known
from bot.settings import Settings

KEY = SecretStr("sk-test")
AZURE_URL = "https://example.openai.azure.com"
SERVER_URL = "http://127.0.0.1:8080"


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def literals(hint: object) -> set[str]:
    """Every string a type hint allows."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    return set().union(*(literals(one) for one in get_args(hint)))


SDK = {name: literals(hint) for name, hint in typing.get_type_hints(ImageGenerateParamsBase).items()}


# -- the catalogue and the SDK ----------------------------------------------------------------------


def test_every_model_of_the_sdk_has_a_row() -> None:
    missing = {name for name in get_args(SdkModel) if known(name) is None}
    assert missing == set()


def test_no_row_is_unknown_to_the_sdk() -> None:
    assert set(CARDS) == {card.name for name in get_args(SdkModel) if (card := known(name))}


@pytest.mark.parametrize(
    ("parameter", "field"),
    [
        ("quality", "qualities"),
        ("output_format", "formats"),
        ("background", "backgrounds"),
        ("moderation", "moderations"),
        ("complexity", "complexities"),
    ],
)
def test_the_rows_together_have_exactly_the_values_of_the_sdk(parameter: str, field: str) -> None:
    ours = {value for card in CARDS.values() for value in getattr(card, field)}
    assert ours == SDK[parameter]


def test_the_rows_have_every_size_the_sdk_names() -> None:
    ours = {size for card in CARDS.values() for size in card.sizes}
    assert ours == SDK["size"]


def test_parameters_that_take_the_person_exist_in_the_sdk() -> None:
    assert {card.person_field for card in CARDS.values()} <= set(SDK)


def test_rows_have_either_sizes_or_a_rule() -> None:
    assert all(bool(card.sizes) != (card.rule is not None) for card in CARDS.values())


def test_every_row_that_retires_names_a_successor_that_is_a_row() -> None:
    assert all(card.successor in CARDS for card in CARDS.values() if card.retires)


def test_the_defaults_are_current() -> None:
    for service in (Service.OPENAI, Service.AZURE):
        card = card_for(catalogue.DEFAULTS[service], service)
        assert service in card.services
        assert card.retires.get(service, date.max) > date(2027, 1, 1)


# -- cards by service -------------------------------------------------------------------------------


def test_a_dated_snapshot_is_its_model() -> None:
    assert card_for("gpt-image-2-2026-04-21", Service.OPENAI).name == "gpt-image-2"


def test_azure_has_no_webp_and_no_moderation() -> None:
    card = card_for("gpt-image-2", Service.AZURE)
    assert card.formats == ("png", "jpeg")
    assert card.moderations == ()
    assert card.requests_per_minute == 6


def test_openai_s_limits_are_by_account() -> None:
    assert card_for("gpt-image-2", Service.OPENAI).requests_per_minute == 0


def test_a_model_nobody_knows_gets_the_minimal_card() -> None:
    card = card_for("sdxl-turbo", Service.SERVER)
    assert card.minimal
    assert card.response_format
    assert (card.qualities, card.formats, card.person_field) == ((), (), "")


def test_a_newer_gpt_image_model_is_not_asked_for_a_response_format_it_would_refuse() -> None:
    card = card_for("gpt-image-3", Service.OPENAI)
    assert card.minimal
    assert not card.response_format


# -- the menu ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "offers"),
    [
        ({"openai_api_key": KEY}, [("gpt-image-2.6-sunburst", "gpt-image-2.6-sunburst", "openai")]),
        (
            {"openai_api_key": KEY, "imagine_model": "gpt-image-2-2026-04-21"},
            [("gpt-image-2-2026-04-21", "gpt-image-2", "openai")],
        ),
        (
            {"openai_api_key": KEY, "imagine_models": "gpt-image-2, gpt-image-1-mini"},
            [("gpt-image-2", "gpt-image-2", "openai"), ("gpt-image-1-mini", "gpt-image-1-mini", "openai")],
        ),
        (
            {
                "openai_api_key": KEY,
                "imagine_model": "gpt-image-1-mini",
                "imagine_models": "gpt-image-2,gpt-image-1-mini",
            },
            [("gpt-image-1-mini", "gpt-image-1-mini", "openai"), ("gpt-image-2", "gpt-image-2", "openai")],
        ),
        (
            {
                "azure_openai_endpoint": AZURE_URL,
                "imagine_model": "paint",
                "imagine_models": "paint=gpt-image-2",
            },
            [("paint", "gpt-image-2", "azure")],
        ),
        (
            {"azure_openai_endpoint": AZURE_URL, "imagine_model": "gpt-image-1.5"},
            [("gpt-image-1.5", "gpt-image-1.5", "azure")],
        ),
        (
            {
                "azure_openai_endpoint": AZURE_URL,
                "imagine_model": "gpt-image-2",
                "imagine_models": "a=gpt-image-1.5,b=gpt-image-2",
            },
            [("b", "gpt-image-2", "azure"), ("a", "gpt-image-1.5", "azure")],
        ),
        ({"imagine_server_url": SERVER_URL}, [("default", "default", "server")]),
        (
            {"imagine_server_url": SERVER_URL, "imagine_model": "flux", "openai_api_key": KEY},
            [("flux", "flux", "server"), ("gpt-image-2.6-sunburst", "gpt-image-2.6-sunburst", "openai")],
        ),
        (
            {"openai_api_key": KEY, "azure_openai_endpoint": AZURE_URL, "imagine_models": "eu=gpt-image-2"},
            [
                ("gpt-image-2.6-sunburst", "gpt-image-2.6-sunburst", "openai"),
                ("eu", "gpt-image-2", "azure"),
            ],
        ),
        (
            {"openai_api_key": KEY, "imagine_model": "gpt-image-3"},
            [("gpt-image-3", "gpt-image-3", "openai")],
        ),
    ],
)
def test_settings_make_this_menu(values: dict[str, Any], offers: list[tuple[str, str, str]]) -> None:
    menu = catalogue.menu(settings(**values))
    assert [(offer.name, offer.card.name, offer.service.value) for offer in menu.offers] == offers


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({}, "OPENAI_API_KEY is missing"),
        ({"openai_api_key": KEY, "imagine_models": "a="}, "IMAGINE_MODELS has 'a='"),
        ({"openai_api_key": KEY, "imagine_models": "a=gpt-image-2"}, "AZURE_OPENAI_ENDPOINT is missing"),
        (
            {"azure_openai_endpoint": AZURE_URL, "imagine_models": "a=gpt-image-2,a=gpt-image-1"},
            "names a twice",
        ),
        (
            {"azure_openai_endpoint": AZURE_URL, "imagine_models": "a=dall-e-2"},
            "asks azure for dall-e-2, which it does not offer. Use gpt-image-2.",
        ),
    ],
)
def test_contradictions_are_refused_with_the_cure(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says.replace("(", r"\(")):
        catalogue.menu(settings(**values))


# -- warnings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 10, 1), []),
        (
            date(2026, 10, 2),
            ["gpt-image-1.5: openai retires it on 2026-12-01. Move to gpt-image-2.6-sunburst."],
        ),
        (date(2026, 12, 1), ["gpt-image-1.5: openai retired it on 2026-12-01. Use gpt-image-2.6-sunburst."]),
    ],
)
def test_a_model_near_or_past_its_end_warns_and_names_the_successor(today: date, says: list[str]) -> None:
    menu = catalogue.menu(settings(openai_api_key=KEY, imagine_model="gpt-image-1.5"))
    assert catalogue.warnings(menu, today) == says


def test_a_deployment_nobody_described_is_taken_for_the_default_and_says_so() -> None:
    menu = catalogue.menu(settings(azure_openai_endpoint=AZURE_URL, imagine_model="pictures"))
    assert menu.default.card.name == "gpt-image-2"
    assert "IMAGINE_MODELS=pictures=MODEL" in catalogue.warnings(menu, date(2026, 11, 21))[0]
