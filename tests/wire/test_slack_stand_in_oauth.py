"""Several workspaces install the app in the stand-in, by Slack's own OAuth flow and clients."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import Impossible, StandIn, Workspace
from bot.playground.slack.payloads import Enterprise
from bot.playground.slack.state import Json
from bot.playground.slack.tokens import EXPIRES_SECONDS
from tests.wire.slack_calls import PNG, Clock, refusal, upload
from tests.wire.test_slack_stand_in import in_http_mode

# slack_sdk calls oauth.v2.access with what aiohttp is about to replace.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

ACME = Enterprise(id="E0ACMECORP", name="Acme Corporation")
BACK = "http://127.0.0.1:9/slack/oauth_redirect"


@pytest.fixture
def nobody(slack: StandIn) -> AsyncWebClient:
    return AsyncWebClient(base_url=slack.api_url, retry_handlers=[])


def client_of(slack: StandIn, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


def asking(slack: StandIn, scope: str = "commands,chat:write", back: str = BACK) -> str:
    query = f"client_id={slack.cloud.app.client_id}&scope={scope}&state=s1&redirect_uri={back}"
    return f"{slack.base_url}/oauth/v2/authorize?{query}"


def told(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


async def exchanged(slack: StandIn, nobody: AsyncWebClient, url: str) -> Json:
    app = slack.cloud.app
    answer = await nobody.oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=told(url)["code"], redirect_uri=BACK
    )
    assert isinstance(answer.data, dict)
    return answer.data


# -- installing ----------------------------------------------------------------------------------------


async def test_a_second_workspace_gives_the_app_a_token_of_its_own(
    slack: StandIn, nobody: AsyncWebClient
) -> None:
    second = slack.cloud.add("acme")
    with pytest.raises(Impossible, match="not installed"):
        await second.command("ann", "general", "x")
    back = slack.oauth.allow(asking(slack), "acme", "ada")
    assert back.startswith(BACK)
    assert told(back)["state"] == "s1"
    given = await exchanged(slack, nobody, back)
    assert (given["team"]["id"], given["enterprise"], given["is_enterprise_install"]) == (
        second.team.id,
        None,
        False,
    )
    assert given["authed_user"]["id"] == second.user("ada").id
    assert given["scope"] == "chat:write,commands"
    assert "refresh_token" not in given
    client = client_of(slack, given["access_token"])
    who = await client.auth_test()
    assert (who["team_id"], who["user_id"]) == (second.team.id, given["bot_user_id"])
    assert (await refusal(client.users_info(user=second.user("ann").id)))["needed"] == "users:read"


async def test_a_code_is_good_once_for_ten_minutes_and_only_with_the_secret(
    slack: StandIn, nobody: AsyncWebClient, clock: Clock
) -> None:
    slack.cloud.add("acme")
    app = slack.cloud.app

    def ask(**more: str) -> object:
        values = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": BACK}
        return nobody.oauth_v2_access(**(values | more))

    fresh = told(slack.oauth.allow(asking(slack), "acme"))["code"]
    late = told(slack.oauth.allow(asking(slack), "acme"))["code"]
    assert (await refusal(ask(code=fresh, client_secret="x")))["error"] == "bad_client_secret"
    assert (await refusal(ask(code=fresh, client_id="x")))["error"] == "invalid_client_id"
    await nobody.oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=fresh, redirect_uri=BACK
    )
    assert (await refusal(ask(code=fresh)))["error"] == "invalid_code"
    clock.at += 601
    assert (await refusal(ask(code=late)))["error"] == "invalid_code"


async def test_slack_shows_an_error_where_the_question_is_wrong(slack: StandIn) -> None:
    for url, why in (
        (asking(slack).replace(slack.cloud.app.client_id, "1.2"), "invalid_client_id"),
        (asking(slack, scope="admin"), "invalid_scope"),
        (asking(slack, back="https://evil.example"), "bad_redirect_uri"),
    ):
        with pytest.raises(Impossible, match=why):
            slack.oauth.allow(url, "playground")
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            assert answer.status == 400
            assert why in await answer.text()


async def test_the_page_sends_the_browser_back_allowed_or_not(slack: StandIn) -> None:
    second = slack.cloud.add("acme")
    async with aiohttp.ClientSession() as session:
        async with session.get(asking(slack)) as page:
            assert "Allow in acme" in await page.text()
        for said, expected in (({"allow": second.team.id}, "code"), ({"cancel": "1"}, "error")):
            async with session.post(asking(slack), data=said, allow_redirects=False) as answer:
                assert answer.status == 302
                assert expected in told(answer.headers["Location"])


@asynccontextmanager
async def bolt_with_oauth(slack: StandIn, folder: str, heard: list[Json]) -> AsyncIterator[str]:
    settings = AsyncOAuthSettings(
        client_id=slack.cloud.app.client_id,
        client_secret=slack.cloud.app.client_secret,
        scopes=sorted(slack.cloud.app.scopes),
        installation_store=FileInstallationStore(base_dir=folder),
        state_store=FileOAuthStateStore(expiration_seconds=600, base_dir=folder),
        authorization_url=f"{slack.base_url}/oauth/v2/authorize",
    )
    app = AsyncApp(
        client=AsyncWebClient(base_url=slack.api_url),
        signing_secret=slack.signing_secret,
        oauth_settings=settings,
    )

    @app.command("/imagine")
    async def command(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        heard.append(body)
        who = await client.auth_test()
        await ack(f"{who['team_id']}")

    @app.event("app_uninstalled")
    async def gone(body: Json) -> None:
        heard.append(body)

    @app.event("tokens_revoked")
    async def revoked(body: Json) -> None:
        heard.append(body)

    async with in_http_mode(app, slack) as url:
        yield url.removesuffix("/slack/events")


async def installed_by_bolt(
    slack: StandIn, session: aiohttp.ClientSession, base: str, allow: Callable[[str], str]
) -> str:
    async with session.get(f"{base}/slack/install") as page:
        text = await page.text()
        state = page.headers["Set-Cookie"].split(";")[0]  # marked Secure: no jar would send it to us
    asked = text.split('href="http')[1].split('"')[0].replace("&amp;", "&")
    back = allow(f"http{asked}").replace("http://127.0.0.1", f"{base}/slack/oauth_redirect", 1)
    async with session.get(back, headers={"Cookie": state}) as answer:
        return await answer.text()


async def test_bolt_installs_itself_in_a_workspace_and_an_organisation(
    slack: StandIn, clock: Clock, tmp_path: object
) -> None:
    slack.cloud.now = time.time
    second = slack.cloud.add("acme")
    north, south = (slack.cloud.add(name, enterprise=ACME) for name in ("north", "south"))
    heard: list[Json] = []
    async with (
        bolt_with_oauth(slack, str(tmp_path), heard) as base,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        for team, org_wide in (("acme", False), ("north", True)):
            allow = partial(slack.oauth.allow, team=team, org_wide=org_wide)
            said = await installed_by_bolt(slack, session, base, allow)
            assert "Thank you" in said
        answers = [await one.command("ann", "general", "x") for one in (second, north, south)]
        assert [ack.ok for ack in answers] == [True] * 3
        assert answers[0].payload == {"text": second.team.id}
        assert [body["is_enterprise_install"] for body in heard] == ["false", "true", "true"]
        assert [body.get("enterprise_id") for body in heard] == [None, ACME.id, ACME.id]
        assert [body["team_id"] for body in heard] == [one.team.id for one in (second, north, south)]


# -- tokens --------------------------------------------------------------------------------------------


async def test_one_workspaces_token_knows_nothing_of_another(slack: StandIn, client: AsyncWebClient) -> None:
    second = slack.cloud.add("acme", installed=True)
    other = client_of(slack, second.bot_token)
    file = await upload(other)
    assert (await refusal(client.files_info(file=file)))["error"] == "file_not_found"
    general = second.channel("general").id
    assert (await other.chat_postMessage(channel=general, text="x"))["ok"]
    assert (await refusal(client.chat_postMessage(channel=general, text="x")))["error"] == "channel_not_found"
    url = (await other.files_info(file=file))["file"]["url_private"]
    async with aiohttp.ClientSession() as session:
        for token, expected in ((second.bot_token, "image/png"), (slack.bot_token, "text/html")):
            async with session.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
                assert answer.content_type == expected
    assert second.files[file].data == PNG


async def test_an_organisations_token_speaks_in_all_its_workspaces(slack: StandIn) -> None:
    north, south = (slack.cloud.add(name, enterprise=ACME) for name in ("north", "south"))
    grant = slack.cloud.install(north, slack.cloud.app.scopes, org_wide=True)
    assert north.bot_token == south.bot_token == grant.token
    client = client_of(slack, grant.token)
    who = await client.auth_test()
    assert (who["enterprise_id"], who["is_enterprise_install"]) == (ACME.id, True)
    for workspace in (north, south):
        await client.chat_postMessage(channel=workspace.channel("random").id, text=workspace.team.domain)
        assert [one.text for one in workspace.messages] == [workspace.team.domain]


async def test_a_rotating_token_ends_and_each_refresh_token_is_good_once(
    slack: StandIn, nobody: AsyncWebClient, clock: Clock
) -> None:
    slack.cloud.app.rotates_tokens = True
    second = slack.cloud.add("acme")
    given = await exchanged(slack, nobody, slack.oauth.allow(asking(slack), "acme"))
    assert given["expires_in"] == EXPIRES_SECONDS
    clock.at += EXPIRES_SECONDS
    old = client_of(slack, given["access_token"])
    assert (await refusal(old.auth_test()))["error"] == "token_expired"
    app = slack.cloud.app
    fresh = await nobody.oauth_v2_access(
        client_id=app.client_id,
        client_secret=app.client_secret,
        grant_type="refresh_token",
        refresh_token=given["refresh_token"],
    )
    assert (await client_of(slack, fresh["access_token"]).auth_test())["team_id"] == second.team.id
    again = nobody.oauth_v2_access(
        client_id=app.client_id,
        client_secret=app.client_secret,
        grant_type="refresh_token",
        refresh_token=given["refresh_token"],
    )
    assert (await refusal(again))["error"] == "invalid_refresh_token"


async def until_heard(heard: list[Json], count: int) -> None:
    async with asyncio.timeout(5):
        while len(heard) < count:  # noqa: ASYNC110 -- Bolt tells nobody that a listener has run
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("how", ["uninstall", "revoke", "by the app"])
async def test_the_end_of_an_installation_is_told_and_its_token_is_dead(
    slack: StandIn, clock: Clock, tmp_path: object, how: str
) -> None:
    slack.cloud.now = time.time
    second: Workspace = slack.cloud.add("acme", installed=True)
    second.subscriptions |= {"app_uninstalled", "tokens_revoked"}
    heard: list[Json] = []
    client = client_of(slack, second.bot_token)
    async with bolt_with_oauth(slack, str(tmp_path), heard):
        match how:
            case "uninstall":
                await slack.cloud.uninstall(second)
            case "revoke":
                await slack.cloud.revoke(second)
            case _:
                assert (await client.auth_revoke())["revoked"]
        await until_heard(heard, 2 if how == "uninstall" else 1)
    error = (await refusal(client.auth_test()))["error"]
    types = {body["event"]["type"] for body in heard}
    if how == "uninstall":
        assert (types, error) == ({"tokens_revoked", "app_uninstalled"}, "account_inactive")
    else:
        assert (types, error) == ({"tokens_revoked"}, "token_revoked")
    assert heard[0]["event"]["tokens"]["bot"] == [second.team.bot_user]
    with pytest.raises(Impossible, match="not installed"):
        await second.command("ann", "general", "x")
