from __future__ import annotations

import subprocess
import sys

import pytest

from tsunagari.light_imports import (
    REAL_TENSORFLOW_VARIABLE,
    LightFinder,
    StandInModule,
    StubbedImportError,
)


def run(code: str, **environment: str) -> str:
    import os

    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=240,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_importing_rasa_leaves_the_heavy_libraries_out() -> None:
    out = run(
        "from tsunagari import light_imports; assert light_imports.install()\n"
        "import rasa.core.processor, sys\n"
        "heavy = ['tensorflow.python', 'botocore.session', 'pymongo.mongo_client',\n"
        "         'matplotlib.pyplot', 'sklearn', 'aiogram.bot', 'h5py', 'jax']\n"
        # Not ru_maxrss: a new process begins with the peak of the one that forked it.
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print([name for name in heavy if name in sys.modules], int(peak.split()[1]) // 1024)"
    )
    heavy, megabytes = out.rsplit(" ", 1)
    assert heavy == "[]"
    assert int(megabytes) < 200


def test_spacy_works_without_tensorflow() -> None:
    out = run(
        "from tsunagari import light_imports; light_imports.install()\n"
        "import rasa.core.processor, spacy, thinc.compat\n"
        "print(thinc.compat.has_tensorflow, len(spacy.blank('en')('two words')))"
    )
    assert out == "False 2"


def test_a_library_an_installation_uses_after_all_is_real() -> None:
    out = run(
        "from tsunagari import light_imports; light_imports.install()\n"
        "import rasa.core.brokers.pika; light_imports.allow('aio_pika', 'aiormq', 'pamqp')\n"
        "import aio_pika; print(aio_pika.Message(b'x').body)"
    )
    assert out == "b'x'"


def test_the_real_tensorflow_can_be_asked_for() -> None:
    out = run(
        "from tsunagari import light_imports; print(light_imports.install())",
        **{REAL_TENSORFLOW_VARIABLE: "1"},
    )
    assert out == "False"


@pytest.fixture
def library() -> StandInModule:
    finder = LightFinder(frozenset({"tensorflow"}), frozenset())
    spec = finder.find_spec("tensorflow.keras", None)
    assert spec is not None
    module = finder.create_module(spec)
    assert isinstance(module, StandInModule)
    return module


def test_stand_ins_serve_what_module_level_code_does(library: StandInModule) -> None:
    class Model(library.Model):  # type: ignore[name-defined, misc]
        size = 3

    assert Model().size == 3
    annotation = library.Tensor | None
    assert annotation is not None
    assert library.layers.Dense[int] is not None

    @library.function
    def plain() -> int:
        return 1

    @library.function(jit=True)
    def configured() -> int:
        return 2

    assert (plain(), configured()) == (1, 2)
    with pytest.raises(library.errors.SomeError):
        raise library.errors.SomeError


def test_really_using_a_stand_in_says_what_to_do() -> None:
    module = StandInModule("pymongo")
    with pytest.raises(StubbedImportError, match=f"{REAL_TENSORFLOW_VARIABLE}=1"):
        module.MongoClient("mongodb://localhost")


def test_other_packages_are_left_alone() -> None:
    finder = LightFinder(frozenset({"tensorflow"}), frozenset())
    assert finder.find_spec("json", None) is None
    assert finder.find_spec("tensorflow_like", None) is None
