"""Whoever waits for several answers sleeps until one comes."""

from __future__ import annotations

import select
import socket
import threading
import time

import pytest

from contract_suite.transport.waiting_for_any import wait_for_any

LONG = 20.0
SHORT = 0.05


@pytest.mark.parametrize("poll", [True, False])
def test_it_returns_as_soon_as_one_of_them_can_be_read(poll: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not poll:
        monkeypatch.delattr(select, "poll")
    one, other = socket.socketpair()
    silent, end = socket.socketpair()
    with one, other, silent, end:
        began = time.monotonic()
        wait_for_any([one.fileno(), silent.fileno()], SHORT)
        assert time.monotonic() - began >= SHORT * 0.9
        sender = threading.Timer(SHORT, lambda: other.sendall(b"x"))
        sender.start()
        wait_for_any([silent.fileno(), one.fileno()], LONG)
        sender.join()
        assert time.monotonic() - began < LONG


@pytest.mark.parametrize("descriptors", [[], [None], [None, 0], [-1]])
def test_where_nothing_can_be_waited_for_it_returns_after_a_moment(descriptors: list[int | None]) -> None:
    began = time.monotonic()
    wait_for_any(descriptors, LONG)
    assert time.monotonic() - began < LONG
