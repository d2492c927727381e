document.addEventListener("keydown", ({ target, key, isComposing }) => {
  if (key !== "Escape" || isComposing) return;
  target.closest(".edit, .notice")?.querySelector("[data-cancel], [data-dismiss]")?.click();
});
