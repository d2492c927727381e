import { APIError } from "better-auth/api";
import { afterReset, emailChange } from "./account.mjs";
import { inDaybooksTerms } from "./advice.mjs";
import { openDatabase } from "./database.mjs";
import { log } from "./log.mjs";
import { mailOptions } from "./mail.mjs";
import { MIN_PASSWORD, passwordHashing, passwordHooks } from "./passwords.mjs";
import { limitSessions } from "./sessions.mjs";
import { plugins, tables } from "./tables.mjs";

const MIN_SECRET_LENGTH = 32;
const LEAST_PASSWORD_COST = 17;

/** Better Auth's options, from the environment. Throws an error with one sentence about the variable that is missing or wrong. */
export function optionsFromEnvironment() {
  const hashing = passwordHashing(passwordCost());
  const origin = publicOrigin();
  const mail = mailOptions(origin);
  return {
    baseURL: origin,
    basePath: "/api/auth",
    // It shows the tokens of all sessions of a user to any script of a page.
    disabledPaths: ["/list-sessions"],
    secret: secret(),
    database: openDatabase(required("DATABASE_URL")),
    ...tables,
    user: { ...tables.user, changeEmail: mail.changeEmail },
    plugins,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: 128,
      password: hashing,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: afterReset,
      ...mail.password,
    },
    emailVerification: mail.verification,
    hooks: passwordHooks(hashing),
    databaseHooks: {
      user: { create: { before: rejectInvalidUser }, update: { before: checkedChange, after: emailChange.after } },
      session: limitSessions(sessionDays()),
    },
    trustedOrigins: list(process.env.TRUSTED_ORIGINS),
    rateLimit: {
      ...tables.rateLimit,
      enabled: rateLimited(),
      // Health checks poll the first path. Daybook limits signing in itself, by what fails (web/auth/guess_limit.py).
      // The others have a token, and with it each a row of its own.
      customRules: { "/ok": false, "/sign-in/email": false, "/reset-password/*": false },
    },
    advanced: {
      ...cookieNames(process.env.COOKIE_PREFIX || "better-auth"),
      ipAddress: { ipAddressHeaders: ["x-forwarded-for"] },
    },
    telemetry: { enabled: false },
    // Rethrown to server.mjs, which logs the error once and answers.
    onAPIError: { throw: true },
    logger: { log: (_level, ...parts) => log(...parts.map(inDaybooksTerms)) },
  };
}

// Better Auth checks none of these. Daybook's forms and its proxy check more, with messages per field.
async function rejectInvalidUser({ name = "", email = "" }) {
  const valid = [[name, 100], [email, 255]].every(
    ([text, length]) => typeof text === "string" && [...text].length <= length && !/[\p{Cc}\p{Cs}]/u.test(text),
  );
  if (!valid) throw new APIError("BAD_REQUEST", { message: "A name can have up to 100 characters, an email up to 255, and no control characters.", code: "INVALID_USER" });
}

async function checkedChange(change, context) {
  await rejectInvalidUser(change);
  return emailChange.before(change, context);
}

export function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

function publicOrigin() {
  const url = URL.parse(required("APP_URL"));
  if (!/^https?:$/.test(url?.protocol)) throw new Error("APP_URL must be an origin such as https://daybook.example.");
  return url.origin;
}

function secret() {
  const value = required("BETTER_AUTH_SECRET");
  if (value.length < MIN_SECRET_LENGTH) throw new Error(`BETTER_AUTH_SECRET must have at least ${MIN_SECRET_LENGTH} characters.`);
  return value;
}

function rateLimited() {
  const value = required("RATE_LIMIT");
  if (!["on", "off"].includes(value)) throw new Error('RATE_LIMIT must be "on" or "off".');
  return value === "on";
}

// For Better Auth, __Host- is part of a prefix; with its own __Secure- before that, it would mean nothing.
function cookieNames(cookiePrefix) {
  if (!cookiePrefix.startsWith("__Host-")) return { cookiePrefix };
  return { cookiePrefix, useSecureCookies: false, defaultCookieAttributes: { secure: true } };
}

// Tests take less than the minimum, which no public Daybook may.
function passwordCost() {
  const cost = Number(required("PASSWORD_COST"));
  const least = publicOrigin().startsWith("https:") ? LEAST_PASSWORD_COST : 1;
  if (!Number.isInteger(cost) || cost < least) throw new Error(`PASSWORD_COST must be at least ${least}.`);
  return cost;
}

/** After how many days a session ends, however much it is used. */
export function sessionDays() {
  const days = Number(required("SESSION_DAYS"));
  if (!(days > 0)) throw new Error("SESSION_DAYS must be a number of days.");
  return days;
}

function list(text = "") {
  return text.split(",").map((part) => part.trim()).filter(Boolean);
}
