"""The address wrong tries are counted by: the peer, or what trusted proxies wrote; never what a browser sends along."""

import pytest
from axes.helpers import get_client_ip_address
from django.test import RequestFactory

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "found"),
    [
        (0, None, PEER), (0, "203.0.113.5", PEER),
        (1, "203.0.113.5", "203.0.113.5"), (1, "1.2.3.4, 203.0.113.5", "203.0.113.5"), (1, None, PEER), (1, "", PEER),
        (2, "1.2.3.4, 203.0.113.5, 10.0.0.9", "203.0.113.5"), (2, "203.0.113.5", PEER), (2, " , 10.0.0.9", PEER),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)  # fmt: skip
def test_only_what_the_trusted_proxies_wrote_is_believed(settings, proxies, header, found):
    settings.TRUSTED_PROXIES = proxies
    sent = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    assert get_client_ip_address(RequestFactory().get("/", REMOTE_ADDR=PEER, **sent)) == found
