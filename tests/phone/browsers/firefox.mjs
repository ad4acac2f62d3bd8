// Goes a road in Firefox over WebDriver BiDi. Standard input: {url, firefox, find, steps, seconds};
// what each step is stands in road.py. `seconds`: how long anything may take, the start of Firefox
// too. Writes what went wrong, if anything did, to standard error.

import puppeteer from "puppeteer-core";
import { readFileSync } from "node:fs";

const { url, firefox, find, steps, seconds } = JSON.parse(readFileSync(0, "utf8"));
const finder = new Function(`return ${find}`)();
const patience = seconds * 1000;
const complaints = [];

const browser = await puppeteer.launch({
  browser: "firefox", executablePath: firefox, headless: true, timeout: patience,
  extraPrefsFirefox: { "geo.prompt.testing": true, "geo.prompt.testing.allow": false },
});
const page = await browser.newPage();
page.setDefaultTimeout(patience);
await page.setViewport({ width: 360, height: 780 });
page.on("pageerror", (error) => complaints.push(String(error)));

/** The page's policy forbids what `waitForFunction` is made of; asking again and again is not. */
async function element(selector, text) {
  const until = Date.now() + patience;
  while (Date.now() < until) {
    const found = (await page.evaluateHandle(finder, selector, text).catch(() => null))?.asElement();
    if (found && await steady(found).catch(() => false)) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never seen: ${selector} «${text}»\n${await page.evaluate("document.body.innerText")}`);
}

/** Whether it stays where it is for two frames: a finger, too, waits until the page stands still. */
function steady(found) {
  return found.evaluate(async (element) => {
    const place = () => JSON.stringify(element.getBoundingClientRect());
    const before = place();
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return element.isConnected && place() === before;
  });
}

/** Drawn anew between finding and clicking, it is no longer in the page: then the new one. */
async function click(selector, text) {
  const found = await element(selector, text);
  try {
    await found.click();
  } catch (error) {
    if (await found.evaluate((old) => old.isConnected).catch(() => false)) throw error;
    await (await element(selector, text)).click();
  }
}

async function draw(field) {
  const { x, y, width, height } = await field.boundingBox();
  await page.mouse.move(x + width * 0.25, y + height * 0.4);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.5, y + height * 0.5);
  await page.mouse.move(x + width * 0.75, y + height * 0.6);
  await page.mouse.up();
}

const DO = {
  go: (address) => (address
    ? page.evaluate((to) => { location.hash = to; }, address) : page.goto(`${url}/app/`)),
  reload: () => page.reload(),
  see: element,
  click,
  fill: async (selector, words) => (await element(selector, "")).type(words),
  upload: async (selector, file) => (await element(selector, "")).uploadFile(file),
  draw: async (selector) => draw(await element(selector, "")),
};

try {
  for (const [what, ...more] of steps) await DO[what](...more);
  if (complaints.length) throw new Error(complaints.join("\n"));
} finally {
  await browser.close();
}
