// What is done with rows and with a line that is typed (static/js/later/rows) comes when a pointer is first over one or one
// has the focus, or with a press on what needs it (data-later), so that no first visit waits for it. These names it takes
// from here.
globalThis.daybook = { focusReturn, formDrafts, insertAsOne, loadScript, menuOf, notices, openings, pressAgain, requestErrors, requestPolicy, setPlace };

(() => {
  let loading = null;

  for (const sign of ["pointerover", "focusin"]) {
    document.addEventListener(sign, ({ target }) => { if (target.closest("li.task, #panel, .bar, .new, .search, .lists, .steps, [data-within]")) load(); });
  }

  // A finger is down by then: what it does counts from there.
  document.addEventListener("pointerdown", (event) => {
    if (event.isTrusted && event.pointerType === "touch" && loading && !loading.isDone) pressAgain(event, event.target, loading);
  });

  // What has been pressed before the scripts are there is pressed then.
  document.addEventListener("click", async (event) => {
    const control = event.target.closest("[data-later]");
    if (!control || loading?.isDone) return;
    event.preventDefault();
    event.stopPropagation();
    const isWanted = openings.wait(control.matches("a"));
    const row = control.closest("li")?.id;
    const place = row && laterIn(row).indexOf(control);
    load();
    await loading;
    if (!isWanted()) return;
    // Its row may have come again meanwhile.
    const shown = control.isConnected || !row ? control : laterIn(row)[place];
    if (loading) shown && openings.press(shown);
    else if (control.href) location.assign(control.href);
    else requestErrors.add({ sourceElement: control }, "unsent");
  }, true);

  function laterIn(row) {
    const shown = document.getElementById(row);
    return [...(shown && menuOf(shown)?.querySelectorAll("[data-later]")) ?? []];
  }

  // Lines that have been pasted before the script for them (static/js/later/rows/several.js) is there wait for it.
  document.addEventListener("paste", async (event) => {
    const { target: field } = event;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (loading?.isDone || !field.matches("[data-preview]") || !/[\n\r\u2028\u2029]/.test(text)) return;
    event.preventDefault();
    load();
    await loading;
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const again = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (!loading || field.dispatchEvent(again)) insertAsOne(field, text);
  }, true);

  function load() {
    if (loading) return;
    loadStyles();
    // The small forms are opened from rows, and a key may be typed into one as soon as it is there.
    loading = Promise.all([loadScript("rows"), loadScript("forms")]).then(() => { loading.isDone = true; }, () => { loading = null; });
  }
})();

// Several lines in a field for one.
function insertAsOne(field, text) {
  field.setRangeText(text.split(/\s+/).filter(Boolean).join(" "), field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// A pointer that is still down when what needs it is ready is down from there.
async function pressAgain(event, target, ready) {
  const released = new AbortController();
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => released.abort(), { signal: released.signal });
  await ready;
  if (!released.signal.aborted && target.isConnected) target.dispatchEvent(new PointerEvent("pointerdown", event));
  released.abort();
}

// What the panel and the forms of a task look like (static/css/later/task).
function loadStyles() {
  const href = document.getElementById("row-menu").dataset.styles;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
