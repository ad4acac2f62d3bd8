// The first screen: what waits to be sent, what is begun, what is to be done.

import { app, useApp } from "../app.js";
import { Saved } from "../controls/saved.js";
import { fetchDraft } from "../drafts.js";
import { stateOf } from "../outbox.js";
import { Header, Icon, Notice, go, html, useRead, useState } from "../ui.js";
import { InstallOffer } from "../install.js";
import { said, t, when } from "../words.js";

/** @import { Answered, Assignment, Draft, Returned, Sealed, Store } from "../types.js" */

async function everything() {
  const { storage } = app;
  if (!storage) return null;
  const [work, drafts, sealed, replies, actions, offset, others, gone] = await Promise.all([
    storage.thing("work"), storage.drafts(), storage.allSealed(), storage.replies(),
    storage.actions(), storage.thing("clock_offset"), storage.thing("drafts_elsewhere"),
    storage.thing("discarded")]);
  const ids = [...drafts, ...sealed, ...replies].map(({ id }) => id);
  const here = new Set([...ids, ...(gone ?? [])]);
  const away = (others ?? []).filter((/** @type {any} */ one) => !here.has(one.id));
  const data = work?.data ?? null;
  return { data, drafts, sealed, replies, actions, offset: offset ?? 0, away };
}

export default function Home() {
  const version = useApp();
  const all = useRead(everything, [version]);
  return html`
    <${Header} title=${t("app.name")}>
      <a class="icon-button" href="#/settings" aria-label=${t("settings")}>
        <${Icon} name="settings" /></a>
    <//>
    <main class="stack" aria-busy=${!all}>
      ${[...app.unwritten].map(([id, { form }]) => html`
        <${Saved} key=${id} form=${form} onlyBad />`)}
      <${SyncLine} />
      ${all && html`<${Lists} ...${all} />`}
      <${InstallOffer} />
    </main>`;
}

/** How it stands with the server, in one line. */
export function SyncLine() {
  const { autosync } = app;
  const synced = useRead(async () => app.storage?.thing("synced_at"), [app.version]);
  if (autosync?.end === "signin") {
    return html`<${Notice} kind="warn" icon="warn">${t("sync.signin")}
      <a class="button" href="#/signin">${t("signin.do")}</a><//>`;
  }
  const text = autosync?.running ? t("sync.running")
    : autosync?.end === "again" ? t("sync.offline") : synced
      ? t("sync.done", { at: when(new Date(synced).toISOString()) }) : t("sync.never");
  return html`<p class="sync-line" role="status">
    <span class=${`dot ${autosync?.end ?? ""}`} aria-hidden="true"></span><span>${text}</span>
    <button type="button" class="plain" onClick=${() => autosync?.now()}>${t("sync.now")}</button>
  </p>`;
}

/** @param {{data: any, drafts: Draft[], sealed: Sealed[], replies: Answered[], actions: any[],
 *   offset: number, away: any[]}} props */
function Lists({ data, drafts, sealed, replies, actions, offset, away }) {
  /** @type {Map<string, Store>} */
  const stores = new Map(data?.stores.map((/** @type {Store} */ one) => [one.id, one]) ?? []);
  const inHand = new Set([...drafts, ...sealed.map((one) => ({ assignment_id:
    JSON.parse(new TextDecoder().decode(one.bytes)).assignment_id }))]
    .map((one) => one.assignment_id));
  const told = new Map(actions.map((action) => [action.assignment_id, action]));
  /** @type {Assignment[]} */
  const open = (data?.assignments ?? []).filter((/** @type {Assignment} */ one) =>
    ["offered", "accepted"].includes(one.state) && !inHand.has(one.id));
  const unsent = [
    ...sealed.filter((one) => !one.receipt || one.trouble || stateOf(one) === "quarantined"),
    ...replies.filter((one) => one.state !== "done")];
  const going = replies.filter((one) => one.trouble?.kind !== "too_late");
  const answering = new Set([
    ...drafts.map((one) => `${one.id} ${one.replies?.revision}`),
    ...going.map((one) => `${one.id} ${one.body.revision}`)]);
  /** @type {Returned[]} */
  const returned = (data?.returned ?? []).filter((/** @type {Returned} */ one) =>
    !answering.has(`${one.id} ${one.revision}`));
  return html`
    ${offset !== 0 && html`<${Notice} kind="warn" icon="clock">${t("clock.wrong")}<//>`}
    ${returned.length > 0 && html`<section><h2>${t("returned")}</h2><ul class="list">
      ${returned.map((one) => html`<${ReturnedRow} returned=${one}
        store=${stores.get(one.store_id)} />`)}</ul></section>`}
    ${sealed.length + replies.length > 0 && html`<a class="card row" href="#/outbox">
      <${Icon} name="cloud" /><span class="grow">${t("outbox")}
        <small>${unsent.length ? t("outbox.waiting", { n: unsent.length }) : t("outbox.clear")}
        </small></span><${Icon} name="next" /></a>`}
    ${drafts.length > 0 && html`<section><h2>${t("home.begun")}</h2><ul class="list">
      ${drafts.map((draft) => html`<${DraftRow} draft=${draft} store=${stores.get(draft.store_id)} />`)}
    </ul></section>`}
    ${away.length > 0 && html`<section><h2>${t("draft.elsewhere")}</h2><ul class="list">
      ${away.map((one) => html`<${AwayRow} key=${one.id} away=${one} />`)}
    </ul></section>`}
    <section><h2>${t("home.todo")}</h2>
      ${open.length ? html`<ul class="list">${open.map((one) => html`<${AssignmentRow}
          assignment=${one} store=${stores.get(one.store_id)} told=${told.get(one.id)} />`)}</ul>`
        : html`<p class="quiet">${t(data ? "home.none" : "home.unknown")}</p>`}
    </section>`;
}

/** An audit begun on another phone. @param {{away: {id: string, saved_at: string}}} props */
function AwayRow({ away }) {
  const [failed, setFailed] = useState(false);
  const takeOver = async () => {
    const done = app.storage && (await fetchDraft(app.api, app.storage, away.id));
    if (done) go(`#/audit/${away.id}`);
    else setFailed(true);
  };
  return html`<li class="card row"><span class="grow">${when(away.saved_at)}
      ${failed && html`<small role="alert">${t("draft.unreachable")}</small>`}</span>
    <button type="button" onClick=${takeOver}>${t("draft.fetch")}</button></li>`;
}

/** A mystery shop is written up within 24 hours of the visit. @param {string} at */
const dayAfter = (at) => new Date(Date.parse(at) + 86_400_000).toISOString();

/** @param {{draft: Draft, store?: Store}} props */
function DraftRow({ draft, store }) {
  const conflict = useRead(() => app.storage?.thing(`backup:${draft.id}`) ?? Promise.resolve(), [
    app.version]);
  const place = draft.recording ? "notes" : "audit";
  return html`<li><a class="card row" href=${`#/${place}/${draft.id}`}>
    <span class="grow"><strong>${store?.name ?? t("store.unknown")}</strong>
      <small>${t(`kind.${draft.kind}`)} · ${when(draft.updated_at)}</small>
      ${draft.taps.length > 0 && html`<small><${Icon} name="clock" />
        ${t("due", { at: when(dayAfter(draft.taps[0].at)) })}</small>`}
      ${conflict?.conflict && html`<small class="bad-text">${t("draft.conflict.short")}</small>`}
      ${draft.replies && html`<small class="bad-text">${t("returned")}</small>`}
      ${draft.corrects && html`<small class="bad-text">${t("draft.correcting")}</small>`}</span>
    <span class="pill">${t("home.continue")}</span></a></li>`;
}

/** @param {{returned: Returned, store?: Store}} props */
function ReturnedRow({ returned, store }) {
  return html`<li><a class="card row" href=${`#/returned/${returned.id}`}>
    <span class="grow"><strong>${store?.name ?? t("store.unknown")}</strong>
      <small>«${returned.reason}»</small>
      <small><${Icon} name="clock" /> ${t("due", { at: when(returned.until) })}</small></span>
    <span class="pill warn">${t("returned.pill")}</span></a></li>`;
}

/** @param {{assignment: Assignment, store?: Store, told?: any}} props */
function AssignmentRow({ assignment, store, told }) {
  const { id, state, kind, not_after } = assignment;
  const word = told ? told.path.split("/").at(-1) : state;
  return html`<li><a class="card row" href=${`#/assignment/${id}`}>
    <span class="grow"><strong>${store?.name ?? t("store.unknown")}</strong>
      <small>${t(`kind.${kind}`)}${assignment.scenario && ` · ${scenarioName(assignment.scenario)}`}
      </small>
      ${not_after && html`<small><${Icon} name="clock" /> ${t("due", { at: when(not_after) })}
        </small>`}</span>
    <span class=${`pill ${word}`}>${t(`state.${word}`)}</span></a></li>`;
}

/** @param {any} scenario */
export function scenarioName(scenario) {
  const key = typeof scenario === "string" ? scenario : scenario.key ?? scenario.name ?? "";
  if (typeof scenario === "object" && scenario.title) return said(scenario.title);
  const known = t(`scenario.${key}`);
  return known.startsWith("scenario.") ? String(key) : known;
}
