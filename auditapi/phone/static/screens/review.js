// Before sending: what is required and missing, one tap to each place; then the seal.

import { app } from "../app.js";
import { PhotoStrip } from "../controls/photos.js";
import { Saved } from "../controls/saved.js";
import { closeForm, useForm } from "../openform.js";
import { fix } from "../place.js";
import { documentOf, sealDocument } from "../seal.js";
import { Header, Icon, Notice, go, html, useState } from "../ui.js";
import { said, t } from "../words.js";
import { Closed } from "./audit.js";
import { AnswerForm, WhyReturned } from "./returned.js";

/** @import { Form } from "../form.js" */

/** @param {{path: string[]}} props the draft's id */
export default function ReviewScreen({ path: [id] }) {
  const { form, wrong, take } = useForm(id);
  if (wrong) return html`<${Closed} wrong=${wrong} take=${take} />`;
  if (!form) return html`<main aria-busy="true"></main>`;
  return html`<${Review} form=${form} />`;
}

/** Seals the audit: from here on its bytes do not change. @param {Form} form */
async function send(form) {
  const { storage } = app;
  if (!storage) return;
  if (!form.covert && !form.draft.corrects) {
    const late = new Promise((done) => setTimeout(() => done("timeout"), 2500));
    const place = await Promise.race([fix("finish", 2), late]);
    if (typeof place === "object" && place) form.setPlace(/** @type {any} */ (place));
  }
  await form.flush();
  const offset = (await storage.thing("clock_offset")) ?? 0;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const platform = navigator.userAgent.slice(0, 200);
  const shown = form.shown ?? new Set();
  const document = documentOf(form.draft, shown, { now: Date.now(), zone, platform, offset });
  const before = await storage.sealed(form.draft.id);
  const name = form.store?.name ?? "";
  await storage.seal(await sealDocument(document, name, form.draft.corrects, before), form.draft);
  await closeForm();
  app.changed();
  app.autosync?.now();
  go(`#/outbox/${document.id}`);
}

/** Throws the draft away, on the server too when there is a network. @param {Form} form */
async function discard(form) {
  const { id } = form.draft;
  if (!confirm(t("draft.discard.sure"))) return;
  await closeForm();
  await app.storage?.discardDraft(id);
  app.changed();
  app.autosync?.now();
  go("#/");
}

/** @param {{form: Form}} props */
function Review({ form }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const faults = form.reasons();
  const { done, all } = form.progress();
  const loose = form.draft.photos.filter((photo) => !photo.item);
  const submit = async () => {
    if (faults.length && !confirm(t("review.anyway.sure"))) return;
    setBusy(true);
    setFailed(false);
    try {
      await send(form);
    } catch (error) {
      console.warn("seal", error);
      setFailed(true);
      setBusy(false);
    }
  };
  return html`
    <${Header} title=${t("review")} back=${`#/audit/${form.draft.id}`}>
      <${Saved} form=${form} onlyBad /><//>
    <main class="stack">
      ${form.draft.replies && html`<${WhyReturned} ...${form.draft.replies} />`}
      <p>${t("review.count", { done, all, photos: form.draft.photos.length })}</p>
      ${faults.length ? html`<h2>${t("review.missing", { n: faults.length })}</h2>
        <ul class="list">${faults.map((fault) => html`<${Fault} form=${form} fault=${fault} />`)}</ul>`
        : html`<${Notice} kind="good" icon="check">${t("review.complete")}<//>`}
      <section class="card"><h2>${t("review.more.photos")}</h2>
        <${PhotoStrip} form=${form} item=${null} photos=${loose} needed=${false} /></section>
      ${form.covert && html`<p class="quiet">${t("review.covert")}</p>`}
      ${failed && html`<${Notice} kind="bad" icon="warn" role="alert">${t("review.failed")}<//>`}
      ${form.draft.replies && html`<${AnswerForm} form=${form} />`}
      <button type="button" class="plain bad-text" onClick=${() => discard(form)}>
        <${Icon} name="bin" /> ${t("draft.discard")}</button>
    </main>
    ${!form.draft.replies && html`<div class="bottom"><button type="button" class=${faults.length ? "grow" : "primary grow"}
      disabled=${busy} onClick=${submit}><${Icon} name="send" />
      ${t(busy ? "review.sealing" : faults.length ? "review.anyway" : "review.send")}</button></div>`}`;
}

/** @param {{form: Form, fault: any}} props */
function Fault({ form, fault }) {
  const item = form.checklist.sections.flatMap((section) => section.items)
    .find((one) => one.key === fault.item);
  return html`<li><a class="card row" href=${`#/audit/${form.draft.id}/${fault.item}`}>
    <span class="grow"><strong>${t(`fault.${fault.code}`, fault.values)}</strong>
      <small><span class="key">${fault.item}</span> ${said(item?.text)}</small></span>
    <${Icon} name="next" /></a></li>`;
}
