// Rows are dragged by their handle; where one is dropped, the form of its menu is sent. The library for it comes when
// the pointer is first over a handle. Keys and the menu do the same.
(() => {
  const { menuOf, requestErrors, requestPolicy, loadScript, pressAgain } = globalThis.daybook;
  const HANDLE = ".task__handle";
  const LISTS = "[data-place]";
  const TAKES_ROWS = ".tasks--ordered";
  // The drops that have no answer yet, in their order: the form, and where its row stood.
  const drops = [];
  let library = null;
  let origin = null;
  let isCancelled = false;

  document.addEventListener("pointerover", ({ target }) => { if (handleOf(target)) prepare(); });

  // A finger is down before the library is there: it starts the drag then.
  document.addEventListener("pointerdown", (event) => {
    const handle = handleOf(event.target);
    if (handle && !window.Sortable?.get(handle.closest(LISTS))) pressAgain(event, handle, prepare());
  });

  document.addEventListener("keydown", (event) => {
    if (!origin || event.key !== "Escape") return;
    isCancelled = true;
    document.dispatchEvent(new PointerEvent("pointerup"));
  });

  // Later the form may be gone, with the row that it was in.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.drop = drops.find(({ form, isSent }) => form === ctx.sourceElement && !isSent);
    if (ctx.drop) ctx.drop.isSent = true;
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx: { drop, response } } }) => {
    if (!drop) return;
    drops.splice(drops.indexOf(drop), 1);
    if (!(response?.status < 400 && response.headers.has("Daybook"))) putBack(drop.from);
  });

  const handleOf = (target) => target.closest?.(LISTS) && target.closest(HANDLE);

  async function prepare() {
    await (library ??= loadScript("sortable").catch(notLoaded));
    for (const list of document.querySelectorAll(LISTS)) window.Sortable?.get(list) ?? window.Sortable?.create(list, optionsOf(list));
  }

  function notLoaded() {
    library = null;
    requestErrors.add({ sourceElement: document.body }, "unsent");
  }

  function optionsOf(list) {
    const takesRows = list.matches(TAKES_ROWS);
    return {
      group: { name: list.dataset.view ?? "view", put: takesRows },
      sort: takesRows,
      handle: HANDLE,
      draggable: "li.task",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      // The browser's own dragging knows no touch.
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      fallbackClass: "task--dragged",
      ghostClass: "task--gap",
      onStart: start,
      onEnd: end,
    };
  }

  function start({ item }) {
    origin = { row: item, list: item.parentElement, next: item.nextElementSibling };
    isCancelled = false;
    inPlace(item, () => { document.body.dataset.dragging = ""; });
  }

  function end({ item: row }) {
    const from = origin;
    origin = null;
    inPlace(row, () => { delete document.body.dataset.dragging; });
    const isMoved = row.isConnected && (row.parentElement !== from.list || row.nextElementSibling !== from.next);
    if (isMoved && isCancelled) putBack(from);
    else if (isMoved) send(row, from);
    row.querySelector(".task__title").focus({ preventScroll: true });
    requestPolicy.settle();
  }

  // Empty days are shown while a row is dragged: the page scrolls by what they take above it.
  function inPlace(row, change) {
    const { top } = row.getBoundingClientRect();
    change();
    scrollBy(0, row.getBoundingClientRect().top - top);
  }

  // Behind the row above, as the user sees it: the list may hold others in between.
  function send(row, from) {
    const form = menuOf(row).querySelector("[data-drop]");
    const [above, below] = [row.previousElementSibling, row.nextElementSibling];
    form.elements.after.value = idOf(above);
    form.elements.before.value = above ? "" : idOf(below);
    drops.push({ form, from });
    form.requestSubmit();
  }

  const idOf = (row) => row?.id.split("-").at(-1) ?? "";

  function putBack({ row, list, next }) {
    if (row.isConnected && list.isConnected) list.insertBefore(row, next?.parentElement === list ? next : null);
  }

  // The pointer may have come to a handle before this script.
  if (document.querySelector(`${HANDLE}:hover`)) prepare();

  requestPolicy.follow({
    isUnderWay: () => Boolean(origin),
    // Whether the rows stand where the user has put them, which an answer to this request does not know yet.
    isAhead: (ctx) => Boolean(origin) || drops.some((drop) => drop !== ctx.drop),
  });
})();
