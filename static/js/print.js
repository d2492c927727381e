// A printed list is whole. Only a synchronous request is done before the browser prints; afterwards the page is as it was.
addEventListener("beforeprint", () => {
  const list = document.getElementById("list");
  if (!list?.querySelector(".more")) return;
  const url = new URL(list.dataset.view ?? location.pathname, location);
  url.searchParams.set("shown", "999999999");
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  if (request.status !== 200 || !request.getResponseHeader("Daybook")) return;
  const shown = document.getElementById("tasks");
  const whole = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("tasks");
  shown.replaceWith(whole);
  addEventListener("afterprint", () => whole.replaceWith(shown), { once: true });
});
