(() => {
  const placed = new WeakSet();

  // Remembered on the request, because the form itself is swapped away.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.then = { ...ctx.sourceElement.dataset };
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (!ctx.then || ctx.response.status >= 400) return;
    if (ctx.then.focus) document.querySelector(ctx.then.focus)?.focus();
    if (ctx.then.announcement) document.getElementById("announcer").textContent = ctx.then.announcement;
  });

  document.addEventListener("focusin", ({ target }) => {
    if (placed.has(target) || !target.matches(".edit [autofocus]")) return;
    placed.add(target);
    target.setSelectionRange(target.value.length, target.value.length);
    target.closest(".edit").scrollIntoView({ block: "nearest" });
  });
})();
