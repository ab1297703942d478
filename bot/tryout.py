"""``imagine-bot playground``: the bot of production, with a Slack and a painter of this machine."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import app
from bot.chat import SHOWING, Showing
from bot.observe import set_up_logs
from bot.playground import painter, slack
from bot.settings import Settings, read

_FILE_DELAY = 0.3
"""Seconds until an upload can be shown, about as Slack is."""
_PAINTING = 2.5
"""Seconds the local painter takes, so that there is something to watch."""
_LOCAL_KEY = SecretStr("local-painter")


async def playground(port: int) -> None:
    """Run until cancelled; the page is at the address that is printed."""
    real = read()
    set_up_logs(real.imagine_log, real.imagine_log_level)
    async with AsyncExitStack() as stack:
        stand_in = await stack.enter_async_context(slack.serve(port=port, file_delay=_FILE_DELAY))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="imagine-playground-"))
        values: dict[str, Any] = _slack_values(stand_in, Path(folder))
        if _has_a_service(real):
            print("Real pictures are painted with your key, and paid for.")  # noqa: T201 -- a command line prints
        else:
            local = await stack.enter_async_context(painter.serve(seconds=_PAINTING))
            values |= {"openai_api_key": _LOCAL_KEY, "openai_base_url": local.openai_url}
        settings = real.model_copy(update=values)
        bot = await stack.enter_async_context(app.build(settings))
        team = stand_in.workspace.team.id
        await bot.doors.ledger.learn(team, SHOWING, Showing.UPDATE)  # this Slack shows updated files
        print(f"The playground is open: {stand_in.base_url}/", flush=True)  # noqa: T201 -- as above
        await asyncio.Event().wait()


def _slack_values(stand_in: slack.StandIn, folder: Path) -> dict[str, Any]:
    return {
        "slack_bot_token": SecretStr(stand_in.bot_token),
        "slack_app_token": SecretStr(stand_in.app_token),
        "slack_api_url": stand_in.api_url,
        "imagine_data_dir": folder,
        "imagine_database_url": None,
        "imagine_blob_url": None,
        "host": "127.0.0.1",
        "port": 0,
    }


def _has_a_service(settings: Settings) -> bool:
    return bool(settings.openai_api_key or settings.azure_openai_endpoint or settings.imagine_server_url)
