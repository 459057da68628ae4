"""libcartwheel_channels from Python: a claim becomes requests, an answer becomes outcomes that settle takes. The header is compared with what is declared."""

import json
import re
from pathlib import Path

import pytest

from cartwheel import Engine, Error, adapters
from conftest import BEGIN, HOUR, PLAYBOOK, added

try:
    adapters.library()
except Error as error:
    pytest.skip(str(error), allow_module_level=True)

CHANNELS = {"channels": {"sms": {"kind": "nhn_sms", "app_key": "APP", "secret_key": {"env": "TEST_ADAPTERS_SECRET"}, "from": "02-123-4567"}}}
TAKEN = b'{"header":{"resultCode":0},"body":{"data":{"sendResultList":[{"resultCode":0}]}}}'


@pytest.fixture
def opened(monkeypatch):
    monkeypatch.setenv("TEST_ADAPTERS_SECRET", "S3CRET")
    with adapters.Adapters(json.dumps(CHANNELS)) as one:
        yield one


def claimed(path):
    """An engine with one message for the telephone number 010-1234-5678, and that message, claimed."""
    engine = Engine(path, manual_clock_ms=BEGIN)
    engine.load(json.dumps(PLAYBOOK))
    engine.ingest([added("010-1234-5678")])
    engine.advance(BEGIN + 25 * HOUR)
    return engine, list(engine.claim("sms", now=BEGIN + 25 * HOUR))


def test_a_claim_is_built_interpreted_and_settled(path, opened):
    engine, messages = claimed(path)
    assert len(messages) == 1
    plan = opened.build("sms", messages)
    assert plan["outcomes"] == []
    [request] = plan["requests"]
    assert request["url"] == "https://sms.api.nhncloudservice.com/sms/v3.0/appKeys/APP/sender/ad-sms"
    assert request["headers"]["X-Secret-Key"] == "S3CRET"
    assert json.loads(request["body"])["recipientList"][0]["recipientNo"] == "01012345678"
    outcomes = opened.interpret(request, status=200, body=TAKEN)
    assert [(one["id"], one["outcome"]) for one in outcomes] == [(messages[0]["id"], "accepted")]
    assert engine.settle(outcomes, now=BEGIN + 25 * HOUR).settled == 1
    engine.close()


def test_what_did_not_leave_is_not_sent(path, opened):
    engine, messages = claimed(path)
    [request] = opened.build("sms", messages)["requests"]
    assert opened.interpret(request, error="timeout", body_begun=False)[0]["outcome"] == "not_sent"
    with pytest.raises(Error, match="is not open"):
        opened.interpret(request, error="timeout")
    engine.close()


def test_errors_are_told(opened):
    with pytest.raises(Error, match='did you mean "sms"'):
        opened.traits("smms")
    with pytest.raises(Error, match="expected a key in double quotes"):
        adapters.Adapters("{")
    assert opened.traits("sms")["batch_max"] == 100
    opened.close()
    opened.close()
    with pytest.raises(Error, match="closed"):
        opened.traits("sms")


def test_receipts_are_checked():
    adapters.check_receipt("receipts/solapi", b"[]", "e9fe51f94eadabf54dbf2fbbd57188b9abee436e", "mysecret")
    with pytest.raises(Error, match="x-solapi-secret"):
        adapters.check_receipt("receipts/solapi", b"[]", "e9fe", "mysecret")


def test_the_header_is_what_is_declared():
    header = Path(__file__).parents[3].joinpath("include/cartwheel_adapters.h").read_text()
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    declared = {name: 0 if arguments.strip() == "void" else arguments.count(",") + 1
                for name, arguments in re.findall(r"\b(cartwheel_adapters_\w+)\(([^)]*)\)", header)}
    assert declared == {name: len(arguments) for name, arguments in adapters._FUNCTIONS.items()}
    assert adapters.crypto_version().startswith("OpenSSL 3.")
