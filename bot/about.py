"""The page at the bot's own address: what it is, and what it keeps. The package for Teams links to it."""

from html import escape
from string import Template

from aiohttp import web

from bot.text import asked_for, language_of, say
from bot.types import Text

_PAGE = Template("""\
<!doctype html>
<html lang="$lang">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>$title</title>
  <link rel="icon" href="data:,">
</head>
<body style="font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 2rem 1rem">
  <h1>$title</h1>
  $paragraphs
</body>
</html>
""")


def route(days: int) -> web.RouteDef:
    """``days``: how long pictures and prompts are kept, 0 for ever."""

    async def about(request: web.Request) -> web.Response:
        locale = asked_for(request.headers.get("Accept-Language", ""))
        return web.Response(text=page(locale, days), content_type="text/html")

    return web.get("/", about)


def page(locale: str, days: int) -> str:
    """The page in the language that fits."""
    kept = Text(key="about.kept", values={"days": days}) if days else Text(key="about.kept_always")
    said = [Text(key="about.what"), Text(key="about.sent"), kept, Text(key="about.terms")]
    return _PAGE.substitute(
        lang=language_of(locale),
        title=escape(say(Text(key="about.title"), locale)),
        paragraphs="\n  ".join(f"<p>{escape(say(one, locale))}</p>" for one in said),
    )
