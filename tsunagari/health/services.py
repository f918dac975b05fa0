"""Checks of what the server speaks to: the store, its keys, Redis, RabbitMQ."""

from __future__ import annotations

import asyncio
import os

from conversations.cluster import connection
from conversations.database import DatabaseError
from conversations.database_state import look_at
from conversations.schema import SCHEMA_VERSION
from conversations.vault import FILE, VARIABLE, Vault, VaultError
from tsunagari import event_relay
from tsunagari.health.finding import Finding, good, note, unused, wrong
from tsunagari.settings import Settings

ANSWER_SECONDS = 3.0


def store(settings: Settings) -> Finding:
    """The one store is reached, whole, and of a schema this program knows; nothing is changed."""
    try:
        state = look_at(settings.database_url)
    except DatabaseError as error:
        return wrong(str(error))
    if state.version is None:
        return good(f"{state.engine}（{state.where}）。表は最初の起動で作ります")
    if state.version > SCHEMA_VERSION:
        return wrong(
            f"{state.where} の表は版 {state.version} で、このプログラム（版 {SCHEMA_VERSION}）より"
            "新しいものです。tsunagari を更新するか、更新の前のバックアップを戻してください"
        )
    if not state.current:
        return note(
            f"{state.engine}。表は版 {state.version} で、次の起動で版 {SCHEMA_VERSION} にします。"
            "先に tsunagari backup make で控えを取ってください"
        )
    if state.engine == "SQLite" and settings.redis_url is not None:
        return note(
            "Redis を使う設定ですが、保存先が SQLite です。サーバーを並べるなら "
            "TSUNAGARI_DATABASE_URL に PostgreSQL を指定してください"
        )
    return good(f"{state.engine}、表の版 {state.version}（{state.where}）")


def keys(settings: Settings) -> Finding:
    """The keys can be read, open every sealed text, and are shared where servers stand together."""
    path, given = settings.var / FILE, os.environ.get(VARIABLE)
    if not (given and given.strip()) and not path.exists():
        held: set[str] = set()
        told = f"最初の起動で {path} に作ります"
    else:
        try:
            vault = Vault(path, given)
        except VaultError as error:
            return wrong(str(error))
        held = {key.id for key in vault.keys}
        told = f"{len(held)} 本（{VARIABLE if vault.in_environment else path}）"
    try:
        used = look_at(settings.database_url).key_ids
    except DatabaseError:
        used = {}
    lost = {key: number for key, number in used.items() if key not in held}
    if lost:
        return wrong(
            f"鍵 {'、'.join(sorted(lost))} がなく、封じた文 {sum(lost.values())} 件を開けません。"
            f"控えの鍵を {VARIABLE} の後ろに「,」でつなぐか、{path} を戻してください"
        )
    if settings.redis_url is not None and not given:
        return note(
            f"並べるサーバーで {VARIABLE} がそろっていません。同じ値を渡してください"
            "（tsunagari privacy new-key）"
        )
    return good(told)


def redis(settings: Settings) -> Finding:
    """Redis answers, with the password given."""
    if settings.redis_url is None:
        return unused("使わない設定です（サーバー1つなら要りません）")
    # Imported only where it is used.
    from redis import Redis
    from redis.exceptions import AuthenticationError, RedisError, ResponseError

    try:
        client = Redis.from_url(
            settings.redis_url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
        )
    except ValueError:
        return wrong("TSUNAGARI_REDIS_URL を読み取れません。例: redis://localhost:6379/0")
    try:
        version = client.info("server").get("redis_version", "")
    except (AuthenticationError, ResponseError):
        return wrong("Redis に断られました。TSUNAGARI_REDIS_URL のパスワードを確かめてください")
    except (RedisError, OSError):
        return wrong(connection.AWAY)
    finally:
        client.close()
    return good(f"Redis {version}")


def event_broker(settings: Settings) -> Finding:
    """RabbitMQ lets us in."""
    if settings.event_broker_url is None:
        return unused("使わない設定です（対話の記録をよそへ送らないなら要りません）")
    return asyncio.run(_broker_answers(settings.event_broker_url))


async def _broker_answers(url: str) -> Finding:
    from aio_pika import connect
    from aio_pika.exceptions import AMQPError
    from aiormq.exceptions import AuthenticationError, ProbableAuthenticationError

    try:
        opened = await asyncio.wait_for(connect(url), ANSWER_SECONDS)
    except (AuthenticationError, ProbableAuthenticationError):
        return wrong(
            "RabbitMQ に断られました。TSUNAGARI_EVENT_BROKER_URL の利用者とパスワードを確かめて"
            "ください"
        )
    except (AMQPError, OSError, ValueError, asyncio.TimeoutError):
        return wrong(event_relay.AWAY)
    await opened.close()
    return good("届きます")
