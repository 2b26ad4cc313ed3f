"""Opens a hospital and stays until it is asked to close: the work behind `demo` and `up`."""

import http.client
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinglin.host import crew, keys, ports, postgres
from xinglin.host.crew import API_WORKERS, NAMES, POSTGRES, Opening
from xinglin.host.places import HostError, Places, hold
from xinglin.host.postgres import Postgres
from xinglin.host.supervisor import Supervisor, clear_leftovers
from xinglin.host.welcome import (
    Voice,
    demo_people,
    open_browser,
    people_rows,
    take_first_administrator,
)
from xinglin.kernel.text import Text

_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Wish:
    """The command line, unsettled. `only` names the processes to run; empty means all."""

    data: Path
    locale: str
    demo: bool
    port: int | None = None
    browser: bool = True
    only: tuple[str, ...] = ()
    api_workers: int = API_WORKERS
    bustle: int = 0


def run(wish: Wish) -> int:
    """Returns the exit code; 0 after an orderly stop."""
    places = Places(wish.data.expanduser().resolve())
    places.make()
    voice = Voice(wish.locale)
    names = [name for name in wish.only or NAMES if name != POSTGRES]  # it locks itself
    with ExitStack() as held:
        for name in names:
            held.enter_context(hold(places.lock(name)))
        part = "-".join(wish.only) or "hospital"
        clear_leftovers(places, part)
        supervisor = Supervisor(places, part, voice.say)
        supervisor.listen()
        (_run_part if wish.only else _run_all)(wish, places, supervisor, voice)
    return 0


def _run_all(wish: Wish, places: Places, supervisor: Supervisor, voice: Voice) -> None:
    began = time.monotonic()
    keys.ensure(places.secrets)
    port = ports.choose(wish.port)
    if wish.port is None and port != ports.DEFAULT:
        voice.say(
            Text("端口 {d} 已被占用，改用 {p}。", "Port {d} is taken; using {p}.").filled(
                d=ports.DEFAULT, p=port
            )
        )
    try:
        with voice.step(Text("启动数据库", "Starting the database")):
            server = postgres.ensure(places.data)
        supervisor.mind(server)
        opening = _settled(wish, places, port, server.dsn)
        supervisor.employ(crew.crew(opening), crew.environment(opening))
        supervisor.run_once("prepare", [sys.executable, "-m", "xinglin", "prepare"])
        with voice.step(Text("启动各项服务", "Starting the services")):
            supervisor.tend(until=_Readiness(port, voice))
        if not supervisor.stopping:
            _greet(wish, opening, voice, time.monotonic() - began)
        supervisor.tend()
    finally:
        voice.say(Text("正在停止……", "Stopping …"))
        supervisor.stop()


def _run_part(wish: Wish, places: Places, supervisor: Supervisor, voice: Voice) -> None:
    """Some processes alone, against the database and the data directory of a whole one."""
    keys.ensure(places.secrets)
    port = ports.choose(wish.port) if "caddy" in wish.only else wish.port or ports.DEFAULT
    names = tuple(name for name in wish.only if name != POSTGRES)
    try:
        server = _server(wish, places)
        supervisor.mind(server)
        opening = _settled(wish, places, port, server.dsn)
        supervisor.employ(crew.crew(opening, names), crew.environment(opening))
        voice.say(Text("已启动：{names}", "Running: {names}").filled(names=", ".join(wish.only)))
        supervisor.tend()
    finally:
        supervisor.stop()


def _server(wish: Wish, places: Places) -> Postgres:
    """Of `DATABASE_URL`, our own if it is wished for, or the one that runs here already."""
    if POSTGRES in wish.only or os.environ.get("DATABASE_URL"):
        return postgres.ensure(places.data)
    if found := postgres.attach(places.postgres):
        return found
    raise HostError("--only needs a database: set DATABASE_URL, or start `--only postgres` first.")


def _settled(wish: Wish, places: Places, port: int, dsn: str) -> Opening:
    return Opening(
        places=places,
        port=port,
        locale=wish.locale,
        demo=wish.demo,
        dsn=dsn,
        api_workers=wish.api_workers,
        bustle=wish.bustle if wish.demo else 0,
    )


class _Readiness:
    """Asks the front door whether every part answers; after a minute it says so and gives up."""

    def __init__(self, port: int, voice: Voice) -> None:
        self._port = port
        self._voice = voice
        self._until = time.monotonic() + _READY_SECONDS

    def __call__(self) -> bool:
        try:
            door = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            door.request("GET", "/readyz", headers={"Host": f"localhost:{self._port}"})
            answer = door.getresponse()
            said = answer.read().decode(errors="replace")
            door.close()
        except (OSError, http.client.HTTPException) as error:
            answer, said = None, str(error)
        if answer is not None and answer.status == http.HTTPStatus.OK:
            return True
        if time.monotonic() < self._until:
            return False
        self._voice.say(
            Text("尚未全部就绪：{said}", "Not everything is ready yet: {said}").filled(said=said)
        )
        return True


def _greet(wish: Wish, opening: Opening, voice: Voice, took: float) -> None:
    """The addresses, and whom to sign in as."""
    rows = [
        (voice.spoken(Text("患者", "Patients")), opening.origin, ""),
        (voice.spoken(Text("医护与管理", "Staff")), f"{opening.origin}/staff", ""),
        (voice.spoken(Text("药店与卫生室", "Drugstores")), f"{opening.origin}/site/", ""),
    ]
    people = demo_people(opening.places.data / "demo_people.json") if wish.demo else []
    if wish.demo:
        what = Text("短信、邮件、演示人物与动态码", "text messages, mails, demo people and codes")
        name = voice.spoken(Text("演示页", "Demo page"))
        rows += [(name, f"{opening.origin}/demo", voice.spoken(what))]
        rows += people_rows(people, voice)
    title = Text("杏林互联网医院已开业（{s} 秒）", "Xinglin internet hospital is open ({s} s)")
    voice.table(voice.spoken(title.filled(s=f"{took:.1f}")), rows)
    if people:
        _tell_how(people, opening, voice)
    if opening.bustle:
        voice.say(_BUSTLE.filled(n=opening.bustle))
    if first := take_first_administrator(opening.places.data):
        voice.say(_FIRST.filled(**first))
    voice.say(
        Text(" 按 Ctrl-C 停止；数据保存在 {d}", " Ctrl-C stops it; its data stay in {d}").filled(
            d=opening.places.data
        )
    )
    if wish.browser:
        open_browser(f"{opening.origin}/?lang={wish.locale}")


def _tell_how(people: list[dict[str, Any]], opening: Opening, voice: Voice) -> None:
    passwords = sorted({person["password"] for person in people if "password" in person})
    voice.say(
        Text(
            " 患者：手机号 + 演示页上的短信验证码。医护：用户名 + 密码 {p} + 演示页上的动态码。",
            " Patients: the phone number and the code on the demo page. Staff: the user name,"
            " password {p}, and the code on the demo page.",
        ).filled(p=" ".join(passwords))
    )
    voice.say(
        Text(
            " 请开两个窗口：一个以患者身份打开 {o}，另一个以医生身份打开 {o}/staff 并上班（没有医生值班就没有人接诊）。",
            " Open two windows: a patient at {o}, a doctor at {o}/staff who goes on duty"
            " (without a doctor on duty nobody answers).",
        ).filled(o=opening.origin)
    )


_BUSTLE = Text(
    " 模拟就诊正在进行：每分钟约 {n} 次，由模拟患者和模拟医生完成，不占用上面的演示账号。",
    " Simulated visits are running: about {n} a minute, by simulated patients and doctors; the people"
    " above are left to you.",
)
_FIRST = Text(
    " 首位管理员：用户名 {username}，一次性显示的密码 {password}（请立即登录并绑定动态码）。",
    " The first administrator: user name {username}, password {password}, shown this once;"
    " sign in now and enrol the second factor.",
)
