const DAY_MS = 24 * 60 * 60_000;

/** Hooks that let no session live longer than `days`, however often it is used. web/auth/identity.py checks the same. */
export function limitSessions(days) {
  const limited = (data, createdAt) => {
    const end = new Date(createdAt).getTime() + days * DAY_MS;
    return data.expiresAt > end ? { data: { ...data, expiresAt: new Date(end) } } : { data };
  };
  return {
    create: { before: async (data) => limited(data, data.createdAt) },
    // An update has no creation time; the session of the request has.
    update: { before: async (data, call) => (data.expiresAt ? limited(data, call.context.session.session.createdAt) : { data }) },
  };
}

/** Sessions that were created before this time have ended. */
export function oldestSession(days) {
  return new Date(Date.now() - days * DAY_MS);
}
