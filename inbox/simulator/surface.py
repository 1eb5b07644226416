"""The gate of Green API's HTTP surface: who calls what, and whether it goes wrong on purpose."""

import hmac
from dataclasses import dataclass

from flask import Flask, Response, request

from inbox.simulator import (
    routes_account,
    routes_corrections,
    routes_journals,
    routes_people,
    routes_receiving,
    routes_sending,
)
from inbox.simulator.calls import (
    NOT_FOUND,
    Answer,
    Call,
    Method,
    Refusal,
    json_answer,
    text_answer,
)
from inbox.simulator.instance import Instance
from inbox.simulator.limits import REQUESTS_PER_SECOND, SENDS
from inbox.simulator.media import MediaFile, mime_type_of
from inbox.simulator.world import World

_MODULES = (
    routes_sending,
    routes_corrections,
    routes_receiving,
    routes_journals,
    routes_account,
    routes_people,
)
METHODS: dict[str, Method] = {
    method.name.lower(): method for module in _MODULES for method in module.METHODS
}
_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_UNLINKED = ("notAuthorized", "blocked", "sleepMode")


@dataclass
class Wire:
    """What the server does to the connection of one request, set while it is answered."""

    cut: str = ""
    hold_seconds: float = 0.0
    slow_body_seconds: float = 0.0


def register(app: Flask, world: World) -> None:
    """Put the surface on the app."""

    def call(id_instance: str, method: str, token: str, receipt: str = "") -> Response:
        return _respond(world, id_instance, method, token, receipt)

    address = "/waInstance<id_instance>/<method>/<token>"
    app.add_url_rule(address, "call", call, methods=_VERBS)
    app.add_url_rule(f"{address}/<receipt>", "call", methods=_VERBS)


def _respond(world: World, id_instance: str, name: str, token: str, receipt: str) -> Response:
    method = METHODS.get(name.lower())
    if method is None or method.verb != request.method:
        return _response(Answer(404, NOT_FOUND.encode(), "text/html"))
    if bool(receipt) != (method.name == "deleteNotification"):
        return _response(Answer(404, NOT_FOUND.encode(), "text/html"))
    instance = world.find(id_instance)
    if instance is None:
        return _response(Answer(403))
    if not hmac.compare_digest(token.encode(), instance.config.token.encode()):
        return _response(Answer(401))
    remaining: list[int] = []
    try:
        answer = _answer(_read(world, instance, method, receipt), method, remaining)
    except Refusal as refusal:
        answer = refusal.answer
    instance.count(method.name, answer.status)
    response = _response(answer)
    if remaining:
        response.headers["X-RateLimit-Remaining"] = str(remaining[0])
        response.headers["X-RateLimit-Replenish-Rate"] = str(REQUESTS_PER_SECOND[method.name])
    return response


def _read(world: World, instance: Instance, method: Method, receipt: str) -> Call:
    upload = None
    if request.mimetype == "multipart/form-data":
        raw = b""
        if sent := request.files.get("file"):
            name = sent.filename or "file"
            upload = MediaFile(name, sent.mimetype or mime_type_of(name), sent.read())
    else:
        raw = request.get_data()
    return Call(
        world=world,
        instance=instance,
        method=method.name,
        path=request.path,
        query=request.args,
        raw=raw,
        form=request.form,
        upload=upload,
        headers=request.headers,
        receipt=receipt,
    )


def _answer(call: Call, method: Method, remaining: list[int]) -> Answer:
    """The method's answer, or that of a fault, a limit or the state of the line."""
    _fault_before(call)
    if call.world.timing.rate_limits and method.name in REQUESTS_PER_SECOND:
        left = call.instance.limiter.take(method.name)
        if left is None:
            raise Refusal(Answer(429))
        remaining.append(left)
    _check_line(call, method)
    _check_plan(call)
    return _fault_after(call, method.handler(call))


def _fault_before(call: Call) -> None:
    faults, name = call.instance.faults, call.method
    if slow := faults.take("slow", name):
        call.world.stopping.wait(slow.seconds())
    if faults.take("expired", name):
        words = "Instance account is expired. Renew your instance from personal area"
        raise Refusal(text_answer(words, 400))
    if faults.take("rate_limit", name):
        raise Refusal(Answer(429))
    if error := faults.take("server_error", name):
        raise Refusal(text_answer(str(error.options["body"]), error.number("code")))
    if (odd := faults.peek("answer")) and not odd.options["accept"] and faults.take("answer", name):
        raise Refusal(_odd_answer(odd.options))
    if _resets(call, "before"):
        _wire().cut = "reset"
        raise Refusal(Answer(499))


def _fault_after(call: Call, answer: Answer) -> Answer:
    faults, name = call.instance.faults, call.method
    if hang := faults.take("accept_then_timeout", name):
        _wire().cut, _wire().hold_seconds = "hang", hang.seconds()
        return Answer(499)
    if _resets(call, "after"):
        _wire().cut = "reset"
        return Answer(499)
    if slow := faults.take("slow_body", name):
        _wire().slow_body_seconds = slow.seconds()
    if (odd := faults.peek("answer")) and odd.options["accept"] and faults.take("answer", name):
        return _odd_answer(odd.options)
    return answer


def _resets(call: Call, when: str) -> bool:
    fault = call.instance.faults.peek("reset")
    if fault is None or fault.options["when"] != when:
        return False
    return call.instance.faults.take("reset", call.method) is not None


def _odd_answer(options: dict[str, object]) -> Answer:
    status, body = int(str(options["code"])), str(options["body"]).encode()
    return Answer(status, body, str(options["content_type"]) if body else "")


def _check_line(call: Call, method: Method) -> None:
    touches_line = method.needs_line or method.name in SENDS
    if touches_line and call.instance.state == "starting":
        raise Refusal(text_answer("instance in starting process try later", 400))
    if method.needs_line and call.instance.state in _UNLINKED:
        raise Refusal(text_answer("instance account not authorized", 400))


def _check_plan(call: Call) -> None:
    plan = call.instance.developer
    if plan is None:
        return
    chat = call.form.get("chatId", "")
    if not chat and call.method in SENDS:
        chat = str(call.json().get("chatId", ""))
    body = plan.refuse(call.method, chat)
    if body is None:
        return
    if "correspondentsStatus" in body:
        data = plan.chats_exceeded("CORRESPONDENTS_QUOTA_EXCEEDED")
        call.instance.push("quotaExceeded", {"quotaData": data}, with_time=False)
    raise Refusal(json_answer(body, 466))


def _wire() -> Wire:
    wire = request.environ.get("simulator.wire")
    return wire if isinstance(wire, Wire) else Wire()


def _response(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    if answer.content_type:
        response.headers["Content-Type"] = answer.content_type
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
