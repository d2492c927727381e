// The rows of a page are one tab stop: Tab comes to the row that had the focus last, or to the first one, and leaves the
// rows again. Up and down go between rows (static/js/keys.js), left and right between the controls of one. Where single
// keys are off, Tab comes to each control.
(() => {
  const ROWS = "main :not(.tasks--one) > li.task:not(.trash__item, .task--pending, [hx-morph-skip])";
  const CONTROLS = "a[href], button, summary";
  const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
  let last = null;

  const rowOf = (element) => element.closest(ROWS);
  const controlsOf = (row) => [...row.querySelectorAll(CONTROLS)].filter((control) => control.checkVisibility());
  const isOn = () => document.body.dataset.keys !== "off";

  document.addEventListener("focusin", ({ target }) => { last = rowOf(target)?.id ?? last; });

  // Before the browser looks for the next stop. Rows come and go with every answer, so it is placed at each Tab.
  document.addEventListener("keydown", ({ target, key }) => {
    if (key === "Tab" && isOn()) placeStop(rowOf(target));
  });

  function placeStop(left) {
    const rows = [...document.querySelectorAll(ROWS)];
    const shown = left ? [] : rows.filter((row) => row.checkVisibility());
    const stop = shown.find(({ id }) => id === last) ?? shown[0];
    for (const control of rows.flatMap((row) => [...row.querySelectorAll(CONTROLS)])) {
      const isStop = control.matches(".task__title") ? control.closest("li") === stop : Boolean(control.closest(".menu[open]"));
      control.tabIndex = isStop ? 0 : -1;
    }
  }

  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event;
    const row = STEPS[key] && !defaultPrevented && isOn() && rowOf(target);
    if (!row || ctrlKey || metaKey || altKey || shiftKey) return;
    const controls = controlsOf(row);
    controls[controls.indexOf(target) + STEPS[key]]?.focus();
    event.preventDefault();
  });
})();
