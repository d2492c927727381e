// The form of a fact opens below its row; where the fact itself is shown, there.
(() => {
  const { focusReturn, menuOf, openings, requestPolicy } = globalThis.daybook;

  document.addEventListener("click", (event) => {
    const link = event.target.closest("li [data-fact]");
    if (!link) return;
    event.preventDefault();
    const row = link.closest("li");
    if (requestPolicy.isChanging(row)) return openLater(row.id, link.dataset.fact);
    row.querySelector(".menu[open]")?.removeAttribute("open");
    const shown = document.getElementById(`${link.dataset.fact}-link-${link.pathname.split("/")[2]}`);
    if (shown) shown.click();
    else htmx.ajax("GET", link.href, { source: link, target: placeBelow(row), swap: "innerHTML" });
  });

  // The answer that is under way replaces the row, and would take the form with it.
  function openLater(id, fact) {
    const isWanted = openings.wait(true);
    document.addEventListener("htmx:finally:request", () => setTimeout(() => {
      const row = isWanted() && document.getElementById(id);
      if (row) menuOf(row)?.querySelector(`[data-fact="${fact}"]`)?.click();
    }), { once: true });
  }

  // Instead of the fact as a line, which is for the page of the task.
  document.addEventListener("click", (event) => {
    const place = event.target.closest(".task__fact");
    if (!place || !event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    event.stopPropagation();
    leave(place.closest("li"));
  }, true);

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    // Another month of the same form leaves it open, and so does one that is for several.
    const isDone = ctx.request.method !== "GET" && !ctx.sourceElement.matches("[data-for-several]");
    ctx.formBelow = isDone && ctx.sourceElement.closest(".task__fact");
  });

  // Cancelled meanwhile, or left for another one, it is not left again.
  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    ctx.isLeft = ctx.formBelow?.isConnected && ctx.response.status < 400 && !ctx.staysOpen;
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.isLeft) leave(ctx.formBelow.closest("li"));
    else if (ctx.target.matches?.(".task__fact") && !focusReturn.isTyping(ctx.focused)) {
      (ctx.target.querySelector("[autofocus]") ?? ctx.target.querySelector("button, input:not([type=hidden])")).focus();
    }
  });

  // Cancelled before it came, or lost.
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx.target?.matches?.("li > .task__fact:empty")) leave(ctx.target.closest("li"));
  });

  function placeBelow(row) {
    document.querySelectorAll(".task__fact").forEach((other) => row.contains(other) || leave(other.closest("li")));
    const place = row.querySelector(".task__fact") ?? document.createElement("dl");
    place.className = "task__fact";
    row.append(place);
    // An open form survives a refresh of the list.
    row.setAttribute("hx-morph-skip", "");
    return place;
  }

  function leave(row) {
    const shown = document.getElementById(row.id) ?? row;
    const hasFocus = document.activeElement === document.body || shown.contains(document.activeElement);
    shown.querySelector(".task__fact")?.remove();
    shown.removeAttribute("hx-morph-skip");
    if (hasFocus) shown.querySelector(".task__title")?.focus({ preventScroll: true });
  }
})();
