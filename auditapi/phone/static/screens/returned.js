// An audit that head office has sent back: why and until when; and the answer to it, which goes out
// in place of a seal.

import { app, useApp } from "../app.js";
import { moment, uuid7 } from "../bytes.js";
import { changesOf, draftFor, newPhotos, replyOf } from "../replies.js";
import { closeForm } from "../openform.js";
import { Header, Icon, Notice, go, html, useRead, useState } from "../ui.js";
import { refusal, spoken, t, when } from "../words.js";

/** @import { Form } from "../form.js" */
/** @import { Answered, Returned, Store } from "../types.js" */

/** @param {string} id */
async function read(id) {
  const { storage } = app;
  const data = (await storage?.thing("work"))?.data;
  /** @type {Returned | undefined} */
  const returned = data?.returned?.find((/** @type {Returned} */ one) => one.id === id);
  if (!storage || !returned) return null;
  const store = data.stores.find((/** @type {Store} */ one) => one.id === returned.store_id);
  const known = await storage.thing(`returned:${id}`);
  const checklist = await storage.checklist(returned.checklist);
  const details = known?.revision === returned.revision && checklist ? known.details : null;
  return { returned, store, details, draft: await storage.draft(id) };
}

/** @param {{path: string[]}} props the audit's id */
export default function ReturnedScreen({ path: [id] }) {
  const version = useApp();
  const all = useRead(() => read(id), [id, version]);
  if (!all) {
    return html`<${Header} title=${t("returned")} back="#/" /><main>${all === null &&
      html`<${Notice} kind="warn">${t("returned.gone")}<//>`}</main>`;
  }
  const { returned, store, details, draft } = all;
  const begin = async () => {
    if (!draft) await app.storage?.saveDraft(draftFor(returned, details, spoken(), moment()));
    go(`#/audit/${id}`);
  };
  return html`<${Header} title=${store?.name ?? t("store.unknown")} back="#/" />
    <main class="stack">
      <${WhyReturned} ...${returned} />
      <p>${t("returned.what")}</p>
      ${!details && html`<${Notice} kind="warn">${t("returned.coming")}<//>`}
      <button type="button" class="primary" disabled=${!details} onClick=${begin}>
        ${t(draft ? "home.continue" : "returned.begin")}</button>
    </main>`;
}

/** @param {{reason: string, until: string}} props */
export function WhyReturned({ reason, until }) {
  return html`<${Notice} kind="warn" icon="warn"><strong>${t("returned")}</strong>
    <p class="memo">«${reason}»</p>
    <p><${Icon} name="clock" /> ${t("returned.until", { at: when(until) })}</p><//>`;
}

/** The last screen of a returned audit: what has changed, a word to head office, and out it goes.
 * @param {{form: Form}} props */
export function AnswerForm({ form }) {
  const [failed, setFailed] = useState(false);
  const { draft } = form;
  const shown = form.shown ?? new Set();
  const counts = { changes: changesOf(draft, shown).length, photos: newPhotos(draft).length };
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const words = String(given.get("words") ?? "").trim();
    try {
      await form.flush();
      const how = { key: uuid7(), words, store: form.store?.name ?? "", now: moment() };
      await app.storage?.putReply(replyOf(form.draft, shown, how), form.draft);
      await closeForm();
      app.changed();
      app.autosync?.now();
      go("#/outbox");
    } catch (error) {
      console.warn("reply", error);
      setFailed(true);
    }
  };
  return html`<form class="card stack" onSubmit=${submit}>
    <h2>${t("reply")}</h2>
    <p>${t("reply.count", counts)}</p>
    <label class="field"><span>${t("reply.words")}</span>
      <textarea name="words" rows="3" required maxlength="4000"></textarea></label>
    ${failed && html`<${Notice} kind="bad" icon="warn" role="alert">${t("review.failed")}<//>`}
    <button class="primary"><${Icon} name="send" /> ${t("reply.send")}</button>
  </form>`;
}

/** @param {Answered} reply */
const stateOf = ({ trouble, state, refused }) =>
  trouble?.kind ?? (state === "done" ? (refused.length ? "refused.photo" : "done") : state);

/** @type {Record<string, string>} */
const TONES = { done: "good", refused: "bad", too_late: "bad", "refused.photo": "warn" };

/** An answer in the outbox. @param {{reply: Answered}} props */
export function ReplyCard({ reply }) {
  const state = stateOf(reply);
  const all = reply.photos.length;
  const there = reply.state === "waiting" ? 0 : all - reply.missing.length - reply.refused.length;
  const again = async () => {
    await app.storage?.reopen(reply);
    go(`#/audit/${reply.id}`);
  };
  return html`<li class="card stack">
    <div class="row"><span class="grow"><strong>${reply.store}</strong>
      <small>${t("reply")} · ${when(reply.made_at)}</small>
      ${all > 0 && html`<small>${t("outbox.photos", { there, all })}</small>`}</span>
      <span class=${`pill ${TONES[state] ?? "plain"}`}>${t(`reply.${state}`)}</span></div>
    ${state === "refused" && html`<p>${refusal(reply.trouble)}</p>`}
    <p class="quiet">${t(`reply.${state}.what`)}</p>
    ${state === "refused" && html`<button type="button" onClick=${again}>
      ${t("outbox.correct")}</button>`}</li>`;
}
