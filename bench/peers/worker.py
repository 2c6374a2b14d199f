"""One library in a process of its own: does what it is told, line by line.

    worker.py MODULE THREADS

stdin:  {"task": name, "iterations": number or null, "answer": file or null}
stdout: {"seconds", "cpu_seconds", "iterations", ...}, or {"problem": sentence}

The answer is left in the file, for whoever checks it. A task is prepared once, untimed. One that takes no
number of iterations is called in a row for at least SHORTEST seconds, and the time is that of one call: a
thread's awakening is not the call's own.
"""

import importlib
import json
import os
import resource
import sys
import time

import numpy

from problem import Problem


SHORTEST = 0.05


def timed(work, least):
    """Call until so many seconds have gone; the last answer, seconds and processor's seconds of one call."""
    cpu, start = time.process_time(), time.perf_counter()
    calls = 0
    while calls == 0 or time.perf_counter() - start < least:
        answer = work()
        calls += 1
    return answer, (time.perf_counter() - start) / calls, (time.process_time() - cpu) / calls


def main():
    module_name, threads = sys.argv[1], int(sys.argv[2])
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no reply
    try:
        module = importlib.import_module(module_name)
        problem = Problem()
        print(json.dumps({"version": module.version()}), file=replies)
    except Exception as error:
        print(json.dumps({"problem": f"{type(error).__name__}: {error}"}), file=replies)
        return
    prepared = {}
    for line in sys.stdin:
        order = json.loads(line)
        key = order["task"], order["iterations"]
        try:
            if key not in prepared:
                arguments = [] if order["iterations"] is None else [order["iterations"]]
                prepared = {key: getattr(module, order["task"])(problem, threads, *arguments)}
            answer, seconds, cpu_seconds = timed(prepared[key], SHORTEST if order["iterations"] is None else 0)
            reply = {"seconds": seconds, "cpu_seconds": cpu_seconds,
                     "iterations": answer.pop("iterations", None), "other_loss": answer.pop("other_loss", False),
                     "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
            if order["answer"]:
                numpy.savez(order["answer"], **answer)
        except Exception as error:
            reply = {"problem": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies)


main()
