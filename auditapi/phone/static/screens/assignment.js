// One assignment: where, when, what kind of visit, the brief, what was wrong last time; and the
// buttons to take it, decline it, say it can't be done, or begin.

import { app, useApp } from "../app.js";
import { metres, moment, uuid7 } from "../bytes.js";
import { newDraft } from "../form.js";
import { installed, isApple } from "../install.js";
import { fix } from "../place.js";
import { Header, Icon, Notice, go, html, useEffect, useRead, useState } from "../ui.js";
import { distance, refusal, said, spoken, t, when } from "../words.js";
import { scenarioName } from "./home.js";

/** @import { Assignment, Store } from "../types.js" */

const IMPOSSIBLE = ["closed", "refused", "unsafe", "other"];

/** @param {string} id */
async function read(id) {
  const { storage } = app;
  const data = (await storage?.thing("work"))?.data;
  const assignment = data?.assignments.find((/** @type {Assignment} */ one) => one.id === id);
  if (!storage || !assignment) return null;
  const store = data.stores.find((/** @type {Store} */ one) => one.id === assignment.store_id);
  const checklist = await storage.checklist(assignment.checklist);
  const failed = assignment.kind === "mystery_shop" ? [] : data.last_failed?.[assignment.store_id];
  const draft = (await storage.drafts()).find((one) => one.assignment_id === id);
  const told = (await storage.actions()).find((one) => one.assignment_id === id);
  return { assignment, store, checklist, failed: failed ?? [], draft, told };
}

/** @param {{path: string[]}} props */
export default function AssignmentScreen({ path: [id] }) {
  const version = useApp();
  const all = useRead(() => read(id), [id, version]);
  const [asking, setAsking] = useState("");
  if (!all) {
    return html`<${Header} title="" back="#/" /><main>${all === null &&
      html`<${Notice} kind="warn">${t("assignment.gone")}<//>`}</main>`;
  }
  const { assignment, store, failed, told } = all;
  return html`
    <${Header} title=${store?.name ?? t("store.unknown")} back="#/" />
    <main class="stack">
      <${Where} store=${store} />
      <${What} assignment=${assignment} checklist=${all.checklist} />
      <${Brief} brief=${assignment.brief ?? {}} />
      ${failed.length > 0 && html`<section class="card"><h2>${t("last.failed")}</h2><ul class="plain-list">
        ${failed.map((/** @type {any} */ one) => html`<li><strong>${one.item}</strong> ${said(one.text)}
          ${one.note && html`<br /><small>«${one.note}»</small>`}</li>`)}</ul></section>`}
      ${told && html`<${Notice} kind=${told.trouble ? "bad" : "plain"}>
        ${told.trouble ? t("action.refused", { why: refusal(told.trouble) }) : t("action.waiting")}<//>`}
      ${asking ? html`<${WhyNot} what=${asking} assignment=${assignment}
          close=${() => setAsking("")} />`
        : html`<${Buttons} ...${all} ask=${setAsking} />`}
    </main>`;
}

/** @param {{store?: Store}} props */
function Where({ store }) {
  const [away, setAway] = useState(/** @type {number | null} */ (null));
  useEffect(() => {
    if (!store || store.latitude == null || store.longitude == null) return;
    // Only when asked before: a look at the list is no reason to ask for a position.
    const here = { latitude: Number(store.latitude), longitude: Number(store.longitude) };
    navigator.permissions?.query({ name: "geolocation" }).then(async ({ state }) => {
      const found = state === "granted" ? await fix("start", 8) : "";
      if (typeof found !== "string") setAway(metres(found, here));
    }, () => undefined);
  }, [store?.id]);
  return html`<p class="place"><${Icon} name="place" /><span>${store?.address ?? ""}
    <small>${store?.code}${away !== null && ` · ${t("away", { far: distance(away) })}`}</small>
  </span></p>`;
}

/** @param {{assignment: Assignment, checklist: any}} props */
function What({ assignment, checklist }) {
  const { kind, scenario, not_before, not_after } = assignment;
  const about = typeof scenario === "object" && scenario ? scenario : null;
  return html`<section class="card">
    <h2>${t(`kind.${kind}`)}</h2>
    <p>${checklist ? said(checklist.title) : t("checklist.coming")}</p>
    <p><${Icon} name="clock" /> <span class="whole">${when(not_before)} –</span>${" "}
      <span class="whole">${when(not_after)}</span></p>
    ${assignment.purchase && html`<p>${t("purchase.yes")}</p>`}
    ${scenario && html`<h3>${t("scenario")}: ${scenarioName(scenario)}</h3>`}
    ${about?.how_it_shows && html`<p>${said(about.how_it_shows)}</p>`}
    ${about?.behaviours?.length > 0 && html`<p class="quiet">${t("scenario.watch")}</p><ol>${about.behaviours.map(
      (/** @type {any} */ one) => html`<li>${said(one)}</li>`)}</ol>`}
  </section>`;
}

/** @param {{brief: any}} props */
function Brief({ brief }) {
  const purchase = brief.purchase ?? {};
  const lines = [
    [t("brief.instructions"), brief.instructions],
    [t("brief.bay"), brief.bay],
    [t("brief.find"), brief.item_to_find],
    [t("brief.missing"), brief.missing_item],
    [t("brief.limit"), purchase.limit],
    [t("brief.payment"), purchase.payment],
    [t("brief.return"), purchase.return],
    [t("brief.fee"), brief.fee],
    [t("brief.legal"), brief.legal_check],
    [t("brief.letter"), brief.letter_of_authorisation],
  ].filter(([, value]) => value !== undefined && value !== null && value !== "");
  const products = brief.must_have_products ?? [];
  const questions = brief.questions ?? [];
  if (!lines.length && !products.length && !questions.length) return null;
  return html`<section class="card"><h2>${t("brief")}</h2>
    <dl class="facts">${lines.map(([name, value]) => html`<dt>${name}</dt>
      <dd>${typeof value === "object" ? said(value) : String(value)}</dd>`)}</dl>
    ${products.length > 0 && html`<h3>${t("brief.products")}</h3><ol>${products.map(
      (/** @type {any} */ one) => html`<li>${said(one)}</li>`)}</ol>`}
    ${questions.length > 0 && html`<h3>${t("brief.questions")}</h3><ol>${questions.map(
      (/** @type {any} */ one) => html`<li>${said(one.question)}<br />
        <small>→ ${said(one.answer_key)}</small></li>`)}</ol>`}
  </section>`;
}

/** Tells the server something about an assignment; kept and sent later when there is no network.
 * @param {Assignment} assignment @param {string} what @param {object} body */
async function tell(assignment, what, body) {
  await app.storage?.putAction({
    key: uuid7(), path: `/assignments/${assignment.id}/${what}`, body,
    assignment_id: assignment.id, made_at: new Date().toISOString(), trouble: null });
  app.changed();
  app.autosync?.now();
}

/** Begins an audit. The place is asked for beside it and never waited for; on a mystery shop not
 * at all. @param {Assignment} assignment @param {boolean} recording */
async function begin(assignment, recording) {
  const { storage } = app;
  if (!storage) return;
  const draft = { ...newDraft(assignment, spoken(), Date.now()), recording };
  await storage.saveDraft(draft);
  if (assignment.state === "offered") await tell(assignment, "accept", {});
  go(`#/${recording ? "notes" : "audit"}/${draft.id}`);
}

/** @param {any} props */
function Buttons({ assignment, checklist, draft, told, ask }) {
  if (draft) {
    return html`<a class="button primary"
      href=${`#/${draft.recording ? "notes" : "audit"}/${draft.id}`}>${t("home.continue")}</a>`;
  }
  const covert = assignment.kind === "mystery_shop";
  const early = assignment.not_before && moment() < assignment.not_before;
  return html`
    ${isApple() && !installed() && html`<${Notice} kind="warn" icon="warn">
      ${t("install.apple.why")}<//>`}
    ${!checklist && html`<${Notice} kind="warn">${t("checklist.coming")}<//>`}
    ${early && Date.parse(assignment.not_before) > Date.now() && html`<${Notice}>
      ${t("assignment.early", { at: when(assignment.not_before) })}<//>`}
    <div class="stack actions">
      ${assignment.state === "offered" && !told && html`<button type="button" class="primary"
        onClick=${() => tell(assignment, "accept", {})}>${t("assignment.accept")}</button>`}
      ${covert && html`<button type="button" class="primary" disabled=${!checklist}
        onClick=${() => begin(assignment, true)}>${t("recorder.open")}</button>
        <small class="quiet">${t("recorder.about")}</small>`}
      <button type="button" class=${covert ? "" : "primary"} disabled=${!checklist}
        onClick=${() => begin(assignment, false)}>${t("assignment.begin")}</button>
      <div class="row">
        ${assignment.state === "offered" && !told && html`<button type="button" class="grow"
          onClick=${() => ask("decline")}>${t("assignment.decline")}</button>`}
        <button type="button" class="grow" onClick=${() => ask("not-possible")}>
          ${t("assignment.impossible")}</button>
      </div>
    </div>`;
}

/** @param {{what: string, assignment: Assignment, close: () => void}} props */
function WhyNot({ what, assignment, close }) {
  /** @param {SubmitEvent} event */
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const note = String(form.get("note") ?? "").trim();
    const body = what === "decline" ? { reason: note } : { reason: form.get("reason"), note };
    await tell(assignment, what, body);
    close();
  };
  return html`<form class="card stack" onSubmit=${submit}>
    <h2>${t(what === "decline" ? "assignment.decline" : "assignment.impossible")}</h2>
    ${what !== "decline" && html`<div class="choices">${IMPOSSIBLE.map((reason, n) => html`
      <label class="choice"><input type="radio" name="reason" value=${reason} required
        defaultChecked=${n === 0} /><span>${t(`impossible.${reason}`)}</span></label>`)}</div>`}
    <label class="field"><span>${t("reason")}</span>
      <textarea name="note" rows="2" required=${what === "decline"}></textarea></label>
    <div class="row"><button type="button" class="grow" onClick=${close}>${t("cancel")}</button>
      <button class="primary grow">${t("tell")}</button></div>
  </form>`;
}
