"""Loading: the right library, or an ImportError that says why not."""

import os
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

import linclass
from linclass._capi.library import bundled, check_version

PROGRAM = "import linclass; print(linclass.version())"


def run(library, program=PROGRAM):
    environment = {**os.environ, "LINCLASS_LIBRARY": str(library)}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


def test_the_named_library_is_used():
    assert linclass.library_path == os.environ["LINCLASS_LIBRARY"]
    done = run(os.environ["LINCLASS_LIBRARY"])
    assert done.stdout.strip() == linclass.version()


def test_a_missing_file_is_an_import_error(tmp_path):
    done = run(tmp_path / "none.so")
    assert "ImportError: liblinclass could not be loaded" in done.stderr
    assert "none.so" in done.stderr


def test_a_file_that_is_no_library_is_an_import_error(tmp_path):
    path = tmp_path / "text.so"
    path.write_text("no library")
    assert "ImportError: liblinclass could not be loaded" in run(path).stderr


def test_another_library_is_an_import_error():
    assert "is not liblinclass" in run("libc.so.6").stderr


@pytest.mark.parametrize("version", ["1.0.0", "0.1.9", "2.1", "nonsense", ""])
def test_another_abi_version_is_an_import_error(version):
    with pytest.raises(ImportError, match=r"/lib/it\.so"):
        check_version(version, "/lib/it.so")


@pytest.mark.parametrize("version", ["0.2.0", "0.2.7", "0.3.0", "0.10.3"])
def test_a_later_minor_version_will_do(version):
    check_version(version, "it")


@pytest.mark.parametrize("lib", ["lib", "lib64"])
def test_the_wheels_library_is_found(tmp_path, lib):
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    assert bundled(site) == []
    library = tmp_path / lib / "python3.11" / "site-packages" / ".linclass.mesonpy.libs" / "liblinclass.so.0"
    library.parent.mkdir(parents=True)
    library.touch()
    assert bundled(site) == [str(library)]


def test_the_package_has_the_librarys_version():
    assert linclass.__version__ == linclass.version()
    meson = pathlib.Path(os.environ["LINCLASS_SOURCE"], "meson.build").read_text()
    assert f"version: '{linclass.__version__}'" in meson


#: What the modules of each folder may not import.
FORBIDDEN = {
    "_capi": r"linclass\._(functions|estimators)|sklearn",
    "_functions": r"linclass\._estimators|sklearn",
    "_estimators": r"linclass\.plot",
}


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_each_folder_imports_what_lies_below(folder):
    modules = sorted(pathlib.Path(linclass.__file__).with_name(folder).glob("*.py"))
    assert len(modules) > 5
    for module in modules:
        found = re.findall(
            rf"^\s*(?:from|import) (?:{FORBIDDEN[folder]}).*", module.read_text(), re.MULTILINE
        )
        assert found == [], module


def test_import_neither_needs_nor_imports_the_optional_packages():
    program = "import sys, linclass; print({'sklearn', 'matplotlib', 'tqdm'} & set(sys.modules) or 'none')"
    assert run(os.environ["LINCLASS_LIBRARY"], program).stdout.strip() == "none"


WITHOUT_SCIKIT_LEARN = """
import sys
sys.modules["sklearn"] = None
import numpy, linclass
X, y = numpy.array([[0.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]
print(linclass.fit(X, y, l2=0.1).predict(X).tolist())
for name in linclass._ESTIMATORS:
    try:
        getattr(linclass, name)
    except ImportError as error:
        print(error)
from linclass import SoftmaxRegression
"""


def test_estimators_need_scikit_learn_and_models_do_not():
    done = run(os.environ["LINCLASS_LIBRARY"], WITHOUT_SCIKIT_LEARN)
    way_out = (
        "needs scikit-learn: pip install 'linclass[sklearn]'; linclass.fit and linclass.Model do without"
    )
    refusals = [f"linclass.{name} {way_out}" for name in linclass._ESTIMATORS]
    assert done.stdout.splitlines() == ["[0, 0, 1, 1]", *refusals]
    assert done.stderr.splitlines()[-1] == f"ImportError: linclass.SoftmaxRegression {way_out}"


def test_what_is_installed_is_said():
    done = run(linclass.library_path, "import linclass; linclass.show_versions()")
    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert said["liblinclass"] == f"{linclass.version()}, {linclass.library_path}"
    assert said["linclass"] == f"{linclass.__version__}, {pathlib.Path(linclass.__file__).parent}"
    assert said["NumPy"] == np.__version__


def test_a_lower_vector_set_gives_the_same_bits():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 20)), rng.integers(0, 3, 50)
    assert linclass.vector_sets()[0] == "portable"
    found = []
    for name in (*linclass.vector_sets(), None):
        linclass.use_vector_set(name)
        found.append(linclass.fit(X, y, l2=0.1).probabilities(X).tobytes())
    assert len(set(found)) == 1
    with pytest.raises(linclass.InvalidArgumentError, match="name is 'sse': this processor has portable"):
        linclass.use_vector_set("sse")


def run_module(tmp_path, library, path="/nowhere"):
    """What ``python -m linclass --version`` does with a library at that place."""
    environment = os.environ | {"LINCLASS_LIBRARY": str(library), "PATH": path}
    return subprocess.run(
        [sys.executable, "-m", "linclass", "--version"], env=environment, capture_output=True, text=True
    )


def executable(path, says):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says} $1\n")
    path.chmod(0o755)


def test_the_module_runs_the_program(tmp_path):
    """That of the build or of the installation, else the PATH's."""
    library = tmp_path / "lib" / "triplet" / "liblinclass.so.0"
    library.parent.mkdir(parents=True)
    library.symlink_to(os.path.realpath(linclass.library_path))
    done = run_module(tmp_path, library)
    assert done.returncode == 127
    assert "there is no program linclass" in done.stderr
    executable(tmp_path / "path" / "linclass", "found")
    assert run_module(tmp_path, library, f"{tmp_path}/path:/usr/bin:/bin").stdout == "found --version\n"
    executable(tmp_path / "bin" / "linclass", "installed")
    assert run_module(tmp_path, library).stdout == "installed --version\n"
    built = tmp_path / "lib" / "liblinclass.so.0"
    built.symlink_to(library)
    executable(tmp_path / "tools" / "linclass", "built")
    assert run_module(tmp_path, built).stdout == "built --version\n"


def test_a_name_that_is_not_there_brings_the_nearest():
    """Python adds its suggestion where it is told the module and the name."""
    with pytest.raises(AttributeError) as raised:
        linclass.LinearSVC  # noqa: B018
    assert (raised.value.name, raised.value.obj) == ("LinearSVC", linclass)
    assert "LinearSVM" in dir(linclass)
