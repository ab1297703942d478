"""What an image service said, turned into an ``ImageServiceError``; pure.

Matched on the code first, then the type, then the text, since services and proxies agree on none of them.
The operator's detail never quotes free text that could hold the prompt or a key.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import Fault, ImageServiceError
from bot.types import Text

_BLOCKED = {
    "moderation_blocked",
    "contentfilter",
    "content_filter",
    "content_policy_violation",
    "responsibleaipolicyviolation",
}
_QUOTA = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}
_BUSY = {"rate_limit_exceeded", "rate_limit_error", "too_many_requests", "toomanyrequests"}
_ACCOUNT = {"account_deactivated", "access_terminated"}
_BROKEN = {
    "server_error",
    "internal_error",
    "internal_server_error",
    "internalservererror",
    "overloaded_error",
}
_BY_CODE = {
    **dict.fromkeys(_BLOCKED, Fault.BLOCKED),
    **dict.fromkeys(_QUOTA, Fault.QUOTA),
    **dict.fromkeys(_BUSY, Fault.BUSY),
    **dict.fromkeys(_ACCOUNT, Fault.ACCOUNT_BLOCKED),
    **dict.fromkeys(_BROKEN, Fault.BROKEN),
}
_BY_TEXT = (
    (re.compile(r"temporarily blocked|account (?:has been|is) deactivated", re.I), Fault.ACCOUNT_BLOCKED),
    (re.compile(r"safety system|image was filtered|content (?:management )?policy", re.I), Fault.BLOCKED),
    (re.compile(r"exceeded your current quota|billing hard limit", re.I), Fault.QUOTA),
    (re.compile(r"rate limit|too many requests", re.I), Fault.BUSY),
)
_VIOLATIONS = re.compile(r"safety_violations=\[([^\]]*)\]")
_NO_DEPLOYMENT = {"deploymentnotfound", "operationnotsupported"}
_NO_MODEL = {"model_not_found", "modelnotfound", "model_retired", "modeldeprecated", "modelretired"}
_REQUEST_ID = ("x-request-id", "apim-request-id")
_SAID = re.compile(r"[A-Za-z0-9_.\-]{1,60}")
_OPTIONS = {
    "output_format": "format",
    "output_compression": "compression",
    "frame_count": "frames",
    "frame_duration_ms": "delay",
    "quality": "quality",
    "background": "background",
    "moderation": "moderation",
    "complexity": "complexity",
    "n": "n",
}
"""The service's parameter → the option people know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came instead of pictures; ``status`` is None inside a stream."""

    status: int | None
    body: object
    """Parsed JSON, or the text where it was not JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    code: str
    type: str
    param: str
    message: str
    categories: tuple[str, ...]


def fault_of(reply: Reply, service: str, *, now: datetime) -> ImageServiceError:
    """The error a reply means. Header names must be lower-case."""
    said = _said(reply.body)
    fault = _fault(reply.status, said)
    refused = fault is Fault.REFUSED
    return ImageServiceError(
        fault,
        service,
        _detail(reply, said, fault),
        retry_after=retry_after(reply.headers, now) if fault in (Fault.BUSY, Fault.BROKEN) else None,
        categories=said.categories if fault is Fault.BLOCKED else (),
        text=_refusal(reply.status, said) if refused else Text(key=f"fault.{fault.value}"),
    )


def plain(fault: Fault, service: str, detail: str) -> ImageServiceError:
    """An error that no reply tells of."""
    return ImageServiceError(fault, service, detail, text=Text(key=f"fault.{fault.value}"))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the service asks to wait, from ``retry-after-ms`` or ``retry-after`` (seconds or a date)."""
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    stated = headers.get("retry-after", "")
    seconds = _number(stated)
    if seconds is not None or not stated:
        return seconds
    try:
        when = parsedate_to_datetime(stated)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds())


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text.strip()) else None


# -- reading the body -------------------------------------------------------------------------------


def _said(body: object) -> _Said:
    error = body
    for key in ("error", "detail"):
        if isinstance(error, Mapping) and error.get(key):
            error = error[key]
    if not isinstance(error, Mapping):
        return _Said(code="", type="", param="", message=_text(error), categories=_violations(_text(error)))
    inner = error.get("inner_error") or error.get("innererror") or {}
    inner = inner if isinstance(inner, Mapping) else {}
    message = _text(error.get("message"))
    code = _text(error.get("code"))
    return _Said(
        code=code if code.casefold() in _BY_CODE else _text(inner.get("code")) or code,
        type=_text(error.get("type")),
        param=_text(error.get("param")),
        message=message,
        categories=_categories(error, inner, message),
    )


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):  # FastAPI: a list of {"loc", "msg"}
        return " ".join(_text(one.get("msg")) for one in value if isinstance(one, Mapping))
    return str(value) if isinstance(value, int) else ""


def _categories(error: Mapping[str, object], inner: Mapping[str, object], message: str) -> tuple[str, ...]:
    details = error.get("moderation_details")
    stated = details.get("categories") if isinstance(details, Mapping) else None
    if isinstance(stated, list):
        return _words(_text(one) for one in stated)
    for holder in (inner, error):
        for key in ("content_filter_results", "content_filter_result"):
            results = holder.get(key)
            if isinstance(results, Mapping):
                return _words(name for name, result in results.items() if _filtered(result))
    return _violations(message)


def _filtered(result: object) -> bool:
    return isinstance(result, Mapping) and result.get("filtered") is True


def _violations(message: str) -> tuple[str, ...]:
    found = _VIOLATIONS.search(message)
    return _words(found[1].split(",")) if found else ()


def _words(names: Iterable[str]) -> tuple[str, ...]:
    """Category names in one spelling: ``self-harm`` and ``self_harm`` are the same."""
    plain_names = (name.strip(" '\"").casefold().replace("-", "_") for name in names)
    return tuple(dict.fromkeys(name for name in plain_names if name))


# -- what it means ----------------------------------------------------------------------------------


def _fault(status: int | None, said: _Said) -> Fault:
    for word in (said.code, said.type):
        if word.casefold() in _BY_CODE:
            return _BY_CODE[word.casefold()]
    if said.categories:
        return Fault.BLOCKED
    if status is None or status in (400, 403, 429):
        for pattern, fault in _BY_TEXT:
            if pattern.search(said.message):
                return fault
    if status == 429 or (status is None and said.code == "429"):
        return Fault.BUSY
    if status is None:
        wrong = said.type.casefold().endswith(("user_error", "invalid_request_error"))
        return Fault.REFUSED if wrong else Fault.BROKEN
    return Fault.BROKEN if status >= 500 or status == 408 else Fault.REFUSED


def _detail(reply: Reply, said: _Said, fault: Fault) -> str:
    facts = {
        "status": str(reply.status or "in stream"),
        "code": said.code,
        "type": said.type,
        "param": said.param,
        "request": next((reply.headers[name] for name in _REQUEST_ID if name in reply.headers), ""),
    }
    stated = ", ".join(f"{name} {value}" for name, value in facts.items() if _harmless(value))
    cure = _cure(reply.status, said, fault)
    return f"{stated}. {cure}" if cure else stated


def _harmless(value: str) -> bool:
    """Only short words go into logs: no sentence a service may have put the prompt into."""
    return _SAID.fullmatch(value.replace(" ", "")) is not None


def _cure(status: int | None, said: _Said, fault: Fault) -> str:
    code = said.code.casefold()
    if fault is Fault.QUOTA:
        return "The account has no money left: add credit or raise its limit."
    if fault is Fault.ACCOUNT_BLOCKED:
        return "The whole account or resource is blocked for abuse: ask the service's support."
    if fault is not Fault.REFUSED:
        return ""
    if status == 401:
        return "The key or its address is wrong: set the key that belongs to this service and endpoint."
    if code in _NO_DEPLOYMENT:
        return (
            "No such deployment: set IMAGINE_MODEL to the deployment's name, with IMAGINE_MODELS=name=model."
        )
    if code in _NO_MODEL or said.param == "model":
        return "The model is not there for this key, or retired: set IMAGINE_MODEL to a current one."
    if status == 404:
        return "Nothing is at that address: check the endpoint, the api-version and the model's name."
    if status == 403:
        return "The key may not do this: check its permissions, and the organisation's verification."
    return ""


def _refusal(status: int | None, said: _Said) -> Text:
    """What the person is told of a refusal: an option of theirs to change, or the operator to ask."""
    code = said.code.casefold()
    if status in (401, 403, 404) or code in _NO_DEPLOYMENT | _NO_MODEL or said.param == "model":
        return Text(key="fault.refused_setup")
    if said.param == "size":
        return Text(key="fault.refused_size")
    if said.param == "prompt":
        return Text(key="fault.refused_prompt")
    if said.param in _OPTIONS:
        return Text(key="fault.refused_option", values={"option": _OPTIONS[said.param]})
    return Text(key="fault.refused")
