// Arrows go through the days of a month, Page Up and Page Down to the month beside it. Without script each day is a
// button with a tab stop of its own.
(() => {
  const DAY = ".month__day";
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  const MONTHS = { PageUp: 0, PageDown: 1 };

  document.addEventListener("htmx:after:swap", rove);
  rove();

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!target.matches?.(DAY) || event.ctrlKey || event.metaKey || event.altKey) return;
    const month = target.closest(".month");
    const days = [...month.querySelectorAll(DAY)];
    const next = days[days.indexOf(target) + STEPS[key]] ?? beside(month, STEPS[key] < 0 ? 0 : STEPS[key] > 0 ? 1 : MONTHS[key]);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    if (!next.matches(DAY)) return next.click();
    stopAt(days, next);
    next.focus();
  }, true);

  const beside = (month, place) => month.querySelectorAll(".month__head a")[place];

  // One tab stop: the chosen day, today, or the first of the month.
  function rove() {
    for (const month of document.querySelectorAll(".month")) {
      const days = [...month.querySelectorAll(DAY)];
      if (days.some((day) => day.tabIndex < 0)) continue;
      const first = ["[aria-pressed=true]", "[aria-current]", ":not(.month__day--beside)"];
      stopAt(days, first.map((which) => days.find((day) => day.matches(which))).find(Boolean));
    }
  }

  function stopAt(days, chosen) {
    for (const day of days) day.tabIndex = day === chosen ? 0 : -1;
  }
})();
