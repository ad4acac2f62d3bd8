// The one thing all screens share: who is signed in, their storage, and the sync that runs
// beside them. Screens redraw when `app.version` moves.

import { makeApi } from "./api.js";
import { openShared, openStorage } from "./storage.js";
import { useEffect, useState } from "./ui.js";
import { LANGUAGES, closest, speak } from "./words.js";

/** @import { Api } from "./api.js" */
/** @import { Autosync } from "./autosync.js" */
/** @import { OpenForm } from "./openform.js" */
/** @import { Shared, Storage } from "./storage.js" */
/** @import { Session } from "./types.js" */

class App {
  /** @type {Shared} */ shared = /** @type {any} */ (null);
  /** @type {Session | null} */ session = null;
  /** @type {Storage | null} */ storage = null;
  /** @type {Autosync | null} */ autosync = null;
  /** @type {Set<() => void>} */ listeners = new Set();
  /** Audits that were left and are not on the disk as they were left, by their drafts' ids.
   * @type {Map<string, OpenForm>} */
  unwritten = new Map();
  version = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */ drawing = null;
  /** Photos only when the network costs nothing. */ sparing = false;
  /** @type {Api} */ api = makeApi({ token: () => this.session?.token });

  async start() {
    this.shared = await openShared();
    const language = await this.shared.get("language");
    await speak(language ?? closest(navigator.languages));
    this.sparing = (await this.shared.get("sparing")) ?? false;
    const session = await this.shared.get("session");
    if (session) await this.become(session);
  }

  /** The work now on screen is this person's. @param {Session} session */
  async become(session) {
    this.letStorageGo();
    this.session = session;
    this.storage = await openStorage(session.person.id);
    // Not part of the first look: whoever signs in for the first time does not wait for it.
    const [{ Autosync }, { Sync }] = await Promise.all([
      import("./autosync.js"), import("./sync.js")]);
    const sync = new Sync({
      storage: this.storage,
      // Of this session, whoever is signed in later: a pass that is under way must never send one
      // person's work under another's name.
      api: makeApi({ token: () => session.token }),
      photosAllowed: () => !this.sparing || !metered(),
      changed: () => this.changed(),
    });
    this.autosync = new Autosync(sync, () => this.changed());
    this.autosync.start();
    this.changed();
  }

  /** Signing in, with a password or with a code that an administrator hands out.
   * @param {object} proof what the server wants to see */
  async signIn(proof) {
    const device = navigator.userAgent.slice(0, 200);
    const path = "code" in proof ? "/sessions/by-code" : "/sessions";
    const reply = await this.api("POST", path, { json: { ...proof, device } });
    if (reply.status !== 201 || !reply.json?.token || !reply.json?.person?.id) return reply;
    const given = /** @type {any} */ (proof);
    const { token, expires_at, person } = reply.json;
    const organisation = given.organisation ?? person.organisation?.slug ?? "";
    const session = { token, expires_at, person, organisation, email: given.email ?? "" };
    await this.shared.set("session", session);
    const people = (await this.shared.get("people")) ?? {};
    people[person.id] = { name: person.name, organisation, email: session.email };
    await this.shared.set("people", people);
    await this.become(session);
    await navigator.storage?.persist?.();
    return reply;
  }

  /** Signing out is refused while something has not been sent. */
  async signOut() {
    const unsent = await this.storage?.unsent();
    if (unsent && unsent.audits + unsent.drafts + unsent.actions > 0) return false;
    await this.api("DELETE", "/sessions/current");
    await this.forget();
    return true;
  }

  /** Nobody is signed in; the queue stays, it belongs to the person. */
  async forget() {
    await this.shared.set("session", undefined);
    this.letStorageGo();
    this.session = this.storage = this.autosync = null;
    this.changed();
  }

  /** What could not be written yet still goes where it belongs, whoever is signed in by then. */
  letStorageGo() {
    this.autosync?.stop();
    if (!this.unwritten.size) this.storage?.close();
  }

  /** @param {string} language */
  async setLanguage(language) {
    if (!(language in LANGUAGES)) return;
    await this.shared.set("language", language);
    await speak(language);
    this.changed();
  }

  /** @param {boolean} sparing */
  async setSparing(sparing) {
    this.sparing = sparing;
    await this.shared.set("sparing", sparing);
    this.changed();
  }

  /** Screens redraw soon; what changes many times in a moment is drawn once. */
  changed() {
    this.version += 1;
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      for (const listener of this.listeners) listener();
    }, 30);
  }
}

export const app = new App();

/** Redraws the component when the app changes; answers with the version. */
export function useApp() {
  const [version, setVersion] = useState(app.version);
  useEffect(() => {
    const listener = () => setVersion(app.version);
    app.listeners.add(listener);
    return () => void app.listeners.delete(listener);
  }, []);
  return version;
}

/** Who has unsent work on this phone, beside the one who is signed in. */
export async function othersWaiting() {
  const people = (await app.shared.get("people")) ?? {};
  const waiting = [];
  for (const [id, person] of Object.entries(people)) {
    if (id === app.session?.person.id) continue;
    const storage = await openStorage(id);
    const { audits, drafts } = await storage.unsent();
    storage.close();
    if (audits + drafts) waiting.push({ .../** @type {any} */ (person), audits, drafts });
  }
  return waiting;
}

function metered() {
  const connection = /** @type {any} */ (navigator).connection;
  return connection?.type === "cellular" || connection?.saveData === true;
}
