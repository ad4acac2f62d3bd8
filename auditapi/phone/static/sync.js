// Brings what waits on the phone to the server and fetches new work: one pass at a time, in one
// tab at a time. Every step can be cut off anywhere and is simply done again in the next pass;
// what an answer means is decided in outbox.js.

import { tagOf } from "./api.js";
import { contentDigest, gzip, sha256Hex } from "./bytes.js";
import { afterRefusal, discardThere, elsewhere } from "./drafts.js";
import { DAMAGED_MOST, Offline, afterAnswer, isAboutAudit, meaning, trouble } from "./outbox.js";
import { fetchReturned, sendReplies } from "./replysync.js";
import { bytesOf, declareLost } from "./seal.js";
import { PhotoSender } from "./uploads.js";

/** @import { Api } from "./api.js" */
/** @import { Storage } from "./storage.js" */
/** @import { Answered, Draft, Reply, Sealed } from "./types.js" */

const KEEP_DAYS = 30;
const SENT_MOST = 20;

/**
 * @typedef {object} Wiring
 * @property {Storage} storage
 * @property {Api} api
 * @property {() => number} [now] milliseconds
 * @property {() => boolean} [photosAllowed] false on a metered network, if the person said so
 * @property {() => void} [changed] something on the phone is different now
 * @property {{request: Function}} [locks] navigator.locks
 */

export class Sync {
  /** @param {Wiring} wiring */
  constructor({ storage, api, now = Date.now, photosAllowed = () => true,
    changed = () => undefined, locks = globalThis.navigator?.locks }) {
    this.storage = storage;
    this.api = api;
    this.now = now;
    this.photosAllowed = photosAllowed;
    this.changed = changed;
    this.locks = locks;
    this.photos = new PhotoSender({ storage, api });
    this.signin = false;
    this.later = /** @type {number | null} */ (null);
    this.failed = false;
  }

  /** One pass. Answers with how it ended: `done`, `again` (with the seconds the server asked
   * for, if it did), `signin`, or `busy` when another tab is at it.
   * @returns {Promise<{end: "done" | "again" | "signin" | "busy", after: number | null}>} */
  pass() {
    const alone = /** @param {unknown} lock */ (lock) =>
      lock ? this.everything() : { end: /** @type {const} */ ("busy"), after: null };
    if (!this.locks) return this.everything();
    return this.locks.request("auditapi-sync", { ifAvailable: true }, alone);
  }

  async everything() {
    this.signin = false;
    this.failed = false;
    this.later = null;
    try {
      await this.documents();
      await this.auditPhotos();
      await sendReplies(this);
      await this.actions();
      await this.fetchWork();
      await fetchReturned(this);
      await this.draftPhotos();
      await discardThere(this);
      await this.backups();
      await this.tidy();
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      this.failed = true;
    }
    /** @type {"done" | "again" | "signin"} */
    const end = this.signin ? "signin" : this.failed ? "again" : "done";
    return { end, after: this.later };
  }

  /** Notes what an answer means for the pass as a whole.
   * @param {Reply} reply */
  heed(reply) {
    const means = meaning(reply);
    if (means === "again") {
      this.failed = true;
      this.later = Math.max(this.later ?? 0, reply.retryAfter ?? 0) || null;
      if (!reply.status || reply.status === 429) throw new Offline();
    }
    if (means === "signin") this.signin = true;
    return means;
  }

  // ---- documents -------------------------------------------------------------------------
  async documents() {
    for (const sealed of await this.storage.allSealed()) {
      if (sealed.trouble && sealed.trouble.kind !== "too_late") continue;
      if (sealed.delivery === "waiting") await this.sendDocument(sealed);
      else if (!sealed.receipt || sealed.acceptance !== "accepted") await this.ask(sealed);
    }
  }

  /** @param {Sealed} sealed */
  async sendDocument(sealed) {
    const squeezed = await gzip(sealed.bytes);
    const bytes = squeezed ?? sealed.bytes;
    /** @type {Record<string, string>} */
    const headers = {
      "Content-Type": "application/json",
      "Content-Digest": await contentDigest(bytes),
    };
    if (squeezed) headers["Content-Encoding"] = "gzip";
    if (sealed.if_match) headers["If-Match"] = `"${sealed.if_match}"`;
    const reply = await this.api("PUT", `/audits/${sealed.id}`, { bytes, headers, seconds: 60 });
    switch (this.heed(reply)) {
      case "done":
        return this.understood(sealed, reply);
      case "compare":
        return this.ask(sealed);
      case "keep":
        return this.refusedDocument(sealed, reply);
      default:
        return undefined;
    }
  }

  /** 400 may be bytes that were damaged on the way: they are sent a few times more.
   * @param {Sealed} sealed @param {Reply} reply */
  async refusedDocument(sealed, reply) {
    const again = reply.status === 400 && sealed.tries < DAMAGED_MOST;
    if (again) this.failed = true;
    await this.change(sealed.id, (stored) => ({
      ...stored,
      tries: stored.tries + 1,
      trouble: again ? null : trouble("refused", reply),
    }));
  }

  /** What does the server hold of this audit? @param {Sealed} sealed */
  async ask(sealed) {
    const reply = await this.api("GET", `/audits/${sealed.id}`);
    if (reply.status === 404) {
      // Never heard of it: from the start, without a condition that could never hold.
      await this.change(sealed.id, ({ if_match: _, ...stored }) => ({
        ...stored, delivery: "waiting", receipt: null }));
      return;
    }
    if (this.heed(reply) === "done") await this.understood(sealed, reply);
  }

  /** @param {Sealed} sealed @param {Reply} reply */
  async understood(sealed, reply) {
    if (!isAboutAudit(reply.json, sealed.id)) throw new Offline(); // not our server speaking
    await this.change(sealed.id, (stored) =>
      // Corrected on the phone while the answer was on its way: this answer is about old bytes.
      stored.sha256 === sealed.sha256 ? afterAnswer(stored, reply.json) : stored);
  }

  // ---- photos ----------------------------------------------------------------------------
  async auditPhotos() {
    if (!this.photosAllowed()) return;
    for (const { id } of await this.storage.allSealed()) {
      const sealed = await this.storage.sealed(id);
      if (sealed && !this.signin && sealed.missing.length && !sealed.trouble) {
        await this.photosOf(sealed);
      }
    }
  }

  /** @param {Sealed} sealed */
  async photosOf(sealed) {
    /** @type {string[]} */
    const lost = [];
    let moved = false;
    for (const { sha256, offset } of sealed.missing) {
      const { end, reply } = await this.photos.send(sha256, offset, () => this.changed());
      if (end === "lost") lost.push(sha256);
      else if (end === "sent" || end === "refused") moved = true;
      else this.stopped(reply);
      if (end === "sent") await this.change(sealed.id, (stored) => without(stored, sha256));
      if (this.signin) return;
    }
    if (lost.length) await this.declareLost(sealed.id, lost, "unreadable on the phone");
    else if (moved) await this.ask(sealed);
  }

  /** A photo that did not get through stays for a later pass, unless it was refused before.
   * @param {Reply | undefined} reply */
  stopped(reply) {
    if (reply && this.heed(reply) !== "signin") this.failed = true;
  }

  /** Says in a correction that photos will not come.
   * @param {string} id @param {string[]} digests @param {string} reason */
  async declareLost(id, digests, reason) {
    const stored = await this.storage.sealed(id);
    if (!stored) return;
    const correction = await declareLost(stored, digests, reason, this.now());
    const changed = await this.change(id, (now) =>
      now.sha256 === stored.sha256 ? correction : now);
    if (changed) await this.sendDocument(changed);
  }

  /** The photos of unfinished work trickle ahead of their audit. */
  async draftPhotos() {
    if (!this.photosAllowed() || this.signin) return;
    const wanted = new Set(
      (await this.storage.drafts()).flatMap((draft) => draft.photos.map((one) => one.sha256)));
    for (const upload of await this.storage.uploads()) {
      if (upload.state !== "waiting" || !wanted.has(upload.sha256)) continue;
      const { end, reply } = await this.photos.send(upload.sha256, null, () => this.changed());
      if (end === "stopped") this.stopped(reply);
      if (this.signin) return;
    }
  }

  // ---- accept, decline, not possible -----------------------------------------------------
  async actions() {
    for (const action of await this.storage.actions()) {
      if (action.trouble) continue;
      const headers = { "Idempotency-Key": `"${action.key}"` };
      const reply = await this.api("POST", action.path, { json: action.body, headers });
      const means = this.heed(reply);
      // 409: the first copy of this request is still running. Any other conflict is an answer.
      if (means === "done") await this.storage.dropAction(action.key);
      else if (means === "compare" && reply.type.endsWith("/still-running")) this.failed = true;
      else if (means === "keep" || means === "compare") {
        await this.storage.putAction({ ...action, trouble: trouble("refused", reply) });
      }
      this.changed();
      if (this.signin) return;
    }
  }

  // ---- new work --------------------------------------------------------------------------
  async fetchWork() {
    const known = await this.storage.thing("work");
    /** @type {Record<string, string>} */
    const headers = known?.etag ? { "If-None-Match": known.etag } : {};
    const reply = await this.api("GET", "/sync", { headers, seconds: 60 });
    if (reply.status === 304) {
      await this.storage.setThing("synced_at", this.now());
    } else if (this.heed(reply) === "done") {
      if (!Array.isArray(reply.json?.assignments) || !reply.json.server_time) throw new Offline();
      await this.setClock(reply);
      await this.storage.setThing("work", { etag: reply.headers.get("ETag"), data: reply.json });
      await this.storage.setThing("synced_at", this.now());
      this.changed();
    }
    if (!this.signin) await this.fetchChecklists();
  }

  /** How far the phone's clock is from the server's, seconds; small differences are the road.
   * @param {Reply} reply */
  async setClock(reply) {
    const behind = (Date.parse(reply.json.server_time) - this.now()) / 1000;
    const offset = Math.abs(behind) > 120 ? Math.round(behind) : 0;
    await this.storage.setThing("clock_offset", offset);
  }

  async fetchChecklists() {
    const data = (await this.storage.thing("work"))?.data;
    if (!data) return;
    const named = [...data.checklists, ...data.assignments.map((/** @type {any} */ a) => a.checklist)];
    for (const name of named) {
      if (await this.storage.checklist(name)) continue;
      const path = `/checklists/${encodeURIComponent(name.key)}/versions/${name.version}`;
      const reply = await this.api("GET", path, { seconds: 60 });
      if (this.heed(reply) !== "done") continue;
      const checklist = reply.json?.checklist ?? reply.json;
      if (checklist?.key !== name.key || !Array.isArray(checklist.sections)) throw new Offline();
      await this.storage.setChecklist(name, checklist);
      this.changed();
    }
  }

  // ---- copies of unfinished work ---------------------------------------------------------
  async backups() {
    if (this.signin) return;
    for (const draft of await this.storage.drafts()) await this.backup(draft);
    const others = await elsewhere(this.api, this.storage);
    if (others) await this.storage.setThing("drafts_elsewhere", others);
  }

  /** @param {Draft} draft */
  async backup(draft) {
    const name = `backup:${draft.id}`;
    const known = await this.storage.thing(name);
    if (known?.conflict || known?.revision === draft.revision) return;
    const bytes = bytesOf(draft);
    // Remembered before it goes: when only the answer gets lost, what is there then is ours.
    const sent = [...(known?.sent ?? []), `"${await sha256Hex(bytes)}"`].slice(-SENT_MOST);
    await this.storage.setThing(name, { ...known, sent });
    /** @type {Record<string, string>} */
    const headers = known?.etag ? { "If-Match": known.etag } : { "If-None-Match": "*" };
    headers["Content-Type"] = "application/json";
    const reply = await this.api("PUT", `/drafts/${draft.id}`, { bytes, headers });
    const etag = tagOf(reply);
    if (this.heed(reply) === "done" && etag) {
      await this.storage.setThing(name, { etag, revision: draft.revision });
    } else if (reply.status === 412) {
      await this.storage.setThing(name, afterRefusal({ ...known, sent }, reply.json?.etag));
      this.changed();
    }
  }

  // ---- at the end ------------------------------------------------------------------------
  /** Lets go of what a receipt answers for, and of receipts that are old. */
  async tidy() {
    const old = this.now() - KEEP_DAYS * 86400_000;
    for (const sealed of await this.storage.allSealed()) {
      const over = sealed.receipt && sealed.acceptance === "accepted" && !sealed.refused.length;
      if (over && Date.parse(sealed.sealed_at) < old) await this.storage.dropSealed(sealed.id);
    }
    for (const reply of await this.storage.replies()) {
      const over = reply.state === "done" && !reply.refused.length;
      if (over && Date.parse(reply.made_at) < old) await this.storage.dropReply(reply.id);
    }
    await this.storage.sweep();
  }

  /** @param {string} id @param {(reply: Answered) => Answered} how */
  async changeReply(id, how) {
    const changed = await this.storage.changeReply(id, how);
    this.changed();
    return changed;
  }

  /** @param {string} id @param {(sealed: Sealed) => Sealed} how */
  async change(id, how) {
    const changed = await this.storage.changeSealed(id, how);
    this.changed();
    return changed;
  }
}

/** @param {Sealed} sealed @param {string} sha256 @returns {Sealed} */
function without(sealed, sha256) {
  return { ...sealed, missing: sealed.missing.filter((one) => one.sha256 !== sha256) };
}
