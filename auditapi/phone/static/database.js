// A database that outlives its connection. Browsers close connections by themselves: Chromium when
// its storage service starts anew, Safari with «Connection to Indexed Database server lost». What is
// asked next opens the database again. One that the app itself has closed stays closed.

import { openDB } from "./vendor/idb.js";

export class Database {
  /** @param {string} name @param {number} version
   * @param {(fresh: any, before: number) => void} upgrade makes the stores that are not there yet */
  constructor(name, version, upgrade) {
    this.name = name;
    this.version = version;
    this.upgrade = upgrade;
    /** @type {Promise<any> | null} */
    this.opened = null;
    this.closed = false;
  }

  /** The connection that is open, or a new one. @returns {Promise<any>} */
  connection() {
    if (this.opened) return this.opened;
    if (this.closed) return Promise.reject(new DOMException("closed", "InvalidStateError"));
    /** @type {Promise<any>} */
    const opened = openDB(this.name, this.version, {
      upgrade: this.upgrade,
      // A newer app in another tab wants to add to the schema: let it, rather than block it.
      blocking: () => this.close(),
      terminated: () => this.lose(opened),
    });
    this.opened = opened;
    opened.catch(() => this.lose(opened));
    return opened;
  }

  /** Closed on purpose, and for good. */
  close() {
    this.closed = true;
    this.opened?.then((db) => db.close(), () => undefined);
  }

  /** This connection is of no use any more; the next one asked for is another.
   * @param {Promise<any>} opened */
  lose(opened) {
    if (this.opened === opened && !this.closed) this.opened = null;
    opened.then((db) => db.close(), () => undefined);
  }

  /** Asks something of the database. On a connection that is closing nothing is begun, so that it
   * can be asked once more on a new one. @param {(db: any) => any} ask @returns {Promise<any>} */
  async use(ask) {
    const opened = this.connection();
    try {
      return await ask(await opened);
    } catch (error) {
      if (error?.name !== "InvalidStateError" || this.closed) throw error;
    }
    this.lose(opened);
    return ask(await this.connection());
  }

  /** @param {string | string[]} stores @param {IDBTransactionMode} [mode]
   * @param {IDBTransactionOptions} [options] @returns {Promise<any>} */
  transaction(stores, mode, options) {
    return this.use((db) => db.transaction(stores, mode, options));
  }

  /** @param {string} store @param {any} key */
  get(store, key) {
    return this.use((db) => db.get(store, key));
  }

  /** @param {string} store */
  getAll(store) {
    return this.use((db) => db.getAll(store));
  }

  /** @param {string} store */
  getAllKeys(store) {
    return this.use((db) => db.getAllKeys(store));
  }

  /** @param {string} store @param {any} value @param {any} [key] */
  put(store, value, key) {
    return this.use((db) => db.put(store, value, key));
  }

  /** @param {string} store @param {any} key */
  delete(store, key) {
    return this.use((db) => db.delete(store, key));
  }
}
