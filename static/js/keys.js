(() => {
  const places = { "/": "#q", n: "#new-title" };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") target.closest(".edit, .notice")?.querySelector("[data-cancel], [data-dismiss]")?.click();
    if (!Object.hasOwn(places, key) || target.closest("input, textarea, select")) return;
    const place = document.querySelector(places[key]);
    if (!place) return;
    event.preventDefault();
    place.focus();
  });
})();
