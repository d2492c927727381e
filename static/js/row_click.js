// A click anywhere in a row opens it; selecting text does not.
document.addEventListener("click", (event) => {
  const { target, ctrlKey, metaKey, shiftKey, altKey } = event;
  const link = target.closest("main li[id]")?.querySelector(".task__title");
  const isOther = target.closest("a, button, summary, .menu, label, input") || ctrlKey || metaKey || shiftKey || altKey;
  if (link && !isOther && link.pathname !== location.pathname && !String(getSelection())) link.click();
});
