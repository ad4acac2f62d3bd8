(selector, text) => {
  const file = (one) => one.type === "file";
  const found = [...document.querySelectorAll(selector)].find((one) =>
    one.textContent.includes(text) && (file(one) || one.checkVisibility()) && !one.disabled);
  if (found && !file(found)) found.scrollIntoView({ block: "center" });
  return found ?? null;
}
