// Goes a road in Firefox over WebDriver BiDi. Standard input: {url, firefox, find, steps}; what
// each step is stands in road.py. Writes what went wrong, if anything did, to standard error.

import puppeteer from "puppeteer-core";
import { readFileSync } from "node:fs";

const { url, firefox, find, steps, seconds } = JSON.parse(readFileSync(0, "utf8"));
const finder = new Function(`return ${find}`)();
const complaints = [];

const browser = await puppeteer.launch({
  browser: "firefox", executablePath: firefox, headless: true,
  extraPrefsFirefox: { "geo.prompt.testing": true, "geo.prompt.testing.allow": false },
});
const page = await browser.newPage();
await page.setViewport({ width: 360, height: 780 });
page.on("pageerror", (error) => complaints.push(String(error)));

/** The page's policy forbids what `waitForFunction` is made of; asking again and again is not. */
async function element(selector, text) {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const found = (await page.evaluateHandle(finder, selector, text).catch(() => null))?.asElement();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never seen: ${selector} «${text}»\n${await page.evaluate("document.body.innerText")}`);
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
  click: async (selector, text) => (await element(selector, text)).click(),
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
