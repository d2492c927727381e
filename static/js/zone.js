// Tells the browser's time zone to Daybook where none was chosen, and offers it where another one was.
(() => {
  const TOLD = "time zone told";
  const KEPT = "time zone kept";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { user } = document.body.dataset;
  const settings = document.querySelector("form[data-zone]");
  const offer = document.getElementById("zone-offer");
  if (!zone) return;
  // Without a zone, days are in UTC.
  if (zone !== "UTC" && document.body.dataset.zone === "unknown") tell();
  if (settings && zone !== settings.dataset.zone) fill(settings).hidden = false;
  if (offer && zone !== offer.dataset.zone) {
    if (!offer.hasAttribute("data-chosen")) tell();
    else if (localStorage.getItem(KEPT) !== `${user} ${zone}`) ask();
  }

  async function tell() {
    // Once: a zone that Daybook does not know stays unknown.
    if (sessionStorage.getItem(TOLD) === zone) return;
    sessionStorage.setItem(TOLD, zone);
    const body = new URLSearchParams({ time_zone: zone });
    await fetch("/settings/browser-zone", { method: "POST", body, headers: { "Daybook-User": user }, redirect: "manual" });
    location.reload();
  }

  // Asked once for each zone that the browser is in: the answer is remembered here.
  function ask() {
    const notice = fill(notices.add("zone-offer"));
    notice.querySelector("[data-keeps-zone]").addEventListener("submit", () => localStorage.setItem(KEPT, `${user} ${zone}`));
  }

  function fill(element) {
    for (const part of element.querySelectorAll("[data-browser-zone]")) part[part.matches("input") ? "value" : "textContent"] = zone;
    return element;
  }
})();
