// What turns notifications on and off (static/push.js) comes where they are offered, and in browsers that show them.
(() => {
  // On the sign-in page: the next session is another one, of which Daybook is told.
  if (!document.body.dataset.user) return localStorage.removeItem("device told on");
  document.addEventListener("htmx:after:swap", load);
  load();

  function load() {
    if (!document.querySelector(".push") && globalThis.Notification?.permission !== "granted") return;
    document.removeEventListener("htmx:after:swap", load);
    loadScript("push").catch(() => document.addEventListener("htmx:after:swap", load));
  }
})();
