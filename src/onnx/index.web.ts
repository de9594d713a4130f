export { openSession, type SessionOptions } from "./session.web.ts";
