// What an answer of the server means for what waits on the phone. Plain functions on plain
// values: no storage, no network, no clock. The phone decides by status and problem type only.

/** @import { Receipt, Reply, Sealed, Trouble } from "./types.js" */

export const PIECE_FIRST = 256 * 1024;
export const PIECE_LEAST = 32 * 1024;
export const PIECE_MOST = 1024 * 1024;
export const WAIT_MOST = 5 * 60;

/** The network is away (or a portal is in the way): no use going on with this pass. */
export class Offline extends Error {}

/** How often bytes that arrived damaged are sent again before a person is asked. */
export const DAMAGED_MOST = 5;

/** What to do after an answer.
 * - `done`: it worked
 * - `again`: later, by itself
 * - `signin`: keep everything, ask the person to sign in
 * - `compare`: ask the server what it holds
 * - `keep`: keep it, show it, go on with the next
 * @param {{status: number}} reply
 * @returns {"done" | "again" | "signin" | "compare" | "keep"} */
export function meaning({ status }) {
  if (status >= 200 && status < 300) return "done";
  if (status === 0 || status === 408 || status === 425 || status === 429) return "again";
  if (status >= 500) return "again";
  if (status === 401) return "signin";
  if (status === 409 || status === 412) return "compare";
  return "keep";
}

/** Seconds to wait before trying again: twice as long each time, at most five minutes, and
 * never all phones at once. What the server asks for wins.
 * @param {number} failures how many in a row, from 1
 * @param {number} random 0…1
 * @param {number | null} [asked] seconds of Retry-After */
export function wait(failures, random, asked) {
  const grown = Math.min(WAIT_MOST, 2 ** Math.min(failures, 16));
  return Math.max(asked ?? 0, grown / 2 + (grown / 2) * random);
}

/** The size of the next piece of a photo.
 * @param {number} size of the last one, bytes @param {boolean} arrived */
export function nextPiece(size, arrived) {
  return arrived ? Math.min(PIECE_MOST, size * 2) : Math.max(PIECE_LEAST, Math.floor(size / 2));
}

/** Is this our server speaking about this audit? A captive portal answers 200 too.
 * @param {any} body @param {string} id */
export function isAboutAudit(body, id) {
  return (
    !!body && body.id === id && typeof body.document_sha256 === "string" &&
    (body.delivery === "awaiting_photos" || body.delivery === "delivered") &&
    Array.isArray(body.missing)
  );
}

/** The digests a receipt answers for, and those it says were refused.
 * @param {any} receipt @returns {{kept: Set<string>, refused: Set<string>}} */
export function receiptDigests(receipt) {
  /** @param {any} one */
  const digest = (one) => (typeof one === "string" ? one : one.sha256);
  const photos = receipt.photos ?? [];
  const isRefused = (/** @type {any} */ one) => one.state === "refused";
  const refused = [...(receipt.refused ?? []), ...photos.filter(isRefused)].map(digest);
  const others = [...photos, ...(receipt.lost ?? [])].map(digest);
  return { kept: new Set(others.filter((one) => !refused.includes(one))), refused: new Set(refused) };
}

/** Does the receipt name this very document and every one of its photos?
 * @param {Pick<Sealed, "sha256" | "photos">} sealed @param {any} receipt */
export function receiptCovers(sealed, receipt) {
  if (!receipt || receipt.document_sha256 !== sealed.sha256) return false;
  const { kept, refused } = receiptDigests(receipt);
  return sealed.photos.every(
    (photo) => photo.lost || kept.has(photo.sha256) || refused.has(photo.sha256));
}

/** The sealed audit after the server has told what it holds of it.
 * @param {Sealed} sealed @param {any} body @returns {Sealed} */
export function afterAnswer(sealed, body) {
  if (body.document_sha256 !== sealed.sha256) return afterOtherBytes(sealed, body);
  const covered = body.delivery === "delivered" && receiptCovers(sealed, body.receipt);
  const refused = (body.refused ?? []).map((/** @type {any} */ one) => ({
    sha256: one.sha256 ?? one, reason: one.reason ?? one.code ?? "" }));
  return {
    ...sealed,
    delivery: covered ? "delivered" : "awaiting_photos",
    acceptance: body.acceptance ?? "unknown",
    reasons: body.reasons ?? [],
    missing: body.missing.map((/** @type {any} */ one) => ({
      sha256: one.sha256 ?? one, offset: one.offset ?? 0 })),
    refused,
    receipt: covered ? body.receipt : sealed.receipt,
    trouble: sealed.trouble?.kind === "too_late" ? sealed.trouble : null,
    tries: 0,
  };
}

/** The server holds other bytes under this id. Three ways that can be:
 * a correction of ours came too late (the earlier version stands), a correction must go over a
 * newer version than we thought, or somebody else wrote it, which a person has to look at.
 * @param {Sealed} sealed @param {any} body @returns {Sealed} */
function afterOtherBytes(sealed, body) {
  const earlier = sealed.earlier.find((one) => one.sha256 === body.document_sha256);
  if (earlier && body.delivery === "delivered") {
    const document = JSON.parse(new TextDecoder().decode(earlier.bytes));
    const stands = {
      ...sealed,
      sha256: earlier.sha256,
      bytes: earlier.bytes,
      photos: document.photos,
      trouble: trouble("too_late", { status: 409, type: "audit-complete", title: "" }),
    };
    return afterAnswer(stands, body);
  }
  if (earlier && sealed.tries < DAMAGED_MOST) {
    return { ...sealed, if_match: earlier.sha256, tries: sealed.tries + 1 };
  }
  return { ...sealed, trouble: trouble("conflict", { status: 409, type: "", title: "" }) };
}

/** @param {Trouble["kind"]} kind @param {{status: number, type: string, title: string}} reply
 * @returns {Trouble} */
export function trouble(kind, { status, type, title }) {
  return { kind, status, type, title };
}

/** One word for the state of a sealed audit, for people.
 * @param {Sealed} sealed
 * @returns {"waiting" | "photos" | "delivered" | "quarantined" | "rejected" | "refused" |
 *   "too_late" | "conflict"} */
export function stateOf(sealed) {
  if (sealed.trouble) return sealed.trouble.kind;
  if (sealed.acceptance === "rejected") return "rejected";
  if (sealed.acceptance === "quarantined") return "quarantined";
  if (sealed.receipt) return "delivered";
  return sealed.delivery === "waiting" ? "waiting" : "photos";
}

/** How many of its photos are on the server: known only once the document is there.
 * @param {Sealed} sealed */
export function photosThere(sealed) {
  const all = sealed.photos.length;
  if (sealed.receipt) return { there: all - sealed.refused.length, all };
  if (sealed.delivery === "waiting") return { there: 0, all };
  return { there: Math.max(0, all - sealed.missing.length - sealed.refused.length), all };
}

/** May this audit still be corrected by its auditor? Only until it is complete.
 * @param {Sealed} sealed */
export function correctable(sealed) {
  if (sealed.trouble?.kind === "refused") return true;
  return sealed.acceptance === "quarantined" && !sealed.trouble;
}
