from __future__ import annotations

import asyncio
import base64
import itertools
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from agents.background import describe_background
from agents.character import describe_character
from agents.health import check_model
from agents.llm import (
    GenerationStopped,
    LanguageModel,
    LanguageModelError,
    Limits,
    Prompt,
    write_text,
)
from agents.storyteller import StoryDraft, tell_story
from tests.agents.conftest import (
    drops_after,
    endless,
    ends_after,
    fails,
    line,
    says,
    says_object,
    silent,
)
from tests.agents.stories import BACKGROUND, CHARACTER, PARAGRAPH, SENTENCE, STORY, TITLE


def tell(model: LanguageModel, sentence: str = SENTENCE) -> LanguageModelError:
    with pytest.raises(LanguageModelError) as caught:
        tell_story(model, sentence=sentence)
    message = str(caught.value)
    assert message.endswith(".")
    assert "Traceback" not in message
    assert SENTENCE not in message
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize(
    ("reply", "transient", "said"),
    [
        (drops_after("# The", " Lantern"), True, "broke before"),
        (ends_after(line("# The Lantern")), True, "broke before"),
        (ends_after(), True, "answered with nothing"),
        (ends_after(line(done=True, done_reason="load")), True, "answered with nothing"),
        (ends_after(b'{"message": {"role"'), True, "does not speak Ollama's language"),
        (ends_after(b"<html>hello</html>"), True, "does not speak Ollama's language"),
        (ends_after(b"[1, 2]\n"), True, "does not speak Ollama's language"),
        (ends_after(b'{"message": 7}\n'), True, "does not speak Ollama's language"),
        (ends_after(line("# The"), b'{"error": "the runner died"}\n'), True, "failed while it worked"),
        (says(""), True, "answered with nothing"),
        (says("No."), True, "not with a story"),
        (says(STORY, done_reason="length"), True, "cut off"),
        (says(STORY, prompt_eval_count=8192), False, "too long"),
        (fails(500), True, "failed while it worked"),
        (fails(500, "model requires more system memory (9 GiB)"), True, "too little memory"),
        (fails(503), True, "busy"),
        (fails(429), True, "busy"),
        (fails(404, "model 'tale' not found"), False, "`ollama pull tale`"),
        (fails(404, "page"), False, "HTTP 404"),
        (fails(400, f"invalid: {SENTENCE}"), False, "HTTP 400"),
        (fails(400, "the input exceeds the context length"), False, "too long"),
        (fails(401), False, "refuses access"),
        (fails(302, headers={"location": "http://192.0.2.1/api/chat"}), False, "not followed"),
    ],
)
def test_it_explains_each_fault(ollama, model, reply, transient, said):
    ollama.script.append(reply)
    error = tell(model)
    assert len(ollama.chats) == 1, "the fault did not fire"
    assert error.transient is transient
    assert said in str(error)


def test_it_names_a_server_that_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = tell(LanguageModel(base_url=f"http://eve:secret@127.0.0.1:{port}/?key=secret", name="tale"))
    assert error.transient
    assert str(error) == (
        f"The language model at http://127.0.0.1:{port} does not answer. Start Ollama there, or set"
        " OLLAMA_BASE_URL, then try again."
    )


def test_it_survives_a_connection_that_is_reset():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        fired = threading.Event()

        def reset() -> None:
            listener.accept()[0].close()
            fired.set()

        threading.Thread(target=reset, daemon=True).start()
        error = tell(LanguageModel(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", name="tale"))
        assert fired.wait(1)
        assert error.transient
        assert "broke" in str(error)


@pytest.mark.parametrize("words", [(), ("# The Lantern", "\n\nOnce")])
def test_it_gives_up_on_a_silent_server(ollama, model, words):
    ollama.script.append(silent(*words))
    begun = time.monotonic()
    error = tell(replace(model, idle_timeout=0.3))
    assert time.monotonic() - begun < 1.5
    assert error.transient
    assert "sent nothing for 0.3 seconds" in str(error)
    assert ollama.waiting.is_set()
    assert ollama.left.wait(1)


def test_it_gives_up_when_the_whole_takes_too_long(ollama, model):
    ollama.script.append(says(*["word "] * 100, pause=0.05))
    begun = time.monotonic()
    error = tell(replace(model, total_timeout=0.5))
    assert time.monotonic() - begun < 1.5
    assert error.transient
    assert "within 0.5 seconds" in str(error)


@pytest.mark.parametrize("piece", [line("again and again " * 64), b" " * 65_536], ids=["words", "bytes"])
def test_it_ends_an_endless_answer(ollama, model, piece):
    ollama.script.append(endless(piece))
    error = tell(model)
    assert error.transient
    assert "did not come to an end" in str(error)
    assert ollama.left.wait(1)


@pytest.mark.parametrize("words", [(), ("# The Lantern",)], ids=["before a token", "after a token"])
def test_it_stops_within_a_second_and_frees_the_model(ollama, model, words):
    ollama.script.append(silent(*words))
    asked: list[float] = []

    def should_stop() -> bool:
        asked.append(time.monotonic())
        return ollama.waiting.is_set()

    with pytest.raises(GenerationStopped):
        tell_story(model, sentence=SENTENCE, should_stop=should_stop)
    assert ollama.left.wait(1), "the connection stayed open"
    assert time.monotonic() - asked[-1] < 1
    assert max(b - a for a, b in itertools.pairwise(asked)) < 0.2


def test_it_does_not_ask_the_server_when_stopped_before(ollama, model):
    with pytest.raises(GenerationStopped):
        tell_story(model, sentence=SENTENCE, should_stop=lambda: True)
    assert not ollama.chats


def test_it_calls_back_where_no_event_loop_runs(ollama, model):
    called_in = set()

    def should_stop() -> bool:
        # Django refuses its ORM to a thread whose event loop runs.
        with pytest.raises(RuntimeError):
            asyncio.get_running_loop()
        called_in.add(threading.get_ident())
        return False

    def on_text(text: str) -> None:
        should_stop()

    ollama.script.extend([says(STORY), says(STORY)])
    tell_story(model, sentence=SENTENCE, should_stop=should_stop)
    tell_story(model, sentence=SENTENCE, on_text=on_text)
    assert called_in == {threading.get_ident()}


def test_it_lets_go_of_the_model_when_a_callback_raises(ollama, model):
    def on_text(text: str) -> None:
        raise KeyError("the caller's own fault")

    ollama.script.append(silent("# The Lantern\n\nOnce upon"))
    with pytest.raises(KeyError):
        tell_story(model, sentence=SENTENCE, on_text=on_text)
    assert ollama.left.wait(1)


def test_it_tells_the_text_so_far_at_most_ten_times_a_second(ollama, model):
    words = [f"{word} " for word in STORY.replace("\n\n", " \n\n ").split(" ")]
    ollama.script.append(says(*words, pause=0.005))
    told: list[tuple[float, str]] = []
    draft = tell_story(model, sentence=SENTENCE, on_text=lambda text: told.append((time.monotonic(), text)))
    assert len(told) >= 3
    between = [b[0] - a[0] for a, b in itertools.pairwise(told[:-1])]
    assert min(between) >= 0.09
    assert all(len(a[1]) < len(b[1]) for a, b in itertools.pairwise(told))
    assert told[-1][1] == f"{draft.title}\n\n{draft.text}"


def test_it_sends_what_keeps_the_model_loaded_and_the_prompt_whole(ollama, model):
    ollama.script.extend([says(STORY), says_object(**CHARACTER), says_object(**BACKGROUND)])
    story = tell_story(model, sentence=SENTENCE, seed=7)
    describe_character(model, sentence=SENTENCE, story=story, seed=7)
    describe_background(model, sentence=SENTENCE, story=story, seed=7)
    assert len(ollama.chats) == 3
    for chat in ollama.chats:
        assert chat["options"]["num_ctx"] == 8192
        assert chat["options"]["seed"] == 7
        assert 0 < chat["options"]["num_predict"] <= 4096
        assert (chat["model"], chat["keep_alive"], chat["think"]) == ("tale", "10m", False)
        assert (chat["stream"], chat["truncate"], chat["shift"]) == (True, False, False)
        assert [message["role"] for message in chat["messages"]] == ["system", "user"]
    assert ollama.chats[0].get("format") is None
    assert set(ollama.chats[1]["format"]["required"]) == set(CHARACTER)
    assert set(ollama.chats[2]["format"]["required"]) == set(BACKGROUND)


def test_it_sends_the_password_and_never_shows_it(ollama, model):
    url = ollama.url.replace("://", "://eve:s%40crown@")
    ollama.script.append(fails(401))
    error = tell(replace(model, base_url=url))
    assert ollama.authorization == "Basic " + base64.b64encode(b"eve:s@crown").decode()
    assert "crown" not in str(error)
    assert "crown" not in repr(replace(model, base_url=url))


def test_it_ignores_proxies_of_the_environment(ollama, model, monkeypatch):
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    ollama.script.append(says(STORY))
    assert tell_story(model, sentence=SENTENCE).title == TITLE
    check_model(model)


def test_it_refuses_a_prompt_that_cannot_fit(ollama, model):
    error = tell(replace(model, num_ctx=2048), sentence="龍は夜空を描く" * 500)
    assert not error.transient
    assert "too long" in str(error)
    assert "2048" in str(error)
    assert not ollama.chats


@pytest.mark.parametrize(
    ("sentence", "kept"),
    [(SENTENCE, 3072), ("a dragon " * 444, 3072), ("龍" * 4_000, 1518), ("🐉" * 2_164, 1026)],
    ids=["short", "English", "Chinese", "emoji"],
)
def test_it_gives_the_answer_what_a_long_sentence_leaves(ollama, model, sentence, kept):
    ollama.script.append(says(STORY))
    assert tell_story(model, sentence=sentence).title == TITLE
    chat = ollama.chats[0]
    assert sentence.strip() in chat["messages"][1]["content"], "it was shortened silently"
    assert chat["options"]["num_predict"] == pytest.approx(kept, abs=60)


@pytest.mark.parametrize("length", [2_250, 4_000])
def test_it_refuses_more_emoji_than_leave_room_for_a_story(ollama, model, length):
    error = tell(model, sentence="🐉" * length)
    assert not error.transient
    assert "too long" in str(error)
    assert "8192" in str(error)
    assert not ollama.chats


def test_it_logs_no_word_of_the_text(ollama, model, caplog):
    caplog.set_level("DEBUG", logger="agents")
    ollama.script.extend([says(STORY), ends_after(line("Once"), b"{oops")])
    tell_story(model, sentence=SENTENCE)
    tell(model)
    assert "characters in" in caplog.text
    assert "failed" in caplog.text
    assert "Lantern" not in caplog.text
    assert "dragon" not in caplog.text
    assert "oops" not in caplog.text


@pytest.mark.parametrize(
    "settings",
    [
        {"base_url": "ollama"},
        {"base_url": "ftp://host"},
        {"base_url": "http://"},
        {"base_url": "http://host:port"},
        {"name": " "},
        {"num_ctx": 100},
    ],
)
def test_it_refuses_settings_that_cannot_be_right(settings):
    with pytest.raises(LanguageModelError) as caught:
        LanguageModel(**{"base_url": "http://host", "name": "tale", **settings})
    assert not caught.value.transient


def test_it_finds_a_model_that_is_there(ollama, model):
    check_model(model)


def test_it_finds_a_model_missing(ollama, model):
    ollama.shown = None
    with pytest.raises(LanguageModelError, match="ollama pull tale") as caught:
        check_model(model)
    assert not caught.value.transient


def test_it_finds_a_context_that_the_model_cannot_read(ollama, model):
    ollama.shown = {"model_info": {"phi2.context_length": 2048}}
    with pytest.raises(LanguageModelError, match="at most 2048 tokens") as caught:
        check_model(model)
    assert not caught.value.transient


def test_it_checks_no_longer_than_asked():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        begun = time.monotonic()
        with pytest.raises(LanguageModelError, match=r"sent nothing for 0\.3 seconds"):
            check_model(LanguageModel(base_url=f"http://127.0.0.1:{port}", name="tale"), timeout=0.3)
    assert time.monotonic() - begun < 1
    with pytest.raises(LanguageModelError, match="does not answer"):
        check_model(LanguageModel(base_url=f"http://127.0.0.1:{port}", name="tale"))


def test_it_leaves_no_connection_and_no_thread_behind(ollama, model):
    ollama.script.extend([says(STORY)] * 3)
    before = threading.active_count()
    for _ in range(3):
        tell_story(model, sentence=SENTENCE)
    port = int(ollama.url.rpartition(":")[2])
    ours = [it for it in psutil.Process().net_connections("tcp") if it.raddr and it.raddr.port == port]
    assert [it for it in ours if it.status == psutil.CONN_ESTABLISHED] == []
    assert threading.active_count() <= before


def test_it_describes_a_long_story_by_its_beginning_and_end(ollama, model):
    story = StoryDraft(title=TITLE, text=f"FIRST.\n\n{(PARAGRAPH + chr(10) * 2) * 150}LAST.")
    ollama.script.append(says_object(**CHARACTER))
    describe_character(model, sentence=SENTENCE, story=story)
    user = ollama.chats[0]["messages"][1]["content"]
    assert "FIRST." in user
    assert "LAST." in user
    assert "is left out here" in user
    assert len(user) > 10_000, "more was left out than needed"


def test_it_writes_any_text(ollama, model):
    ollama.script.append(says("Yes", "."))
    prompt = Prompt(system="Answer.", user="Is it?")
    limits = Limits(num_predict=8, characters=10)
    assert write_text(model, prompt, limits=limits, temperature=0.0) == "Yes."


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's table of connections")
def test_a_server_that_has_vanished_would_be_noticed(ollama, model):
    """A model may be silent for long; so the kernel asks whether its machine is still there."""
    ollama.script.append(silent("Once upon a time"))
    port, timers = int(ollama.url.rpartition(":")[2]), []

    def look(text: str) -> None:
        for line_of_table in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, _, remote, state, _, timer, *_ = line_of_table.split()
            if int(remote.partition(":")[2], 16) == port and state == "01":
                timers.append(timer.partition(":")[0])

    with pytest.raises(GenerationStopped):
        tell_story(model, sentence=SENTENCE, on_text=look, should_stop=lambda: bool(timers))
    assert set(timers) == {"02"}  # keepalive
