// Shows the notifications of reminders, and nothing else: it caches nothing and answers no request.
// Safari shows the same messages without it: https://www.w3.org/TR/push-api/#declarative-push-message.
const FALLBACK = { title: "Daybook", body: "You have a reminder.", navigate: "/today", tag: "reminder" };

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title, body, navigate, tag } = { ...FALLBACK, ...notificationOf(event.data) };
  const shown = { body, tag, icon: "/apple-touch-icon.png", data: { address: ownAddress(navigate) } };
  event.waitUntil(registration.showNotification(title, shown));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.address));
});

// A browser that is sent a message must show one, whatever is in it.
function notificationOf(data) {
  try {
    return data.json().notification;
  } catch {
    return {};
  }
}

function ownAddress(navigate) {
  const home = new URL(FALLBACK.navigate, location.origin);
  const address = URL.canParse(navigate, location.origin) ? new URL(navigate, location.origin) : home;
  return (address.origin === location.origin ? address : home).href;
}

// Another page may have text in it that is not saved, so it stays where it is.
async function open(address) {
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((one) => one.url === address);
  return shown ? shown.focus() : clients.openWindow(address);
}
