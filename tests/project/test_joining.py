"""Our modules, joined for production: the same behaviour in fewer files."""

import json
import subprocess
from pathlib import Path

import pytest
from django.conf import settings as project
from playwright._impl._driver import compute_driver_executable

from notifications.joining import CannotJoin, Chunk, join
from notifications.joining.storage import ENTRIES, light

STATIC = Path(project.BASE_DIR) / "static"

SHOP = {
    "shop/page.js": """
import { price, tax as vat } from "./prices.js";
import * as basket from "./parts/basket.js";
import "./parts/begin.js";

export const shown = `${price(3)} ${vat} ${basket.count()}`;
export const later = async () => {
  const { help } = await import("./parts/help.js");
  const { order } = await import("./parts/order.js");
  return `${help()} ${order()}`;
};
""",
    "shop/prices.js": """
/** Not an import: import("./nothing.js"). */
let asked = 0;
export const tax = 19;
export function price(count) {
  asked += 1;
  return `${count} at ${asked}`;
}
""",
    "shop/parts/basket.js": 'export { tax } from "../prices.js";\nexport const count = () => 7;\n',
    "shop/parts/begin.js": "globalThis.began = (globalThis.began ?? 0) + 1;\n",
    "shop/parts/help.js": """
import { price } from "../prices.js";
import { bold } from "./bold.js";

export function help() {
  return bold(price(1));
}
""",
    "shop/parts/order.js": """
import { bold } from "./bold.js";

const word = "ordered";
export class Order {}
export { word as said };
export async function* all() {}
export const order = () => bold(word);
""",
    "shop/parts/bold.js": "let runs = 0;\nexport const bold = (text) => `*${text}* ${++runs}`;\n",
}


def written(chunks: list[Chunk], folder: Path) -> Path:
    for chunk in chunks:
        path = folder / chunk.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(light(chunk.name, chunk.text))
    return folder / chunks[0].name


def node(code: str, folder: Path) -> str:
    script = folder / "run.mjs"
    script.write_text(code)
    executable = compute_driver_executable()[0]
    done = subprocess.run(
        [executable, script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_does_the_same_in_one_file_and_one_for_each_later_part(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    chunks = join("shop/page.js", SHOP.__getitem__)
    entry = written(chunks, tmp_path)
    said = node(
        f'import {{ shown, later }} from "{entry}"; console.log(shown, await later(), began);',
        tmp_path,
    )
    # What counts in one module is counted once, whichever file asks it.
    assert said == "3 at 1 19 7 *1 at 2* 1 *ordered* 2 1"
    files = {chunk.path: set(chunk.modules) for chunk in chunks}
    assert files == {
        "shop/page.js": {
            "shop/page.js", "shop/prices.js", "shop/parts/basket.js", "shop/parts/begin.js",
        },
        "shop/parts/help.js": {"shop/parts/help.js"},
        "shop/parts/order.js": {"shop/parts/order.js"},
        "shop/parts/bold.js": {"shop/parts/bold.js"},
    }  # fmt: skip


def test_it_puts_the_same_hash_into_all_names_and_another_after_a_change() -> None:
    first = join("shop/page.js", SHOP.__getitem__)
    changed = {**SHOP, "shop/parts/bold.js": "export const bold = (text) => text;\n"}
    second = join("shop/page.js", changed.__getitem__)
    for chunks in (first, second):
        assert len({chunk.name.split(".")[1] for chunk in chunks}) == 1
    assert {chunk.name for chunk in first}.isdisjoint(chunk.name for chunk in second)
    assert [chunk.name for chunk in first] == [
        chunk.name for chunk in join("shop/page.js", SHOP.__getitem__)
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('import all from "./prices.js";', "import all"),
        ("export default 3;", "export default"),
        ("export let count = 0;", "export let"),
        ("const { a } = await import(`./${name}.js`);", "import(`"),
        ("console.log(import.meta.url);", "import.meta"),
        ('import { lodash } from "lodash";', "lodash"),
    ],
)
def test_it_refuses_what_it_does_not_understand(source: str, words: str) -> None:
    with pytest.raises(CannotJoin, match=r"^shop/page\.js: ") as caught:
        join("shop/page.js", {**SHOP, "shop/page.js": source}.__getitem__)
    assert words in str(caught.value)


def test_it_refuses_modules_that_import_one_another_in_a_circle() -> None:
    circle = {**SHOP, "shop/prices.js": 'import "./page.js";\n' + SHOP["shop/prices.js"]}
    with pytest.raises(CannotJoin, match="circle"):
        join("shop/page.js", circle.__getitem__)


def test_it_joins_every_entry_of_ours_into_modules_that_a_browser_can_read() -> None:
    def read(name: str) -> str:
        return (STATIC / name).read_text()

    texts = []
    for entry in ENTRIES:
        chunks = join(entry, read)
        modules = [module for chunk in chunks for module in chunk.modules]
        assert len(modules) == len(set(modules))
        texts += [light(chunk.name, chunk.text) for chunk in chunks]
    command = [
        compute_driver_executable()[0],
        "--experimental-vm-modules",
        "--no-warnings",
        "-e",
        PARSE,
    ]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]


PARSE = """
const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
for (const text of texts) new (require("node:vm").SourceTextModule)(text);
"""
