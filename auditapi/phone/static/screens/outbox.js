// What was sealed: where each audit and each photo is, what the server says, what to do.

import { app, useApp } from "../app.js";
import { saveUnsent } from "../export.js";
import { correctable, photosThere, stateOf } from "../outbox.js";
import { draftOf } from "../seal.js";
import { Header, Icon, Notice, go, html, useAddress, useRead } from "../ui.js";
import { refusal, size, t, when, whereabouts, why } from "../words.js";
import { SyncLine } from "./home.js";
import { ReplyCard } from "./returned.js";

/** @import { Sealed, Upload } from "../types.js" */

/** @type {Record<string, string>} */
const TONES = { delivered: "good", quarantined: "warn", rejected: "bad", refused: "bad",
  conflict: "bad", too_late: "warn", waiting: "plain", photos: "plain" };
/** @type {Record<string, "check" | "warn" | "cloud">} */
const PICTURES = { good: "check", warn: "warn", bad: "warn", plain: "cloud" };

/** @param {{path: string[]}} props an audit's id, or nothing for all */
export default function OutboxScreen({ path: [id] }) {
  const version = useApp();
  const all = useRead(async () => {
    const sealed = (await app.storage?.allSealed()) ?? [];
    const uploads = new Map((await app.storage?.uploads())?.map((one) => [one.sha256, one]));
    const replies = (await app.storage?.replies()) ?? [];
    return { replies, sealed: sealed.sort((a, b) => (a.sealed_at < b.sealed_at ? 1 : -1)), uploads };
  }, [version]);
  const one = id ? all?.sealed.find((sealed) => sealed.id === id) : null;
  if (one) return html`<${One} sealed=${one} uploads=${all?.uploads} />`;
  return html`<${Header} title=${t("outbox")} back="#/" />
    <main class="stack" aria-busy=${!all}><${SyncLine} />
      ${all?.replies.length ? html`<ul class="list">${all.replies.map((reply) => html`
        <${ReplyCard} reply=${reply} />`)}</ul>` : null}
      <ul class="list">${all?.sealed.map((sealed) => html`<${Row} sealed=${sealed} />`)}</ul>
      ${all?.sealed.length === 0 && !all.replies.length && html`<p class="quiet">${t("outbox.empty")}</p>`}
      <button type="button" class="plain" onClick=${() => saveUnsent()}>${t("export")}</button>
    </main>`;
}

/** @param {{sealed: Sealed}} props */
function Row({ sealed }) {
  const state = stateOf(sealed);
  return html`<li><a class="card row" href=${`#/outbox/${sealed.id}`}>
    <span class="grow"><strong>${sealed.store}</strong>
      <small>${t(`kind.${sealed.kind}`)} · ${when(sealed.sealed_at)}</small>
      ${sealed.photos.length > 0 && html`<small>${t("outbox.photos", photosThere(sealed))}</small>`}
    </span>
    <span class=${`pill ${TONES[state]}`}>${t(`sent.${state}`)}</span></a></li>`;
}

/** @param {{sealed: Sealed, uploads: Map<string, Upload> | undefined}} props */
function One({ sealed, uploads }) {
  const state = stateOf(sealed);
  const { there, all } = photosThere(sealed);
  const without = state === "delivered" && sealed.refused.length > 0;
  const correct = async () => {
    const draft = draftOf(sealed);
    if (!(await app.storage?.draft(draft.id))) await app.storage?.saveDraft(draft);
    go(`#/audit/${draft.id}`);
  };
  return html`<${Header} title=${sealed.store || t("outbox")} back="#/outbox" />
    <main class="stack">
      <${Notice} kind=${TONES[state]} icon=${PICTURES[TONES[state]]} role="status">
        <strong>${t(`sent.${state}`)}</strong>
        ${state === "refused" && html`<p>${refusal(sealed.trouble)}</p>`}
        <p>${t(without ? "sent.delivered.without" : `sent.${state}.what`)}</p><//>
      <p class="receipt">${t(all ? "outbox.photos" : "outbox.no.photos", { there, all })}</p>
      ${sealed.reasons.length > 0 && state !== "delivered" && html`<section class="card">
        <h2>${t("outbox.reasons")}</h2><ul class="plain-list">${sealed.reasons.map((reason) => html`
          <${Looked} reason=${reason} />`)}</ul></section>`}
      ${correctable(sealed) && html`<button type="button" class="primary" onClick=${correct}>
        ${t("outbox.correct")}</button>`}
      ${sealed.photos.length > 0 && html`<section class="card"><h2>${t("photos")}</h2>
        <ul class="plain-list">${sealed.photos.map((photo) => html`<${PhotoLine} sealed=${sealed}
          photo=${photo} upload=${uploads?.get(photo.sha256)} />`)}</ul></section>`}
      <${SyncLine} />
      ${!sealed.receipt && html`<button type="button" class="plain"
        onClick=${() => saveUnsent()}>${t("export")}</button>`}
      <details><summary>${t("outbox.details")}</summary><p class="digest">${sealed.id}</p>
        <p class="digest">SHA-256 ${sealed.sha256}</p>
        <p>${t("outbox.sealed", { at: when(sealed.sealed_at) })}</p></details>
    </main>`;
}

/** One thing that the server wants looked at. @param {{reason: import("../types.js").Reason}} props */
export function Looked({ reason }) {
  const where = whereabouts(reason.place);
  return html`<li>${where && html`<span class="key">${where}</span> `}${why(reason)}</li>`;
}

/** @param {{sealed: Sealed, photo: Sealed["photos"][number], upload: Upload | undefined}} props */
function PhotoLine({ sealed, photo, upload }) {
  const thumb = useRead(async () => app.storage?.thumb(photo.sha256), [photo.sha256]);
  const address = useAddress(thumb);
  const missing = sealed.missing.some((one) => one.sha256 === photo.sha256);
  const refused = sealed.refused.some((one) => one.sha256 === photo.sha256) ||
    (missing && upload?.state === "refused");
  const known = sealed.delivery !== "waiting";
  const state = photo.lost ? "lost" : refused ? "refused" : !known ? "waiting"
    : missing ? "sending" : "there";
  const part = upload && upload.size ? Math.floor((100 * upload.offset) / upload.size) : 0;
  const without = () => app.autosync?.sync.declareLost(
    sealed.id, [photo.sha256], upload?.reason || "refused by the server");
  return html`<li class="row photo-line">
    ${address ? html`<img src=${address} alt="" />` : html`<${Icon} name="picture" />`}
    <span class="grow">${t(`photo.${state}`, { part })}<small>${size(photo.bytes)}</small>
      ${refused && upload?.type && html`<small class="bad-text">${refusal(upload)}</small>`}</span>
    ${refused && missing && html`<button type="button" class="tool" onClick=${without}>
      ${t("photo.without")}</button>`}
  </li>`;
}
