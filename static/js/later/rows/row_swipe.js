// On a touch screen a swipe to the right presses the circle of a row, one to the left opens the form of its menu that is
// marked for it. Scrolling, a long press and a selection win, and so does the edge of the screen, which goes back.
(() => {
  const { menuOf } = globalThis.daybook;
  const ROW = "main li.task:not(.task--editing)";
  const NOT_FROM = "input, textarea, select, .menu__items, .task__fact, .task__handle";
  const EDGE = 24;
  const BEGINS = 12;
  const THRESHOLD = 88;
  const LONG_PRESS_MS = 400;
  let swipe = null;

  document.addEventListener("pointerdown", ({ target, isPrimary, pointerType, pointerId, clientX: x, clientY: y, timeStamp: at }) => {
    stop();
    const row = isPrimary && pointerType === "touch" && !target.closest(NOT_FROM) && target.closest(ROW);
    if (row && x > EDGE && x < innerWidth - EDGE && getSelection().isCollapsed) swipe = { row, pointerId, x, y, at, by: 0 };
  });

  document.addEventListener("pointermove", (event) => {
    if (event.pointerId !== swipe?.pointerId) return;
    const [x, y] = [event.clientX - swipe.x, event.clientY - swipe.y];
    if (!swipe.isOn && !begins(x, y, event.timeStamp)) return;
    swipe.by = x;
    show(swipe);
  });

  document.addEventListener("pointerup", ({ pointerId }) => {
    if (pointerId !== swipe?.pointerId) return;
    const { row, by, isOn } = swipe;
    stop();
    if (isOn && row.isConnected && Math.abs(by) >= THRESHOLD) controlOf(row, by)?.click();
  });

  for (const name of ["pointercancel", "contextmenu"]) document.addEventListener(name, stop);

  function begins(x, y, at) {
    if (Math.hypot(x, y) < BEGINS) return false;
    const isSideways = Math.abs(x) > 1.5 * Math.abs(y) && at - swipe.at < LONG_PRESS_MS && getSelection().isCollapsed;
    if (isSideways) {
      swipe.isOn = true;
      swipe.row.setPointerCapture(swipe.pointerId);
    } else stop();
    return isSideways;
  }

  const controlOf = (row, by) => by > 0 ? row.querySelector(".check") : menuOf(row)?.querySelector("[data-swipe-left]");

  function show({ row, by }) {
    row.dataset.swipe = by > 0 ? "right" : "left";
    row.dataset.swipeLabel = labelOf(row, by);
    row.toggleAttribute("data-swipe-ready", Math.abs(by) >= THRESHOLD);
    row.style.setProperty("--swipe", `${by}px`);
  }

  function labelOf(row, by) {
    const { ariaLabel, textContent } = by > 0 ? row.querySelector(".check") : document.getElementById("row-menu").content.querySelector("[data-swipe-left]");
    return ariaLabel?.split(":")[0] ?? textContent;
  }

  function stop() {
    if (!swipe) return;
    const { row } = swipe;
    swipe = null;
    for (const name of ["data-swipe", "data-swipe-label", "data-swipe-ready"]) row.removeAttribute(name);
    row.style.removeProperty("--swipe");
  }
})();
