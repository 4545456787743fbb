"""The client, held to the contract: what it sends is judged, and it meets what the API may answer."""

import httpx
import pytest
from pai_client import PaiClient, PaiError

pytestmark = pytest.mark.contract("pai")


@pytest.fixture
def client(contract_mock):
    with PaiClient(contract_mock.api_key) as client:
        yield client


def test_every_page_is_fetched(client, contract_mock):
    found = [each["AlgorithmId"] for each in client.algorithms()]
    assert len(set(found)) == len(found) > 10
    assert contract_mock["ListAlgorithms"].call_count == -(-len(found) // 10)


def test_what_is_created_can_be_read(client):
    identity = client.create("my-algorithm", workspace="12345")
    assert client.algorithm(identity)["AlgorithmName"] == "my-algorithm"


def test_a_rate_limit_is_waited_out(client, contract_mock):
    contract_mock.fail_with("too-many-requests", operation="GetAlgorithm", times=1, retry_after=0)
    assert client.algorithm(next(client.algorithms())["AlgorithmId"])
    contract_mock.assert_all_called()


def test_a_refusal_is_an_error_with_the_apis_code(client, contract_mock):
    contract_mock.fail_with("server-error", operation="CreateAlgorithm")
    with pytest.raises(PaiError) as caught:
        client.create("my-algorithm", workspace="12345")
    assert caught.value.status == 500


def test_silence_is_httpxs_own_error(client, contract_mock):
    contract_mock.fail_with("timeout")
    with pytest.raises(httpx.TimeoutException):
        list(client.algorithms())


def test_the_client_works_over_a_socket_too(contract_server):
    with PaiClient(contract_server.api_key, base_url=contract_server.url) as client:
        assert next(client.algorithms(workspace="12345"))["WorkspaceId"] == "12345"
