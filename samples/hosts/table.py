"""All sample hosts, and what is wrong with one of them before its own answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from samples.answer import Answer, Asked, not_found, page, plain
from samples.hosts import ithome, kr36, pictures, weixin
from samples.pages import kr36 as kr36_pages
from samples.pages.robots import CLOSED, robots
from samples.world import Fault, World

Host: TypeAlias = Callable[[World, Asked], Answer]

HOSTS: dict[str, Host] = {
    "36kr.com": kr36.site,
    "www.36kr.com": kr36.site,
    "gateway.36kr.com": kr36.gateway,
    "openclaw.36krcdn.com": kr36.dated_lists,
    "img.36krcdn.com": pictures.answer,
    "www.ithome.com": ithome.site,
    "m.ithome.com": ithome.mobile,
    "lapin.ithome.com": ithome.promotions,
    "api.ithome.com": ithome.interface,
    "img.ithome.com": pictures.answer,
    "mp.weixin.qq.com": weixin.site,
    "mmbiz.qpic.cn": pictures.answer,
}
"""Each host with the function that answers for it."""


def origins(base_url: str) -> dict[str, str]:
    """The base URL of each origin: the server's base and the host's name as the first part of the path."""
    base = base_url.rstrip("/")
    return {f"https://{host}": f"{base}/{host}" for host in HOSTS}


def answer(world: World, asked: Asked) -> Answer:
    """What a host says: a reply of the world's, robots.txt, then faults, challenges, closed lists, then its pages."""
    host = HOSTS.get(asked.host)
    if host is None:
        return not_found()
    if reply := world.replies.get(asked.full_url):
        return reply
    if asked.path == "/robots.txt":
        return plain(CLOSED if asked.host in world.forbidden else robots(asked.host))
    fault = world.faults.get(asked.host)
    if fault and asked.path.startswith(fault.path):
        return _fault(world, asked.host, fault)
    if asked.host in world.challenged and asked.path != weixin.VERIFICATION:
        return _challenge(world, asked)
    match world.closed.get(asked.url):
        case "error":
            return page("<html><body>Internal Server Error</body></html>", 500)
        case "blank":
            return Answer(b"")
        case "empty":
            return host(world.without_stories(), asked)
    return host(world.as_shown_at(asked.url), asked)


def _challenge(world: World, asked: Asked) -> Answer:
    if HOSTS[asked.host] in {kr36.site, kr36.gateway}:
        return page(kr36_pages.challenge(world.challenged[asked.host]))
    if HOSTS[asked.host] is weixin.site:
        return weixin.verification(asked)
    return page(
        "<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>", 403
    )


def _fault(world: World, host: str, fault: Fault) -> Answer:
    if fault.times is not None:
        fault.times -= 1
        if fault.times <= 0:
            del world.faults[host]
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    text = f"<html><body>{fault.status}</body></html>".encode()
    return Answer(text, status=fault.status, headers=headers)
