"""The ctypes table says what the headers say, and has the layout the C compiler gives."""

import ctypes
import json
import os
import pathlib
import subprocess

import pytest

import declarations
from linclass._capi import abi
from linclass._capi.errors import EXCEPTIONS

INCLUDE = pathlib.Path(os.environ["LINCLASS_SOURCE"], "include")
CALLBACKS = {
    "linclass_parts_ask_callback": abi.PartsAskCallback,
    "linclass_parts_next_callback": abi.PartsNextCallback,
    "linclass_parts_reset_callback": abi.PartsResetCallback,
    "linclass_progress_callback": abi.ProgressCallback,
    "linclass_read_callback": abi.ReadCallback,
    "linclass_selection_callback": abi.SelectionCallback,
}
FUNCTIONS = declarations.functions(INCLUDE)
STRUCTS = {
    name: members for name, members in declarations.structs(INCLUDE).items() if name.startswith("linclass_")
}


def ctype(declaration):
    return declarations.ctype(declaration, abi.STRUCTS, CALLBACKS)


def test_every_function_is_in_the_table():
    assert set(abi.FUNCTIONS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_types_of_a_function(name):
    result, arguments = FUNCTIONS[name]
    expected = (ctype(result), tuple(ctype(argument) for argument in arguments))
    assert abi.FUNCTIONS[name] == expected


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_members_of_a_struct(name):
    expected = [(member, ctype(declaration)) for member, declaration in STRUCTS[name]]
    assert abi.STRUCTS[name]._fields_ == expected


def test_layout_is_the_compilers():
    printed = json.loads(
        subprocess.run([os.environ["LINCLASS_LAYOUT"]], check=True, capture_output=True).stdout
    )
    ours = {
        name: {
            "size": ctypes.sizeof(struct),
            "members": {
                member: {"offset": getattr(struct, member).offset, "size": getattr(struct, member).size}
                for member, _ in struct._fields_
            },
        }
        for name, struct in abi.STRUCTS.items()
    }
    assert ours == printed


def test_every_error_status_has_an_exception():
    text = (INCLUDE / "linclass" / "status.h").read_text()
    errors = {
        line.split("=")[0].strip(): int(line.split("=")[1].split(",")[0])
        for line in text.splitlines()
        if line.strip().startswith("LINCLASS_ERROR_")
    }
    named = {status for name, status in errors.items() if not name.endswith(("INTERNAL", "STRUCT_SIZE"))}
    assert set(EXCEPTIONS) == named
