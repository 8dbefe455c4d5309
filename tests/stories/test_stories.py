"""Every story of `told/` on one running product; stories told wrong fail.

Invariants: every story has a person of its own; both languages have as many stories; a story is neither a short talk nor
an endless one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.product import Product, fresh_product
from tests.stories.console import sign_in
from tests.stories.player import Player
from tests.stories.story import Story, stories

STORIES = tuple(stories())
WRONG = tuple(stories(Path(__file__).parent / "wrong"))
SAYS = ("user", "press", "person", "code")


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    """A product of the stories' own: nobody else's doings stand in its databases."""
    with fresh_product() as product:
        yield product


@pytest.fixture(scope="module")
def desk(running: Product) -> Mapping[str, str]:
    """The agents of the demo, signed in."""
    return {name: sign_in(running, name) for name in ("maya", "jonas")}


@pytest.mark.stack
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story(story: Story, running: Product, desk: Mapping[str, str]) -> None:
    Player(story, running, desk).play()


@pytest.mark.stack
@pytest.mark.parametrize("story", WRONG, ids=lambda story: story.name)
def test_a_story_told_wrong_fails(story: Story, running: Product, desk: Mapping[str, str]) -> None:
    with pytest.raises(AssertionError, match=story.told["wrong"]):
        Player(story, running, desk).play()


def test_every_story_has_a_person_of_its_own_and_a_name() -> None:
    everybody = STORIES + WRONG
    people = Counter(story.told["as"] for story in everybody if "as" in story.told)
    names = Counter(story.name for story in everybody)
    assert [who for who, count in (people + names).items() if count > 1] == []


def test_both_languages_have_as_many_stories() -> None:
    assert Counter(story.locale for story in STORIES) == {"de": 15, "en": 15}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_has_a_beginning_a_middle_and_an_end(story: Story) -> None:
    spoken = [step for step in story.steps if any(key in step for key in (*SAYS, "agent"))]
    assert 8 <= len(spoken) <= 20
    assert any(key in step for step in story.steps for key in ("sql", "gateway"))
