// Language, network, room on the phone, the last way out, signing out.

import { app, useApp } from "../app.js";
import { saveUnsent } from "../export.js";
import { APP } from "../seal.js";
import { Header, Notice, go, html, useRead, useState } from "../ui.js";
import { size, t } from "../words.js";
import { LanguageChoice } from "./signin.js";

export default function SettingsScreen() {
  const version = useApp();
  const [refused, setRefused] = useState(false);
  const unsent = useRead(async () => app.storage?.unsent(), [version]);
  const room = useRead(async () => ({
    ...(await navigator.storage?.estimate?.()),
    safe: await navigator.storage?.persisted?.() }), [version]);
  const waiting = unsent ? unsent.audits + unsent.drafts + unsent.actions : 0;
  const leave = async () => {
    const gone = await app.signOut();
    setRefused(!gone);
    if (gone) go("#/signin");
  };
  const person = app.session?.person;
  const used = room?.usage ?? 0;
  const all = room?.quota ?? 0;
  return html`<${Header} title=${t("settings")} back="#/" />
    <main class="stack">
      <section class="card"><h2>${t("language")}</h2><${LanguageChoice} /></section>
      <section class="card"><h2>${t("settings.network")}</h2>
        <label class="choice"><input type="checkbox" checked=${app.sparing}
          onChange=${(/** @type {any} */ event) => app.setSparing(event.target.checked)} />
          <span>${t("settings.sparing")}</span></label></section>
      <section class="card"><h2>${t("settings.room")}</h2>
        <meter min="0" max=${all || 1} value=${used} aria-label=${t("settings.room")}></meter>
        <p>${t("settings.used", { used: size(used), all: size(all) })}</p>
        ${room?.safe === false && html`<p class="quiet">${t("settings.unsafe")}</p>`}
        ${all > 0 && all - used < 50e6 && html`<${Notice} kind="bad" icon="warn">
          ${t("settings.full")}<//>`}
        <p>${t("settings.unsent", unsent ?? {})}</p>
        <button type="button" disabled=${!waiting} onClick=${() => saveUnsent()}>
          ${t("export")}</button></section>
      <section class="card"><h2>${person?.name}</h2>
        <p class="quiet">${person?.organisation?.name ?? app.session?.organisation}</p>
        ${(refused || waiting > 0) && html`<${Notice} kind="warn" role="status">
          ${t("signout.blocked")}<//>`}
        <button type="button" disabled=${waiting > 0} onClick=${leave}>${t("signout")}</button>
      </section>
      <p class="quiet">${t("app.name")} ${APP}</p>
    </main>`;
}
