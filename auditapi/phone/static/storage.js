// What is kept on the phone. One database per person, so that the work of one never mixes with
// that of another, and a small shared one that knows who is signed in.
//
// The schema only grows: a newer app must read what an older one wrote. Bytes are ArrayBuffers,
// never Blobs (WebKit aborts transactions that hold Blobs). Whatever an auditor would miss is
// written with `durability: "strict"`: the promise resolves when it is on the disk.

import { Database } from "./database.js";

/** @import { Action, Answered, Draft, Photo, Sealed, Session, Upload } from "./types.js" */

const STRICT = /** @type {const} */ ({ durability: "strict" });

/** Somebody else (another tab) has written this draft since it was read. */
export class Overtaken extends Error {
  /** @param {string} id @param {Draft} [stored] what is there in its place */
  constructor(id, stored) {
    super(id);
    this.stored = stored;
  }
}

/** The phone has no room left. */
export class NoRoom extends Error {}

/** What a full disk looks like differs between browsers; the app sees one error.
 * @param {any} error @returns {never} */
function told(error) {
  if (error?.name === "QuotaExceededError") throw new NoRoom(error.message);
  throw error;
}

/** One request of a transaction failed; the transaction says so for all of them. */
const unheard = () => undefined;

/** The shared database: session, language, who has used this phone. */
export async function openShared() {
  const db = new Database("auditapi", 1, (fresh) => void fresh.createObjectStore("things"));
  await db.connection();
  return {
    db,
    /** @param {string} key @returns {Promise<any>} */
    get: (key) => db.get("things", key),
    /** @param {string} key @param {any} value */
    async set(key, value) {
      const change = await db.transaction("things", "readwrite", STRICT);
      value === undefined ? change.store.delete(key) : change.store.put(value, key);
      await change.done;
    },
    close: () => db.close(),
  };
}

/** @typedef {Awaited<ReturnType<typeof openShared>>} Shared */

/** Opens the database of one person.
 * @param {string} person the person's id */
export async function openStorage(person) {
  const db = new Database(`auditapi-${person}`, 2, (fresh, before) => {
    if (before < 1) {
      fresh.createObjectStore("things");
      fresh.createObjectStore("checklists");
      fresh.createObjectStore("drafts", { keyPath: "id" });
      fresh.createObjectStore("photos", { keyPath: "sha256" });
      fresh.createObjectStore("thumbs", { keyPath: "sha256" });
      fresh.createObjectStore("uploads", { keyPath: "sha256" });
      fresh.createObjectStore("sealed", { keyPath: "id" });
      fresh.createObjectStore("actions", { keyPath: "key" });
    }
    fresh.createObjectStore("replies", { keyPath: "id" });
  });
  await db.connection();
  return new Storage(db);
}

export class Storage {
  /** @param {Database} db */
  constructor(db) {
    this.db = db;
  }

  close() {
    this.db.close();
  }

  // ---- small things: sync answer, settings -----------------------------------------------
  /** @param {string} key @returns {Promise<any>} */
  thing(key) {
    return this.db.get("things", key);
  }

  /** @param {string} key @param {any} value */
  setThing(key, value) {
    return this.db.put("things", value, key).catch(told);
  }

  /** @param {{key: string, version: number}} name @returns {Promise<any>} */
  checklist(name) {
    return this.db.get("checklists", `${name.key}@${name.version}`);
  }

  /** @param {{key: string, version: number}} name @param {any} data */
  setChecklist(name, data) {
    return this.db.put("checklists", data, `${name.key}@${name.version}`).catch(told);
  }

  // ---- drafts ----------------------------------------------------------------------------
  /** @param {string} id @returns {Promise<Draft | undefined>} */
  draft(id) {
    return this.db.get("drafts", id);
  }

  /** @returns {Promise<Draft[]>} */
  drafts() {
    return this.db.getAll("drafts");
  }

  /** Writes a draft, and in the same transaction the photo that it has just begun to name.
   * Answers with the draft's new revision.
   * @param {Draft} draft
   * @param {{bytes: ArrayBuffer, thumb: ArrayBuffer | null, photo: Photo}} [added] */
  async saveDraft(draft, added) {
    const change = await this.db.transaction(
      ["drafts", "photos", "thumbs", "uploads"], "readwrite", STRICT);
    const settled = change.done.catch(told);
    try {
      const drafts = change.objectStore("drafts");
      const stored = await drafts.get(draft.id);
      if ((stored?.revision ?? 0) !== draft.revision) throw new Overtaken(draft.id, stored);
      const revision = draft.revision + 1;
      drafts.put({ ...draft, revision }).catch(unheard);
      if (added) await putPhoto(change, added);
      await settled;
      return revision;
    } catch (error) {
      settled.catch(() => undefined);
      try {
        change.abort();
      } catch {
        // It had aborted by itself, which is why we are here.
      }
      return told(error);
    }
  }

  /** Throws a draft away. That it is gone is remembered until the server's copy is gone too.
   * @param {string} id */
  async discardDraft(id) {
    const change = await this.db.transaction(["drafts", "things"], "readwrite", STRICT);
    const things = change.objectStore("things");
    things.put([...((await things.get("discarded")) ?? []), id], "discarded");
    change.objectStore("drafts").delete(id);
    await change.done.catch(told);
  }

  // ---- photos ----------------------------------------------------------------------------
  /** @param {string} sha256 @returns {Promise<ArrayBuffer | undefined>} */
  async photoBytes(sha256) {
    return (await this.db.get("photos", sha256))?.bytes;
  }

  /** @param {string} sha256 @returns {Promise<{bytes: ArrayBuffer, media_type: string} | undefined>} */
  photo(sha256) {
    return this.db.get("photos", sha256);
  }

  /** @param {string} sha256 @returns {Promise<ArrayBuffer | undefined>} */
  async thumb(sha256) {
    return (await this.db.get("thumbs", sha256))?.bytes;
  }

  /** Those of many that are there, in one transaction.
   * @param {string[]} digests @returns {Promise<{sha256: string, bytes: ArrayBuffer}[]>} */
  async thumbs(digests) {
    const { store } = await this.db.transaction("thumbs");
    const found = await Promise.all(digests.map((sha256) => store.get(sha256)));
    return found.filter(Boolean);
  }

  /** @returns {Promise<Upload[]>} */
  uploads() {
    return this.db.getAll("uploads");
  }

  /** @param {string} sha256 @returns {Promise<Upload | undefined>} */
  upload(sha256) {
    return this.db.get("uploads", sha256);
  }

  /** @param {Upload} upload */
  setUpload(upload) {
    return this.db.put("uploads", upload).catch(told);
  }

  /** Deletes photos that nothing on this phone refers to any more: not a draft, and not a
   * sealed audit without its receipt. Answers with how many went. */
  async sweep() {
    const stores = ["drafts", "sealed", "replies", "photos", "thumbs", "uploads"];
    const change = await this.db.transaction(stores, "readwrite", STRICT);
    const needed = neededPhotos(
      await change.objectStore("drafts").getAll(), await change.objectStore("sealed").getAll(),
      await change.objectStore("replies").getAll());
    let gone = 0;
    for (const sha256 of await change.objectStore("photos").getAllKeys()) {
      if (needed.has(sha256)) continue;
      gone += 1;
      for (const name of ["photos", "thumbs", "uploads"]) change.objectStore(name).delete(sha256);
    }
    await change.done;
    return gone;
  }

  // ---- the outbox ------------------------------------------------------------------------
  /** Puts a sealed audit into the outbox and takes its draft away, both or neither.
   * @param {Sealed} sealed @param {Draft} draft */
  seal(sealed, draft) {
    return this.putInPlaceOf(draft, "sealed", sealed);
  }

  /** Puts the answer to a return into the outbox in place of its draft.
   * @param {Answered} reply @param {Draft} draft */
  putReply(reply, draft) {
    return this.putInPlaceOf(draft, "replies", reply);
  }

  /** @param {Draft} draft @param {"sealed" | "replies"} name @param {Sealed | Answered} made */
  async putInPlaceOf(draft, name, made) {
    const change = await this.db.transaction(["drafts", name], "readwrite", STRICT);
    const stored = await change.objectStore("drafts").get(draft.id);
    if (stored?.revision !== draft.revision) {
      change.abort();
      await change.done.catch(() => undefined);
      throw new Overtaken(draft.id, stored);
    }
    change.objectStore(name).put(made);
    change.objectStore("drafts").delete(draft.id);
    await change.done.catch(told);
  }

  /** @param {string} id @returns {Promise<Sealed | undefined>} */
  sealed(id) {
    return this.db.get("sealed", id);
  }

  /** @returns {Promise<Sealed[]>} */
  allSealed() {
    return this.db.getAll("sealed");
  }

  /** Changes a sealed audit in one transaction, from what is stored, not from a copy that may
   * be old. @param {string} id @param {(sealed: Sealed) => Sealed} change */
  changeSealed(id, change) {
    return this.changeOne("sealed", id, change);
  }

  /** @template T @param {string} store @param {string} id @param {(stored: T) => T} change
   * @returns {Promise<T | undefined>} */
  async changeOne(store, id, change) {
    const writing = await this.db.transaction(store, "readwrite", STRICT);
    const stored = await writing.store.get(id);
    const changed = stored ? change(stored) : undefined;
    if (changed) writing.store.put(changed);
    await writing.done.catch(told);
    return changed;
  }

  /** @param {string} id */
  dropSealed(id) {
    return this.db.delete("sealed", id);
  }

  // ---- answers to returned audits --------------------------------------------------------
  /** @returns {Promise<Answered[]>} */
  replies() {
    return this.db.getAll("replies");
  }

  /** @param {string} id @returns {Promise<Answered | undefined>} */
  reply(id) {
    return this.db.get("replies", id);
  }

  /** @param {string} id @param {(reply: Answered) => Answered} change */
  changeReply(id, change) {
    return this.changeOne("replies", id, change);
  }

  /** Takes an answer back out of the outbox, to be filled in again. @param {Answered} reply */
  async reopen(reply) {
    const change = await this.db.transaction(["drafts", "replies"], "readwrite", STRICT);
    change.objectStore("drafts").put(reply.draft);
    change.objectStore("replies").delete(reply.id);
    await change.done.catch(told);
  }

  /** @param {string} id */
  dropReply(id) {
    return this.db.delete("replies", id);
  }

  // ---- things to tell the server, in order -----------------------------------------------
  /** @returns {Promise<Action[]>} */
  async actions() {
    const all = await this.db.getAll("actions");
    return all.sort((/** @type {Action} */ a, /** @type {Action} */ b) =>
      a.made_at < b.made_at ? -1 : 1);
  }

  /** @param {Action} action */
  putAction(action) {
    return this.db.put("actions", action).catch(told);
  }

  /** @param {string} key */
  dropAction(key) {
    return this.db.delete("actions", key);
  }

  /** How much on this phone the server has not confirmed yet. */
  async unsent() {
    const sealed = (await this.allSealed()).filter((one) => !one.receipt);
    const replies = (await this.replies()).filter((one) => one.state !== "done");
    const going = [...sealed, ...replies];
    return {
      drafts: (await this.drafts()).length,
      audits: going.length,
      photos: going.reduce((sum, one) => sum + one.missing.length, 0),
      actions: (await this.actions()).filter((one) => !one.trouble).length,
    };
  }
}

/** @param {any} change @param {{bytes: ArrayBuffer, thumb: ArrayBuffer | null, photo: Photo}} added */
async function putPhoto(change, { bytes, thumb, photo }) {
  const { sha256, media_type } = photo;
  change.objectStore("photos").put({ sha256, bytes, media_type }).catch(unheard);
  if (thumb) change.objectStore("thumbs").put({ sha256, bytes: thumb }).catch(unheard);
  const uploads = change.objectStore("uploads");
  if (await uploads.get(sha256)) return;
  /** @type {Upload} */
  const upload = { sha256, state: "waiting", offset: 0, size: bytes.byteLength, tries: 0 };
  uploads.put(upload).catch(unheard);
}

/** Digests of the photos that must stay on the phone.
 * @param {Draft[]} drafts @param {Sealed[]} sealed @param {Answered[]} [replies] */
export function neededPhotos(drafts, sealed, replies = []) {
  const needed = new Set(drafts.flatMap((draft) => draft.photos.map((photo) => photo.sha256)));
  for (const one of sealed) {
    const refused = new Set(one.refused.map((photo) => photo.sha256));
    for (const photo of one.photos) {
      // With a receipt the server answers for a photo, unless it refused those bytes. Under
      // quarantine the auditor may still correct the audit, and wants to see the photos.
      const mayChange = !one.receipt || one.acceptance === "quarantined";
      if (mayChange || refused.has(photo.sha256)) needed.add(photo.sha256);
    }
  }
  for (const one of replies) {
    const kept = one.state === "done" ? one.refused : one.photos;
    for (const photo of kept) needed.add(photo.sha256);
  }
  return needed;
}
