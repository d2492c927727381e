// Tells the browser's time zone to Daybook where it knows none, and offers it where another one is set.
(() => {
  const TOLD = "time zone told";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const offer = document.querySelector("form[data-zone]");
  // Without a zone, days are in UTC.
  if (zone && zone !== "UTC" && document.body.dataset.zone === "unknown" && !sessionStorage.getItem(TOLD)) tell();
  if (zone && offer && zone !== offer.dataset.zone) show(offer);

  async function tell() {
    // Once: a zone that Daybook does not know stays unknown.
    sessionStorage.setItem(TOLD, zone);
    const body = new URLSearchParams({ time_zone: zone });
    const headers = { "Daybook-User": document.body.dataset.user };
    await fetch("/settings/browser-zone", { method: "POST", body, headers, redirect: "manual" });
    location.reload();
  }

  function show(form) {
    form.querySelector("input[type=hidden]").value = zone;
    form.querySelector("[data-browser-zone]").textContent = zone;
    form.hidden = false;
  }
})();
