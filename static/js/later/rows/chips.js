// A chip says what a part of the line means, and its × keeps that part as text; or it completes the end of the line.
// An example is a whole line (static/js/sheet.js leads to the field).
(() => {
  document.addEventListener("click", ({ target }) => {
    const { line } = target.closest("[data-line]")?.dataset ?? {};
    const example = line && document.querySelector("[data-preview]");
    if (!example) return;
    example.value = line;
    example.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });

  document.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-words]");
    const field = chip?.closest("form")?.querySelector("[data-preview]");
    if (!field) return;
    const { words, plain, atEnd } = chip.dataset;
    field.value = atEnd === undefined ? replaced(field.value, chip) : field.value.slice(0, -words.length) + plain;
    field.focus({ preventScroll: true });
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });

  // The words of a chip in a text, by those that keep them as text; the same words may stand before them.
  const replaced = (globalThis.daybook.replaced = (text, { dataset: { words, plain, nth } }) => {
    const parts = text.split(words);
    const before = parts.splice(0, Number(nth) + 1).join(words);
    return parts.length ? before + plain + parts.join(words) : text;
  });

  // What the page fills in is left out of this line; the next one has it again.
  document.addEventListener("click", ({ target }) => {
    const { unset } = target.closest("[data-unset]")?.dataset ?? {};
    const form = unset && target.closest("form");
    const preset = form && form.querySelector(`[data-preset][name="${CSS.escape(unset)}"]`);
    if (!preset) return;
    Object.assign(preset.dataset, { name: preset.name });
    preset.name = "";
    form.querySelector("[data-preview]").focus({ preventScroll: true });
    target.closest(".chip").remove();
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!ctx.sourceElement.matches("[data-submit-queue]") || ctx.response.status >= 300) return;
    for (const preset of document.querySelectorAll("[data-preset][data-name]")) preset.name = preset.dataset.name;
  });

  document.addEventListener("keydown", (event) => {
    const { target, key, shiftKey, isComposing } = event;
    const first = key === "Tab" && !shiftKey && !isComposing && target.matches("[data-preview]") && target.form.querySelector("[data-at-end]");
    if (!first || !target.value.endsWith(first.dataset.words)) return;
    event.preventDefault();
    first.click();
  });
})();
