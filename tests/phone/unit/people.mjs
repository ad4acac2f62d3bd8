// Cleo's phone, for tests: storage on a database in memory, and things to put into it.

import "fake-indexeddb/auto";
import { makeApi } from "../../../auditapi/phone/static/api.js";
import { sha256Hex, uuid7 } from "../../../auditapi/phone/static/bytes.js";
import { documentOf, sealDocument } from "../../../auditapi/phone/static/seal.js";
import { openStorage } from "../../../auditapi/phone/static/storage.js";
import { Sync } from "../../../auditapi/phone/static/sync.js";
import { network } from "./server.mjs";

let people = 0;

/** A phone of its own for each test. */
export async function phone(server, fault, more = {}) {
  people += 1;
  const storage = await openStorage(`cleo-${process.pid}-${people}`);
  return onStorage(storage, server, fault, more);
}

/** The same storage again, as after the app was killed. */
export function onStorage(storage, server, fault, more = {}) {
  const session = { token: "good" };
  const api = makeApi({ token: () => session.token, fetch: network(server, fault), base: "http://x" });
  const sync = new Sync({ storage, api, locks: undefined, ...more });
  return { storage, api, sync, session };
}

export function draft(more = {}) {
  return {
    id: uuid7(), assignment_id: null, store_id: "store-1", kind: "announced_audit",
    checklist: { key: "short", version: 1, sha256: "00" }, language: "en",
    answers: { A1: { value: "yes" } }, timings: {}, photos: [], positions: [], taps: [], memo: "",
    recording: false, running: {}, place: null, started_at: "2026-11-20T10:00:00+09:00",
    updated_at: "2026-11-20T10:00:00+09:00", revision: 0, ...more,
  };
}

/** Bytes of a given size that differ from all others. */
export function pixels(size, seed) {
  const bytes = new Uint8Array(size);
  for (let n = 0; n < size; n += 1) bytes[n] = (n * 31 + seed * 7919 + (n >> 8)) & 255;
  bytes.set(new TextEncoder().encode(`${seed}`).slice(0, size));
  return bytes.buffer;
}

export async function photo(bytes, item = null) {
  return {
    sha256: await sha256Hex(bytes), bytes: bytes.byteLength, media_type: "image/jpeg", item,
    taken_at: "2026-11-20T10:05:00+09:00", location: null, source: "camera", marks: [],
  };
}

/** A draft with photos, stored as the form stores it. */
export async function begun(storage, sizes, more = {}) {
  const one = draft(more);
  one.revision = await storage.saveDraft(one);
  for (const [n, size] of sizes.entries()) {
    const bytes = pixels(size, n + Math.floor(Math.random() * 1e6));
    const added = await photo(bytes);
    one.photos = [...one.photos, added];
    one.revision = await storage.saveDraft(one, { bytes, thumb: null, photo: added });
  }
  return one;
}

/** Seals a draft, as «send» does. */
export async function submit(storage, one) {
  const shown = new Set(Object.keys(one.answers));
  const now = { now: Date.now(), zone: "Asia/Seoul", platform: "test" };
  const before = await storage.sealed(one.id);
  const sealed = await sealDocument(
    documentOf(one, shown, now), "Hongdae", one.corrects, before);
  await storage.seal(sealed, one);
  return sealed;
}
