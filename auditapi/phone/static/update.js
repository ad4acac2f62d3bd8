// The service worker, and the moment at which a newer version of the app may take over: never
// while an audit is open on any tab.

/** Held (shared) by every open form and recorder. */
export const OPEN_FORM = "auditapi-open-form";

/** Holds the app's version for as long as a form is open. Answers with the way to let go. */
export function holdVersion() {
  const over = new AbortController();
  const held = new Promise((done) => over.signal.addEventListener("abort", done));
  navigator.locks?.request(OPEN_FORM, { mode: "shared" }, () => held);
  return () => over.abort();
}

/** @param {ServiceWorkerRegistration} registration */
async function takeOver(registration) {
  const { waiting } = registration;
  if (!waiting || !navigator.locks) return;
  await navigator.locks.request(OPEN_FORM, { ifAvailable: true }, async (lock) => {
    if (lock && !/^#\/(audit|review|photo|notes)\//.test(location.hash)) {
      waiting.postMessage("take over");
    }
  });
}

export function keepOffline() {
  const container = navigator.serviceWorker;
  if (!container) return;
  let hadOne = !!container.controller;
  let reloading = false;
  container.addEventListener("controllerchange", () => {
    // The very first worker takes over a page that is already right.
    if (hadOne && !reloading) {
      reloading = true;
      location.reload();
    }
    hadOne = true;
  });
  container.ready.then(({ active }) => {
    if (!container.controller) active?.postMessage("claim");
  });
  container.register("/app/sw.js", { scope: "/app/", updateViaCache: "none" }).then(
    (registration) => {
      const look = () => takeOver(registration);
      registration.addEventListener("updatefound", () =>
        registration.installing?.addEventListener("statechange", look));
      addEventListener("hashchange", () => setTimeout(look, 300)); // once the form has let go
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") registration.update().catch(() => undefined);
      });
      look();
    },
    () => undefined, // no worker in private mode: the app still works while it is open
  );
}
