"""An ending is its name everywhere, and carries a sentence."""

from __future__ import annotations

import json
import pickle

from qantar.engine.ending import Ending


def test_an_ending_is_its_name() -> None:
    names = ["quiet", "control returned", "still contested", "order broken", "status quo restored", "power consolidated by purge",
             "negotiated change", "palace coup", "overthrow", "breakdown of order", "failed"]
    assert [str(ending) for ending in Ending] == names
    assert Ending("order broken") is Ending.ORDER_BROKEN
    assert json.dumps(Ending.QUIET) == '"quiet"'
    assert pickle.loads(pickle.dumps(Ending.FAILED)) is Ending.FAILED


def test_every_ending_has_a_sentence_of_its_own() -> None:
    sentences = {ending.sentence for ending in Ending}
    assert len(sentences) == len(Ending)
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
