// Filling in: one section at a time, progress always in sight, jump anywhere, come back to the
// same item.

import { useGrowing } from "../controls/growing.js";
import { ItemCard } from "../controls/item.js";
import { Saved } from "../controls/saved.js";
import { app, useApp } from "../app.js";
import { settle, theirs } from "../drafts.js";
import { closeForm, useForm } from "../openform.js";
import { Header, Icon, Notice, go, html, useEffect, useLayoutEffect, useRead, useRef,
  useState } from "../ui.js";
import { isGiven } from "../validation.js";
import { distance, said, spoken, t, when } from "../words.js";
import { Looked } from "./outbox.js";
import { WhyReturned } from "./returned.js";

/** @import { Form } from "../form.js" */
/** @import { Draft } from "../types.js" */

/** Another section shows its first card at once, the rest in parts. */
const CARDS = { first: 1, more: 2 };

/** @param {{path: string[]}} props the draft's id, and the item to jump to */
export default function AuditScreen({ path: [id, jump] }) {
  const { form, wrong, take } = useForm(id);
  const version = useApp();
  const copy = useRead(async () => (await app.storage?.thing(`backup:${id}`)) ?? {}, [id, version]);
  if (wrong) return html`<${Closed} wrong=${wrong} take=${take} />`;
  if (copy?.conflict && form) return html`<${Conflict} draft=${form.draft} />`;
  if (!form) return html`<main aria-busy="true"></main>`;
  return html`<${Filling} form=${form} jump=${jump} />`;
}

/** Another phone has changed this audit too: a person chooses. @param {{draft: Draft}} props */
function Conflict({ draft }) {
  const { id } = draft;
  const other = useRead(() => theirs(app.api, id), [id]);
  const [failed, setFailed] = useState(false);
  /** @param {"mine" | "theirs" | "both"} choice */
  const choose = async (choice) => {
    await closeForm();
    const done = app.storage && (await settle(app.api, app.storage, id, choice));
    setFailed(!done);
    if (!done) return;
    app.changed();
    app.autosync?.now();
    go("#/");
  };
  return html`<${Header} title=${t("audit")} back="#/" /><main class="stack">
    <${Notice} kind="warn" icon="warn">${t("draft.conflict")}<//>
    <button type="button" onClick=${() => choose("mine")}>
      <span>${t("draft.mine")}<${Facts} draft=${draft} /></span></button>
    <button type="button" onClick=${() => choose("theirs")}>
      <span>${t("draft.theirs")}
        ${other && other !== "gone" && html`<${Facts} draft=${other.draft} />`}</span></button>
    <button type="button" onClick=${() => choose("both")}>${t("draft.both")}</button>
    ${failed && html`<p role="alert">${t("draft.unreachable")}</p>`}
  </main>`;
}

/** What tells one version of an audit from another. @param {{draft: Draft}} props */
function Facts({ draft }) {
  const answers = Object.values(draft.answers).filter((one) => one.na || isGiven(one)).length;
  return html`<small>${t("draft.facts", { answers, photos: draft.photos.length })}</small>
    <small>${when(draft.updated_at)}</small>`;
}

/** Why a form does not open. @param {{wrong: string, take: () => void}} props */
export function Closed({ wrong, take }) {
  return html`<${Header} title=${t("audit")} back="#/" /><main class="stack">
    <${Notice} kind="warn" icon="warn">${t(`form.${wrong.replace(" ", ".")}`)}<//>
    ${wrong === "elsewhere" && html`<button type="button" class="primary" onClick=${take}>
      ${t("form.take")}</button>`}
  </main>`;
}

/** @param {{form: Form, jump?: string}} props */
function Filling({ form, jump }) {
  const sections = form.sections();
  const where = jump ?? form.draft.place?.item;
  const [key, setKey] = useState(() =>
    sections.find((one) => one.items.some((item) => item.key === where))?.key ??
    form.draft.place?.section ?? sections[0]?.key);
  const at = Math.max(0, sections.findIndex((one) => one.key === key));
  const section = sections[at];
  const target = useRef(where);

  useLayoutEffect(() => {
    const card = target.current && document.getElementById(`item-${target.current}`);
    target.current = undefined;
    if (card) {
      card.scrollIntoView({ block: "start" });
      // Only for now: a card that always takes the focus makes every tap on it cost more.
      card.tabIndex = -1;
      card.addEventListener("blur", () => card.removeAttribute("tabindex"), { once: true });
      card.focus({ preventScroll: true });
    } else {
      scrollTo(0, 0);
    }
  }, [key]);
  useEffect(() => form.moveTo({ ...form.draft.place, section: key }), [key]);

  /** The item under the thumb, so that tomorrow begins there; Safari gives buttons no focus.
   * @param {Event} event */
  const moved = (event) => {
    const card = /** @type {HTMLElement} */ (event.target).closest("[data-item]");
    const item = card?.getAttribute("data-item") ?? undefined;
    if (item && item !== form.draft.place?.item) form.moveTo({ section: key, item });
  };
  // A tap redraws the card it hit and leaves the others alone: the same node is not compared.
  const cards = useRef(/** @type {Map<string, {of: any[], node: any}>} */ (new Map()));
  /** @param {import("../types.js").Item} item */
  const card = (item) => {
    const { answers, running, timings } = form.draft;
    const of = [form, item, answers[item.key], form.photosOf(item.key), running[item.key],
      timings[item.key], spoken()];
    const known = cards.current.get(item.key);
    if (known && known.of.every((part, n) => part === of[n])) return known.node;
    const node = html`<${ItemCard} key=${item.key} item=${item} form=${form} />`;
    cards.current.set(item.key, { of, node });
    return node;
  };
  // The section that is opened first is there as a whole: the item to go on with may be its last.
  const some = useGrowing(key, section?.items.length ?? 0, CARDS, true);
  const items = section?.items.slice(0, some) ?? [];
  const last = at === sections.length - 1;
  const under = html`<${Progress} form=${form} /><${Sections} form=${form} sections=${sections}
    current=${section?.key} choose=${setKey} />`;
  return html`
    <${Header} title=${form.store?.name ?? t("audit")} back="#/" under=${under}>
      <${Saved} form=${form} /><//>
    <main class="stack" onFocusIn=${moved} onClick=${moved}>
      <${PlaceNotice} form=${form} />
      <${Troubles} form=${form} />
      ${form.draft.replies && at === 0 && html`<${WhyReturned} ...${form.draft.replies} />`}
      ${form.draft.taps.length > 0 && at === 0 && html`<${FromRecorder} form=${form} />`}
      <h2 class="section-title">${said(section?.title)}</h2>
      ${items.map((item) => card(item))}
    </main>
    <nav class="bottom" aria-label=${t("sections")}>
      <button type="button" disabled=${at === 0} onClick=${() => setKey(sections[at - 1].key)}>
        <${Icon} name="back" />${t("previous")}</button>
      ${last ? html`<button type="button" class="primary"
          onClick=${() => go(`#/review/${form.draft.id}`)}>${t("review")}<${Icon} name="next" /></button>`
        : html`<button type="button" class="primary" onClick=${() => setKey(sections[at + 1].key)}>
          ${t("next")}<${Icon} name="next" /></button>`}
    </nav>`;
}

/** @param {{form: Form}} props */
function Progress({ form }) {
  const { done, all } = form.progress();
  const share = all ? (100 * done) / all : 0;
  return html`<div class="progress" role="progressbar" aria-valuemin="0" aria-valuemax=${all}
    aria-valuenow=${done} aria-label=${t("progress", { done, all })}>
    <div style=${{ transform: `scaleX(${share / 100})` }}></div></div>`;
}

/** @param {{form: Form, sections: any[], current: string, choose: (key: string) => void}} props */
function Sections({ form, sections, current, choose }) {
  const [open, setOpen] = useState(false);
  const now = sections.find((one) => one.key === current);
  const { done, all } = form.progress();
  /** @param {string} key */
  const jump = (key) => {
    setOpen(false);
    choose(key);
  };
  return html`<div class="jump">
    <button type="button" class="plain" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <${Icon} name="menu" /><span class="grow">${said(now?.title)}</span>
      <small>${t("progress", { done, all })}</small></button>
    ${open && html`<ul>${sections.map((section) => {
      const ready = section.items.filter((/** @type {any} */ one) => form.isAnswered(one.key)).length;
      return html`<li><button type="button" class="plain" aria-current=${section.key === current}
        onClick=${() => jump(section.key)}><span class="grow">${said(section.title)}</span>
        <small>${ready} / ${section.items.length}</small></button></li>`;
    })}
      <li><a class="button plain" href=${`#/review/${form.draft.id}`}>
        <span class="grow">${t("review")}</span><${Icon} name="next" /></a></li></ul>`}
  </div>`;
}

/** No fix, or far away: why, and on with the work. @param {{form: Form}} props */
function PlaceNotice({ form }) {
  const [said, setSaid] = useState(false);
  const away = form.away();
  const missing = form.draft.position_missing;
  const codes = ["denied", "unavailable", "timeout", "unsupported"];
  const far = away !== null && away > 500;
  if (said || form.covert || form.draft.corrects || form.draft.replies) return null;
  if (!far && !codes.includes(missing ?? "")) return null;
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form_ = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const why = String(form_.get("why") ?? "").trim();
    if (why) form.change({ position_missing: missing ? `${missing}: ${why}` : why });
    setSaid(true);
  };
  if (far && missing) return null;
  return html`<${Notice} kind="warn" icon="place"><form onSubmit=${submit} class="stack">
    <label class="field"><span>${far ? t("place.far", { far: distance(away) })
      : t(`place.${missing}`)}</span>
      <input name="why" placeholder=${t("place.why")} /></label>
    <button>${t("place.go.on")}</button></form><//>`;
}

/** What the server wants corrected. @param {{form: Form}} props */
function Troubles({ form }) {
  const reasons = form.draft.corrects?.reasons ?? [];
  if (!reasons.length) return null;
  return html`<${Notice} kind="bad" icon="warn"><strong>${t("draft.correcting")}</strong>
    <ul>${reasons.map((one) => html`<${Looked} reason=${one} />`)}</ul><//>`;
}

/** @param {{form: Form}} props */
function FromRecorder({ form }) {
  return html`<details class="card"><summary>${t("recorder.taken", { n: form.draft.taps.length })}
    </summary>
    <ul class="plain-list">${form.draft.taps.map((tap) => html`<li>${tap.at.slice(11, 16)}
      ${t(`tap.${tap.what}`)}</li>`)}</ul>
    ${form.draft.memo && html`<p class="memo">${form.draft.memo}</p>`}</details>`;
}
