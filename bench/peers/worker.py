"""One library in a process of its own: does what it is told, line by line.

    worker.py MODULE THREADS

stdin:  {"task": name, "iterations": number or null, "answer": file or null}
stdout: {"seconds", "cpu_seconds", "iterations", ...}, or {"problem": sentence}

The answer is left in the file, for whoever checks it. A task is prepared once, untimed.
"""

import importlib
import json
import os
import resource
import sys
import time

import numpy

from problem import Problem


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
            cpu, start = time.process_time(), time.perf_counter()
            answer = prepared[key]()
            reply = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu,
                     "iterations": answer.pop("iterations", None), "other_loss": answer.pop("other_loss", False),
                     "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
            if order["answer"]:
                numpy.savez(order["answer"], **answer)
        except Exception as error:
            reply = {"problem": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies)


main()
