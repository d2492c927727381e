// Several lines pasted into the field for one task: a task each, or all of them as one.
document.addEventListener("paste", (event) => {
  const field = event.target;
  const pasted = event.clipboardData?.getData("text/plain") ?? "";
  const count = pasted.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim()).length;
  const template = field.matches("[data-preview]") && document.getElementById("several-lines-form");
  if (!template || count < 2) return;
  event.preventDefault();
  document.getElementById("several")?.remove();
  const form = template.content.firstElementChild.cloneNode(true);
  const lines = form.querySelector("textarea");
  lines.value = pasted;
  form.querySelector("[data-add-all]").textContent = `Add ${Math.min(count, 200)} tasks`;
  form.querySelector("[data-keep-one]").hidden = false;
  form.querySelector("[data-keep-one]").addEventListener("click", () => {
    formDrafts.forget(form);
    form.remove();
    if (!field.checkVisibility()) field.closest("[popover]").showPopover();
    field.focus();
    field.setRangeText(pasted.split(/\s+/).filter(Boolean).join(" "), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  field.closest("form").after(form);
  field.closest(":popover-open")?.hidePopover();
  formDrafts.keep(form);
  lines.focus();
});
