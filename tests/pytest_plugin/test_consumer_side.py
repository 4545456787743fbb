"""In test code: operations called and judged, a mock on a port and behind respx, faults, and the client's own breaches."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Run

pytest_plugins = ["pytester"]

HEAD = """
import asyncio

import httpx
import pytest

import contract_suite

pytestmark = pytest.mark.contract("shop.yaml")

def client(mock, **rest):
    return httpx.Client(base_url=mock.url, headers={"Authorization": f"Bearer {mock.api_key}"}, trust_env=False, **rest)
"""


@pytest.fixture
def write(shop: pytest.Pytester, session: Run) -> Run:
    """Run the tests of a module, written after a common head."""

    def run(source: str, *arguments: str) -> pytest.RunResult:
        shop.makepyfile(test_it=HEAD + source)
        return session("test_it.py", "-W", "error", "--strict-markers", *arguments)

    return run


def test_operations_are_called_by_name_and_judged(write: Run) -> None:
    write("""
def test_call(contract):
    made = contract.call("AddItem", name="a", colour="red")
    assert contract.call("GetItem", id=made.json["id"]).json["name"] == "a"
    assert contract.call("ListItems", {"query.size": "x"}).status == 400
    assert contract.call("ListItems", identity="nobody").status == 401
    assert "${CONTRACT_SUITE_TOKEN:-sk-" in contract.call("ListItems", size=1).curl

def test_another_is_as_new(contract):
    assert not any(item["name"] == "a" for item in contract.call("ListItems").json["items"])
""").assert_outcomes(passed=2)


def test_an_answer_that_breaks_the_contract_fails_at_the_call_in_plain_words(write: Run) -> None:
    result = write(
        """
def test_call(contract):
    contract.call("AddItem", name="a")

def test_send(contract):
    judged = contract.send("AddItem", name="a")
    assert [each.clause for each in judged.broken] == ["AddItem::200/colour::enum"]
    assert [each.problem for each in judged.verdicts if each.outcome == "failed"]

def test_name(contract):
    contract.call("AddItems")
""",
        "--contract-app=wrong:app",
    )
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        ["AddItem::200/colour::enum", "*contract  shop.yaml:*", "*curl      curl *", "*did you mean 'AddItem'*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_cases_parametrise_a_test(write: Run) -> None:
    result = write(
        """
@contract_suite.cases("shop.yaml", operations=["ListItems"], intent="negative", limit=4)
def test_refused(case, contract):
    assert contract.call(case).status == 400

@contract_suite.cases("shop.yaml", operations="AddItem", intent="positive", limit=3, argument="valid")
def test_served(valid, contract):
    assert contract.call(valid).status == 200
""",
        "-v",
    )
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines(["*test_refused?ListItems-negative-*"])


def test_the_marker_of_cases_needs_nothing_but_a_contract(write: Run) -> None:
    result = write("""
@pytest.mark.contract_cases("shop.yaml")
def test_some(case):
    assert case.operation in {"ListItems", "AddItem"}
""")
    assert result.parseoutcomes()["passed"] > 10
    result = write("""
@pytest.mark.contract_cases("shop.yaml", limits=1)
def test_wrong(case):
    pass
""")
    result.stdout.fnmatch_lines(["*takes no 'limits'*did you mean 'limit'*"])


@pytest.mark.longer
def test_the_server_is_new_for_each_test_and_seedable(write: Run) -> None:
    write("""
def names(server):
    with client(server) as http:
        return [item["id"] for item in http.get("/items").json()["items"]]

@pytest.mark.parametrize("turn", range(2))
def test_new(contract_server, turn):
    with client(contract_server) as http:
        before = http.get("/items").json()["total"]
        assert http.post("/items", json={"name": "a"}).status_code == 200
        assert http.get("/items").json()["total"] == before + 1
        contract_server.reset()
        assert http.get("/items").json()["total"] == before
    assert [each.operation for each in contract_server.calls] == ["ListItems", "AddItem", "ListItems", "ListItems"]

@pytest.mark.contract("shop.yaml", empty=True)
def test_empty(contract_server):
    assert names(contract_server) == []

@pytest.mark.contract("pai", seed=7, records=12)
def test_seed(contract_server):
    with client(contract_server) as http:
        assert http.get("/PaiStudio/2022-01-12/ListAlgorithms").json()["TotalCount"] == 12
""").assert_outcomes(passed=4)


def test_any_httpx_client_reaches_the_mock_without_a_socket(write: Run) -> None:
    write("""
def test_sync(contract_mock):
    with client(contract_mock) as http:
        assert http.get("/items", params={"size": 2}).status_code == 200
    assert contract_mock.calls.call_count == 1
    assert contract_mock.calls.last.response.status_code == 200
    assert contract_mock["ListItems"].called and not contract_mock["AddItem"].called
    contract_mock.assert_all_called()

def test_async(contract_mock):
    async def go():
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {contract_mock.api_key}"}) as http:
            return await http.get("https://shop.test/v1/items")
    assert asyncio.run(go()).status_code == 200

def test_a_route_of_ones_own_comes_first(contract_mock):
    route = contract_mock.get("https://shop.test/v1/items").respond(418)
    other = contract_mock.get("https://elsewhere.test/", name="other").respond(204)
    with client(contract_mock) as http:
        assert http.get("/items").status_code == 418
        with pytest.raises(AssertionError):
            contract_mock.assert_all_called()
        assert http.get("https://elsewhere.test/").status_code == 204
    assert route.called and contract_mock["other"] is other
    contract_mock.assert_all_called()

def test_nothing_else_is_reached(contract_mock):
    with pytest.raises(AssertionError, match="not mocked"):
        httpx.get("https://example.com/")
    with pytest.raises(KeyError, match="ListItems"):
        contract_mock["ListItem"]
""").assert_outcomes(passed=4)


BREACHES = {
    "undeclared-parameter": (
        'http.get("/items?Size=2")',
        "query.Size: ListItems declares no query parameter 'Size'; did you mean 'size'?",
    ),
    "wrong-type": ('http.get("/items?size=two")', "query.size: * is not of type integer"),
    "missing-field": ('http.post("/items", json={"colour": "red"})', "body/name: *required*"),
    "undeclared-field": (
        'http.post("/items", json={"name": "a", "color": "red"})',
        "body/color: *no member 'color'; did you mean 'colour'?",
    ),
    "missing-key": ('http.get("/items", headers={"Authorization": ""})', "auth: the Authorization header *"),
    "no-operation": ('http.delete("/items")', "address: /items takes GET, POST, not DELETE"),
}


@pytest.mark.longer
@pytest.mark.parametrize("fixture", ["contract_server", "contract_mock"])
def test_the_clients_breaches_fail_its_tests_with_the_documents_line(write: Run, fixture: str) -> None:
    source = "\n".join(
        f"def test_{name.replace('-', '_')}({fixture}):\n    with client({fixture}) as http:\n        {call}\n"
        for name, (call, _) in BREACHES.items()
    )
    result = write(source)
    result.assert_outcomes(failed=len(BREACHES))
    for _, said in BREACHES.values():
        result.stdout.fnmatch_lines([f"*{said}*"])
    blocks = result.stdout.str().partition("short test summary info")[
        0
    ]  # in CI, pytest repeats whole messages in its summary
    assert blocks.count("contract  shop.yaml:") == len(BREACHES) - 1
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_test_may_expect_a_breach_or_look_away(write: Run) -> None:
    result = write("""
def test_expected(contract_mock):
    with client(contract_mock) as http, contract_mock.expect_violation("query.size", keyword="type"):
        assert http.get("/items?size=x").status_code == 400

def test_pattern(contract_mock):
    contract_mock.expect_violation("body/*")
    client(contract_mock).post("/items", json={"name": 3})

@pytest.mark.contract("shop.yaml", judge=False)
def test_unjudged(contract_mock):
    client(contract_mock).get("/items?size=x")

def test_an_inferred_fact_only_advises(contract_mock):
    client(contract_mock).get("/items?page=0")
    assert [each.subject for each in contract_mock.violations] == ["query.page"]

def test_missed(contract_mock):
    contract_mock.expect_violation("auth")

@pytest.mark.contract("shop.yaml", strict=True)
def test_strict(contract_mock):
    client(contract_mock).get("/items?page=0")
""")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["*expected a violation of auth, but the client sent none*"])


@pytest.mark.parametrize("fixture", ["contract_server", "contract_mock"])
def test_faults_strike_by_name_operation_and_number(write: Run, fixture: str) -> None:
    write(f"""
def test_faults({fixture}):
    mock = {fixture}
    with client(mock, timeout=0.3) as http:
        for name in "ab":
            assert http.post("/items", json={{"name": name}}).status_code == 200
        mock.fail_with("too-many-requests", times=2, retry_after=7)
        assert [http.get("/items").status_code for _ in range(3)] == [429, 429, 200]
        mock.fail_with(429, times=1)
        assert http.get("/items").headers["Retry-After"] == "1"
        mock.fail_with("server-error", operation="AddItem")
        before = http.get("/items").json()["total"]
        refused = http.post("/items", json={{"name": "a"}})
        assert refused.status_code == 500 and set(refused.json()) == {{"message"}}
        assert http.get("/items").json()["total"] == before
        mock.fail_with("wrong-type", operation="ListItems", times=1)
        assert isinstance(http.get("/items").json()["total"], str)
        mock.fail_with("unknown-enum-value", operation="GetItem", times=1, at="/colour", value="blue")
        mock.fail_with("missing-field", operation="ListItems", times=1, at="/items/0/name")
        assert "name" not in http.get("/items").json()["items"][0]
        identity = http.get("/items").json()["items"][0]["id"]
        assert http.get(f"/items/{{identity}}").json().get("colour", "blue") == "blue"
        mock.fail_with("timeout", times=1)
        with pytest.raises(httpx.ReadTimeout):
            http.get("/items")
        assert http.get("/items").status_code == 200

def test_enum({fixture}):
    {fixture}.fail_with("unknown-enum-value")
    with client({fixture}) as http:
        http.post("/items", json={{"name": "a", "colour": "red"}})
        shown = [item.get("colour") for item in http.get("/items").json()["items"]]
    assert "unheard-of" in shown
""").assert_outcomes(passed=2)


def test_mistakes_in_a_test_are_one_sentence(write: Run) -> None:
    result = write("""
def test_fault(contract_mock):
    contract_mock.fail_with("time-out")

def test_far_name(contract_mock):
    contract_mock.fail_with("zzz")

def test_operation(contract_mock):
    contract_mock.fail_with(500, operation="Additem")

@pytest.mark.contract("shop.yaml", sead=1)
def test_term(contract_mock):
    pass

@pytest.mark.contract("nobody")
def test_contract(contract_server):
    pass
""")
    result.assert_outcomes(failed=3, errors=2)
    for said in (
        "there is no fault 'time-out'; did you mean 'timeout'?",
        "did you mean 'AddItem'?",
        "takes no 'sead'",
        "there is no fault 'zzz'; there are bad-request, *, not-json; a status may be given as a number",
        "there is no family 'nobody'",
    ):
        result.stdout.fnmatch_lines([f"*{said}*"])
    result.stdout.no_fnmatch_line("*Traceback*")
