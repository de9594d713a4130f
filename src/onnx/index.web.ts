export { type Device, grantedThreads, openSession, type SessionOptions } from "./session.web.ts";
