"""SIGKILL while the program saves, SIGINT and SIGTERM while it trains: the model file is the old one or a
whole new one; SIGINT ends with 130 and a model of the epochs done."""

import pathlib
import random as random_module
import signal
import subprocess
import sys
import time

import attack
import library
import program_data
from program_data import INTERRUPTED

BIG = 400
PATIENCE = 20  # seconds: below the runner's, which would kill this process and not what it has started


def start(campaign, arguments):
    """A shell starts what runs in the background with SIGINT ignored, which programs respect."""
    return subprocess.Popen(
        [campaign.program, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=campaign.environment(), start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def finish(campaign, process, what):
    """(status, standard error); None when it hung."""
    try:
        _, stderr = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        campaign.hang(what)
        return None
    return campaign.sound(attack.Ended(process.returncode, b"", stderr.decode(errors="replace")), what)


def interrupt(campaign, data, random):
    """One or two SIGINT, or SIGTERM, at a moment of a training that would go on for long."""
    output = campaign.folder / "interrupted"
    output.write_bytes(data.model_content)
    arguments = data.train(output, "--solver=sgd", "--epochs=100000000")
    signals = random.choice(((signal.SIGINT,), (signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)))
    process = start(campaign, arguments)
    time.sleep(random.uniform(0.2, 0.8))
    for each in signals:
        process.send_signal(each)
        time.sleep(random.uniform(0, 0.02))
    ended = finish(campaign, process, f"train, {signals}")
    if ended is None:
        return
    whole = program_data.is_model(output.read_bytes())
    old = output.read_bytes() == data.model_content
    allowed = {-signal.SIGTERM} if signals == (signal.SIGTERM,) else {INTERRUPTED, -signal.SIGINT}
    if not whole or ended.status not in allowed:
        campaign.wrong(f"{signals}: status {ended.status}, the model is {'whole' if whole else 'torn'}")
    elif (
        len(signals) == 1 and ended.status == INTERRUPTED and old and "interrupt" not in ended.stderr.lower()
    ):
        campaign.wrong("SIGINT, status 130, and neither a new model nor a message")
    else:
        campaign.accepted()


def save_until_killed(campaign, random):
    """A process that saves two models in turns, killed."""
    path = campaign.folder / "saved"
    files = [campaign.folder / "one", campaign.folder / "two"]
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import ctypes, library\n"
        "ctx = library.Context(); models = []\n"
        "for name in sys.argv[2:4]:\n"
        "    handle = ctypes.c_void_p(); library.lib.linclass_model_load(ctx.handle, name.encode(), handle)\n"
        "    models.append(handle)\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for model in models:\n"
        "        if library.lib.linclass_model_save(ctx.handle, model, sys.argv[4].encode()): sys.exit(1)\n"
    )
    here = pathlib.Path(__file__).parent
    child = subprocess.Popen(
        [sys.executable, "-B", "-c", program, here, *files, path],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    child.stdout.readline()
    time.sleep(random.uniform(0.001, 0.05))
    child.kill()
    child.communicate()
    if child.returncode != -signal.SIGKILL:
        campaign.wrong(f"saving ended with status {child.returncode}")
        return
    content = path.read_bytes()
    campaign.check(
        content in [file.read_bytes() for file in files], "SIGKILL in a save: the file is torn", content
    )
    for left in campaign.folder.glob(".linclass-*.tmp"):
        left.unlink()  # documented: a process killed while saving leaves it behind


def main():
    campaign = attack.Attack()
    data = program_data.Data(campaign)
    ctx = library.Context()
    numbers = random_module.Random(1)
    for name in ("one", "two"):
        theta = [numbers.uniform(-1, 1) for _ in range(BIG * BIG)]
        model = library.make_model(ctx, BIG, BIG, theta)
        (campaign.folder / name).write_bytes(library.serialize(ctx, model))
        library.lib.linclass_model_destroy(model)
    (campaign.folder / "saved").write_bytes((campaign.folder / "one").read_bytes())
    for case, random in campaign.cases():
        if case % 2 == 0:
            save_until_killed(campaign, random)
        else:
            interrupt(campaign, data, random)


main()
