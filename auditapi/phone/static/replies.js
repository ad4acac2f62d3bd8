// An audit that head office has sent back: from what the server tells of it to a form, and from
// the form to the answer. Plain values in and out.

import { tidy } from "./seal.js";

/** @import { Answer, Answers, Draft, Photo, Answered, Returned } from "./types.js" */

/** States of photos that never came: they are no proof of anything. */
const NOT_THERE = ["lost", "missing", "refused"];

/** The form for answering a return: everything as it stands now, photos that are there included.
 * @param {Returned} returned
 * @param {{answers: {item: string, answer: Answer | null}[], photos: any[], started_at: string,
 *   memo?: string | null}} details the audit as the server shows it to its auditor
 * @param {string} language @param {string} now RFC 3339 @returns {Draft} */
export function draftFor(returned, details, language, now) {
  /** @type {Answers} */
  const answers = {};
  for (const { item, answer } of details.answers) if (answer) answers[item] = answer;
  const { revision, reason, until, context } = returned;
  return {
    id: returned.id,
    assignment_id: returned.assignment_id,
    store_id: returned.store_id,
    kind: returned.kind,
    checklist: returned.checklist,
    language: returned.language ?? language,
    answers,
    timings: {},
    photos: details.photos.filter(({ state }) => !NOT_THERE.includes(state)).map(photoOf),
    positions: [],
    taps: [],
    memo: details.memo ?? "",
    recording: false,
    running: {},
    place: null,
    started_at: details.started_at ?? now,
    updated_at: now,
    revision: 0,
    replies: {
      revision, reason, until, context, answers, photos: details.photos.map((one) => one.sha256) },
  };
}

/** @param {any} photo as the server tells it @returns {Photo} */
function photoOf({ sha256, bytes, media_type, item, taken_at, location, source, caption, marks }) {
  return {
    sha256, bytes: bytes ?? 0, media_type: media_type ?? "image/jpeg", item, taken_at,
    location: location ?? null, source: source ?? "camera", marks: marks ?? [],
    ...(caption ? { caption } : {}),
  };
}

/** What is answered otherwise than before; null takes an answer away. Answers of items that are
 * no longer asked go, as they would from a new seal.
 * @param {Draft} draft @param {Set<string>} shown item keys that are shown
 * @returns {{item: string, answer: Answer | null}[]} */
export function changesOf(draft, shown) {
  const before = draft.replies?.answers ?? {};
  const keys = new Set([...Object.keys(before), ...Object.keys(draft.answers)]);
  const changes = [];
  for (const item of keys) {
    const answer = shown.has(item) ? tidy(draft.answers[item] ?? {}) : null;
    if (!same(answer, before[item] ?? null)) changes.push({ item, answer });
  }
  return changes;
}

/** @param {Draft} draft photos that have come since */
export function newPhotos(draft) {
  const there = new Set(draft.replies?.photos ?? []);
  return draft.photos.filter((photo) => !there.has(photo.sha256));
}

/** What goes into the outbox. @param {Draft} draft @param {Set<string>} shown
 * @param {{key: string, words: string, store: string, now: string}} how `words` to head office
 * @returns {Answered} */
export function replyOf(draft, shown, { key, words, store, now }) {
  const photos = newPhotos(draft);
  return {
    id: draft.id,
    key,
    body: {
      revision: draft.replies?.revision ?? 1, reason: words, changes: changesOf(draft, shown),
      photos },
    draft,
    store,
    kind: draft.kind,
    made_at: now,
    photos: photos.map(({ sha256, bytes, media_type }) => ({ sha256, bytes, media_type })),
    state: "waiting",
    missing: photos.map(({ sha256 }) => ({ sha256, offset: 0 })),
    refused: [],
    trouble: null,
  };
}

/** The reply after the server has told what it holds of its audit.
 * @param {Answered} reply @param {any} body @returns {Answered} */
export function afterStatus(reply, body) {
  const mine = new Set(reply.photos.map((photo) => photo.sha256));
  const missing = body.missing.filter((/** @type {any} */ one) =>
    mine.has(one.sha256) && !reply.lost?.includes(one.sha256));
  const refused = (body.refused ?? []).filter((/** @type {any} */ one) => mine.has(one.sha256));
  return { ...reply, state: missing.length ? "sent" : "done", missing, refused };
}

/** @param {any} one @param {any} other @returns {boolean} alike, whatever the order of names */
function same(one, other) {
  if (one === other) return true;
  if (!one || !other || typeof one !== "object" || typeof other !== "object") return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => same(one[name], other[name]));
}
