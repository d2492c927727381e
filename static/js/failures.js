(() => {
  // One notice for all that failed: Try again sends all of it again.
  const failed = new Set();
  // A field may have the focus from the start, before anybody listens.
  let back = document.activeElement === document.body ? null : document.activeElement;

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => ctx && fail(ctx));

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (ctx.response.status < 500 || ctx.hx.retarget) return;
    // Drawn by something in front of Daybook: it must not land in the page.
    ctx.swap = "none";
    fail(ctx);
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.response?.status >= 500 && ctx.hx.retarget) fail(ctx);
  });

  document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
    if (ctx.response.status >= 500 || !failed.delete(ctx.sourceElement) || failed.size) return;
    document.querySelectorAll("#notices [data-failed]").forEach(remove);
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-retry]")) retry();
    if (!target.closest("[data-dismiss]")) return;
    failed.clear();
    remove(target.closest(".notice"));
  });

  document.addEventListener("focusin", ({ target }) => {
    if (!target.closest("#notices")) back = target;
  });

  // Whoever deletes a row and needs no Undo goes on with the one that took its place.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.swap !== "delete" || !ctx.target.contains(back)) return;
    const row = [ctx.target.nextElementSibling, ctx.target.previousElementSibling].find((beside) => beside?.matches(".task"));
    back = row?.querySelector(".check") ?? document.getElementById("new-title");
  });

  function fail(ctx) {
    failed.add(ctx.sourceElement);
    for (const source of failed) if (!source.isConnected) failed.delete(source);
    const notices = document.getElementById("notices");
    const ours = document.getElementById("failure").content.firstElementChild.cloneNode(true);
    const theirs = ctx.hx?.retarget && notices.querySelector(".notice--problem:not([data-failed])");
    const again = ours.querySelector("[data-retry]");
    notices.querySelectorAll("[data-failed]").forEach(remove);
    if (theirs) theirs.querySelector("[data-dismiss]").before(again);
    else notices.append(ours);
    again.hidden = !failed.size;
    again.closest(".notice").dataset.failed = "";
  }

  function retry() {
    goBack();
    for (const source of [...failed]) source.matches("form") ? source.requestSubmit() : source.click();
  }

  function remove(notice) {
    if (notice.contains(document.activeElement)) goBack();
    notice.remove();
  }

  function goBack() {
    const place = back?.isConnected ? back : document.getElementById(back?.id || "main");
    (place ?? document.getElementById("main")).focus({ preventScroll: true });
  }
})();
