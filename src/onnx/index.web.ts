export { type Device, openSession, type SessionOptions } from "./session.web.ts";
