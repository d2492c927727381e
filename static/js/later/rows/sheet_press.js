// A press beside an open sheet closes it, and does nothing else.
document.addEventListener("pointerdown", ({ target, isPrimary }) => {
  const sheet = isPrimary && document.querySelector("[popover]:popover-open");
  if (!sheet || sheet.contains(target) || target.closest("[popovertarget], [data-field]")) return;
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  document.addEventListener("click", stop, { capture: true, once: true });
  // Where no click follows, as after a scroll.
  document.addEventListener("pointerdown", () => document.removeEventListener("click", stop, true), { capture: true, once: true });
});
