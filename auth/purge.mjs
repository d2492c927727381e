import { log } from "./log.mjs";
import { oldestSession } from "./sessions.mjs";

const INTERVAL_MS = 10 * 60_000;
// Longer than any window of the rate limit.
const RATE_LIMIT_MS = 60 * 60_000;

/**
 * Deletes expired rows, now and then every ten minutes. Better Auth deletes a session or a verification only when it
 * is used again, and a count only when its client comes back. Rows that a client without an account adds would stay.
 */
export function purgeRegularly({ adapter }, sessionDays) {
  const purge = () => removeExpired(adapter, sessionDays).catch((error) => log("Expired rows were not removed", error));
  purge();
  return setInterval(purge, INTERVAL_MS).unref();
}

async function removeExpired(adapter, sessionDays) {
  const before = (field, value) => [{ field, operator: "lt", value }];
  await adapter.deleteMany({ model: "session", where: before("expiresAt", new Date()) });
  await adapter.deleteMany({ model: "session", where: before("createdAt", oldestSession(sessionDays)) });
  await adapter.deleteMany({ model: "verification", where: before("expiresAt", new Date()) });
  await adapter.deleteMany({ model: "rateLimit", where: before("lastRequest", Date.now() - RATE_LIMIT_MS) });
}
