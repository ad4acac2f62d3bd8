// From a draft to the sealed document, and back when the server asks for a correction. Once
// sealed, the bytes are what counts: they are sent again unchanged, their SHA-256 is their name.

import { moment, sha256Hex } from "./bytes.js";

/** @import { Answer, Answers, Draft, Photo, Sealed } from "./types.js" */

export const FORMAT = 1;
export const APP = "1.0.0";

/** An answer without empty leftovers of typing.
 * @param {Answer} answer @returns {Answer | null} null when nothing is left */
export function tidy(answer) {
  /** @type {Answer} */
  const kept = {};
  const empty = answer.value === undefined || answer.value === null || answer.value === "" ||
    (Array.isArray(answer.value) && !answer.value.length);
  if (answer.na) {
    kept.na = true;
    if (answer.reason?.trim()) kept.reason = answer.reason.trim();
  } else if (!empty) {
    kept.value = answer.value;
    if (answer.source) kept.source = answer.source;
  }
  if (answer.note?.trim()) kept.note = answer.note.trim();
  return Object.keys(kept).length ? kept : null;
}

/** The answers to send: only those that are shown, hidden leftovers stay behind.
 * @param {Answers} answers @param {Set<string>} shown */
export function answersToSend(answers, shown) {
  /** @type {Answers} */
  const sent = {};
  for (const [key, answer] of Object.entries(answers)) {
    const kept = shown.has(key) ? tidy(answer) : null;
    if (kept) sent[key] = kept;
  }
  return sent;
}

/** When the visit was, by the taps of the recorder.
 * @param {Draft} draft @returns {{visited_from?: string, visited_until?: string}} */
function visited({ taps }) {
  if (!taps.length) return {};
  const times = taps.map((tap) => tap.at);
  const first = taps.find((tap) => tap.what === "arrived")?.at ?? times[0];
  const last = taps.findLast((tap) => tap.what === "left")?.at ?? times[times.length - 1];
  return { visited_from: first, visited_until: last };
}

/** The document of a draft, format 1.
 * @param {Draft} draft
 * @param {Set<string>} shown item keys that are shown
 * @param {{now: number, zone: string, platform: string, offset?: number}} phone */
export function documentOf(draft, shown, { now, zone, platform, offset }) {
  const at = moment(now);
  return {
    format: FORMAT,
    id: draft.id,
    assignment_id: draft.assignment_id,
    store_id: draft.store_id,
    kind: draft.kind,
    checklist: draft.checklist,
    language: draft.language,
    time_zone: zone,
    started_at: draft.started_at,
    finished_at: at,
    sealed_at: at,
    ...visited(draft),
    device: { app: APP, platform, ...(offset ? { clock_offset: offset } : {}) },
    positions: draft.positions,
    ...(draft.position_missing ? { position_missing: draft.position_missing } : {}),
    ...(draft.memo.trim() ? { memo: draft.memo.trim() } : {}),
    answers: answersToSend(draft.answers, shown),
    photos: draft.photos.map((photo) => ({
      ...photo, item: photo.item && shown.has(photo.item) ? photo.item : null })),
  };
}

/** @param {object} document @returns {ArrayBuffer} */
export function bytesOf(document) {
  return new TextEncoder().encode(JSON.stringify(document)).buffer;
}

/** What goes into the outbox for a document.
 * @param {any} document @param {string} store the store's name, for people
 * @param {Draft["corrects"]} [corrects]
 * @param {Sealed | undefined} [before] the sealed audit that this one corrects
 * @returns {Promise<Sealed>} */
export async function sealDocument(document, store, corrects, before) {
  const bytes = bytesOf(document);
  return {
    id: document.id,
    bytes,
    sha256: await sha256Hex(bytes),
    ...(corrects?.etag ? { if_match: corrects.etag } : {}),
    earlier: before ? [...before.earlier, { sha256: before.sha256, bytes: before.bytes }] : [],
    store,
    kind: document.kind,
    sealed_at: document.sealed_at,
    photos: document.photos.map(named),
    delivery: "waiting",
    acceptance: "unknown",
    reasons: [],
    missing: [],
    refused: [],
    receipt: null,
    trouble: null,
    tries: 0,
  };
}

/** @param {Photo} photo */
function named({ sha256, bytes, media_type, lost }) {
  return { sha256, bytes, media_type, ...(lost ? { lost: true } : {}) };
}

/** A photo's bytes can't be read any more: the correction that says so, so that the rest of
 * the audit is not held up for ever.
 * @param {Sealed} sealed @param {string[]} digests @param {string} reason
 * @param {number} now milliseconds */
export async function declareLost(sealed, digests, reason, now) {
  const document = JSON.parse(new TextDecoder().decode(sealed.bytes));
  for (const photo of document.photos) if (digests.includes(photo.sha256)) photo.lost = reason;
  document.sealed_at = moment(now);
  // If the server has never heard of the audit, there is nothing to match yet.
  const corrects = sealed.delivery === "waiting" && !sealed.if_match
    ? undefined : { etag: sealed.sha256, earlier: [], reasons: [] };
  return sealDocument(document, sealed.store, corrects, sealed);
}

/** The draft for correcting a sealed audit: same id, same answers, over the version sent.
 * @param {Sealed} sealed @returns {Draft} */
export function draftOf(sealed) {
  const document = JSON.parse(new TextDecoder().decode(sealed.bytes));
  const known = sealed.delivery !== "waiting";
  return {
    id: document.id,
    assignment_id: document.assignment_id,
    store_id: document.store_id,
    kind: document.kind,
    checklist: document.checklist,
    language: document.language,
    answers: document.answers,
    timings: {},
    photos: document.photos,
    positions: document.positions ?? [],
    position_missing: document.position_missing,
    taps: visitTaps(document),
    memo: document.memo ?? "",
    recording: false,
    running: {},
    place: null,
    started_at: document.started_at,
    updated_at: document.sealed_at,
    revision: 0,
    corrects: {
      etag: known ? sealed.sha256 : sealed.if_match ?? "", earlier: [], reasons: sealed.reasons },
  };
}

/** @param {any} document */
function visitTaps(document) {
  const { visited_from: from, visited_until: until } = document;
  return from ? [{ what: "arrived", at: from }, { what: "left", at: until }] : [];
}
