// Where the focus goes when what had it is gone.
const focusReturn = (() => {
  const placed = new WeakSet();
  let last = null;

  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("#notices")) last = target;
    if (placed.has(target) || !target.matches(".edit [autofocus]")) return;
    placed.add(target);
    target.setSelectionRange(target.value.length, target.value.length);
    target.closest(".edit").scrollIntoView({ block: "nearest" });
  });

  // After a delete, the row that took the place of the deleted one.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const deleted = tasks.find(({ swapSpec }) => (swapSpec?.style ?? swapSpec) === "delete")?.target;
    if (!(ctx.target instanceof HTMLLIElement || deleted) || !ctx.target.contains?.(last)) return;
    ctx.hadFocus = ctx.target.contains(document.activeElement);
    if (!deleted) return;
    const rows = [deleted.nextElementSibling, deleted.previousElementSibling].map((row) => row?.querySelector("a[href]"));
    last = rows.find(Boolean) ?? document.querySelector("[data-submit-queue] input:not([type=hidden])");
  });

  // htmx focuses [autofocus] in all that it has swapped. Where a morph keeps a field, it would take the focus away from
  // where the user is by then.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const isElsewhere = isTyping(ctx.focused) && !ctx.target.contains?.(document.activeElement);
    const kept = tasks.filter(({ swapSpec }) => isElsewhere || /Morph$/.test(swapSpec?.style ?? swapSpec)).flatMap(({ fragment }) => fieldsOf(fragment));
    for (const field of [...kept.filter(({ id }) => isElsewhere || document.getElementById(id)), ...fieldsOf(document)]) field.removeAttribute("autofocus");
  });

  function fieldsOf(place) {
    return [...place.querySelectorAll("[autofocus]")];
  }

  // After a view, or the steps, have come again without what had the focus: its row, or the next one that is left.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    const isAround = ctx.target instanceof Element && !(ctx.target instanceof HTMLLIElement) && ctx.target.contains(document.activeElement);
    const row = isAround && document.activeElement.closest("li[id]");
    const ids = row ? [...ctx.target.querySelectorAll("li[id]")].map(({ id }) => id) : [];
    ctx.rowsFrom = row ? [...ids.slice(ids.indexOf(row.id)), ...ids.reverse()] : null;
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const { activeElement } = document;
    // What had it may be there still, in a part that is closed.
    if (!ctx.rowsFrom || (activeElement !== document.body && activeElement.checkVisibility())) return;
    const left = ctx.rowsFrom.map((id) => document.getElementById(id)).find((row) => row?.checkVisibility());
    left?.querySelector("a[href]")?.focus({ preventScroll: true });
  });

  // Read before the answer, because the form itself is swapped away.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.then = { ...ctx.sourceElement.dataset };
    ctx.focused = document.activeElement;
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.hadFocus && document.activeElement === document.body) moveOn(ctx.target);
    if (!ctx.then || ctx.response.status >= 400) return;
    if (ctx.then.focus && !hasMovedOn(ctx)) document.querySelector(ctx.then.focus)?.focus();
    if (ctx.then.announcement) document.getElementById("announcer").textContent = ctx.then.announcement;
  });

  // Focused by the browser itself it would scroll the page away from where Back or a reload has put it.
  document.querySelector("[autofocus]")?.focus({ preventScroll: true });

  // In a field that was entered since the request.
  function isTyping(focused) {
    const { activeElement } = document;
    return activeElement !== focused && activeElement.matches("input, textarea, select");
  }

  // The user, to another place since the request. A field that takes the focus as it comes was not chosen by the user.
  function hasMovedOn({ focused }) {
    const { activeElement } = document;
    return activeElement !== document.body && activeElement !== focused && !activeElement.matches("[autofocus]");
  }

  // The control may be gone from a row that is still there.
  function moveOn(target) {
    const link = document.getElementById(target.id)?.querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
    else focusReturn();
  }

  function focusReturn() {
    const place = last?.isConnected ? last : document.getElementById(last?.id || "main");
    (place ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  return Object.assign(focusReturn, { isTyping });
})();
