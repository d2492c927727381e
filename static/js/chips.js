// A chip says what a part of the line means; its × keeps that part as text.
document.addEventListener("click", ({ target }) => {
  const { words, plain } = target.dataset;
  const field = words && target.closest("form")?.querySelector("[data-preview]");
  if (!field) return;
  field.value = field.value.replace(words, () => plain);
  field.focus({ preventScroll: true });
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
});
