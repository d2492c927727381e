(() => {
  const year = new Date().getFullYear();
  const parts = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
  const recent = new Intl.DateTimeFormat(undefined, parts);
  const older = new Intl.DateTimeFormat(undefined, { ...parts, year: "numeric" });
  const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

  function localise() {
    for (const time of document.querySelectorAll("time[datetime]:not([title])")) {
      const moment = new Date(time.dateTime);
      time.title = whole.format(moment);
      time.textContent = (moment.getFullYear() === year ? recent : older).format(moment);
    }
  }

  localise();
  document.addEventListener("htmx:after:settle", localise);
})();
