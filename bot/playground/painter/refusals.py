"""What the Images API says when it refuses: the error bodies of OpenAI and of Azure OpenAI, word for word."""

import uuid
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer that is not a picture."""

    status: int
    body: Body | str
    """JSON, or a page of HTML as a proxy would send."""
    headers: dict[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """The request is refused with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def envelope(
    status: int,
    message: str,
    *,
    code: str | None,
    kind: str = "invalid_request_error",
    param: str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """OpenAI's own form of an error."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Answer(status=status, body={"error": error}, headers=headers or {})


def bad(message: str, *, code: str, param: str | None) -> RefusalError:
    """A parameter that is not as it must be."""
    return RefusalError(envelope(400, message, code=code, param=param))


def wrong_key(key: str, *, azure: bool) -> Answer:
    """The caller is not known."""
    if azure:
        message = (
            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a"
            " valid key for an active subscription and use a correct regional API endpoint for your resource."
        )
        return Answer(status=401, body={"error": {"code": "401", "message": message}})
    if not key:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header."
        )
        return envelope(401, message, code=None)
    message = f"Incorrect API key provided: {key[:3]}****{key[-2:]}. Check the keys of your account."
    return envelope(401, message, code="invalid_api_key")


def no_deployment() -> Answer:
    """Azure knows no deployment of that name."""
    message = (
        "The API deployment for this resource does not exist. If you created the deployment within the last"
        " 5 minutes, please wait a moment and try again."
    )
    return Answer(status=404, body={"error": {"code": "DeploymentNotFound", "message": message}})


def no_resource() -> Answer:
    """Azure knows no such path, or the api-version is missing."""
    return Answer(status=404, body={"error": {"code": "404", "message": "Resource not found"}})


def no_model(name: str) -> Answer:
    """OpenAI knows no such model, or has retired it."""
    message = f"The model '{name}' does not exist or you do not have access to it."
    return envelope(404, message, code="model_not_found", param="model")


def foreign_name(name: str) -> Answer:
    """On Azure's deployments route a body's model must be the model, not the deployment."""
    message = f"The model '{name}' does not exist."
    return envelope(400, message, code="invalid_value", kind="image_generation_user_error", param="model")


def blocked(*, azure: bool, stage: str = "input") -> Answer:
    """The safety system refuses the prompt."""
    if azure:
        error = {"code": "contentFilter", "message": "Your task failed as a result of our safety system."}
        return Answer(status=400, body={"created": 0, "error": error})
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact us at"
        f" help.openai.com and include the request ID {request_id()}. safety_violations=[violence]."
    )
    answer = envelope(400, message, code="moderation_blocked", kind="image_generation_user_error")
    details = {"categories": ["violence"], "moderation_stage": stage}
    return Answer(status=400, body={"error": {**_error_of(answer), "moderation_details": details}})


def policy_violation() -> Answer:
    """Azure's older form of the same, with the categories."""
    calm = {"filtered": False, "severity": "safe"}
    results = {
        "hate": calm,
        "self_harm": calm,
        "sexual": calm,
        "violence": {"filtered": True, "severity": "medium"},
        "jailbreak": {"filtered": False, "detected": False},
        "profanity": {"filtered": False, "detected": False},
        "custom_blocklists": {"filtered": False, "details": []},
    }
    error = {
        "code": "content_policy_violation",
        "message": "Your request was rejected as a result of our safety system.",
        "type": "image_generation_user_error",
        "param": None,
        "inner_error": {"code": "ResponsibleAIPolicyViolation", "content_filter_results": results},
    }
    return Answer(status=400, body={"error": error})


def account_blocked() -> Answer:
    """Azure has blocked the whole resource for a while."""
    message = (
        "Your resource has been temporarily blocked because we detected behavior that may violate our content"
        " policy."
    )
    return Answer(status=403, body={"error": {"code": "403", "message": message}})


def rate_limited(seconds: float) -> Answer:
    """Too many calls; nothing is billed."""
    message = f"Rate limit reached for images per minute. Please try again in {seconds:g}s."
    headers = {
        "retry-after": str(max(1, round(seconds))),
        "retry-after-ms": str(round(seconds * 1000)),
        "x-ratelimit-limit-requests": "5",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": f"{seconds:g}s",
        "x-ratelimit-limit-tokens": "100000",
        "x-ratelimit-remaining-tokens": "99000",
        "x-ratelimit-reset-tokens": "1s",
    }
    return envelope(429, message, code="rate_limit_exceeded", kind="requests", headers=headers)


def out_of_quota() -> Answer:
    """No money left in the account."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return envelope(429, message, code="insufficient_quota", kind="insufficient_quota")


def server_error(status: int) -> Answer:
    """The service itself failed."""
    message = "The server had an error while processing your request. Sorry about that!"
    return envelope(status, message, code=None, kind="server_error")


def proxy_page(status: int) -> Answer:
    """A page of HTML in place of an answer."""
    title = {200: "Welcome", 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable"}.get(status)
    page = (
        f"<html><head><title>{title or status}</title></head><body><h1>{title or status}</h1></body></html>"
    )
    return Answer(status=status, body=page)


def request_id() -> str:
    """A name for one call, as the service gives it."""
    return f"req_{uuid.uuid4().hex}"


def _error_of(answer: Answer) -> Body:
    if isinstance(answer.body, str):
        return {}
    error: Body = answer.body["error"]
    return error
