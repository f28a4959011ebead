import pytest

from holdfast.errors import UsageError
from holdfast.metric import Failure
from holdfast.metrics import Language
from holdfast.system import Response

SENTENCES = {
    "de": "Die Lieferung kommt am Montag, und die Rechnung liegt bei.",
    "en": "The parcel leaves on Monday, and the invoice is enclosed.",
    "es": "El pedido sale el lunes y la factura va adjunta.",
    "fi": "Tilaus lähtee maanantaina, ja lasku on mukana.",
    "fr": "La commande part lundi et la facture est jointe.",
    "ja": "注文は月曜日に発送され、請求書が同封されています。",
    "pl": "Zamówienie wychodzi w poniedziałek, a faktura jest w środku.",
    "ru": "Заказ уходит в понедельник, счёт лежит внутри.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_in_its_language_and_in_no_other(code, make_trial):
    for other, text in SENTENCES.items():
        trial = make_trial({"language": code}, response=Response(text=text))
        assert Language()(trial).value == float(other == code)


def test_few_words_are_told_apart_between_few_languages(make_trial):
    trial = make_trial(response=Response(text="Non lo so."))
    assert Language(code="it")(trial).why == "reads as 'oc', asked for 'it'"
    assert Language(code="it", among=("de", "en", "it"))(trial).value == 1.0


@pytest.mark.parametrize("text", ["", "42 %", "…"])
def test_a_text_without_letters_is_in_no_language(text, make_trial):
    outcome = Language(code="en")(make_trial(response=Response(text=text)))
    assert outcome.value == 0.0
    assert "no letters" in outcome.why


def test_a_case_without_a_language_or_with_an_unknown_one_is_no_verdict(make_trial):
    response = Response(text="Good morning.")
    assert "no expected language" in Language()(make_trial(response=response)).error
    outcome = Language()(make_trial({"language": "english"}, response=response))
    assert isinstance(outcome, Failure)
    assert "'english'" in outcome.error and "de" in outcome.error


def test_the_expected_language_must_be_one_of_those_that_can_occur(make_trial):
    with pytest.raises(UsageError, match="'en' must itself be among"):
        Language(code="en", among=("de", "fr"))
    unknown = Language(code="xx", among=("en", "xx"))(make_trial(response=Response(text="Hello")))
    assert isinstance(unknown, Failure)
