"""The command line, ``imagine-bot`` or ``python -m bot``: serve, playground, check, and what to upload."""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot import memory
from bot import settings as settings_
from bot.errors import ConfigError
from bot.logs import set_up_logs

_MISCONFIGURED = 2
_LEAVE = 28.0
"""Seconds after a SIGTERM in which we go as we are: nothing is lost by it, and the promise is 30."""


def main() -> None:
    """Run one of the commands; a fault of configuration is told in a line each and exits 2."""
    arguments = _parser().parse_args()
    faults: list[str] = []
    code = _MISCONFIGURED
    try:
        code = _run(arguments)
    except* ConfigError as group:  # in a group, where it was raised beside running tasks
        faults = [fault for error in _leaves(group) for fault in error.faults]
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(code)


def _leaves(group: BaseExceptionGroup[ConfigError]) -> list[ConfigError]:
    found: list[ConfigError] = []
    for one in group.exceptions:
        found += _leaves(one) if isinstance(one, BaseExceptionGroup) else [one]
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="imagine-bot", description="An image bot for Slack and Microsoft Teams."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="run the bot from the environment and .env")
    playground = commands.add_parser("playground", help="try it in the browser, without Slack")
    playground.add_argument("--port", type=int, default=8400, help="of the page; 0: any free one")
    playground.add_argument(
        "--painting", type=float, default=2.5, metavar="SECONDS", help="what the local painter takes"
    )
    playground.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the workspace there for the next time"
    )
    check = commands.add_parser(
        "check", help="prove the configuration against the live services; costs nothing"
    )
    check.add_argument("--post", metavar="CHANNEL", help="post samples there and ask whether they are seen")
    manifest = commands.add_parser("manifest", help="print the Slack app manifest")
    manifest.add_argument("--url", help="for HTTP mode: where Slack reaches the bot")
    teams = commands.add_parser("teams-package", help="write the app package for Microsoft Teams")
    teams.add_argument("--url", required=True, help="where Teams reaches the bot: https://…")
    teams.add_argument("--out", type=Path, default=Path("imagine-teams.zip"), help="the file to write")
    teams.add_argument(
        "--all-messages",
        action="store_true",
        help="ask owners to let the bot read everything where it is installed; replies need not name it then",
    )
    return parser


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "manifest":
            from bot.manifest import manifest

            print(manifest(arguments.url), end="")
            return 0
        case "teams-package":
            return _teams_package(arguments)
        case "check":
            with memory.importing():
                from bot.checks import check

            return asyncio.run(check(_settings(), arguments.post))
        case "playground":
            with memory.importing():
                from bot.tryout import playground

            return _until_stopped(playground(arguments.port, arguments.painting, arguments.keep))
        case _:
            settings = _settings(to_serve=True)
            settings_.check(settings)
            return _until_stopped(_serve(settings))


def _teams_package(arguments: argparse.Namespace) -> int:
    from bot.chat.teams.package import package

    bot_id = settings_.read().teams_client_id
    data = package(bot_id, arguments.url, all_messages=arguments.all_messages)
    arguments.out.write_bytes(data)
    print(f"Wrote {arguments.out}. Upload it in Teams: Apps, Manage your apps, Upload an app.")
    return 0


def _settings(*, to_serve: bool = False) -> settings_.Settings:
    settings = settings_.read(to_serve=to_serve)
    set_up_logs(settings.imagine_log, settings.imagine_log_level)
    return settings


async def _serve(settings: settings_.Settings) -> None:
    memory.give_back_early()
    with memory.importing():
        from bot.app import build  # after the logs are set up: the SDKs log at import

    async with build(settings) as bot:
        memory.settled()
        print(f"imagine-bot is ready; health at {bot.address}/readyz", flush=True)
        await asyncio.Event().wait()


def _until_stopped(work: Coroutine[Any, Any, int | None]) -> int:
    """Run until SIGTERM or SIGINT, then let it leave in order; what it answers is the exit code."""

    async def run() -> int:
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()

        def leave() -> None:
            # The engine's threads wait for a database that is away, and nothing else can end them.
            last = threading.Timer(_LEAVE, os._exit, (0,))
            last.daemon = True
            last.start()
            if task:
                task.cancel()

        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, leave)
        try:
            return await work or 0
        except asyncio.CancelledError:
            return 0

    return asyncio.run(run())


if __name__ == "__main__":
    main()
