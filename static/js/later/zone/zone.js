// Tells the browser's time zone to Daybook where none is known, and offers it where another one counts. What pages show
// follows the zone that Daybook knows, and nothing here changes a known one without a press.
(() => {
  const { notices } = globalThis.daybook;
  const TOLD = "time zone told";
  const KEPT = "time zone kept";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { user, zone: known } = document.body.dataset;
  const settings = document.querySelector("form[data-zone]");
  const offer = document.getElementById("zone-offer");
  if (!zone) return;
  // Without a zone, days are in UTC.
  if (known !== "unknown") sessionStorage.removeItem(TOLD);
  else if (zone !== "UTC") tell();
  if (settings && zone !== settings.dataset.zone) fill(settings).hidden = false;
  if (offer && zone !== offer.dataset.zone && localStorage.getItem(KEPT) !== `${user} ${zone} ${offer.dataset.zone}`) ask();

  async function tell() {
    // Once: a zone that Daybook does not know stays unknown.
    if (sessionStorage.getItem(TOLD) === zone) return;
    sessionStorage.setItem(TOLD, zone);
    const body = new URLSearchParams({ time_zone: zone });
    await fetch("/settings/browser-zone", { method: "POST", body, headers: { "Daybook-User": user }, redirect: "manual" });
    location.reload();
  }

  // Asked once for each pair of zones: the answer is remembered here.
  function ask() {
    const notice = fill(notices.add("zone-offer"));
    notice.querySelector("[data-keeps-zone]").addEventListener("submit", () => localStorage.setItem(KEPT, `${user} ${zone} ${offer.dataset.zone}`));
  }

  function fill(element) {
    for (const part of element.querySelectorAll("[data-browser-zone]")) part[part.matches("input") ? "value" : "textContent"] = zone;
    return element;
  }
})();
