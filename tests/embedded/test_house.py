"""What the launcher goes by."""

import pytest

from embedded.house import House, list_applications
from embedded.process import EmbeddedError


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_it_names_a_port_that_is_none(port: str):
    with pytest.raises(EmbeddedError, match="PORT is"):
        House.from_environ({"PORT": port})


def test_it_keeps_loopback_from_a_proxy():
    environ = House.from_environ({"NO_PROXY": "intern.example"}).make_child_environ({})
    assert environ["no_proxy"] == environ["NO_PROXY"] == "127.0.0.1,localhost,::1,intern.example"


def test_names_of_workers_differ_between_copies():
    one, two = (list_applications(House.from_environ({"PORT": port})) for port in ("8001", "8002"))
    assert set(one["text worker"]) - set(two["text worker"]) == {"text-8001@%h"}


def test_what_makes_stories_gives_way_to_pages():
    house = House.from_environ({})
    assert house.choose_niceness("web") == house.choose_niceness("dispatcher") == 0
    assert house.choose_niceness("text worker") == house.choose_niceness("gpu worker") == 10
    assert House.from_environ({"WORKER_NICENESS": "3"}).choose_niceness("gpu worker") == 3


@pytest.mark.parametrize("niceness", ["-1", "20", "low"])
def test_a_niceness_that_is_none_is_told(niceness: str):
    with pytest.raises(EmbeddedError, match=r"WORKER_NICENESS is .* from 0 to 19"):
        House.from_environ({"WORKER_NICENESS": niceness})
