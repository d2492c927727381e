// A printed list is whole. Only a synchronous request is done before the browser prints.
addEventListener("beforeprint", () => {
  const more = document.getElementById("more");
  if (!more) return;
  const url = new URL(document.getElementById("list").dataset.view, location);
  url.searchParams.set("shown", "999999999");
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.send();
  if (request.status !== 200 || !request.getResponseHeader("Daybook")) return;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  more.removeAttribute("id");
  const rows = [...page.querySelectorAll("#tasks > li")].filter(({ id }) => !document.getElementById(id));
  more.replaceWith(...rows);
  rows.forEach((row) => htmx.process(row));
});
