// Escape closes the suggestions of a field, then leaves it for the row that one came from: its text stays, and keys are
// keys again.
(() => {
  const FIELD = "input:not([type=checkbox], [type=radio]), textarea";
  // What Escape closes as a whole, with the field in it.
  const AROUND = ".edit, .notice, .task__fact, .fact--editing, #panel, dialog, :popover-open";
  const cameFrom = new WeakMap();

  document.addEventListener("focusin", ({ target, relatedTarget }) => cameFrom.set(target, relatedTarget?.closest("main li[id]")?.id));

  document.addEventListener("keydown", ({ target, key, isComposing }) => {
    if (key === "Escape" && !isComposing && target.matches(FIELD) && !target.closest(AROUND)) leave(target);
  });

  function leave(field) {
    const suggestions = field.form?.querySelectorAll("[data-at-end]") ?? [];
    if (suggestions.length) return suggestions.forEach((one) => one.remove());
    // Of a search the browser clears the words first.
    if (field.type === "search" && field.value) return;
    field.blur();
    document.getElementById(cameFrom.get(field))?.querySelector("a[href]")?.focus({ preventScroll: true });
  }
})();
