// Copies of unfinished work on the server: taken over on another phone, and what to do when two
// phones have changed the same audit. Nothing is overwritten before a person has chosen.

import { tagOf } from "./api.js";
import { uuid7 } from "./bytes.js";

/** @import { Api } from "./api.js" */
/** @import { Storage } from "./storage.js" */
/** @import { Draft, Reply } from "./types.js" */

/** What the server's refusal of a backup means: another version is there under `etag`, or none at
 * all any more (null). One that this phone sent itself, and never heard of again, is no conflict.
 * @param {{etag?: string, sent: string[]}} known @param {string | null | undefined} etag */
export function afterRefusal(known, etag) {
  if (etag === null) return { revision: -1 };
  return etag && known.sent.includes(etag) ? { etag, revision: -1 } : { ...known, conflict: true };
}

/** A draft as the server keeps it, with the tag it has there.
 * @param {Api} api @param {string} id
 * @returns {Promise<{draft: Draft, etag: string} | "gone" | null>} null when it can't say now */
export async function theirs(api, id) {
  const reply = await api("GET", `/drafts/${id}`);
  if (reply.status === 404) return "gone";
  const etag = tagOf(reply);
  if (reply.status !== 200 || reply.json?.id !== id || !etag) return null;
  return { draft: reply.json, etag };
}

/** Drafts that were thrown away here go from the server too, unless another phone has gone on with
 * one since: that one shows up as begun there.
 * @param {{api: Api, storage: Storage, heed: (reply: Reply) => string, signin: boolean}} pass */
export async function discardThere(pass) {
  const { api, storage, signin } = pass;
  /** @type {string[]} */
  const gone = [];
  for (const id of signin ? [] : (await storage.thing("discarded")) ?? []) {
    const known = await storage.thing(`backup:${id}`);
    const etag = known?.etag ?? known?.sent?.at(-1);
    let reply = etag ? await deleteDraft(api, id, etag) : null;
    const there = reply?.status === 412 ? reply.json?.etag : null;
    if (there && known.sent?.includes(there)) reply = await deleteDraft(api, id, there);
    const means = reply ? pass.heed(reply) : "done";
    if (means === "again" || means === "signin") continue;
    gone.push(id);
    await storage.setThing(`backup:${id}`, { discarded: true });
  }
  if (!gone.length) return;
  const left = (await storage.thing("discarded")) ?? [];
  await storage.setThing("discarded", left.filter((/** @type {string} */ id) => !gone.includes(id)));
}

/** @param {Api} api @param {string} id @param {string} etag */
function deleteDraft(api, id, etag) {
  return api("DELETE", `/drafts/${id}`, { headers: { "If-Match": etag } });
}

/** Unfinished work of this person that is on the server and not on this phone.
 * @param {Api} api @param {Storage} storage
 * @returns {Promise<{id: string, saved_at: string}[] | null>} null when the server can't say */
export async function elsewhere(api, storage) {
  const reply = await api("GET", "/drafts");
  if (reply.status !== 200 || !Array.isArray(reply.json?.drafts)) return null;
  const here = new Set([...(await storage.drafts()), ...(await storage.allSealed()),
    ...(await storage.replies())].map(({ id }) => id));
  for (const id of (await storage.thing("discarded")) ?? []) here.add(id);
  return reply.json.drafts.filter((/** @type {any} */ one) => !here.has(one.id));
}

/** Goes on here with work begun on another phone. Photos that phone has not sent yet are not in
 * reach; their bytes may still come from there.
 * @param {Api} api @param {Storage} storage @param {string} id */
export async function fetchDraft(api, storage, id) {
  const found = await theirs(api, id);
  if (!found || found === "gone") return false;
  const revision = await storage.saveDraft({ ...found.draft, id, revision: 0 });
  await storage.setThing(`backup:${id}`, { etag: found.etag, revision });
  return true;
}

/** Two phones have changed one audit: `mine` overwrites the server's copy, `theirs` overwrites
 * what is here, `both` keeps the server's copy as an audit of its own. False when the server
 * can't be asked now.
 * @param {Api} api @param {Storage} storage @param {string} id
 * @param {"mine" | "theirs" | "both"} choice */
export async function settle(api, storage, id, choice) {
  const found = await theirs(api, id);
  const here = await storage.draft(id);
  if (!found || !here) return false;
  if (found === "gone") {
    await storage.setThing(`backup:${id}`, { revision: -1 });
    return true;
  }
  if (choice === "theirs") {
    const { revision } = here;
    const now = await storage.saveDraft({ ...found.draft, id, revision });
    await storage.setThing(`backup:${id}`, { etag: found.etag, revision: now });
    return true;
  }
  if (choice === "both") await storage.saveDraft({ ...found.draft, id: uuid7(), revision: 0 });
  await storage.setThing(`backup:${id}`, { etag: found.etag, revision: -1 });
  return true;
}
