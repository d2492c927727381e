// Lists are dragged among the lists around them, and sections on the page of their list, by their handle. A drop sends the
// first form in it, which orders.
(() => {
  const { loadScript, pressAgain, requestErrors } = globalThis.daybook;
  const HANDLE = ".lists__handle";
  // The drops that have no answer yet: for each form its row, and the row that it stood before.
  const drops = new Map();
  let library = null;
  let next = null;

  document.addEventListener("pointerover", ({ target }) => { if (target.closest(HANDLE)) prepare(); });

  // A finger is down before the library is there: it starts the drag then.
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(HANDLE);
    if (handle && !window.Sortable?.get(handle.closest("[data-sorted]"))) pressAgain(event, handle, prepare());
  });

  document.addEventListener("htmx:finally:request", ({ detail: { ctx: { sourceElement, response } } }) => {
    const drop = drops.get(sourceElement);
    drops.delete(sourceElement);
    if (drop && !(response?.status < 400 && response.headers.has("Daybook"))) putBack(drop);
  });

  async function prepare() {
    await (library ??= loadScript("sortable").catch(notLoaded));
    for (const list of document.querySelectorAll("[data-sorted]")) window.Sortable?.get(list) ?? window.Sortable?.create(list, options);
  }

  function notLoaded() {
    library = null;
    requestErrors.add({ sourceElement: document.body }, "unsent");
  }

  const isBeside = (row, other) => other?.dataset.within === row.dataset.within;

  const options = {
    handle: HANDLE,
    draggable: "[data-within]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    // The browser's own dragging knows no touch.
    forceFallback: true,
    fallbackOnBody: true,
    fallbackTolerance: 4,
    fallbackClass: "lists__dragged",
    onStart: ({ item }) => { next = item.nextElementSibling; },
    // What is inside another list is passed over.
    onMove: ({ dragged, related }) => isBeside(dragged, related),
    onEnd: ({ item }) => { if (item.isConnected && item.nextElementSibling !== next) send(item); },
  };

  function send(row) {
    const form = row.querySelector("form");
    const above = beside(row, "previousElementSibling");
    form.elements.after.value = idOf(above);
    form.elements.before.value = above ? "" : idOf(beside(row, "nextElementSibling"));
    drops.set(form, { row, next });
    form.requestSubmit();
  }

  function beside(row, direction) {
    let other = row[direction];
    while (other && !isBeside(row, other)) other = other[direction];
    return other;
  }

  const idOf = (row) => row?.id.split("-").at(-1) ?? "";

  function putBack(drop) {
    const { row } = drop;
    if (row.isConnected) row.parentElement.insertBefore(row, drop.next?.isConnected ? drop.next : null);
  }

  if (document.querySelector(`${HANDLE}:hover`)) prepare();
})();
