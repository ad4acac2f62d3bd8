// Getting the app onto the home screen. On iOS this comes before sign-in: a tab loses its data
// after seven idle days, and a tab and the installed app do not share storage.

import { Icon, Notice, html, useEffect, useState } from "./ui.js";
import { t } from "./words.js";

/** @type {any} */
let prompt = null;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
  dispatchEvent(new Event("can-install"));
});

export function installed() {
  return matchMedia("(display-mode: standalone)").matches ||
    /** @type {any} */ (navigator).standalone === true;
}

export function isApple() {
  // An iPad calls itself a Mac, but only one of them has a touch screen.
  return /iPhone|iPad|iPod/.test(navigator.userAgent) ||
    (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
}

/** Asks to install before anything else is done. @param {{onSkip: () => void}} props */
export function InstallFirst({ onSkip }) {
  return html`<${Notice} kind="strong" icon="plus">
    <h2>${t("install.title")}</h2>
    <p>${t("install.apple.why")}</p>
    <ol class="steps">
      <li>${t("install.apple.share")}</li>
      <li>${t("install.apple.add")}</li>
      <li>${t("install.apple.open")}</li>
    </ol>
    <button type="button" class="plain" onClick=${onSkip}>${t("install.skip")}</button>
  <//>`;
}

/** The offer on a browser that can install by itself. */
export function InstallOffer() {
  const [can, setCan] = useState(!!prompt);
  useEffect(() => {
    const listener = () => setCan(true);
    addEventListener("can-install", listener);
    return () => removeEventListener("can-install", listener);
  }, []);
  if (!can || installed()) return null;
  const install = async () => {
    await prompt.prompt();
    prompt = null;
    setCan(false);
  };
  return html`<div class="offer"><${Icon} name="plus" /><p>${t("install.offer")}</p>
    <button type="button" onClick=${install}>${t("install.do")}</button></div>`;
}
