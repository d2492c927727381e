"""What a start costs: `.venv/bin/python -m bench.experiments.start [--times 5] [--peer]`.

The CPU time of all processes of `daybook serve`, without Better Auth, until it answers with the first list of tasks,
which other programs change less than the time on the clock; with `--peer` also that of FastAPI, after `make bench`
has installed it. Then what of it is spent on importing each package.
"""

import argparse
import subprocess
import sys
from collections import Counter
from statistics import median

from bench.data import ROOT, Size, World, filled_world
from bench.measuring import EXTERNAL_BETTER_AUTH
from bench.processes import cpu_seconds
from bench.servers import SERVERS, Server, running

SIZE = Size(people=20, tasks=2_000, signed_in=5)
PACKAGES = 8
# Prints the CPU milliseconds of each package's modules, without what these import.
IMPORTS = """
import gc, importlib._bootstrap as bootstrap, time
gc.disable()
load, stack, spent = bootstrap._find_and_load_unlocked, [0.0], {}
def timed(name, import_):
    start = time.process_time()
    stack.append(0.0)
    try:
        return load(name, import_)
    finally:
        whole = time.process_time() - start
        package = name.partition(".")[0]
        spent[package] = spent.get(package, 0.0) + whole - stack.pop()
        stack[-1] += whole
bootstrap._find_and_load_unlocked = timed
import web.cli, web.server.serve, web.schema.revision, uvicorn, web.server.http_protocol, web.app
from web.controllers import route_handlers
route_handlers()
for package, seconds in spent.items():
    print(package, 1000 * seconds)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--peer", action="store_true")
    given = options.parse_args()
    with filled_world(SIZE, keep=False) as world:
        # In turn, so that the speed of the machine changes for both.
        servers = SERVERS[: 2 if given.peer else 1]
        starts = [[_start(server, world) for server in servers] for _ in range(given.times + 1)]
    for server, measured in zip(servers, zip(*starts[1:], strict=True), strict=True):
        # The first start writes bytecode.
        print(f"{server.title}: {1000 * median(measured):,.0f} ms of CPU time until the first list of tasks")
    for package, milliseconds in _imports(given.times).most_common(PACKAGES):
        print(f"  importing {package:12} {milliseconds:4.0f} ms")


def _start(server: Server, world: World) -> float:
    better_auth = {} if server.peer else EXTERNAL_BETTER_AUTH
    with running(server, world.url, world.people[0], **better_auth) as up:
        return cpu_seconds(up.processes())


def _imports(times: int) -> Counter[str]:
    """The least of several times, since a busy machine only adds to it."""
    least: Counter[str] = Counter()
    for _ in range(times):
        output = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, check=True, capture_output=True, text=True)
        for line in output.stdout.splitlines():
            package, milliseconds = line.split()
            least[package] = min(float(milliseconds), least.get(package, float(milliseconds)))
    return least


if __name__ == "__main__":
    main()
