// Copies a text that is shown once. Where a page may not use the clipboard, as without https, the button stays hidden.
(() => {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((part) => { part.hidden = false; });

  document.addEventListener("click", ({ target }) => {
    const part = target.closest("[data-copy] button")?.closest("[data-copy]");
    if (part) copy(document.getElementById(part.dataset.copy), part.querySelector("[role=status]"));
  });

  async function copy(source, said) {
    // The same words again would not be announced.
    said.textContent = "";
    try {
      await navigator.clipboard.writeText(textOf(source));
      said.textContent = "Copied.";
    } catch (error) {
      console.warn(error);
      getSelection().selectAllChildren(source);
      source.select?.();
      said.textContent = "Your browser does not allow it. Copy the selected text.";
    }
  }

  // Of a list one a line.
  function textOf(source) {
    return source.value || [...source.children].map(({ textContent }) => textContent.trim()).join("\n");
  }
})();
