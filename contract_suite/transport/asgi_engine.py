"""The event loop that an application in this process runs on, and its lifespan.

It costs about 30 µs a request, and an application that asks for its loop or task finds them. The loop runs in the
calling thread as long as there is one transport, and in a thread of its own while there are clones, so that their
requests overlap. What an application leaves running after its answer goes on with the next request. One that blocks its
thread can't be interrupted from within it; only what awaits meets the timeout.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Final

from contract_suite.model.exchange import NoResponse, Trouble
from contract_suite.transport.app_loading import AsgiApp, Message

ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
"""What the scopes say of the protocol."""

_GRACE: Final = 1.0


class HungError(Exception):
    """The application did not finish in time."""


class Engine:
    """The application with its event loop and its lifespan, shared by a transport and its clones."""

    def __init__(self, app: AsgiApp, timeout: float) -> None:
        """Start nothing yet; `timeout` in seconds holds for each step of the lifespan and for each request."""
        self.app = app
        self.state: dict[str, Any] = {}
        self._timeout = timeout
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._guard: asyncio.TimerHandle | None = None
        self._sharers = 0
        self._lifespan: _Lifespan | None = None
        self._trouble: NoResponse | None = None
        self._lock = Lock()

    def start(self) -> NoResponse | None:
        """Start the loop and the lifespan, once; return what kept it from starting."""
        if self._loop is None:
            with self._lock:
                if self._loop is None:
                    loop = asyncio.new_event_loop()
                    self._lifespan = _Lifespan(self._timeout)
                    try:
                        self._trouble = loop.run_until_complete(self._lifespan.start(self.app, self.state))
                    finally:
                        self._loop = loop
                    if self._sharers:
                        self._hand_over()
        return self._trouble

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` on the loop and wait for it."""
        loop = self._loop
        if loop is None:
            work.close()
            raise RuntimeError("its transport was closed meanwhile")
        if self._thread is not None:
            try:
                asyncio.run_coroutine_threadsafe(work, loop).result(self._timeout + _GRACE)
            except concurrent.futures.TimeoutError as error:
                raise HungError from error
            return
        task = loop.create_task(work)
        try:
            loop.run_until_complete(task)
        except RuntimeError as error:
            if task.done():
                raise
            raise HungError from error
        finally:
            if self._guard is not None:
                self._guard.cancel()
                self._guard = None

    def lose_patience(self) -> None:
        """Leave an application behind that swallows its cancellation."""
        if self._thread is None and self._loop is not None:
            self._guard = self._loop.call_later(_GRACE, self._loop.stop)

    def share(self) -> None:
        """One more clone: from now on the loop has a thread of its own."""
        with self._lock:
            self._sharers += 1
            if self._thread is None and self._loop is not None:
                self._hand_over()

    def unshare(self) -> None:
        """One clone less."""
        with self._lock:
            self._sharers -= 1
            if not self._sharers:
                self._take_back()

    def stop(self) -> None:
        """End the lifespan and what is left of the application's tasks."""
        with self._lock:
            self._take_back()
            loop, self._loop = self._loop, None
            if loop is None:
                return
            try:
                if self._lifespan is not None:
                    loop.run_until_complete(self._lifespan.stop())
                loop.run_until_complete(_cancel_all())
                loop.run_until_complete(loop.shutdown_asyncgens())
            finally:
                loop.close()

    def _hand_over(self) -> None:
        loop = self._loop
        if loop is not None:
            self._thread = Thread(target=loop.run_forever, daemon=True, name="asgi-loop")
            self._thread.start()

    def _take_back(self) -> None:
        if self._thread is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None


class _Lifespan:
    """The lifespan protocol: a task that runs beside the requests.

    An application without one ends it at once, with or without an exception.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None
        self._events: asyncio.Queue[Message] | None = None
        self._replies: asyncio.Queue[Message] | None = None

    async def start(self, app: AsgiApp, state: dict[str, Any]) -> NoResponse | None:
        self._events, self._replies = asyncio.Queue(), asyncio.Queue()
        scope: Message = {"type": "lifespan", "asgi": ASGI, "state": state}
        self._task = asyncio.create_task(_quietly(app(scope, self._events.get, self._replies.put)))
        reply = await self._ask("lifespan.startup")
        if reply is None:
            message = f"The application did not start within {self._seconds:g} s."
            return NoResponse(trouble=Trouble.TIMEOUT, message=message) if not self._task.done() else None
        if reply["type"] == "lifespan.startup.failed":
            text = str(reply.get("message", "")).strip().rpartition("\n")[2]
            return NoResponse(
                trouble=Trouble.CRASHED, message=f"The application failed to start{f': {text}' if text else '.'}"
            )
        return None

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._ask("lifespan.shutdown")

    async def _ask(self, event: str) -> Message | None:
        """Tell the application, and return its reply, or `None` if its task ended or the time is over without one."""
        if self._events is None or self._replies is None or self._task is None:
            return None
        await self._events.put({"type": event})
        reply = asyncio.create_task(self._replies.get())
        await asyncio.wait({reply, self._task}, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        if reply.done():
            return reply.result()
        reply.cancel()
        return None if self._replies.empty() else self._replies.get_nowait()


async def _quietly(lifespan: Awaitable[None]) -> None:
    # That an application knows no lifespan is most often an exception, and never a defect.
    with suppress(Exception):
        await lifespan


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=1.0) if others else None
