"""``python -m bot.playground.slack --port N``: the stand-in as a process of its own."""

import argparse
import asyncio
import signal
import sys

from bot.playground.slack import serve


def main() -> None:
    """Serve until interrupted; the line printed: address, bot token, app token, signing secret."""
    parser = argparse.ArgumentParser(prog="python -m bot.playground.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8401)
    parser.add_argument("--file-delay", type=float, default=0.3, metavar="SECONDS")
    parser.add_argument("--events-url", default="", help="HTTP mode: where signed requests go")
    parser.add_argument("--signing-secret", default="", help="HTTP mode: instead of a random one")
    asyncio.run(_serve(parser.parse_args()))


async def _serve(args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(port=args.port, file_delay=args.file_delay) as slack:
        if args.signing_secret:
            slack.workspace.app.signing_secret = args.signing_secret
        if args.events_url:
            slack.deliver_to(args.events_url)
        sys.stdout.write(f"{slack.base_url}/ {slack.bot_token} {slack.app_token} {slack.signing_secret}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
