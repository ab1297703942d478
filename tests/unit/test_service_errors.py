"""Every shape in which image services say no, and the one error each becomes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Fault, ImageServiceError
from bot.providers.faults import Reply, fault_of, retry_after

SPECS = Path(__file__).parents[2].parent / "shared" / "specs" / "images"
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
SAFETY = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us and include"
    " the request ID req_1. safety_violations=[violence, self-harm]."
)


def openai_body(
    code: str | None, message: str = "No.", kind: str = "invalid_request_error", **more: Any
) -> Any:
    return {"error": {"message": message, "type": kind, "param": None, "code": code, **more}}


def azure_body(code: str, message: str = "No.", **more: Any) -> Any:
    return {"error": {"code": code, "message": message, **more}}


FILTERED = {
    "code": "ResponsibleAIPolicyViolation",
    "content_filter_results": {
        "hate": {"filtered": False, "severity": "safe"},
        "violence": {"filtered": True, "severity": "high"},
        "jailbreak": {"filtered": False, "detected": False},
    },
}
ABUSE = "Your resource has been temporarily blocked: its behavior may violate our content policy"
CONTENT_FILTER = azure_body("contentFilter", "Your task failed as a result of our safety system.")

ROWS: list[tuple[str, int | None, Any, Fault]] = [
    ("openai moderation", 400, openai_body("moderation_blocked", SAFETY, "user_error"), Fault.BLOCKED),
    ("azure contentFilter", 400, {"created": 1, **CONTENT_FILTER}, Fault.BLOCKED),
    ("azure filtered picture", 400, azure_body("400", "Generated image was filtered."), Fault.BLOCKED),
    ("azure policy", 400, azure_body("content_policy_violation", inner_error=FILTERED), Fault.BLOCKED),
    ("azure inner code only", 400, azure_body("BadRequest", inner_error=FILTERED), Fault.BLOCKED),
    (
        "chat-like innererror",
        400,
        azure_body("x", innererror={"content_filter_result": {"sexual": {"filtered": True}}}),
        Fault.BLOCKED,
    ),
    ("moderation of a stream", None, openai_body("moderation_blocked", SAFETY), Fault.BLOCKED),
    ("azure abuse block", 403, azure_body("403", ABUSE), Fault.ACCOUNT_BLOCKED),
    ("rate limit", 429, openai_body("rate_limit_exceeded", kind="requests"), Fault.BUSY),
    ("azure rate limit", 429, azure_body("429", "Requests have exceeded call rate limit."), Fault.BUSY),
    ("bare 429", 429, "slow down", Fault.BUSY),
    ("rate limit of a stream", None, openai_body("rate_limit_exceeded"), Fault.BUSY),
    ("quota", 429, openai_body("insufficient_quota", kind="insufficient_quota"), Fault.QUOTA),
    ("quota by type", 429, openai_body(None, kind="insufficient_quota"), Fault.QUOTA),
    ("quota by text", 429, "You exceeded your current quota, please check your plan.", Fault.QUOTA),
    ("hard limit", 400, openai_body("billing_hard_limit_reached", kind="billing"), Fault.QUOTA),
    ("wrong key", 401, openai_body("invalid_api_key"), Fault.REFUSED),
    (
        "wrong azure key",
        401,
        azure_body("401", "Access denied due to invalid subscription key"),
        Fault.REFUSED,
    ),
    ("no deployment", 404, azure_body("DeploymentNotFound"), Fault.REFUSED),
    ("wrong azure path", 404, azure_body("404", "Resource not found"), Fault.REFUSED),
    ("no model", 404, openai_body("model_not_found", param="model"), Fault.REFUSED),
    ("invalid size", 400, openai_body("invalid_value", param="size"), Fault.REFUSED),
    ("wrong file type", 400, openai_body("unsupported_file_mimetype", param="image"), Fault.REFUSED),
    ("sd.cpp", 400, {"error": "prompt required"}, Fault.REFUSED),
    ("fastapi", 422, {"detail": [{"loc": ["body", "size"], "msg": "bad size"}]}, Fault.REFUSED),
    ("localai", 500, {"error": {"code": 500, "message": "could not load model", "type": ""}}, Fault.BROKEN),
    (
        "vllm",
        400,
        {"error": {"code": 400, "message": "n must be at most 10", "type": "BadRequest"}},
        Fault.REFUSED,
    ),
    ("html of a proxy", 502, "<html><h1>502 Bad Gateway</h1></html>", Fault.BROKEN),
    ("unavailable", 503, openai_body(None, kind="server_error"), Fault.BROKEN),
    ("block under a 500", 500, openai_body("moderation_blocked"), Fault.BLOCKED),
    ("in-stream server error", None, openai_body("server_error"), Fault.BROKEN),
    ("in-stream unknown", None, {"type": "error", "error": {"message": "oops"}}, Fault.BROKEN),
    (
        "in-stream user error",
        None,
        openai_body("invalid_value", kind="image_generation_user_error"),
        Fault.REFUSED,
    ),
    ("request time-out", 408, "", Fault.BROKEN),
    ("nothing at all", 400, None, Fault.REFUSED),
]


def error(status: int | None, body: object, headers: dict[str, str] | None = None) -> ImageServiceError:
    return fault_of(Reply(status=status, body=body, headers=headers or {}), "azure", now=NOW)


@pytest.mark.parametrize(("status", "body", "fault"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_this_reply_means_this_fault(status: int | None, body: Any, fault: Fault) -> None:
    assert error(status, body).fault is fault


@pytest.mark.parametrize(
    ("body", "categories"),
    [
        (openai_body("moderation_blocked", SAFETY), ("violence", "self_harm")),
        (azure_body("content_policy_violation", inner_error=FILTERED), ("violence",)),
        (openai_body("moderation_blocked", moderation_details={"categories": ["sexual"]}), ("sexual",)),
        (CONTENT_FILTER, ()),
    ],
)
def test_a_block_names_its_categories(body: Any, categories: tuple[str, ...]) -> None:
    assert error(400, body).categories == categories


@pytest.mark.parametrize(
    ("status", "body", "cure"),
    [
        (401, openai_body("invalid_api_key"), "set the key"),
        (404, azure_body("DeploymentNotFound"), "IMAGINE_MODELS=name=model"),
        (404, openai_body("model_not_found"), "set IMAGINE_MODEL to a current one"),
        (404, azure_body("404", "Resource not found"), "check the endpoint, the api-version"),
        (429, openai_body("insufficient_quota"), "add credit"),
        (403, azure_body("403", ABUSE), "ask the service's support"),
    ],
)
def test_the_operator_is_given_the_cure(status: int, body: Any, cure: str) -> None:
    assert cure in error(status, body).detail


@pytest.mark.parametrize(
    ("body", "key", "values"),
    [
        (openai_body("invalid_value", param="size"), "fault.refused_size", {}),
        (openai_body("invalid_value", param="output_format"), "fault.refused_option", {"option": "format"}),
        (openai_body("string_above_max_length", param="prompt"), "fault.refused_prompt", {}),
        (openai_body("model_not_found", param="model"), "fault.refused_setup", {}),
        (openai_body("unknown_parameter", param="svg"), "fault.refused", {}),
        (openai_body("moderation_blocked"), "fault.blocked", {}),
    ],
)
def test_the_person_is_told_what_to_change(body: Any, key: str, values: dict[str, str]) -> None:
    text = error(400, body).text
    assert text is not None
    assert (text.key, text.values) == (key, values)


def test_the_detail_names_the_request_but_quotes_no_text() -> None:
    found = error(400, openai_body("invalid_value", "Bad prompt: a secret fox"), {"x-request-id": "req_42"})
    assert "request req_42" in found.detail
    assert "fox" not in found.detail


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({}, None),
    ],
)
def test_the_wait_is_read_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["error", "code", "detail", "x"]) | st.text(), inner)
    ),
)


@given(st.none() | st.integers(400, 599), json_values)
def test_no_body_is_too_odd(status: int | None, body: object) -> None:
    assert error(status, body).text is not None


def test_the_bodies_above_are_what_the_published_schema_allows() -> None:
    schema = SPECS / "ErrorEnvelope.json"
    if not schema.exists():
        pytest.skip("the published schemas are not beside this checkout")
    stated = [
        openai_body("moderation_blocked", SAFETY),
        azure_body("content_policy_violation", inner_error=FILTERED),
    ]
    for body in (*stated, {"created": 1, **CONTENT_FILTER}):
        jsonschema.validate(body, json.loads(schema.read_text()))
