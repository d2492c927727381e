// A link to a field puts the focus there, where this page has the field; one in a closed sheet opens it first.
(() => {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-field]");
    const field = link && document.getElementById(link.dataset.field);
    if (!field || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest(":popover-open")?.hidePopover();
    open(field);
    // The field for a task sticks to the top: the page need not go to where it began.
    field.focus({ preventScroll: Boolean(field.closest(".new")) });
  });

  function open(field) {
    if (!field.checkVisibility()) field.closest("[popover]")?.showPopover();
  }

  // What was given back, or refused, is to be seen.
  function openUnsent() {
    document.querySelectorAll("[popover]:is(:has([data-draft]), [data-unsaved])").forEach(open);
  }

  document.addEventListener("htmx:after:swap", openUnsent);
  openUnsent();
  document.querySelector(`[data-field="${CSS.escape(location.hash.slice(1))}"]`)?.click();
})();
