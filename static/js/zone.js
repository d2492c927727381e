// Offers the browser's time zone where another one is set.
(() => {
  const form = document.querySelector("form[data-zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!form || !zone || zone === form.dataset.zone) return;
  form.querySelector("input[type=hidden]").value = zone;
  form.querySelector("[data-browser-zone]").textContent = zone;
  form.hidden = false;
})();
