"""Paths that are no model files, and model files that change while they are read: FIFOs, directories,
devices, /proc, sparse files of 20 GB, claims of huge sizes under a limit of address space; a file that shrinks,
grows or is written over. What is loaded must be the file as it was before or after the change."""

import ctypes
import os
import resource
import struct
import threading

import attack
import library
import model_format
from library import lib


def load(ctx, path):
    handle = ctypes.c_void_p()
    return lib.linclass_model_load(ctx.handle, os.fsencode(path), handle), handle


def refuse(campaign, ctx, path, what):
    """The path must be refused as IO, FORMAT or MEMORY, with a message."""
    status, model = load(ctx, path)
    if status in (library.IO, library.FORMAT, library.MEMORY) and ctx.message() and not model:
        campaign.refused()
    else:
        campaign.wrong(f"{what}: status {status}, {ctx.message()!r}")
    lib.linclass_model_destroy(model)


def special_paths(folder):
    """Paths that are no regular files, or no files at all."""
    os.mkfifo(folder / "fifo")
    os.symlink("loop", folder / "loop")
    (folder / "empty").touch()
    (folder / "directory").mkdir()
    with open(folder / "sparse", "wb") as file:
        file.truncate(20 << 30)
    with open(folder / "claim", "wb") as file:
        file.write(struct.pack("<Q", 20 << 30) + b'{"__metadata__":{"checksum":"00000000"')
        file.truncate(21 << 30)
    names = ("fifo", "loop", "empty", "directory", "missing", "sparse", "claim", "empty/below", "x" * 300)
    fixed = (
        "/dev/null",
        "/dev/zero",
        "/dev/full",
        "/dev/urandom",
        "/proc/self/mem",
        "/proc/self/maps",
        "/proc/1/environ",
        "",
    )
    return [folder / name for name in names] + list(fixed)


def big_model(ctx, content_of):
    """Bytes of a model of some 100 KB, so that reading takes a moment."""
    n, k = 2500, 10
    model = library.make_model(ctx, k, n, [content_of(i) for i in range(n * k)])
    content = library.serialize(ctx, model)
    lib.linclass_model_destroy(model)
    return content


def change_meanwhile(path, old, new, kind, random, stop):
    """Shrink, grow or write over the file, and put it right, until told to stop."""
    while not stop.is_set():
        if kind == "shrink":
            os.truncate(path, random.randrange(len(old)))
        elif kind == "grow":
            with open(path, "ab") as file:
                file.write(random.randbytes(random.randint(1, 5000)))
        else:
            with open(path, "r+b") as file:
                file.write(new if random.random() < 0.5 else old)
        with open(path, "r+b") as file:
            file.write(old)
            file.truncate(len(old))


def loads_while_changing(campaign, ctx, files, random):
    old, new = files
    path = campaign.folder / "changing"
    path.write_bytes(old)
    kind = random.choice(("shrink", "grow", "overwrite"))
    stop = threading.Event()
    writer = threading.Thread(target=change_meanwhile, args=(path, old, new, kind, random, stop))
    writer.start()
    try:
        for _ in range(20):
            status, model = load(ctx, path)
            if status == library.OK:
                campaign.check(library.serialize(ctx, model) in files, f"{kind}: a model that was in no file")
                lib.linclass_model_destroy(model)
            elif status in (library.FORMAT, library.IO) and ctx.message():
                campaign.refused()
            else:
                campaign.wrong(f"{kind}: status {status}, {ctx.message()!r}")
    finally:
        stop.set()
        writer.join()


def main():
    campaign = attack.Attack()
    ctx = library.Context()
    paths = special_paths(campaign.folder)
    files = big_model(ctx, float), big_model(ctx, lambda i: float(-i))
    for content in files:
        model_format.parse(content)
    limit = 4 << 30
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for case, random in campaign.cases():
        if case < len(paths):
            refuse(campaign, ctx, paths[case], str(paths[case])[:100])
        else:
            loads_while_changing(campaign, ctx, files, random)


main()
