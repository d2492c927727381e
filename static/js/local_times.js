(() => {
  const year = new Date().getFullYear();
  const parts = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  const styles = { recent: parts, older: { ...parts, year: "numeric" }, full: { dateStyle: "full", timeStyle: "long" } };
  const formats = {};
  const { clock, dateOrder } = document.body.dataset;
  // In English the order is the user's; other languages have one of their own.
  const isEnglish = navigator.language.startsWith("en");
  const language = isEnglish && dateOrder ? { "d/m": "en-GB", "m/d": "en-US" }[dateOrder] : undefined;
  // Midnight is 0:00, and 12:00 am.
  const hours = { 12: { hour12: true }, 24: { hourCycle: "h23" } }[clock];

  // The first use of Intl takes as long as drawing the page: each format is made when it is needed.
  function formatted(time, style) {
    formats[style] ??= new Intl.DateTimeFormat(language, { ...styles[style], ...hours });
    return formats[style].format(time);
  }

  function localise() {
    for (const element of document.querySelectorAll("time[datetime]:not([data-local])")) {
      const time = new Date(element.dateTime);
      element.textContent = formatted(time, time.getFullYear() === year ? "recent" : "older");
      // In a right-to-left language its parts would otherwise change places with the words around it.
      element.dir = "auto";
      element.dataset.local = "";
    }
  }

  // Only a pointer shows a title.
  document.addEventListener("pointerover", ({ target }) => {
    if (target.matches("time[data-local]:not([title])")) target.title = formatted(new Date(target.dateTime), "full");
  });

  localise();
  document.addEventListener("htmx:after:settle", localise);
})();
