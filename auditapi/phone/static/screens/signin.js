// Signing in: by password, or by a code that an administrator hands out (typed, or opened as a
// link from a QR picture).

import { app, othersWaiting } from "../app.js";
import { InstallFirst, InstallOffer, installed, isApple } from "../install.js";
import { Notice, go, html, useEffect, useRead, useState } from "../ui.js";
import { LANGUAGES, spoken, t } from "../words.js";

/** @import { Reply } from "../types.js" */

/** Why signing in did not work, in words. @param {Reply} reply */
function problem(reply) {
  if (reply.status === 0) return t("signin.offline");
  if (reply.status === 429) return t("signin.throttled");
  if (reply.status >= 500) return t("signin.server");
  return t("signin.wrong");
}

export function LanguageChoice() {
  return html`<div class="segments" role="group" aria-label=${t("language")}>
    ${Object.entries(LANGUAGES).map(([code, name]) => html`<button type="button" lang=${code}
      aria-pressed=${spoken() === code} onClick=${() => app.setLanguage(code)}>${name}</button>`)}
  </div>`;
}

/** @param {{path: string[]}} props `code/XXXX` when opened from a QR picture */
export function SignIn({ path }) {
  const given = path[0] === "code" ? path[1] ?? "" : "";
  const [byCode, setByCode] = useState(!!given);
  const [skipped, setSkipped] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const waiting = useRead(othersWaiting, [app.session]);
  const last = useRead(async () => Object.values((await app.shared.get("people")) ?? {}).at(-1) ?? null, []);

  /** @param {object} proof */
  const signIn = async (proof) => {
    setBusy(true);
    setFailed("");
    const reply = await app.signIn(proof);
    setBusy(false);
    if (app.session && reply.status === 201) go("#/");
    else setFailed(problem(reply));
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const fields = [...form].map(([name, value]) =>
      [name, name === "password" ? value : String(value).trim()]);
    signIn(Object.fromEntries(fields));
  };
  useEffect(() => {
    if (given && !(isApple() && !installed())) signIn({ code: given });
  }, []);

  // Not before it is known who was here last: a form that fills itself in late takes away what
  // has been typed meanwhile.
  if (last === undefined) return html`<main aria-busy="true"></main>`;
  const first = isApple() && !installed() && !skipped;
  return html`<main class="signin">
    <div class="brand"><img src=${new URL("../icons/icon.svg", import.meta.url).pathname} alt=""
      width="56" height="56" /><h1>${t("app.name")}</h1></div>
    <${LanguageChoice} />
    ${waiting?.map((person) => html`<${Notice} kind="warn" icon="cloud">
      ${t("signin.waiting", { name: person.name, n: person.audits + person.drafts })}<//>`)}
    ${first ? html`<${InstallFirst} onSkip=${() => setSkipped(true)} />` : html`
      <form onSubmit=${submit} class="card stack">
        ${byCode ? html`<${Field} name="code" label=${t("signin.code")} given=${given}
            hint=${t("signin.code.hint")} autocomplete="one-time-code" />`
          : html`<${Passwords} last=${last} />`}
        ${failed && html`<${Notice} kind="bad" icon="warn" role="alert">${failed}<//>`}
        <button class="primary" disabled=${busy}>${t(busy ? "signin.busy" : "signin.do")}</button>
        <button type="button" class="plain" onClick=${() => setByCode(!byCode)}>
          ${t(byCode ? "signin.by.password" : "signin.by.code")}</button>
      </form>
      <${InstallOffer} />`}
  </main>`;
}

/** @param {{last: any}} props who signed in here last */
function Passwords({ last }) {
  return html`
    <${Field} name="organisation" label=${t("signin.organisation")} autocomplete="organization"
      given=${last?.organisation} autocapitalize="none" />
    <${Field} name="email" type="email" label=${t("signin.email")} autocomplete="username"
      given=${last?.email} />
    <${Field} name="password" type="password" label=${t("signin.password")}
      autocomplete="current-password" />`;
}

/** `given` is where typing starts; as `value` it would come back with every redraw.
 * @param {any} props */
function Field({ label, name, type = "text", hint, given = "", ...rest }) {
  return html`<label class="field"><span>${label}</span>
    <input name=${name} type=${type} required defaultValue=${given} ...${rest} />
    ${hint && html`<small>${hint}</small>`}</label>`;
}
