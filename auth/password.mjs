// node password.mjs   sets a password: {"email", "password"} as JSON on standard input
import { text } from "node:stream/consumers";
import { betterAuth } from "better-auth";
import { afterNewPassword } from "./account.mjs";
import { log } from "./log.mjs";
import { optionsFromEnvironment } from "./options.mjs";
import { isCommon, isOfContext } from "./passwords.mjs";

const [UNKNOWN_USER, REFUSED] = [3, 4];

console.info = console.warn = console.error = log;

try {
  process.exitCode = await setPassword(JSON.parse(await text(process.stdin)));
} catch (error) {
  log("The password could not be set", error);
  process.exitCode = 1;
}

async function setPassword({ email, password }) {
  const options = optionsFromEnvironment();
  try {
    const { internalAdapter, password: hashing } = await betterAuth(options).$context;
    const { minPasswordLength, maxPasswordLength } = hashing.config;
    if (password.length < minPasswordLength || password.length > maxPasswordLength || isCommon(password)) return REFUSED;
    const found = await internalAdapter.findUserByEmail(email.toLowerCase(), { includeAccounts: true });
    if (!found) return UNKNOWN_USER;
    if (isOfContext(password, found.user)) return REFUSED;
    await store(internalAdapter, found, await hashing.hash(password));
    await internalAdapter.deleteUserSessions(found.user.id);
    await afterNewPassword(found.user);
    return 0;
  } finally {
    await (options.database.end?.() ?? options.database.close?.());
  }
}

function store(internalAdapter, { user, accounts }, hash) {
  const account = accounts.find(({ providerId }) => providerId === "credential");
  if (account) return internalAdapter.updateAccount(account.id, { password: hash });
  return internalAdapter.linkAccount({ userId: user.id, providerId: "credential", accountId: user.id, password: hash });
}
