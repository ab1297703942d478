"""Installing the app: the page where somebody allows it, codes for tokens, and the end of tokens.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import hmac
import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web

from bot.playground.slack.cloud import Cloud
from bot.playground.slack.people import Workspace
from bot.playground.slack.state import Impossible, Json, Refused
from bot.playground.slack.tokens import Grant

CODE_SECONDS = 10 * 60


@dataclass(kw_only=True, slots=True)
class Consent:
    """A code that was not exchanged yet."""

    workspace: Workspace
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    org_wide: bool
    expires: float


class OAuth:
    """``/oauth/v2/authorize`` and ``oauth.v2.access``."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._codes: dict[str, Consent] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/oauth/v2/authorize", self._ask),
            web.post("/oauth/v2/authorize", self._answer),
        ]

    # -- the person ----------------------------------------------------------------------------------

    def allow(self, url: str, team: str, user: str = "ada", *, org_wide: bool = False) -> str:
        """Press Allow on the page at ``url``: where the browser is sent then. Raises ``Impossible``."""
        asked = self._asked(url)
        workspace = self._cloud.team(team)
        if org_wide and workspace.team.enterprise is None:
            raise Impossible(f"{team} belongs to no organisation")
        code = f"{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._codes[code] = Consent(
            workspace=workspace,
            user=workspace.user(user).id,
            scopes=frozenset(asked["scope"].split(",")),
            redirect_uri=asked["redirect_uri"],
            org_wide=org_wide,
            expires=self._cloud.now() + CODE_SECONDS,
        )
        return _with(self._back_to(asked), code=code, state=asked["state"])

    def deny(self, url: str) -> str:
        """Press Cancel there. Raises ``Impossible``."""
        asked = self._asked(url)
        return _with(self._back_to(asked), error="access_denied", state=asked["state"])

    def _asked(self, url: str) -> dict[str, str]:
        """What the app asks for. Raises ``Impossible`` where Slack shows an error instead."""
        query = {key: values[-1] for key, values in parse_qs(urlsplit(url).query).items()}
        asked = {key: query.get(key, "") for key in ("client_id", "scope", "redirect_uri", "state")}
        app = self._cloud.app
        if asked["client_id"] != app.client_id:
            raise Impossible("invalid_client_id")
        if unknown := set(asked["scope"].split(",")) - app.scopes:
            raise Impossible(f"invalid_scope: {', '.join(sorted(unknown))}")
        wanted = asked["redirect_uri"]
        if not app.redirect_urls or not (wanted or app.redirect_urls)[0]:
            raise Impossible("bad_redirect_uri")
        if wanted and not wanted.startswith(tuple(app.redirect_urls)):
            raise Impossible("bad_redirect_uri")
        return asked

    def _back_to(self, asked: dict[str, str]) -> str:
        return asked["redirect_uri"] or self._cloud.app.redirect_urls[0]

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            self._asked(str(request.rel_url))
        except Impossible as impossible:
            return _page(f"<p>Something went wrong: {escape(str(impossible))}</p>", status=400)
        choices = "".join(_choice(workspace) for workspace in self._cloud)
        return _page(f'<h1>Imagine wants to come in</h1><form method="post">{choices}{_CANCEL}</form>')

    async def _answer(self, request: web.Request) -> web.Response:
        url, said = str(request.rel_url), await request.post()
        team, everywhere = str(said.get("allow", "")), str(said.get("org", ""))
        try:
            there = (
                self.allow(url, everywhere or team, org_wide=bool(everywhere)) if team or everywhere else ""
            )
            there = there or self.deny(url)
        except (Impossible, KeyError) as impossible:
            return _page(f"<p>Something went wrong: {escape(str(impossible))}</p>", status=400)
        return web.Response(status=302, headers={"Location": there})

    # -- the app -------------------------------------------------------------------------------------

    def access(self, args: Json) -> Json:
        """``oauth.v2.access``. Raises ``Refused``."""
        app = self._cloud.app
        if args.get("client_id") != app.client_id:
            raise Refused("invalid_client_id")
        if not hmac.compare_digest(str(args.get("client_secret", "")), app.client_secret):
            raise Refused("bad_client_secret")
        match args.get("grant_type") or "authorization_code":
            case "authorization_code":
                return self._exchanged(args)
            case "refresh_token":
                return self._refreshed(str(args.get("refresh_token", "")))
            case _:
                raise Refused("invalid_grant_type")

    def _exchanged(self, args: Json) -> Json:
        consent = self._codes.pop(str(args.get("code", "")), None)
        if consent is None or self._cloud.now() >= consent.expires:
            raise Refused("invalid_code")
        if str(args.get("redirect_uri") or "") != consent.redirect_uri:
            raise Refused("bad_redirect_uri")
        grant = self._cloud.install(consent.workspace, consent.scopes, org_wide=consent.org_wide)
        return self._told(grant) | {"authed_user": {"id": consent.user}}

    def _refreshed(self, refresh_token: str) -> Json:
        grant = self._cloud.tokens.refreshed(refresh_token)
        for workspace in self._cloud:
            team = workspace.team
            if grant.team == team.id or (
                grant.org_wide and team.enterprise and team.enterprise.id == grant.enterprise
            ):
                workspace.bot_token = grant.token
        return self._told(grant)

    def _told(self, grant: Grant) -> Json:
        teams = [one.team for one in self._cloud if one.team.id == grant.team]
        orgs = {one.team.enterprise.id: one.team.enterprise for one in self._cloud if one.team.enterprise}
        org = orgs.get(grant.enterprise)
        body: Json = {
            "ok": True,
            "app_id": self._cloud.app.id,
            "access_token": grant.token,
            "token_type": "bot",
            "scope": ",".join(sorted(grant.scopes)),
            "bot_user_id": grant.bot_user,
            "team": {"id": teams[0].id, "name": teams[0].domain} if teams else None,
            "enterprise": {"id": org.id, "name": org.name} if org else None,
            "is_enterprise_install": grant.org_wide,
        }
        if grant.expires is None:
            return body
        return body | {
            "refresh_token": grant.refresh_token,
            "expires_in": int(grant.expires - self._cloud.now()),
        }


_CANCEL = '<p><button name="cancel" value="1">Cancel</button></p>'


def _choice(workspace: Workspace) -> str:
    team = workspace.team
    name = escape(team.domain)
    choice = f'<p><button name="allow" value="{team.id}">Allow in {name}</button></p>'
    if team.enterprise is None:
        return choice
    organisation = escape(team.enterprise.name)
    return f'{choice}<p><button name="org" value="{team.id}">Allow in all of {organisation}</button></p>'


def _page(inside: str, status: int = 200) -> web.Response:
    # The form's answer is a redirect to the app, which form-action would have to name.
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}
    text = f'<!DOCTYPE html><html lang="en"><head><title>Slack</title></head><body>{inside}</body></html>'
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _with(address: str, **query: str) -> str:
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{urlencode(query)}"
