"""``python -m bot.playground.painter --port N``: the painter as a process of its own."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.playground.painter import serve


def main() -> None:
    """Serve until interrupted; the line printed is the address for ``OPENAI_BASE_URL``."""
    parser = argparse.ArgumentParser(prog="python -m bot.playground.painter", description=__doc__)
    parser.add_argument("--port", type=int, default=8402)
    parser.add_argument("--seconds", type=float, default=0, help="pretended work for each call")
    parser.add_argument("--per-minute", type=int, default=0, metavar="N", help="refuse what is more")
    parser.add_argument("--key", default=None, help="the only key accepted; any by default")
    parser.add_argument("--picture", type=Path, default=None, help="send this file for every call")
    parser.add_argument("--unsigned", action="store_true", help="no content credentials")
    parser.add_argument(
        "--deployment", action="append", default=[], metavar="NAME=MODEL", help="a name at Azure; repeatable"
    )
    asyncio.run(_serve(parser.parse_args()))


async def _serve(args: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    picture = await asyncio.to_thread(args.picture.read_bytes) if args.picture else None
    deployments = dict(one.split("=", 1) for one in args.deployment)
    async with serve(
        port=args.port,
        seconds=args.seconds,
        per_minute=args.per_minute,
        key=args.key,
        deployments=deployments,
        signed=not args.unsigned,
        fixed_picture=picture,
    ) as painter:
        sys.stdout.write(f"{painter.openai_url}\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
