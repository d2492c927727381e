// What Daybook asks of changes to an account, whichever client makes them.
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { revokeGrants } from "./grants.mjs";
import { confirmAddress, forgetLinks, isUnusedChange, notify, payloadOf } from "./mail.mjs";

// Longer than either answer takes, so that its time does not tell whether an address has an account.
const LEAST_MS = 400;

const startedAt = new WeakMap();

/** A plugin without endpoints: hooks around those of Better Auth. */
export const accountRules = {
  id: "daybook-account",
  hooks: {
    before: [
      { matcher: pathIs("/request-password-reset", "/change-email"), handler: createAuthMiddleware(noteStart) },
      { matcher: pathIs("/change-email"), handler: createAuthMiddleware(requirePassword) },
      { matcher: pathIs("/send-verification-email"), handler: createAuthMiddleware(requireSession) },
      { matcher: pathIs("/verify-email"), handler: createAuthMiddleware(confirmOnce) },
    ],
    after: [
      { matcher: pathIs("/request-password-reset", "/change-email"), handler: createAuthMiddleware(waitForOthers) },
      { matcher: pathIs("/change-password"), handler: createAuthMiddleware(tellOfPassword) },
      { matcher: pathIs("/two-factor/verify-totp"), handler: createAuthMiddleware(keepConfirmedFactor) },
    ],
  },
};

/** For `databaseHooks.user.update`: a new address was confirmed by a message to it, and the old one hears of it. */
export const emailChange = {
  before: async ({ email }, context) => {
    if (!email || confirmedAddress(context) !== email) return;
    await requireUnused(context.query.token);
    return { data: { emailVerified: true } };
  },
  after: async (user, context) => {
    if (confirmedAddress(context) !== user.email) return;
    const { email: previous } = payloadOf(context.query.token);
    await notify("email-changed", { ...user, email: previous }, { new_email: user.email });
  },
};

/**
 * For `emailAndPassword.onPasswordReset`. The link has shown whose the address is. If it was not confirmed before,
 * another person may have signed up with it: nothing that they made opens the account any more.
 */
export async function afterReset({ user }) {
  if (!user.emailVerified) {
    await revokeGrants(user);
    await confirmAddress(user);
  }
  await afterNewPassword(user);
}

/** Ends the links that were sent before, and tells the user. */
export async function afterNewPassword(user) {
  await forgetLinks(user);
  await notify("password-changed", user);
}

function pathIs(...paths) {
  return ({ path }) => paths.includes(path);
}

async function noteStart({ request }) {
  if (request) startedAt.set(request, Date.now());
}

async function waitForOthers({ request }) {
  const remaining = LEAST_MS - (Date.now() - (startedAt.get(request) ?? 0));
  if (remaining > 0) await new Promise((resolve) => setTimeout(resolve, remaining));
}

// What a hook returns would be the answer, so this one returns nothing.
async function requireSession(context) {
  await userOf(context);
}

// Each use of the link to the old address sends a message to the new one, which may be another person's.
async function confirmOnce({ query }) {
  if (requestTypeOf(query?.token) === "change-email-confirmation") await requireUnused(query.token);
}

async function requireUnused(token) {
  if (!(await isUnusedChange(token))) throw new APIError("UNAUTHORIZED", { message: "Invalid token", code: "INVALID_TOKEN" });
}

// Better Auth has not looked at it yet.
function requestTypeOf(token) {
  try {
    return payloadOf(token).requestType;
  } catch {
    return undefined;
  }
}

async function userOf(context) {
  const session = await getSessionFromCtx(context);
  if (!session) throw new APIError("UNAUTHORIZED", { message: "Sign in first.", code: "UNAUTHORIZED" });
  return session.user;
}

// Better Auth asks for a session only: anyone at an unlocked computer could take the account over.
async function requirePassword(context) {
  const user = await userOf(context);
  const account = await context.context.internalAdapter.findCredentialAccount(user.id);
  const password = context.body?.password;
  const isRight = typeof password === "string" && account?.password && (await context.context.password.verify({ hash: account.password, password }));
  if (!isRight) throw new APIError("BAD_REQUEST", { message: "The password is wrong.", code: "INVALID_PASSWORD" });
}

async function tellOfPassword({ context }) {
  const user = context.returned?.user;
  if (user) await afterNewPassword(user);
}

// A form to begin with that is sent twice at once makes two secrets. Better Auth reads either of them to sign in, and
// refuses all codes where it is the one that was not confirmed.
async function keepConfirmedFactor({ context }) {
  const user = context.returned?.user;
  if (!user) return;
  const where = [{ field: "userId", value: user.id }, { field: "verified", value: false }];
  await context.adapter.deleteMany({ model: "twoFactor", where });
}

// The address that a link of a change of address confirms; undefined for any other call.
function confirmedAddress(context) {
  if (context?.path !== "/verify-email") return undefined;
  const { requestType, updateTo } = payloadOf(context.query.token);
  return requestType === "change-email-verification" ? updateTo : undefined;
}
