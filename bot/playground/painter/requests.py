"""What came over HTTP, taken apart: who calls, on which route, with which parameters and files."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.playground.painter import refusals
from bot.playground.painter.models import MODELS, Model, known
from bot.playground.painter.refusals import RefusalError, bad, envelope
from bot.playground.painter.rules import Source

_NESTED = re.compile(r"(\w+)\[(\w+)\](?:\[(\w+)\])?")


@dataclass(kw_only=True, slots=True)
class Asked:
    """One request's content."""

    params: dict[str, Any] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    mask: Source | None = None
    markup: Source | None = None

    def described(self) -> dict[str, Any]:
        """The parameters without any bytes, for the record."""
        files = {"mask": self.mask, "markup": self.markup}
        record = dict(self.params)
        if self.sources:
            record["image"] = [_described(source) for source in self.sources]
        return record | {name: _described(source) for name, source in files.items() if source}


def _described(source: Source) -> dict[str, Any]:
    digest = sha256(source.data).hexdigest()  # which picture it was, without keeping it
    return {"name": source.name, "type": source.media_type, "bytes": len(source.data), "sha256": digest}


async def asked(request: web.Request) -> Asked:
    """Read JSON or a form. Raises ``RefusalError`` where it is neither."""
    if request.content_type == "multipart/form-data":
        return await _form(request)
    try:
        params = json.loads(await request.read())
    except ValueError:
        params = None
    if not isinstance(params, dict):
        message = "We could not parse the JSON body of your request."
        raise RefusalError(envelope(400, message, code=None))
    return Asked(params=params)


async def _form(request: web.Request) -> Asked:
    result = Asked()
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as file:  # large ones lie on the disk
                data = await asyncio.to_thread(file.read)
            _put_file(
                result, name, Source(name=value.filename, media_type=value.content_type or "", data=data)
            )
        elif isinstance(value, str):
            _put_text(result.params, name, value)
    return result


def _put_file(result: Asked, name: str, source: Source) -> None:
    match name:
        case "image" | "image[]":
            result.sources.append(source)
        case "mask":
            result.mask = source
        case "markup":
            result.markup = source
        case _:
            raise bad(f"Unknown parameter: '{name}'.", code="unknown_parameter", param=name)


def _put_text(params: dict[str, Any], name: str, value: str) -> None:
    """``svg[reasoning][effort]`` is a form's way to nest."""
    nested = _NESTED.fullmatch(name)
    if not nested:
        params[name] = value
        return
    inner = params.setdefault(nested[1], {})
    if nested[3]:
        inner.setdefault(nested[2], {})[nested[3]] = value
    else:
        inner[nested[2]] = value


def key_of(request: web.Request) -> str:
    """The caller's key, however it was given."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer").strip()
    return request.headers.get("api-key", "") or bearer


def on_azure(request: web.Request) -> bool:
    """Whether the caller takes this for Azure OpenAI."""
    return request.path.startswith("/openai/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Offers:
    """Which models answer, under which names."""

    deployments: Mapping[str, str]
    """Azure: deployment → model, besides every model that Azure has under its own name."""
    retired: bool = False
    """Models that are switched off at OpenAI still answer."""

    def at_openai(self, name: str) -> Model:
        model = known(name)
        if model is None or not (model.live or self.retired):
            raise RefusalError(refusals.no_model(name))
        return model

    def deployed(self, deployment: str) -> Model:
        model = known(self.deployments.get(deployment, deployment))
        if model is None or not (model.azure or self.retired or deployment in self.deployments):
            raise RefusalError(refusals.no_deployment())
        return model

    def names(self, *, azure: bool) -> list[str]:
        """Every name that answers."""
        own = [
            name for name, model in MODELS.items() if (model.azure if azure else model.live) or self.retired
        ]
        return sorted({*own, *self.deployments}) if azure else own


def model_for(request: web.Request, params: Mapping[str, Any], offers: Offers) -> Model:
    """The model that is to paint. Raises ``RefusalError`` as each service does."""
    deployment, name = request.match_info.get("deployment"), params.get("model")
    if deployment is not None:
        model = offers.deployed(deployment)
        if isinstance(name, str) and known(name) is not model:
            raise RefusalError(refusals.foreign_name(name))
        return model
    if not isinstance(name, str) or not name:
        raise bad("Missing required parameter: 'model'.", code="missing_required_parameter", param="model")
    return offers.deployed(name) if on_azure(request) else offers.at_openai(name)
