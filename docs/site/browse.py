"""Open a built site in headless Chromium: browse.py HTML BROWSER.

A page of the test's own opens each of the others in a frame and writes down its title, its pictures that
have not loaded, and what the search finds. Chromium tells the errors of its console on stderr.
"""

import functools
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

SEARCH = "search.html?q=linclass_fit_path"
MAIN_PAGES = {
    "index.html": "liblinclass", "README.html": "liblinclass", "docs/python.html": "linclass for Python",
    "docs/guide.html": "", "docs/mathematics.html": "The mathematics", "docs/benchmarks.html": "",
    "docs/which-function.html": "Which function", "docs/formats.html": "", "CHANGELOG.html": "Changes",
    "api/index.html": "The C interface", "api/fit.html": "fit.h", "api/python.html": "The Python package",
    SEARCH: "", "genindex.html": "Index",
}  # fmt: skip
LEAST_PICTURES = 5

TEST_PAGE = """<!doctype html><meta charset=utf-8><pre id=found></pre><script>
async function look(address) {
  const frame = document.createElement("iframe");
  frame.width = 1200; frame.height = 900;
  const loaded = new Promise(done => frame.onload = done);
  frame.src = "/" + address;
  document.body.append(frame);
  await loaded;
  const page = frame.contentDocument;
  if (address.startsWith("search"))
    for (let i = 0; i < 100 && !page.querySelector("#search-results li a"); i++)
      await new Promise(done => setTimeout(done, 50));
  const pictures = [...page.images];
  pictures.forEach(image => image.loading = "eager");
  await Promise.all(pictures.map(image => image.decode().catch(() => {})));
  const found = {
    heading: page.querySelector("h1")?.textContent ?? "", pictures: pictures.length,
    broken: pictures.filter(image => !image.naturalWidth).map(image => image.src),
    results: page.querySelectorAll("#search-results li a").length,
  };
  frame.remove();
  return found;
}
(async () => {
  const found = {};
  for (const address of PAGES) found[address] = await look(address);
  document.getElementById("found").textContent = JSON.stringify(found);
})();
</script>"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files, and of the test's page, that prints nothing."""

    def do_GET(self):
        """Serve a file, or the test's page."""
        if self.path != "/test-page":
            super().do_GET()
            return
        content = TEST_PAGE.replace("PAGES", json.dumps(list(MAIN_PAGES))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Nothing."""


def opened(browser, address):
    """The document as Chromium has it in the end, and what it wrote on stderr."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   f"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=60000",
                   "--dump-dom", address]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout, done.stderr


def defects(found, console):
    """What is wrong with the pages."""
    for address, wanted in MAIN_PAGES.items():
        page = found.get(address)
        if address == SEARCH:
            if page is None or not page["results"]:
                yield f"{address}: the search finds nothing"
        elif page is None or not page["heading"].startswith(wanted) or not page["heading"]:
            yield f"{address}: the heading is {page and page['heading']!r}, not {wanted!r}"
        elif page["broken"]:
            yield f"{address}: pictures that do not load: {page['broken']}"
    pictures = sum(page["pictures"] for page in found.values())
    if pictures < LEAST_PICTURES:
        yield f"only {pictures} pictures"
    yield from console


def main():
    """Serve, open, print what is wrong; 1 when something is."""
    site, browser = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        document, log = opened(browser, f"http://127.0.0.1:{server.server_port}/test-page")
        server.shutdown()
    shown = re.search(r'<pre id="found">(.*?)</pre>', document, re.DOTALL)
    found = json.loads(shown[1].replace("&amp;", "&")) if shown and shown[1] else {}
    console = [line for line in log.splitlines() if "CONSOLE" in line and "favicon" not in line]
    wrong = list(defects(found, console))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    pictures = sum(page["pictures"] for page in found.values())
    lines = len(console)
    print(f"{len(found)} pages opened, {pictures} pictures, {lines} console lines, {len(wrong)} defects")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
