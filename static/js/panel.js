// A task beside its list, where the page is wide enough: `?task=42` in the address opens it again.
const panelTask = (() => {
  const panel = () => document.getElementById("panel");
  const shown = () => panel()?.querySelector("[data-close]")?.dataset.row;
  const isBeside = () => panel() && getComputedStyle(panel()).getPropertyValue("--beside").trim() === "1";

  document.addEventListener("click", (event) => {
    const { target } = event;
    const title = target.closest("main :is(.task__title, [data-beside])");
    const presses = target.closest("[data-presses]");
    const isOther = target.closest("a") || String(getSelection());
    const other = presses && !isOther && document.querySelector(presses.dataset.presses);
    if (title && isBeside()) open(title);
    else if (target.closest("#panel [data-close]")) close();
    else if (other) other.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("keydown", ({ target, key, isComposing, defaultPrevented }) => {
    if (key !== "Escape" || isComposing || defaultPrevented || !panel() || panel().hidden || !(target === document.body || target.closest("#panel"))) return;
    if (!target.closest(".edit, .fact--editing")) panel().querySelector("[data-close]").click();
  });

  // Counts what was shown in it: what comes beside something else that was asked for before has an earlier one.
  let number = 0;
  // Of two tasks that are asked for the later one opens, and none after the panel was closed or another view was asked for.
  let opening = null;
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.panelNumber = number;
    // What is done in it is for the task that it shows by then.
    ctx.panelTask = ctx.sourceElement.closest("#panel") && shown();
    const opens = ctx.target?.id === "panel" && !ctx.panelTask;
    if (opens || (ctx.target?.matches?.("body, [data-refresh]") && !ctx.isRefresh)) opening?.request.abort();
    if (opens) opening = ctx;
  });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const place = tasks.findIndex(({ target }) => target?.id === "panel");
    if (place < 0) return;
    // After a delete the address still has the task, for Undo; the user knows that it is not there.
    const isKnown = panel().hidden && tasks[place].fragment.querySelector("[data-missing]");
    if (ctx.target.id !== "panel" && (ctx.panelNumber !== number || isKnown)) tasks.splice(place, 1);
    else if (!ctx.isRefresh) number += 1;
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    // Of another view; what is refreshed stays.
    if (ctx.target?.id === "list" && !ctx.isRefresh && !panel()?.hidden) empty();
  });

  async function open(link) {
    const address = new URL(location);
    address.searchParams.set("task", link.pathname.split("/").at(-1));
    // htmx would name the target that the row has for its own controls.
    const headers = { "HX-Target": "aside#panel" };
    const push = address.pathname + address.search;
    const isWanted = openings.wait(false);
    const focused = document.activeElement;
    await htmx.ajax("GET", link.href, { source: link, target: "#panel", swap: "outerHTML", push, headers });
    if (!isWanted() || shown() !== `#task-${address.searchParams.get("task")}` || focusReturn.isTyping(focused)) return;
    document.getElementById("panel-title").focus({ preventScroll: true });
  }

  function close() {
    const row = shown();
    opening?.request.abort();
    const address = new URL(location);
    address.searchParams.delete("task");
    empty();
    history.pushState({ htmx: true }, "", address);
    (document.querySelector(`${row} .task__title`) ?? document.getElementById("main")).focus({ preventScroll: true });
  }

  function empty() {
    number += 1;
    panel().hidden = true;
    panel().replaceChildren();
  }

  return shown;
})();
