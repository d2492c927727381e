// Reminders as notifications on this device (Web Push). The browser's permission is asked for in a click, never before.
(() => {
  // In this browser: whose reminders it shows, and as which device; the day on which Daybook was last told so.
  const KEPT = "notified device";
  const TOLD = "device told on";
  const WORKER = "/service-worker.js";
  const { user } = document.body.dataset;
  const isPossible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "null");
  const today = () => new Date().toDateString();

  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-push-on], [data-push-off]");
    if (button) change(button.closest(".push"), button.matches("[data-push-on]"));
  });
  document.addEventListener("htmx:after:swap", show);
  settle().catch(console.warn).then(show);

  async function change(offer, isOn) {
    const buttons = offer.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    let failure = "";
    try {
      await (isOn ? turnOn(offer.dataset.push) : turnOff());
    } catch (error) {
      console.warn(error);
      failure = "failed";
    }
    buttons.forEach((button) => { button.disabled = false; });
    await show(failure);
    // On the page that lists the devices.
    if (!failure && offer.hasAttribute("data-push-reload") && Notification.permission === "granted") location.reload();
  }

  async function turnOn(applicationServerKey) {
    if (await Notification.requestPermission() !== "granted") return;
    await navigator.serviceWorker.register(WORKER);
    const { pushManager } = await navigator.serviceWorker.ready;
    // Of a user who was here before, or made with another key.
    await (await pushManager.getSubscription())?.unsubscribe();
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
    const answer = await tell("POST", "/api/devices", subscription);
    if (!answer.ok) {
      await subscription.unsubscribe();
      throw new Error(`Daybook answered ${answer.status}`);
    }
    const { id } = await answer.json();
    localStorage.setItem(KEPT, JSON.stringify({ user, id }));
    localStorage.setItem(TOLD, today());
  }

  async function turnOff() {
    const { id } = kept();
    await forget();
    await tell("DELETE", `/api/devices/${id}`);
  }

  // Neither another user's reminders nor those of a device that was removed are shown here any longer.
  async function forget() {
    await (await current())?.unsubscribe();
    localStorage.removeItem(KEPT);
  }

  async function settle() {
    const device = kept();
    if (!isPossible || Notification.permission !== "granted") return;
    if (device?.user !== user) return forget();
    if (localStorage.getItem(TOLD) === today()) return;
    const subscription = await current();
    if (!subscription) return turnOff();
    const answer = await tell("PUT", `/api/devices/${device.id}`, subscription);
    if (answer.ok) localStorage.setItem(TOLD, today());
    else if (answer.status === 404) await forget();
  }

  async function current() {
    return (await navigator.serviceWorker.getRegistration(WORKER))?.pushManager.getSubscription();
  }

  function tell(method, address, subscription) {
    const { endpoint, keys } = subscription?.toJSON() ?? {};
    const headers = { "Content-Type": "application/json", "Daybook-User": user };
    return fetch(address, { method, headers, body: endpoint && JSON.stringify({ endpoint, ...keys }) });
  }

  async function show(failure) {
    const offers = document.querySelectorAll(".push");
    if (!offers.length) return;
    const state = typeof failure === "string" && failure || await stateOf();
    for (const part of document.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
  }

  async function stateOf() {
    if (!isPossible) return isApple ? "home-screen" : "missing";
    if (Notification.permission === "denied") return "denied";
    return kept()?.user === user && (await current()) ? "on" : "off";
  }
})();
