"""Calendar days as users name them: Today, Fri 4 Dec, the weekend, next week. `today` is always an argument."""

from datetime import date, datetime, time

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NEARBY = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
SATURDAY = 5
MINUTES_A_DAY = 1440
LAST_HOUR = 23


def day_words(day: date, today: date, order: str = "d/m") -> str:
    """Today, Tomorrow, Yesterday, Fri (within six days), Fri 4 Dec (this year), 4 Jan 2027; in m/d Fri Dec 4."""
    distance = (day - today).days
    if distance in NEARBY:
        return NEARBY[distance]
    weekday = WEEKDAYS[day.weekday()]
    if 0 < distance < 7:
        return weekday
    return f"{weekday} {month_day(day, order)}" if day.year == today.year else full_date(day, order)


def month_day(day: date, order: str = "d/m") -> str:
    """4 Dec, or Dec 4 where the user writes the month first."""
    month = MONTHS[day.month - 1]
    return f"{month} {day.day}" if order == "m/d" else f"{day.day} {month}"


def full_date(day: date, order: str = "d/m") -> str:
    """4 Jan 2027, or Jan 4, 2027."""
    return f"{month_day(day, order)}{',' if order == 'm/d' else ''} {day.year}"


def recent_date(day: date, today: date, order: str = "d/m") -> str:
    """4 Dec, with the year where it is another one."""
    return month_day(day, order) if day.year == today.year else full_date(day, order)


def is_overdue(due_on: date, due_time: time | None, now: datetime) -> bool:
    """`now` is the wall clock of the task's owner. What is due today without a time is not overdue."""
    if due_on != now.date():
        return due_on < now.date()
    return due_time is not None and due_time < passed_before(now)


def passed_before(now: datetime) -> time:
    """Wall times before it have passed: the time of `now`, to the minute.

    Of two equal wall times the first counts, so where the clock has gone back, all times of that hour have passed.
    """
    if now.fold:
        return time(now.hour + 1) if now.hour < LAST_HOUR else time(LAST_HOUR, 59)
    return now.time().replace(second=0, microsecond=0)


def first_of_week(day: date, week_start: int) -> date:
    """The first day of the week that holds the day; `week_start` is 0 for Monday to 6 for Sunday."""
    return shifted(day, -((day.weekday() - week_start) % 7))


def next_week(today: date, week_start: int) -> date:
    """The first day of the next week."""
    return shifted(first_of_week(today, week_start), 7)


def weekend(today: date) -> date:
    """The coming Saturday; on Saturday and Sunday it is today."""
    return shifted(today, max(0, SATURDAY - today.weekday()))


def month_weeks(day: date, week_start: int) -> list[list[date]]:
    """The weeks of the month of a day, whole ones: the days beside the month too, but none beyond the calendar."""
    first = day.replace(day=1)
    start = first_of_week(first, week_start)
    weeks = ([shifted(start, 7 * number + weekday) for weekday in range(7)] for number in range(6))
    return [week for week in weeks if any(one.month == first.month and one.year == first.year for one in week)]


def months_later(day: date, months: int) -> date:
    """The first day of a month so many months later, kept within the years 1 to 9999."""
    number = min(max(day.year * 12 + day.month - 1 + months, 12), date.max.year * 12 + 11)
    return date(number // 12, number % 12 + 1, 1)


def shifted(day: date, days: int) -> date:
    """The day so many days later, kept within the years 1 to 9999."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
