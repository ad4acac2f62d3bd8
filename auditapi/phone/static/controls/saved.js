// Whether what was said is on the disk, in one word; why not, in a sentence.

import { Icon, html, useEffect, useState } from "../ui.js";
import { t } from "../words.js";

/** @import { Form } from "../form.js" */

/** @param {{form: Form, onlyBad?: boolean}} props `onlyBad`: nothing is said while all is well */
export function Saved({ form, onlyBad = false }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((n) => n + 1);
    form.savers.add(listener);
    return () => void form.savers.delete(listener);
  }, [form]);
  const { bad, state } = form;
  if (onlyBad && !bad) return null;
  return html`<span class=${`saved ${state}`} role=${bad ? "alert" : undefined}>
    <${Icon} name=${bad ? "warn" : "check"} />${t(bad ? `saved.${state}` : "saved")}</span>`;
}
