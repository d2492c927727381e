// Loads a script once; one that did not come is asked for again. Its address stands beside the menu of the rows.
const loadScript = (() => {
  const asked = new Map();

  return (name) => {
    if (!asked.has(name)) asked.set(name, new Promise((done, failed) => {
      const src = document.getElementById("row-menu").dataset[name];
      document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed }));
    }));
    asked.get(name).catch(() => asked.delete(name));
    return asked.get(name);
  };
})();

// Scripts that few pages need come when what they work on is there: those of the small forms (static/js/later/forms), what
// tells the time zone (static/js/later/zone), and what turns notifications on and off (static/push.js). The pointer and the
// focus bring the others (row_pointer.js).
(() => {
  document.addEventListener("htmx:after:swap", () => loadForPage(false));
  // Asked once: the page waits for the answer of the browser.
  loadForPage(globalThis.Notification?.permission === "granted");

  function loadForPage(isNotified) {
    if (document.querySelector("[data-type-ahead], .month")) load("forms");
    if (isUntold() || document.querySelector("form[data-zone], #zone-offer")) load("zone");
    // On the sign-in page: the next session is another one, of which Daybook is told.
    if (!document.body.dataset.user) localStorage.removeItem("device told on");
    else if (isNotified || document.querySelector(".push")) load("push");
  }

  // Without a zone, days are in UTC.
  function isUntold() {
    return document.body.dataset.zone === "unknown" && Intl.DateTimeFormat().resolvedOptions().timeZone !== "UTC";
  }

  // A page does without a script that does not come.
  function load(name) {
    loadScript(name).catch(() => {});
  }
})();
