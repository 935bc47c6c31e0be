from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.i18n.catalog import in_english
from chalicelib.passwords.model import MAX_LENGTH, PasswordFault, password_fault


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "x9$kQ!m2Lp0z",
        "ünïcödé-pässwörd",
        "four words and more",
        "tulip-anvil-cobalt",
        "5830617492848",
        "wKq7-zzTp-04Lm",
    ],
)
def test_long_passwords_may_be_used_whatever_they_are_made_of(password: str) -> None:
    assert password_fault(password, "a@acme.test") is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "at least 12"),
        ("x" * (MAX_LENGTH + 1), "at most"),
        ("aaaaaaaaaaaaaaaa", "different"),
        ("ababababababab", "different"),
        ("Somebody@Acme.test!", "email address"),
        ("Password1234", "try this password first"),
    ],
)
def test_each_fault_has_its_own_sentence(password: str, word: str) -> None:
    fault = password_fault(password, "somebody@acme.test")
    assert fault is not None
    assert word in in_english(fault.message)


@pytest.mark.parametrize(
    "password",
    [
        "123456123456", "passwordpassword", "qwertyuiop12", "Password1234", "letmeinletmein", "1q2w3e4r5t6y",
        "1qaz2wsx3edc", "qwertyqwerty1", "Passw0rd!2026", "P@ssw0rd1234", "iloveyou12345", "Summer2026!!!",
        "welcome123456", "administrator1", "monkey-dragon", "abcdefghijkl", "0987654321098", "asdfghjkl;'#",
        "qwertzuiop123", "azertyuiop12", "correctcorrectcorrect", "zaq12wsxcde3", "!@#$%^&*()_+", "Football2025",
        "changeme1234", "SecretSecret1", "Willkommen2026!", "unicorn unicorn", "trustno1trustno1", "111222333444",
        "passwordpasswor", "pass word pass word", "pass-word pass.wor",
    ],
)  # fmt: skip
def test_a_password_of_the_usual_lists_is_refused(password: str) -> None:
    assert password_fault(password, "a@acme.test") is not None


@pytest.mark.parametrize(
    "password",
    [
        "GlobexGlobex1", "Globex-Corp-2026", "globexcorp1234", "Identity2026!!!", "somebody-2026", "Somebody.Acme.1",
        "acmeacme1234",
    ],
)  # fmt: skip
def test_passwords_made_of_guessable_names_are_refused(password: str) -> None:
    fault = password_fault(password, "somebody@acme.test", ("Globex Corp", "Identity"))
    assert fault is PasswordFault.COMMON


def test_words_of_one_organization_are_no_common_words_of_another() -> None:
    assert password_fault("globex-anvil-cobalt", "a@acme.test") is None
    assert password_fault("Zyxo9 Globex Corp", "a@acme.test", ("Globex Corp",)) is None


def test_the_longest_password_is_judged_with_bounded_work() -> None:
    assert password_fault("a1Passw0rd!" * 23, "a@acme.test") is PasswordFault.COMMON
    assert password_fault("".join(map(chr, range(200, 456))), "a@acme.test") is None


def test_the_words_are_loaded_only_where_a_password_is_set() -> None:
    modules = "chalicelib.login_policy.login_pages, chalicelib.passwords.service"
    code = f"import sys, {modules}; print('chalicelib.passwords.common_passwords' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
