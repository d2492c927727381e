// While a form or the panel is still loading, or is only going to: Escape cancels it, and what is typed waits for the field
// of the form. This is there from the beginning, because the keys may be pressed before the scripts that come later.
const openings = (() => {
  // Requests, and what waits before it sends one; true for those that open a form.
  const underWay = new Map();
  let typed = "";
  // What was typed for a form that did not come, by its link: for Try again.
  const unsent = new WeakMap();

  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => { if (opens(ctx)) begin(ctx); });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (underWay.has(ctx) && !(ctx.response?.status < 400)) keep(ctx.sourceElement);
    end(ctx);
  });
  // Before what these keys do to something that is open already, and to rows.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) cancel(event);
    else if (isHolding() && isForField(event)) hold(event);
  }, true);
  addEventListener("pagehide", forget);

  function opens({ request, sourceElement, target, isRefresh }) {
    const isPart = target instanceof Element && !target.matches("body, [data-refresh], #more");
    return request.method === "GET" && !isRefresh && isPart && sourceElement.matches("a[href]:not([data-cancel])");
  }

  function begin(ctx) {
    underWay.set(ctx, opensForm(ctx));
    typed ||= unsent.get(ctx.sourceElement) ?? "";
    unsent.delete(ctx.sourceElement);
  }

  function keep(link) {
    unsent.set(link, typed);
    typed = "";
  }

  const opensForm = ({ sourceElement, target }) =>
    sourceElement.matches("[data-opens-field]") || (target.matches("li, .fact, .task__fact") && !sourceElement.closest("form"));
  const isHolding = () => [...underWay.values()].includes(true);

  function isForField({ target, key, ctrlKey, metaKey, altKey, isComposing }) {
    if (isComposing || ctrlKey || metaKey || altKey || target.matches("input, textarea, select")) return false;
    return !/^(Tab|F\d)/.test(key);
  }

  function hold(event) {
    const { key, repeat } = event;
    event.preventDefault();
    event.stopPropagation();
    if (repeat || typed.endsWith("\n")) return;
    if (key === "Backspace") typed = typed.slice(0, -1);
    else if (key === "Enter") typed += "\n";
    else if (key.length === 1) typed += key;
  }

  function cancel(event) {
    if (underWay.size) event.stopPropagation();
    for (const { request } of underWay.keys()) request?.abort();
    forget();
  }

  function forget() {
    underWay.clear();
    typed = "";
  }

  // For what waits before it opens something: the function that it calls then says whether there was no Escape since.
  function wait(isForForm) {
    const one = {};
    underWay.set(one, isForForm);
    return () => end(one);
  }

  // Presses a control, by its key; the keys that come before another page that it leads to are not for the rows of this one.
  function press(control) {
    const isPressed = control.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    if (isPressed && control.matches("a") && control.pathname !== location.pathname) wait(true);
  }

  // Once the focus is where it belongs.
  function end(one) {
    queueMicrotask(deliver);
    return underWay.delete(one);
  }

  function deliver() {
    if (underWay.size || !typed) return;
    const field = document.activeElement;
    const text = typed.replace("\n", "");
    const isSent = typed.endsWith("\n");
    typed = "";
    // Of a button, a box to tick or a date no text is taken.
    if (typeof field.selectionStart !== "number") return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    if (isSent) field.form.requestSubmit();
  }

  return { wait, press };
})();
