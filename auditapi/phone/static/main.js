// Starts the app: who is here, which screen, and the service worker that keeps it all offline.

import { app, useApp } from "./app.js";
import { SignIn } from "./screens/signin.js";
import { keepOffline } from "./update.js";
import { Notice, html, useEffect, useState } from "./ui.js";
import { render } from "./vendor/preact.js";
import { t } from "./words.js";

/** Screens that are needed later than the first look are loaded when they are opened. They are
 * in the service worker's store by then, with or without a network.
 * @type {Record<string, () => Promise<any>>} */
const LATER = {
  home: () => import("./screens/home.js"),
  assignment: () => import("./screens/assignment.js"),
  audit: () => import("./screens/audit.js"),
  review: () => import("./screens/review.js"),
  photo: () => import("./screens/photo.js"),
  notes: () => import("./screens/recorder.js"),
  returned: () => import("./screens/returned.js"),
  outbox: () => import("./screens/outbox.js"),
  settings: () => import("./screens/settings.js"),
};

/** The styles of the form, needed from the first of those screens on. */
let styled = /** @type {Promise<unknown> | null} */ (null);
function formStyles() {
  styled ??= new Promise((done) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: new URL("form.css", import.meta.url).pathname });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
  return styled;
}

/** `#/audit/ID/section` → ["audit", "ID", "section"] */
function route() {
  return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
}

/** @param {{name: string, path: string[]}} props */
function Later({ name, path }) {
  const [loaded, setLoaded] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    setFailed(false);
    Promise.all([LATER[name](), formStyles()]).then(
      ([module]) => setLoaded({ name, screen: module.default }), () => setFailed(true));
  }, [name]);
  if (failed) return html`<main><${Notice} kind="warn">${t("screen.unavailable")}<//></main>`;
  if (loaded?.name !== name) return html`<main aria-busy="true"></main>`;
  return html`<${loaded.screen} key=${path.join("/")} path=${path} />`;
}

function Root() {
  useApp();
  const [path, setPath] = useState(route());
  useEffect(() => {
    const moved = () => {
      setPath(route());
      scrollTo(0, 0);
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const [name, ...rest] = path;
  if (!app.session || name === "signin" || name === "code") {
    return html`<${SignIn} path=${path} />`;
  }
  return html`<${Later} name=${name in LATER ? name : "home"} path=${rest} />`;
}

/** The recorder comes back where it was, whatever closed it. */
async function resume() {
  if (!app.storage || location.hash.length > 2) return;
  const recording = (await app.storage.drafts()).find((draft) => draft.recording);
  if (recording) location.hash = `#/notes/${recording.id}`;
}

const place = /** @type {HTMLElement} */ (document.getElementById("app"));
try {
  await app.start();
  await resume();
  place.textContent = "";
  render(html`<${Root} />`, place);
} catch (error) {
  console.error(error);
  place.textContent = "This browser does not let the app store anything (private mode?).";
}
keepOffline();
